//! The next token, at every place: Radford et al. 2018 and 2019 (GPT, GPT-2).

use rand::rngs::StdRng;

use super::{Objective, ObjectiveError, Source};
use crate::models::{Model, Predicts};
use crate::tape::Stream;
use crate::text::{Special, Tokenizer};
use crate::train::example::{Example, Origins, Output, Row, Term};

/// Each token predicts the one that follows; the last one predicts the end of the text.
pub struct CausalLm;

impl Objective for CausalLm {
    fn id(&self) -> &'static str {
        "causal-lm"
    }

    fn fits(&self, model: &dyn Model) -> bool {
        model.predicts().0 == Predicts::Next && model.target_start().is_none()
    }

    fn name(&self) -> [&'static str; 2] {
        ["next token", "预测下一个词元"]
    }

    fn explained(&self) -> [&'static str; 2] {
        [
            "At every place the model predicts the token that follows; it sees only what came before. The loss counts at \
             every token of the text.",
            "模型在每个位置预测下一个词元，只能看到前面的内容；文本的每个词元都计入损失。",
        ]
    }

    fn example(&self, source: Source<'_>, tokenizer: &Tokenizer, _: &mut StdRng) -> Result<Example, ObjectiveError> {
        let encoding = tokenizer.encode(source.text, None, false)?;
        if encoding.tokens.is_empty() {
            return Err(ObjectiveError::Short { objective: self.id(), needed: "at least one token" });
        }
        let mut ids = encoding.ids();
        let mut ranges: Vec<_> = encoding.tokens.iter().map(|token| token.bytes.clone()).collect();
        let end = tokenizer.special(Special::Eos);
        ids.extend(end);
        ranges.extend(end.map(|_| 0..0));
        let targets = ids.iter().skip(1).copied().map(Some).chain([None]).collect();
        Ok(Example {
            rows: vec![Row::ids("input_ids", &ids, end.unwrap_or(0))],
            terms: vec![Term { name: "next token", weight: 1.0, output: Output::Tokens, targets }],
            origins: vec![Origins { stream: Stream::DECODER, ranges }],
        })
    }

    fn joins(&self) -> bool {
        true
    }
}
