//! How fast to learn when.

use serde::{Deserialize, Serialize};

/// A linear rise, then half a cosine down to a part of the peak.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// The highest learning rate.
    pub peak: f32,
    /// Steps of the rise.
    pub warm_up: usize,
    /// What is left of the peak at the end, as a share.
    pub floor: f32,
}

impl Schedule {
    /// The learning rate of a step (counted from 0) of so many.
    pub fn rate(&self, step: usize, steps: usize) -> f32 {
        if step < self.warm_up {
            return self.peak * (step + 1) as f32 / self.warm_up as f32;
        }
        let done = (step - self.warm_up) as f32 / steps.saturating_sub(self.warm_up).max(1) as f32;
        let cosine = f32::midpoint(1.0, (std::f32::consts::PI * done.min(1.0)).cos());
        self.peak * (self.floor + (1.0 - self.floor) * cosine)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rises_and_falls() {
        let schedule = Schedule { peak: 1.0, warm_up: 10, floor: 0.05 };
        let rates: Vec<f32> = (0..=110).map(|step| schedule.rate(step, 110)).collect();
        assert!((rates[0] - 0.1).abs() < 1e-6 && (rates[9] - 1.0).abs() < 1e-6 && (rates[10] - 1.0).abs() < 1e-6);
        assert!(rates[..10].is_sorted() && rates[10..].iter().rev().is_sorted());
        assert!((rates[60] - 0.525).abs() < 1e-3, "half-way down");
        assert!((rates[110] - 0.05).abs() < 1e-6);
    }
}
