//! Texts to try, for the palette: each shows something that attention does.

use super::{
    Language, Word,
    palette::{Choice, Entry},
};
use crate::explore::Subject;
use crate::models::Predicts;
use crate::text::Special;

/// A text that shows something, for any model that can read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// What it shows.
    pub title: Word,
    /// The text as it is typed.
    pub text: String,
}

impl Example {
    /// The examples that a model can read.
    pub fn of(subject: &Subject) -> Vec<Self> {
        let example = |title, text: &str| Self { title, text: text.to_owned() };
        let Some(tokenizer) = subject.tokenizer() else {
            let mut examples = vec![example(Word::ExampleRepetition, "1 2 3 4 1 2 3 4")];
            if subject.writes_target() {
                examples.push(example(Word::ExampleTarget, "1 2 3 4 => 1 2"));
            }
            return examples;
        };
        let mut examples = vec![
            example(Word::ExampleCoreference, "Anna gave Tom the ball because he wanted it."),
            example(Word::ExampleRepetition, "Tom found a red ball and a kite. Anna found a red ball and a"),
            example(Word::ExampleNegation, "Tom did not go to the park. He did not find the ball."),
        ];
        if subject.writes_target() {
            examples.push(example(Word::ExampleTarget, "Anna found a red ball. => Anna found"));
        }
        if tokenizer.special(Special::Sep).is_some() {
            examples.push(example(Word::ExamplePair, "Anna found a red ball. || She gave it to Tom."));
        }
        let mask = tokenizer.special(Special::Mask).filter(|_| subject.predicts().0 == Predicts::Masked);
        if let Some(mask) = mask.and_then(|id| tokenizer.piece(id)) {
            examples.push(example(Word::ExampleMask, &format!("Anna found a {mask} ball. She gave it to {mask}.")));
        }
        examples
    }

    /// As the palette lists it.
    pub fn entry(&self, language: Language) -> Entry {
        Entry {
            title: format!("{}  {}", self.title.text(language), self.text),
            note: Word::ExampleText.text(language).to_owned(),
            also: format!("{} {}", self.title.text(language.other()), Word::ExampleText.text(language.other())),
            choice: Choice::Open(self.text.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::trial::{app, gpt2, press};

    #[test]
    fn the_palette_offers_them_in_the_language_of_the_interface() {
        let mut app = app(gpt2(), Language::En, "1 2 3");
        press(&mut app, "L : 重 复 Enter");
        assert_eq!(app.shell.prompt.text(), "1 2 3 4 1 2 3 4");
        assert_eq!(app.pass.as_ref().unwrap().tokens.len(), 8);
    }
}
