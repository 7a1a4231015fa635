//! Attention rollout: how far each token's own vector may have come through the attentions of all layers together (Abnar &
//! Zuidema 2020, "Quantifying Attention Flow in Transformers", <https://arxiv.org/abs/2005.00928>).
//!
//! In each layer the mean over the heads is mixed half and half with the identity, for the residual that passes the
//! attention by, and the layers are multiplied: `R₀ = ½(A₀ + I)`, `Rₗ = ½(Aₗ + I) Rₗ₋₁`. Each row stays a share of the tokens.

use ndarray::{Array2, ArrayView2};

use super::{ExploreError, Pass};
use crate::tape::{Kind, Record, Run, Stream};
use crate::tensor::product::matmul;

/// The attentions of a stream to itself, multiplied through the layers.
#[derive(Clone, Debug, PartialEq)]
pub struct Rollout {
    /// Whose tokens.
    pub stream: Stream,
    /// How many tokens.
    pub tokens: usize,
    /// The layer, and the shares (token, token) up to it, row-major.
    pub layers: Vec<(usize, Vec<f32>)>,
    /// Whether the stream also looks at another one, which is left out here.
    pub looks_elsewhere: bool,
}

impl Rollout {
    /// Multiplies the attentions of a record of a pass. `None` where it was cancelled.
    ///
    /// # Errors
    /// Where the stream does not attend to itself, or only its newest tokens ran.
    pub fn of(pass: &Pass, record: &Record, stream: Stream, run: Run<'_>) -> Result<Option<Self>, ExploreError> {
        let own: Vec<_> = pass.attentions.iter().filter(|a| a.query_stream == stream && !a.is_cross()).collect();
        let Some(first) = own.first() else {
            let message = format!("no layer of this model lets the tokens of {:?} look at each other", stream.0);
            return Err(ExploreError::Prompt(message));
        };
        let axes = &record.graph().node(first.weights).axes;
        let (tokens, keys) = (axes.len_of(Kind::Query), axes.len_of(Kind::Key));
        if tokens != keys {
            let message = format!("{tokens} of {keys} tokens ran in this pass; the others' attention was not recorded");
            return Err(ExploreError::Prompt(message));
        }
        let mut layers: Vec<(usize, Vec<f32>)> = Vec::new();
        for (done, attention) in own.iter().enumerate() {
            if run.cancel.is_some_and(|cancel| cancel.load(std::sync::atomic::Ordering::Relaxed)) {
                return Ok(None);
            }
            let weights = record.value(attention.weights).select(0, 0);
            let heads = attention.heads.max(1);
            let mut mean = vec![0.0f32; tokens * tokens];
            for head in 0..heads {
                let weights = weights.select(0, head).to_vec();
                mean.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight / heads as f32);
            }
            let before = layers.last().map(|(_, map)| map.as_slice());
            layers.push((attention.layer, rolled(mean, before, tokens)));
            if let Some(progress) = run.progress {
                progress(done + 1, own.len());
            }
        }
        let looks_elsewhere = pass.attentions.iter().any(|a| a.query_stream == stream && a.is_cross());
        Ok(Some(Self { stream, tokens, layers, looks_elsewhere }))
    }

    /// Where the vector of a token may have come from, up to a layer by its place: a share for each token.
    pub fn row(&self, place: usize, token: usize) -> &[f32] {
        let row = |map: &'_ Vec<f32>| token * self.tokens..((token + 1) * self.tokens).min(map.len());
        self.layers.get(place).map_or(&[], |(_, map)| map.get(row(map)).unwrap_or(&[]))
    }
}

/// `½(A + I) R`, or `½(A + I)` in the first layer.
fn rolled(mut mean: Vec<f32>, before: Option<&[f32]>, tokens: usize) -> Vec<f32> {
    for (place, weight) in mean.iter_mut().enumerate() {
        let own = if place / tokens == place % tokens { 1.0 } else { 0.0 };
        *weight = 0.5 * (*weight + own);
    }
    let Some(before) = before else { return mean };
    let square = |data| ArrayView2::from_shape((tokens, tokens), data).expect("a square of tokens");
    let mut product = Array2::zeros((tokens, tokens));
    matmul(square(mean.as_slice()), square(before), product.view_mut(), false);
    product.into_raw_vec_and_offset().0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::{Subject, trial};

    #[test]
    fn two_layers_worked_out_by_hand() {
        // The second token looks at the first by 0.6, then by 0.2.
        let first = rolled(vec![1.0, 0.0, 0.6, 0.4], None, 2);
        assert_eq!(first, [1.0, 0.0, 0.3, 0.7]);
        let second = rolled(vec![1.0, 0.0, 0.2, 0.8], Some(&first), 2);
        // 0.1 · (1, 0) + 0.9 · (0.3, 0.7)
        for (got, wanted) in second.iter().zip([1.0, 0.0, 0.37, 0.63]) {
            assert!((got - wanted).abs() < 1e-6, "{second:?}");
        }
    }

    #[test]
    fn rows_are_shares_and_the_future_has_none() {
        for (loaded, stream) in [
            (trial::gpt2(), Stream::DECODER),
            (trial::bert(), Stream::ENCODER),
            (trial::t5(), Stream::ENCODER),
            (trial::t5(), Stream::DECODER),
        ] {
            let subject = Subject::from_loaded("tiny", loaded);
            let text = if subject.writes_target() { "1 2 3 4 => 5 6 7" } else { "1 2 3 4" };
            let pool = subject.pool();
            let pass = Pass::run(&subject, &subject.prompt(text), Run::new(pool)).unwrap().unwrap();
            let found = Rollout::of(&pass, &pass.record, stream, Run::new(pool)).unwrap().unwrap();
            assert_eq!((found.layers.len(), found.tokens), (2, pass.stream(stream).len()));
            for place in 0..2 {
                for token in 0..found.tokens {
                    let row = found.row(place, token);
                    assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{row:?}");
                    let later = row[token + 1..].iter().sum::<f32>();
                    assert_eq!(later > 0.0, stream == Stream::ENCODER && token + 1 < found.tokens);
                    assert!(row[token] >= 0.5f32.powi(place as i32 + 1) - 1e-6);
                }
            }
            let crosses = !pass.target.is_empty() && stream == Stream::DECODER;
            assert_eq!(found.looks_elsewhere, crosses);
            assert!(found.row(7, 0).is_empty() && found.row(0, 99).is_empty());
        }
    }

    #[test]
    fn the_first_layer_is_the_mean_of_its_heads_and_the_token_itself() {
        let subject = Subject::from_loaded("tiny", trial::gpt2());
        let pass = trial::pass(&subject, "3 1 4 1");
        let found = Rollout::of(&pass, &pass.record, Stream::DECODER, Run::new(subject.pool())).unwrap().unwrap();
        let weights = pass.record.value(pass.attentions[0].weights);
        let mean = f32::midpoint(weights.at(&[0, 0, 3, 1]), weights.at(&[0, 1, 3, 1]));
        assert!((found.row(0, 3)[1] - mean / 2.0).abs() < 1e-6);
        let fault = Rollout::of(&pass, &pass.record, Stream::ENCODER, Run::new(subject.pool())).unwrap_err();
        assert!(fault.to_string().contains("encoder"), "{fault}");
    }
}
