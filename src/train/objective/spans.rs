//! Spans cut out and written: Raffel et al. 2019 (T5), section 3.1.4.

use rand::rngs::StdRng;
use rand::seq::index;

use super::text_to_text::{encoder_decoder, writes_target};
use super::{Objective, ObjectiveError, Source};
use crate::models::Model;
use crate::text::Tokenizer;
use crate::train::example::Example;

/// Spans of the text become one sentinel each; the decoder writes each sentinel and what it stands for.
pub struct SpanCorruption {
    /// The share of the tokens that are cut out.
    share: f64,
    /// The mean length of a span.
    length: f64,
}

impl SpanCorruption {
    /// As T5 was trained: 15 % in spans of three on average.
    pub const PUBLISHED: SpanCorruption = SpanCorruption { share: 0.15, length: 3.0 };

    /// Which tokens are cut out: `random_spans_noise_mask` of the official code. The text begins with what stays.
    fn noise(&self, tokens: usize, draw: &mut StdRng) -> Vec<bool> {
        let cut = ((tokens as f64 * self.share).round() as usize).clamp(1, tokens - 1);
        let spans = ((cut as f64 / self.length).round() as usize).clamp(1, cut.min(tokens - cut));
        let kept = parts(tokens - cut, spans, draw);
        let cut = parts(cut, spans, draw);
        let lengths = kept.into_iter().zip(cut);
        lengths.flat_map(|(kept, cut)| std::iter::repeat_n(false, kept).chain(std::iter::repeat_n(true, cut))).collect()
    }
}

/// A length as a sum of so many parts, none of them zero, each division as likely as any other.
fn parts(length: usize, count: usize, draw: &mut StdRng) -> Vec<usize> {
    let mut ends: Vec<usize> = index::sample(draw, length - 1, count - 1).into_iter().map(|end| end + 1).collect();
    ends.sort_unstable();
    ends.push(length);
    let starts = std::iter::once(0).chain(ends.iter().copied());
    ends.iter().zip(starts).map(|(end, start)| end - start).collect()
}

impl Objective for SpanCorruption {
    fn id(&self) -> &'static str {
        "span-corruption"
    }

    fn fits(&self, model: &dyn Model) -> bool {
        writes_target(model)
    }

    fn name(&self) -> [&'static str; 2] {
        ["span corruption", "片段还原"]
    }

    fn explained(&self) -> [&'static str; 2] {
        [
            "15 % of the tokens are cut out in spans of three on average; each span leaves a sentinel behind. The decoder \
             writes each sentinel followed by what it stands for.",
            "按平均长度 3 的片段剪去 15% 的词元，每个片段留下一个哨兵词元；解码器依次写出每个哨兵和它所代表的内容。",
        ]
    }

    fn example(&self, source: Source<'_>, tokenizer: &Tokenizer, draw: &mut StdRng) -> Result<Example, ObjectiveError> {
        let encoding = tokenizer.encode(source.text, None, false)?;
        let tokens = &encoding.tokens;
        if tokens.len() < 2 {
            return Err(ObjectiveError::Short { objective: self.id(), needed: "at least two tokens" });
        }
        let sentinel = |number: usize| {
            let token = format!("<extra_id_{number}>");
            tokenizer.id(&token).ok_or(ObjectiveError::Token { objective: self.id(), token })
        };
        let (mut input, mut target) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
        let (mut spans, mut inside) = (0, false);
        for (token, cut) in tokens.iter().zip(self.noise(tokens.len(), draw)) {
            if cut && !inside {
                for side in [&mut input, &mut target] {
                    side.0.push(sentinel(spans)?);
                    side.1.push(0..0);
                }
                spans += 1;
            }
            inside = cut;
            let side = if cut { &mut target } else { &mut input };
            side.0.push(token.id);
            side.1.push(token.bytes.clone());
        }
        target.0.push(sentinel(spans)?);
        target.1.push(0..0);
        let end = tokenizer.special(crate::text::Special::Eos);
        for side in [&mut input, &mut target] {
            side.0.extend(end);
            side.1.extend(end.map(|_| 0..0));
        }
        Ok(encoder_decoder((&input.0, input.1), (&target.0, target.1), tokenizer))
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn noise_has_its_share_in_spans_of_its_length() {
        let mut draw = StdRng::seed_from_u64(1);
        for tokens in [2, 3, 10, 40, 200] {
            let noise = SpanCorruption::PUBLISHED.noise(tokens, &mut draw);
            assert_eq!(noise.len(), tokens);
            let cut = noise.iter().filter(|cut| **cut).count();
            assert_eq!(cut, ((tokens as f64 * 0.15).round() as usize).max(1));
            assert!(!noise[0], "the text begins with what stays");
            let spans = noise.windows(2).filter(|pair| !pair[0] && pair[1]).count();
            assert_eq!(spans, ((cut as f64 / 3.0).round() as usize).max(1));
        }
    }

    #[test]
    fn parts_add_up_and_all_divisions_occur() {
        let mut draw = StdRng::seed_from_u64(2);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..200 {
            let parts = parts(5, 3, &mut draw);
            assert_eq!(parts.iter().sum::<usize>(), 5);
            assert!(parts.iter().all(|&part| part > 0));
            seen.insert(parts);
        }
        assert_eq!(seen.len(), 6, "4 choose 2");
    }
}
