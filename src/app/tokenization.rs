//! The way from the text to its tokens, stepped through: a view over any screen, which needs no model.
//!
//! What is shown is worked out beside the pass, on a thread of its own and one text at a time: [`Ask`] says of what,
//! [`Shown`] is what came of it.

use std::sync::Arc;

use super::{Action, Command, Target};
use crate::explore::{Cut, Shelf, Shelved, Subject};
use crate::text::{Trace, Way, Word};

/// The list of the words, for the mouse.
pub const WORDS: u8 = 0;
/// The list of the tokenizers.
pub const TOKENIZERS: u8 = 1;
/// The list of the steps.
pub const STEPS: u8 = 2;

/// Between two steps that play.
pub const PAUSE: std::time::Duration = std::time::Duration::from_millis(450);

/// Rows that a page turns.
const PAGE: isize = 10;

/// What is to be shown: the parts of the text, and by which tokenizer its steps are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The text, and its pair or target.
    pub parts: Vec<String>,
    /// The place of the tokenizer on the shelf.
    pub chosen: usize,
    /// How many models were explored before: each has a shelf of its own.
    pub model: usize,
}

/// What is to be worked out.
#[derive(Clone)]
pub struct Ask {
    /// Of what.
    pub wanted: Wanted,
    /// The explored model, whose tokenizer comes first.
    pub subject: Option<Arc<Subject>>,
    /// The tokenizers, where they were gathered before.
    pub shelf: Option<Arc<Shelf>>,
}

/// What was worked out.
pub struct Shown {
    /// Of what.
    pub wanted: Wanted,
    /// The tokenizers at hand.
    pub shelf: Arc<Shelf>,
    /// The words with their steps, each with the part that it is of; or why there are none.
    pub words: Result<Vec<(usize, Word)>, String>,
    /// The text as each tokenizer cuts it.
    pub cuts: Vec<Result<Cut, String>>,
}

impl Ask {
    /// Works it out.
    pub fn work(&self) -> Shown {
        let gather = || Arc::new(Shelf::gather(self.subject.as_deref()));
        let shelf = self.shelf.clone().unwrap_or_else(gather);
        let parts = &self.wanted.parts;
        let cut = |shelved: &Shelved| Cut::of(&shelved.tokenizer, parts).map_err(|error| error.to_string());
        let cuts = shelf.0.iter().map(cut).collect();
        let trace = |(part, text): (usize, &String)| {
            let tokenizer = &shelf.0.get(self.wanted.chosen)?.tokenizer;
            let words = |trace: Trace| trace.words.into_iter().map(move |word| (part, word)).collect::<Vec<_>>();
            Some(tokenizer.trace(text).map(words).map_err(|error| error.to_string()))
        };
        let words: Result<Vec<Vec<_>>, String> = parts.iter().enumerate().filter_map(trace).collect();
        let words = words.map(|parts| parts.into_iter().flatten().collect());
        Shown { wanted: self.wanted.clone(), shelf, words, cuts }
    }
}

/// What a command asks beyond the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nothing.
    Nothing,
    /// Close the view.
    Close,
    /// Go to the token under the cursor in the pass.
    Go,
}

/// The state of the view.
#[derive(Clone, Default)]
pub struct TokenizationState {
    /// Whether it lies over the screen.
    pub open: bool,
    /// Whether all tokenizers stand side by side.
    pub all: bool,
    /// The tokenizer whose steps are shown, by place on the shelf.
    pub chosen: usize,
    /// What is shown.
    pub shown: Option<Arc<Shown>>,
    /// The word under the cursor.
    pub word: usize,
    /// The step of it.
    pub step: usize,
    /// Whether the steps play.
    pub playing: bool,
    /// Where in the text the cursor is to be found again: part and character.
    seek: (usize, usize),
    /// How many models were explored before.
    model: usize,
    /// What is being worked out.
    coming: Option<Wanted>,
}

impl TokenizationState {
    /// Opens the view at a place of the text: part and character.
    pub fn open_at(&mut self, part: usize, character: usize) {
        (self.open, self.playing, self.step, self.seek) = (true, false, 0, (part, character));
        self.find();
    }

    /// Another model is explored: its tokenizer comes first.
    pub fn forget(&mut self) {
        let open = self.open;
        *self = Self { open, all: self.all, seek: self.seek, model: self.model + 1, ..Self::default() };
    }

    /// What has to be worked out for this text; one thing at a time, so that typing fast does not pile up work.
    pub fn ask(&mut self, parts: Vec<String>, subject: Option<&Arc<Subject>>) -> Option<Ask> {
        let wanted = Wanted { parts, chosen: self.chosen, model: self.model };
        let has = self.shown.as_ref().is_some_and(|shown| shown.wanted == wanted);
        if !self.open || has || self.coming.is_some() {
            return None;
        }
        self.coming = Some(wanted.clone());
        let shelf = self.shown.as_ref().map(|shown| Arc::clone(&shown.shelf));
        Some(Ask { wanted, subject: subject.cloned(), shelf })
    }

    /// Whether something else is shown than this text by the chosen tokenizer.
    pub fn lacks(&self, parts: Vec<String>) -> bool {
        let wanted = Wanted { parts, chosen: self.chosen, model: self.model };
        self.shown.as_ref().is_none_or(|shown| shown.wanted != wanted)
    }

