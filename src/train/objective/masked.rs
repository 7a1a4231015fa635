//! Words hidden and guessed: Devlin et al. 2018 (BERT), sections 3.1 and A.1.

use std::ops::Range;

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::index;

use super::{Material, Objective, ObjectiveError, Source, special};
use crate::models::{Model, Predicts};
use crate::tape::Stream;
use crate::text::{Encoding, Special, Tokenizer};
use crate::train::example::{Example, Origins, Output, Row, Term};

/// What is hidden, and by what.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Masking {
    /// The share of the tokens that the loss counts.
    pub share: f64,
    /// Of these the share that become `[MASK]`.
    pub masked: f64,
    /// Of these the share that become a random token; the rest stay as they are.
    pub random: f64,
}

impl Masking {
    /// As BERT was trained: 15 %, of which 80 % masked, 10 % random, 10 % kept.
    pub const PUBLISHED: Masking = Masking { share: 0.15, masked: 0.8, random: 0.1 };

    /// Corrupts the ids and gives the targets. Special tokens are let alone; at least one token is chosen.
    fn corrupt(
        self,
        objective: &'static str,
        ids: &mut [u32],
        tokenizer: &Tokenizer,
        draw: &mut StdRng,
    ) -> Result<Vec<Option<u32>>, ObjectiveError> {
        let mask = special(objective, tokenizer, Special::Mask)?;
        let open: Vec<usize> = (0..ids.len()).filter(|&i| !tokenizer.is_special(ids[i])).collect();
        if open.is_empty() {
            return Err(ObjectiveError::Short { objective, needed: "at least one token" });
        }
        let ordinary: Vec<u32> = (0..tokenizer.vocab_size() as u32).filter(|&id| !tokenizer.is_special(id)).collect();
        let count = ((open.len() as f64 * self.share).round() as usize).clamp(1, open.len());
        let mut targets = vec![None; ids.len()];
        for chosen in index::sample(draw, open.len(), count) {
            let place = open[chosen];
            targets[place] = Some(ids[place]);
            let fate: f64 = draw.random();
            if fate < self.masked {
                ids[place] = mask;
            } else if fate < self.masked + self.random {
                ids[place] = ordinary[draw.random_range(0..ordinary.len())];
            }
        }
        Ok(targets)
    }
}

/// The arguments of an encoder with segments, and where its tokens came from. A pair stands at `pair_at` in the text;
/// nowhere where it does not belong to it.
pub(in crate::train) fn encoder(
    encoding: &Encoding,
    ids: &[u32],
    tokenizer: &Tokenizer,
    pair_at: Option<usize>,
) -> (Vec<Row>, Vec<Origins>) {
    let pad = tokenizer.special(Special::Pad).unwrap_or(0);
    let rows = vec![
        Row::ids("input_ids", ids, pad),
        Row::ids("token_type_ids", &encoding.type_ids(), 0),
        Row::visible("attention_mask", ids.len()),
    ];
    let origin = |token: &crate::text::Token| -> Range<usize> {
        let shift = if token.sequence == Some(1) { pair_at } else { Some(0) };
        shift.map_or(0..0, |shift| token.bytes.start + shift..token.bytes.end + shift)
    };
    let ranges = encoding.tokens.iter().map(origin).collect();
    (rows, vec![Origins { stream: Stream::ENCODER, ranges }])
}

/// Masked words alone.
pub struct MaskedLm {
    masking: Masking,
}

impl MaskedLm {
    /// As BERT hides words.
    pub const PLAIN: MaskedLm = MaskedLm { masking: Masking::PUBLISHED };
}

