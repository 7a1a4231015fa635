//! Texts to try, for the palette: each shows something that attention does.

use super::{
    Language, Word,
    palette::{Choice, Entry},
};
use crate::explore::{Prompt, Subject};
use crate::models::Predicts;
use crate::text::Special;
use crate::world;

/// A text that shows something, for any model that can read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// What it shows.
    pub title: Title,
    /// The text as it is typed.
    pub text: String,
}

/// What an example shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Title {
    /// For models from anywhere.
    Word(Word),
    /// In the words that came with a mini's text.
    Note(world::Note),
}

impl Title {
    /// In a language of the interface.
    pub fn text(&self, language: Language) -> &str {
        match self {
            Self::Word(word) => word.text(language),
            Self::Note(note) => language.pick(&note.en, &note.zh),
        }
    }
}

impl Example {
    /// The examples that a model can read, the best first: those that came with it, where it is a mini.
    pub fn of(subject: &Subject) -> Vec<Self> {
        let own = subject.examples();
        if own.is_empty() {
            return Self::for_any(subject);
        }
        let own = own.into_iter().map(|world::Example { text, pair, note }| Self {
            text: Prompt { pair, ..Prompt::of(text) }.line(),
            title: Title::Note(note),
        });
        let documents = subject
            .documents()
            .iter()
            .map(|document| Self { text: subject.prompt_of(document).line(), title: Title::Word(Word::ExampleWorld) });
        own.chain(documents).collect()
    }

    fn for_any(subject: &Subject) -> Vec<Self> {
        let example = |title, text: &str| Self { title: Title::Word(title), text: text.to_owned() };
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
            detail: String::new(),
            choice: Choice::Open(self.text.clone()),
        }
    }

    /// As the list of examples shows it: what it shows, and below it the text.
    pub fn listed(&self, language: Language) -> Entry {
        Entry {
            title: self.title.text(language).trim_end_matches([':', '：']).to_owned(),
            note: String::new(),
            also: format!("{} {}", self.text, self.title.text(language.other())),
            detail: self.text.clone(),
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
