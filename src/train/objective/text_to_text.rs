//! Every task as text in, text out: Raffel et al. 2019 (T5), section 2.4.

use rand::rngs::StdRng;

use super::{Material, Objective, ObjectiveError, Source};
use crate::models::{Model, Predicts};
use crate::tape::Stream;
use crate::text::{Encoding, Special, Tokenizer};
use crate::train::example::{Example, Origins, Output, Row, Term};

/// The first text goes in, its prefix saying what is wanted; the second should come out.
pub struct TextToText;

/// Whether a model reads a source and writes a target of its own.
pub(super) fn writes_target(model: &dyn Model) -> bool {
    model.predicts().0 == Predicts::Next && model.target_start().is_some()
}

/// The arguments of an encoder and a decoder: the decoder reads the target one place later than it writes it.
pub(super) fn encoder_decoder(
    source: (&[u32], Vec<std::ops::Range<usize>>),
    target: (&[u32], Vec<std::ops::Range<usize>>),
    tokenizer: &Tokenizer,
) -> Example {
    let pad = tokenizer.special(Special::Pad).unwrap_or(0);
    let shifted: Vec<u32> = std::iter::once(pad).chain(target.0.iter().copied()).take(target.0.len()).collect();
    Example {
        rows: vec![
            Row::ids("input_ids", source.0, pad),
            Row::visible("attention_mask", source.0.len()),
            Row::ids("decoder_input_ids", &shifted, pad),
            Row::visible("decoder_attention_mask", shifted.len()),
        ],
        terms: vec![Term {
            name: "target",
            weight: 1.0,
            output: Output::Tokens,
            targets: target.0.iter().copied().map(Some).collect(),
        }],
        origins: vec![
            Origins { stream: Stream::ENCODER, ranges: source.1 },
            Origins { stream: Stream::DECODER, ranges: target.1 },
        ],
    }
}

fn ranges(encoding: &Encoding) -> Vec<std::ops::Range<usize>> {
    encoding.tokens.iter().map(|token| token.bytes.clone()).collect()
}

impl Objective for TextToText {
    fn id(&self) -> &'static str {
        "text-to-text"
    }

    fn material(&self) -> Material {
        Material::Task
    }

    fn fits(&self, model: &dyn Model) -> bool {
        writes_target(model)
    }

    fn name(&self) -> [&'static str; 2] {
        ["text to text", "文本到文本"]
    }

    fn explained(&self) -> [&'static str; 2] {
        [
            "The input says in words what is wanted (translate English to German: …); the model writes the answer. The loss \
             counts at every token of the answer, its end included.",
            "输入用文字说明任务（如 translate English to German: …），模型写出答案；答案的每个词元（包括结束符）都计入损失。",
        ]
    }

    fn example(&self, source: Source<'_>, tokenizer: &Tokenizer, _: &mut StdRng) -> Result<Example, ObjectiveError> {
        let Some(target) = source.pair else {
            return Err(ObjectiveError::Pair { objective: self.id(), what: "the answer that the model should write" });
        };
        let input = tokenizer.encode(source.text, None, true)?;
        let output = tokenizer.encode(target, None, true)?;
        Ok(encoder_decoder((&input.ids(), ranges(&input)), (&output.ids(), ranges(&output)), tokenizer))
    }
}