    /// Takes what was worked out.
    pub fn take(&mut self, shown: Arc<Shown>) {
        if self.coming.take().is_none_or(|coming| coming != shown.wanted) {
            // Of a model that is not explored any more.
            return;
        }
        let same = self.shown.as_ref().is_some_and(|before| before.wanted.parts == shown.wanted.parts);
        if !same {
            self.playing = false;
        }
        self.shown = Some(shown);
        self.find();
    }

    /// The words that are shown.
    pub fn words(&self) -> &[(usize, Word)] {
        self.shown.as_ref().and_then(|shown| shown.words.as_deref().ok()).unwrap_or_default()
    }

    /// The word under the cursor with its part.
    pub fn word(&self) -> Option<&(usize, Word)> {
        self.words().get(self.word)
    }

    /// The tokenizer of the steps that are shown.
    pub fn tokenizer(&self) -> Option<&Shelved> {
        let shown = self.shown.as_ref()?;
        shown.shelf.0.get(shown.wanted.chosen)
    }

    /// The steps of the word under the cursor.
    pub fn steps(&self) -> usize {
        self.word().map_or(1, |(_, word)| word.way.len())
    }

    /// Puts the cursor on the word that holds the place it was at.
    fn find(&mut self) {
        let seek = self.seek;
        let before = self.word;
        let found = self.words().iter().rposition(|(part, word)| (*part, word.start) <= seek).unwrap_or(0);
        self.word = found;
        if found != before {
            self.step = 0;
        }
        self.step = self.step.min(self.steps() - 1);
    }

    /// Puts the cursor on a step of a word; the nearest where there are fewer.
    pub fn go_to(&mut self, word: usize, step: usize) {
        self.word = word.min(self.words().len().saturating_sub(1));
        self.step = step.min(self.steps() - 1);
        // Its last character: other tokenizers have the blank before a word stand by itself.
        let last = |word: &Word| word.end.saturating_sub(1).max(word.start);
        self.seek = self.word().map_or(self.seek, |(part, word)| (*part, last(word)));
    }

    /// Does what a command asks.
    pub fn command(&mut self, command: Command) -> Asked {
        let times = command.times() as isize;
        if command.action != Action::Play {
            self.playing = false;
        }
        match command.action {
            Action::Back | Action::Into | Action::Accept if self.all => self.all = false,
            Action::Back => return Asked::Close,
            Action::AllTokenizers => self.all = !self.all,
            Action::NextTokenizer => self.choose(times),
            Action::PreviousTokenizer => self.choose(-times),
            Action::MoveUp if self.all => self.choose(-times),
            Action::MoveDown if self.all => self.choose(times),
            Action::Into | Action::Accept => return Asked::Go,
            Action::StepForward if self.all => self.go_to(self.word.saturating_add_signed(times), 0),
            Action::StepBackward if self.all => self.go_to(self.word.saturating_add_signed(-times), 0),
            Action::StepForward => (0..times).for_each(|_| self.forward()),
            Action::StepBackward => (0..times).for_each(|_| self.backward()),
            Action::Play if !self.all => self.play(),
            Action::MoveUp => self.go_to(self.word.saturating_add_signed(-times), 0),
            Action::MoveDown => self.go_to(self.word.saturating_add_signed(times), 0),
            Action::PageUp => self.go_to(self.word.saturating_add_signed(-PAGE * times), 0),
            Action::PageDown => self.go_to(self.word.saturating_add_signed(PAGE * times), 0),
            Action::Home => self.go_to(0, 0),
            Action::End => self.go_to(usize::MAX, 0),
            _ => {}
        }
        Asked::Nothing
    }

    /// A click.
    pub fn click(&mut self, target: Target) {
        self.playing = false;
        match target {
            Target::Row { list: WORDS, row } => self.go_to(row, 0),
            Target::Row { list: TOKENIZERS, row } => self.chosen = row,
            Target::Row { list: STEPS, row } => self.go_to(self.word, row),
            _ => {}
        }
    }

    /// Time for another step, where they play.
    pub fn tick(&mut self) {
        let before = (self.word, self.step);
        self.forward();
        self.playing &= before != (self.word, self.step);
    }

    fn play(&mut self) {
        self.playing = !self.playing;
        let ends = self.word + 1 >= self.words().len() && self.step + 1 >= self.steps();
        if self.playing && ends {
            self.go_to(0, 0);
        }
    }

    /// The next step; after the last one of a word the first of the next.
    fn forward(&mut self) {
        if self.step + 1 < self.steps() {
            self.step += 1;
        } else if self.word + 1 < self.words().len() {
            self.go_to(self.word + 1, 0);
        }
    }

    fn backward(&mut self) {
        if self.step > 0 {
            self.step -= 1;
        } else if self.word > 0 {
            self.go_to(self.word - 1, usize::MAX);
        }
    }

    fn choose(&mut self, by: isize) {
        let all = self.shown.as_ref().map_or(0, |shown| shown.shelf.0.len());
        if all > 0 {
            self.chosen = (self.chosen as isize + by).rem_euclid(all as isize) as usize;
            self.step = 0;
        }
    }
}

/// Whether a word has more than one step to tell.
pub fn is_stepped(word: &Word) -> bool {
    !matches!(word.way, Way::Whole | Way::Lookup(_))
}

#[cfg(test)]
mod tests;
