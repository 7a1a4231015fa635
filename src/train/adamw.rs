//! `AdamW`: Loshchilov and Hutter 2017, <https://arxiv.org/abs/1711.05101>, with the gradient clipped by its norm.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::tape::{ParameterId, Parameters};
use crate::tensor::{Pool, Tensor, pointwise};

/// The constants of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Constants {
    /// How slowly the mean of the gradients forgets.
    pub beta1: f32,
    /// How slowly the mean of their squares forgets.
    pub beta2: f32,
    /// Keeps the division from blowing up.
    pub epsilon: f32,
    /// What matrices lose at each step, as a share of the learning rate; biases and norms lose nothing.
    pub weight_decay: f32,
    /// The largest norm of the whole gradient.
    pub clip: f32,
}

impl Default for Constants {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weight_decay: 0.05, clip: 1.0 }
    }
}

/// The means of a parameter's gradients and of their squares.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moments {
    /// Of the gradients.
    pub first: Vec<f32>,
    /// Of their squares.
    pub second: Vec<f32>,
}

/// The rule with what it remembers.
pub struct AdamW {
    constants: Constants,
    /// By parameter; empty where it never had a gradient.
    moments: Vec<Moments>,
    /// Steps done.
    steps: i32,
}

impl AdamW {
    /// Nothing remembered yet.
    pub fn new(constants: Constants, parameters: usize) -> Self {
        Self { constants, moments: vec![Moments::default(); parameters], steps: 0 }
    }

    /// As it was after so many steps.
    pub fn resumed(constants: Constants, moments: Vec<Moments>, steps: usize) -> Self {
        Self { constants, moments, steps: steps as i32 }
    }

    /// What it remembers of each parameter.
    pub fn moments(&self) -> &[Moments] {
        &self.moments
    }

    /// One step down the gradients, which are clipped first. Parameters without a gradient stay as they are.
    pub fn step(
        &mut self,
        parameters: &mut Parameters,
        gradients: &mut [(ParameterId, Vec<f32>)],
        rate: f32,
        pool: &Arc<Pool>,
    ) {
        let Constants { clip, .. } = self.constants;
        let norm =
            gradients.iter().flat_map(|(_, g)| g).map(|&g| f64::from(g) * f64::from(g)).sum::<f64>().sqrt() as f32;
        let factor = if norm > clip { clip / norm } else { 1.0 };
        self.steps += 1;
        for (id, gradient) in gradients {
            pointwise::scale_assign(gradient, factor);
            let shape = parameters.entry(*id).axes.shape();
            let mut values = parameters.take(*id).into_owned(pool);
            self.update(*id, &mut values, gradient, shape.len() > 1, rate);
            parameters.set(*id, Tensor::new(values, &shape));
        }
    }

    fn update(&mut self, id: ParameterId, values: &mut [f32], gradient: &[f32], decays: bool, rate: f32) {
        let Constants { beta1, beta2, epsilon, weight_decay, .. } = self.constants;
        let moments = &mut self.moments[id.0 as usize];
        moments.first.resize(values.len(), 0.0);
        moments.second.resize(values.len(), 0.0);
        // What the means lack because they started at zero.
        let (short1, short2) = (1.0 - beta1.powi(self.steps), 1.0 - beta2.powi(self.steps));
        let kept = if decays { 1.0 - rate * weight_decay } else { 1.0 };
        let means = moments.first.iter_mut().zip(&mut moments.second);
        for ((value, &gradient), (first, second)) in values.iter_mut().zip(gradient).zip(means) {
            *first = beta1 * *first + (1.0 - beta1) * gradient;
            *second = beta2 * *second + (1.0 - beta2) * gradient * gradient;
            *value = *value * kept - rate * (*first / short1) / ((*second / short2).sqrt() + epsilon);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::{Axes, Axis, Kind};

    fn one(value: f32, rank: usize) -> (Parameters, ParameterId) {
        let mut parameters = Parameters::default();
        let kinds = [Kind::Feature, Kind::Inner];
        let axes = Axes::new(kinds[..rank].iter().map(|&kind| Axis::new(kind, 1)));
        let id = parameters.add("w".to_owned(), axes, Some(Tensor::new(vec![value], &vec![1; rank]))).id;
        (parameters, id)
    }

    /// The first two steps by hand, for a gradient of 0.5 and then of -1.
    #[test]
    fn the_rule_by_hand() {
        for (rank, decay) in [(1, 0.0), (2, 0.1)] {
            let (mut parameters, id) = one(2.0, rank);
            let constants = Constants { beta1: 0.9, beta2: 0.99, epsilon: 0.0, weight_decay: 0.1, clip: 10.0 };
            let (mut rule, pool) = (AdamW::new(constants, 1), Arc::new(Pool::default()));
            rule.step(&mut parameters, &mut [(id, vec![0.5])], 0.01, &pool);
            // Both means, freed of their start, are the gradient itself: a step of the learning rate.
            let after_one = 2.0 * (1.0 - 0.01 * decay) - 0.01;
            assert!((parameters.value(id).to_vec()[0] - after_one).abs() < 1e-6);
            rule.step(&mut parameters, &mut [(id, vec![-1.0])], 0.01, &pool);
            let first = (0.9 * 0.05 - 0.1) / (1.0 - 0.81);
            let second: f32 = (0.99 * 0.0025 + 0.01) / (1.0 - 0.9801);
            let after_two = after_one * (1.0 - 0.01 * decay) - 0.01 * first / second.sqrt();
            assert!((parameters.value(id).to_vec()[0] - after_two).abs() < 1e-6);
        }
    }

    #[test]
    fn long_gradients_are_clipped() {
        let (mut parameters, id) = one(0.0, 1);
        let mut rule = AdamW::new(Constants::default(), 1);
        let mut gradients = [(id, vec![-50.0])];
        rule.step(&mut parameters, &mut gradients, 0.1, &Arc::new(Pool::default()));
        assert!((gradients[0].1[0] + 1.0).abs() < 1e-6);
        assert!((rule.moments()[0].first[0] + 0.1).abs() < 1e-6);
    }
}