impl Objective for MaskedLm {
    fn id(&self) -> &'static str {
        "masked-lm"
    }

    fn fits(&self, model: &dyn Model) -> bool {
        model.predicts().0 == Predicts::Masked
    }

    fn name(&self) -> [&'static str; 2] {
        ["masked words", "遮盖词预测"]
    }

    fn explained(&self) -> [&'static str; 2] {
        [
            "15 % of the tokens are chosen. Of these 80 % become [MASK], 10 % a random token, 10 % stay. The model says \
             what stood there; the loss counts at the chosen places alone.",
            "选出 15% 的词元，其中 80% 换成 [MASK]，10% 换成随机词元，10% 保持不变。模型要说出原来的词元，只有被选中的位置计入损失。",
        ]
    }

    fn example(&self, source: Source<'_>, tokenizer: &Tokenizer, draw: &mut StdRng) -> Result<Example, ObjectiveError> {
        let encoding = tokenizer.encode(source.text, source.pair, true)?;
        let mut ids = encoding.ids();
        let targets = self.masking.corrupt(self.id(), &mut ids, tokenizer, draw)?;
        let (rows, origins) = encoder(&encoding, &ids, tokenizer, Some(source.pair_at));
        let terms = vec![Term { name: "masked words", weight: 1.0, output: Output::Tokens, targets }];
        Ok(Example { rows, terms, origins })
    }
}

/// Masked words, and whether the second sentence follows the first.
pub struct BertPretraining {
    masking: Masking,
}

impl BertPretraining {
    /// As BERT was trained.
    pub const PUBLISHED: BertPretraining = BertPretraining { masking: Masking::PUBLISHED };
}

/// Where sentences begin after the first, in bytes.
pub fn sentence_starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut ended = false;
    for (at, c) in text.char_indices() {
        if ended && !c.is_whitespace() && !is_stop(c) {
            starts.push(at);
            ended = false;
        }
        ended = is_stop(c) || (ended && c.is_whitespace());
    }
    starts
}

fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '\n' | '。' | '！' | '？')
}

impl BertPretraining {
    /// The two sentences, where the second begins in the text, and whether it follows the first.
    fn sentences<'a>(
        &self,
        source: &Source<'a>,
        draw: &mut StdRng,
    ) -> Result<(&'a str, &'a str, Option<usize>), ObjectiveError> {
        let (first, second, at) = if let Some(pair) = source.pair {
            (source.text, pair, source.pair_at)
        } else {
            let starts = sentence_starts(source.text);
            if starts.is_empty() {
                return Err(ObjectiveError::Short { objective: self.id(), needed: "two sentences" });
            }
            let at = starts[draw.random_range(0..starts.len())];
            (source.text[..at].trim_end(), &source.text[at..], at)
        };
        match source.stranger {
            Some(stranger) if draw.random_bool(0.5) => Ok((first, stranger, None)),
            _ => Ok((first, second, Some(at))),
        }
    }
}

impl Objective for BertPretraining {
    fn id(&self) -> &'static str {
        "bert-pretraining"
    }

    fn material(&self) -> Material {
        Material::TextAndStranger
    }

    fn fits(&self, model: &dyn Model) -> bool {
        model.predicts().0 == Predicts::Masked && model.judges().is_some()
    }

    fn name(&self) -> [&'static str; 2] {
        ["masked words and next sentence", "遮盖词与下一句预测"]
    }

    fn explained(&self) -> [&'static str; 2] {
        [
            "Two pieces of text, the second of which follows the first in half of the cases and is taken from elsewhere in \
             the other half. Words are masked (15 %: 80 % [MASK], 10 % random, 10 % kept). The loss is the sum of two: what \
             the masked words were, and whether the second piece follows.",
            "输入两段文本：一半情况下第二段确实接在第一段之后，另一半取自别处。再遮盖 15% 的词元（80% 换成 [MASK]，10% 随机，10% 不变）。\
             损失是两项之和：被遮盖的词是什么，以及第二段是否接着第一段。",
        ]
    }

    fn example(&self, source: Source<'_>, tokenizer: &Tokenizer, draw: &mut StdRng) -> Result<Example, ObjectiveError> {
        let (first, second, at) = self.sentences(&source, draw)?;
        let encoding = tokenizer.encode(first, Some(second), true)?;
        let mut ids = encoding.ids();
        let targets = self.masking.corrupt(self.id(), &mut ids, tokenizer, draw)?;
        let (rows, origins) = encoder(&encoding, &ids, tokenizer, at);
        let follows = vec![Some(u32::from(at.is_none()))];
        let terms = vec![
            Term { name: "masked words", weight: 1.0, output: Output::Tokens, targets },
            Term { name: "next sentence", weight: 1.0, output: Output::Whole, targets: follows },
        ];
        Ok(Example { rows, terms, origins })
    }
}
