//! The view of the tokenization: opened, led, and given what was worked out for it.

use super::{App, Effect};
use crate::app::tokenization::{Asked, Shown};
use crate::app::{Command, Screen};
use crate::explore::{Prompt, TokenView};
use std::sync::Arc;

impl App {
    /// The text and what stands beside it.
    fn parts(&self) -> (Vec<String>, bool) {
        let line = self.shell.prompt.text();
        let prompt = self.subject.as_ref().map_or_else(|| Prompt::from_line(line), |subject| subject.prompt(line));
        let is_target = prompt.pair.is_none() && prompt.target.is_some();
        let second = prompt.pair.or(prompt.target);
        (std::iter::once(prompt.text).chain(second).collect(), is_target)
    }

    pub(super) fn toggle_tokenization(&mut self) {
        if self.tokenization.open {
            self.tokenization.open = false;
            return;
        }
        let source = self.pass.as_ref().and_then(|pass| pass.tokens.get(self.cursor.query)?.source.clone());
        let (part, character) = source.map_or((0, 0), |token| (token.sequence.unwrap_or(0).into(), token.start));
        self.tokenization.open_at(part, character);
    }

    /// Asks for what the open view lacks.
    pub(in crate::app) fn follow_tokenization(&mut self) -> Vec<Effect> {
        if !self.tokenization.open {
            return Vec::new();
        }
        let (parts, _) = self.parts();
        self.tokenization.ask(parts, self.subject.as_ref()).map(Effect::Tokenize).into_iter().collect()
    }

    /// Whether what the view is to show is still on its way.
    pub(in crate::app) fn lacks_tokenization(&self) -> bool {
        self.tokenization.lacks(self.parts().0)
    }

    pub(super) fn take_tokenized(&mut self, shown: Arc<Shown>) {
        self.tokenization.take(shown);
    }

    pub(super) fn tokenization_command(&mut self, command: Command) -> Vec<Effect> {
        match self.tokenization.command(command) {
            Asked::Nothing => Vec::new(),
            Asked::Close => {
                self.tokenization.open = false;
                self.on_screen()
            }
            Asked::Go => self.go_to_token(),
        }
    }

    /// The bytes of the prompt's line that the word under the cursor covers.
    pub(super) fn word_bytes(&self) -> Option<(usize, usize)> {
        let (part, word) = self.tokenization.word()?;
        let line = self.shell.prompt.text();
        let text = self.tokenization.shown.as_ref()?.wanted.parts.get(*part)?;
        let byte = |at: usize| text.char_indices().nth(at).map_or(text.len(), |(byte, _)| byte);
        let before = if *part == 0 { 0 } else { line.len().checked_sub(text.len())? };
        let (start, end) = (before + byte(word.start), before + byte(word.end));
        (start < end && end <= line.len() && line.is_char_boundary(start) && line.is_char_boundary(end))
            .then_some((start, end))
    }

    /// Puts the cursor of all screens on the token of the pass that the step under the cursor works on.
    fn go_to_token(&mut self) -> Vec<Effect> {
        let Some(token) = self.token_of_step() else { return Vec::new() };
        self.cursor.query = token;
        self.tokenization.open = false;
        if matches!(self.shell.screen, Screen::Catalogue | Screen::Timeline | Screen::Model) {
            self.shell.screen = Screen::Steps;
        }
        self.on_screen()
    }

    /// The place of that token in its stream; with another tokenizer the first token that covers the word's beginning.
    fn token_of_step(&self) -> Option<usize> {
        let (part, word) = self.tokenization.word()?;
        let pass = self.pass.as_ref()?;
        let of_target = *part == 1 && self.parts().1;
        let tokens: &[TokenView] = if of_target { &pass.target } else { &pass.tokens };
        let sequence = if of_target { 0 } else { *part as u8 };
        let here = tokens.iter().enumerate().filter_map(|(at, token)| Some((at, token.source.as_ref()?)));
        let mut here = here.filter(|(_, token)| token.sequence == Some(sequence));
        if self.tokenization.tokenizer()?.own {
            let of_word = here.clone().filter(|(_, token)| token.start >= word.start && token.end <= word.end);
            let of_word: Vec<usize> = of_word.map(|(at, _)| at).collect();
            let piece = word.piece_at(self.tokenization.step).min(of_word.len().saturating_sub(1));
            if let Some(&token) = of_word.get(piece) {
                return Some(token);
            }
        }
        let covers = here.clone().find(|(_, token)| token.end > word.start);
        covers.or_else(|| here.next_back()).map(|(at, _)| at)
    }
}
