//! Writing token by token, and filling masks in.

use super::{App, Effect};
use crate::app::job::Work;
use crate::app::shell::Gravity;
use crate::app::{Screen, Word, decode, fill};
use crate::models::Predicts;

impl App {
    pub(super) fn toggle_writing(&mut self) -> Vec<Effect> {
        (self.panel, self.tokenization.open) = (None, false);
        self.shell.screen = Screen::Steps;
        self.writing = !self.writing;
        match self.predicts() {
            Predicts::Nothing => {
                self.writing = false;
                let class = self.subject.as_ref().map_or("", |subject| subject.class());
                let text = Word::PredictsNothing.fill(self.shell.language, &[&class]);
                self.shell.say(Gravity::Info, text);
                Vec::new()
            }
            Predicts::Next if self.writing && self.decode.decoding.is_none() => self.run_prompt(),
            _ => Vec::new(),
        }
    }

    /// A screen was opened by its key: leaving the written text shows its attention whole.
    pub(super) fn opened(&mut self) -> Vec<Effect> {
        (self.panel, self.tokenization.open) = (None, false);
        if !self.writing {
            return self.on_screen();
        }
        self.writing = false;
        let Some((decoding, subject)) = self.decode.decoding.clone().zip(self.subject.clone()) else {
            return self.on_screen();
        };
        let line = decoding.written_prompt(&subject).line();
        if decoding.written().is_empty() {
            // The whole target of a model that writes one is shown, not its start alone.
            return if subject.writes_target() { self.run_prompt() } else { self.on_screen() };
        }
        self.shell.prompt.set(&line);
        self.run_prompt()
    }

    /// Puts the mask token in the place of the token under the cursor.
    pub(super) fn mask_token(&mut self) -> Vec<Effect> {
        let Some(mask) = self.subject.as_ref().and_then(|subject| subject.mask_id()) else {
            self.shell.say(Gravity::Info, Word::NoMaskToken.text(self.shell.language));
            return Vec::new();
        };
        self.put_token(self.cursor.query, mask)
    }

    pub(super) fn put_token(&mut self, position: usize, id: u32) -> Vec<Effect> {
        let (Some(subject), Some(pass)) = (&self.subject, &self.pass) else { return Vec::new() };
        let Some(prompt) = subject.with_token(pass, position, id) else {
            self.shell.say(Gravity::Info, Word::NotInText.text(self.shell.language));
            return Vec::new();
        };
        self.shell.prompt.set(&prompt.line());
        self.run_prompt()
    }

    pub(super) fn decode_asked(&mut self, asked: decode::Asked) -> Vec<Effect> {
        match asked {
            decode::Asked::Nothing => Vec::new(),
            decode::Asked::Leave => {
                self.writing = false;
                Vec::new()
            }
            // One at a time: keys that come while a token is being written would write it twice.
            decode::Asked::Write(_) if self.job.is_some() => Vec::new(),
            decode::Asked::Write(_) if self.is_full() => {
                self.decode.playing = false;
                self.shell.say(Gravity::Info, Word::ContextFull.text(self.shell.language));
                Vec::new()
            }
            decode::Asked::Write(_) if self.ended().is_some() => {
                self.decode.playing = false;
                let label = self.ended().unwrap_or_default();
                let words = Word::TextEnded.fill(self.shell.language, &[&label]);
                self.shell.say(Gravity::Info, words);
                Vec::new()
            }
            decode::Asked::Write(id) => match self.decode.with_sampling() {
                Some(decoding) => self.start(Work::Write(decoding, id)),
                None => Vec::new(),
            },
        }
    }

    /// Whether the text that is written is as long as the model allows.
    pub fn is_full(&self) -> bool {
        let Some((subject, decoding)) = self.subject.as_ref().zip(self.decode.decoding.as_ref()) else { return false };
        !subject.sizes().holds(decoding.newest().pass.output_tokens().len() + 1)
    }

    /// The label of the token that ended the text that is written, where one did.
    pub(in crate::app) fn ended(&self) -> Option<String> {
        let (subject, decoding) = (self.subject.as_ref()?, self.decode.decoding.as_ref()?);
        decoding.ended(subject).map(|id| subject.label(id))
    }

    pub(super) fn is_writing(&self) -> bool {
        self.job.as_ref().is_some_and(|job| matches!(job.work, Work::Write(..)))
    }

    /// A token that is being written is taken back by not waiting for it.
    pub(super) fn stop_writing(&mut self) -> Vec<Effect> {
        self.decode.playing = false;
        self.stop()
    }

    pub(super) fn stop(&mut self) -> Vec<Effect> {
        self.job = None;
        self.shell.progress = None;
        vec![Effect::Cancel]
    }

    pub(super) fn fill_asked(&mut self, asked: fill::Asked) -> Vec<Effect> {
        match asked {
            fill::Asked::Nothing => Vec::new(),
            fill::Asked::Leave => {
                self.writing = false;
                Vec::new()
            }
            fill::Asked::Put(position, id) => self.put_token(position, id),
        }
    }
}
