//! Widgets: plain data in, cells of the screen and hit rectangles out. None knows a model.

pub mod bar;
pub mod heatmap;
pub mod legend;
pub mod list;
pub mod reason;
pub mod scroll;
pub mod strip;
pub mod tree;

pub use bar::bar;
pub use heatmap::{Heatmap, Labels, Zoom};
pub use legend::Legend;
pub use list::{Align, Cell, List, Row};
pub use reason::Reason;
pub use strip::Strip;
pub use tree::{Tree, TreeRow};

/// Which ramp values are shown on, and what its ends mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// From 0 to this.
    Weights(f32),
    /// From minus this to this.
    Signed(f32),
}

impl Default for Scale {
    fn default() -> Self {
        Self::Weights(1.0)
    }
}

impl Scale {
    /// A signed scale that holds every finite one of the values.
    pub fn signed_for(values: impl IntoIterator<Item = f32>) -> Self {
        Self::Signed(values.into_iter().filter(|value| value.is_finite()).fold(0.0, |most: f32, v| most.max(v.abs())))
    }

    /// The place of a value on the ramp; a range of nothing shows everything as zero.
    pub fn place(self, value: f32) -> f32 {
        let (Self::Weights(end) | Self::Signed(end)) = self;
        if end > 0.0 || value.is_nan() { value / end } else { 0.0 }
    }

    /// Of two values the one that a pooled cell shows: the larger weight, or the one further from zero.
    pub fn stronger(self, one: f32, two: f32) -> f32 {
        let two_wins = match self {
            Self::Weights(_) => two > one,
            Self::Signed(_) => two.abs() > one.abs(),
        };
        // Something that is no number must not vanish behind its neighbours.
        if one.is_nan() || !(two_wins || two.is_nan()) { one } else { two }
    }
}

#[cfg(test)]
mod tests;
