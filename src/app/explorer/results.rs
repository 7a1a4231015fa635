//! What work that goes on reports, and what is made of it.

use std::sync::Arc;
use std::time::Duration;

use super::{App, Effect};
use crate::app::job::{Message, Outcome, Work};
use crate::app::shell::{Gravity, Progress};
use crate::app::{Place, Word, decode};
use crate::explore::{Pass, Summary};
use crate::tape::{NodeId, Record, ScopeId};

impl App {
    pub(super) fn tick(&mut self, elapsed: Duration) -> Vec<Effect> {
        if let Some(job) = &self.job {
            let done = self.shell.progress.as_ref().and_then(|progress| progress.done);
            let label = job.work.word().text(self.shell.language).to_owned();
            self.shell.progress = Some(Progress { label, done, elapsed });
            return Vec::new();
        }
        match (self.place(), self.shown().cloned()) {
            (Place::Tokenization, _) if self.tokenization.playing => {
                self.tokenization.tick();
                Vec::new()
            }
            (Place::Steps, Some(pass)) if self.steps.playing => {
                self.steps.tick(&pass);
                self.open_hidden(&pass)
            }
            (Place::Decode, _) if self.decode.playing => self.decode_asked(decode::Asked::Write(None)),
            _ => Vec::new(),
        }
    }

    /// Takes what was reported; an address that is on its way goes on from there.
    pub(super) fn message(&mut self, message: Message) -> Vec<Effect> {
        let mut effects = self.reported(message);
        effects.extend(self.arrive());
        effects
    }

    fn reported(&mut self, message: Message) -> Vec<Effect> {
        let current = self.job.as_ref().map(|job| job.id);
        match message {
            Message::CacheFound(scan) => {
                self.take_cache(scan);
                Vec::new()
            }
            // It may have been asked for twice; what was chosen since then stays chosen.
            Message::CatalogueRead if self.catalogue.is_ready() => Vec::new(),
            Message::CatalogueRead => {
                self.catalogue.arrived();
                let entries = self.catalogue.catalog().entries();
                self.timeline.arrived(&entries);
                // What was chosen in the list is where one begins.
                if let Some(id) = self.catalogue.selected() {
                    self.timeline.choose_id(id);
                }
                Vec::new()
            }
            Message::Tokenized(shown) => {
                self.take_tokenized(shown);
                Vec::new()
            }
            Message::Saved(saved) => {
                let language = self.shell.language;
                match saved {
                    Ok(file) => self.shell.say(Gravity::Info, Word::SavedAs.fill(language, &[&file])),
                    Err(fault) => self.shell.say(Gravity::Error, Word::NotSaved.fill(language, &[&fault])),
                }
                Vec::new()
            }
            Message::Progress(id, done, all) if Some(id) == current => {
                if let Some(progress) = &mut self.shell.progress {
                    progress.done = Some((done as u64, all as u64));
                }
                Vec::new()
            }
            Message::Done(id, result) if Some(id) == current => {
                let work = self.job.take().map(|job| job.work);
                let loading = matches!(work, Some(Work::Load(_)));
                self.shell.progress = None;
                match result {
                    Ok(Outcome::Tried(tried)) => {
                        self.take_tried(work, tried);
                        Vec::new()
                    }
                    Ok(Outcome::Compared(outcome)) => {
                        if let Some(Work::Compare(asked)) = work {
                            self.take_compared(asked, outcome);
                        }
                        Vec::new()
                    }
                    Ok(outcome) => self.outcome(outcome),
                    Err(fault) if matches!(work, Some(Work::Compare(_))) => {
                        if let Some(Work::Compare(asked)) = work {
                            self.compare_failed(asked, fault);
                        }
                        Vec::new()
                    }
                    Err(fault) if loading => {
                        self.arrival = None;
                        self.shell.say(Gravity::Error, fault);
                        self.not_loaded()
                    }
                    Err(fault) => {
                        self.decode.playing = false;
                        self.mark_unseen();
                        self.shell.say(Gravity::Error, fault.clone());
                        self.fault = Some(fault);
                        Vec::new()
                    }
                }
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn outcome(&mut self, outcome: Outcome) -> Vec<Effect> {
        // What is opened or replayed is of the pass that is shown: the text that could not be run still cannot.
        if matches!(outcome, Outcome::Pass(_) | Outcome::Decoding(_)) {
            self.fault = None;
        }
        match outcome {
            Outcome::Pass(pass) => self.take_pass(pass),
            Outcome::Decoding(decoding) => {
                let first = decoding.steps()[0].pass.clone();
                let fresh = self.decode.decoding.is_none();
                self.decode.take(decoding);
                // The first pass of a text that is written is the pass over its prompt.
                if fresh { self.take_pass(first) } else { Vec::new() }
            }
            Outcome::Edited(pass) => self.take_edited(pass),
            Outcome::Found(finding) => {
                if let Some(panel) = &mut self.panel {
                    panel.take(finding);
                }
                Vec::new()
            }
            Outcome::Opened => match self.shown().cloned() {
                Some(pass) => self.open_next(&pass),
                None => Vec::new(),
            },
            Outcome::Loaded(subject) => self.take_subject(subject),
            // Taken where the trial is still known.
            Outcome::Tried(_) | Outcome::Compared(_) | Outcome::Cancelled => Vec::new(),
        }
    }

    pub(super) fn take_pass(&mut self, pass: Arc<Pass>) -> Vec<Effect> {
        self.mark_unseen();
        self.steps.fit(&pass, self.pass.as_deref());
        let lost = self.attention.fit(&pass, self.shell.is_editing());
        self.say_lost(lost);
        let last = pass.output_tokens().len().saturating_sub(1);
        // A cursor on the last token stays on the last one while the text grows and shrinks.
        let was_last = self.pass.as_ref().is_some_and(|before| self.cursor.query + 1 == before.output_tokens().len());
        if self.pass.is_none() {
            (self.cursor.query, self.cursor.key) = (last, last.min(1));
        } else if was_last {
            self.cursor.query = last;
        }
        let longest = last.max(pass.tokens.len().saturating_sub(1));
        self.cursor.query = self.cursor.query.min(longest);
        self.cursor.key = self.cursor.key.min(longest);
        self.keep_cursor(&pass);
        self.summary = self.subject.as_ref().map(|subject| Summary::of(subject, &pass));
        let drawn = |line: &usize| self.summary.iter().any(|own| own.drawn().iter().any(|part| part.line == *line));
        self.part = self.part.filter(drawn);
        self.pass = Some(pass);
        if let Some(panel) = &mut self.panel {
            panel.fit();
        }
        let again = self.replay();
        if again.is_empty() { self.on_screen() } else { again }
    }

    pub(super) fn keep_cursor(&mut self, pass: &Pass) {
        if matches!(self.place(), Place::Attention | Place::AttentionLines) {
            self.attention.keep(pass, &mut self.cursor);
        }
    }

    /// What is shown and was not kept is recomputed elsewhere.
    pub(in crate::app) fn open_hidden(&mut self, pass: &Arc<Pass>) -> Vec<Effect> {
        self.keep_cursor(pass);
        self.opened.clear();
        self.open_next(pass)
    }

    /// Recomputes one scope after another until all that is shown is at hand; each once, since a scope may be so large
    /// that another one is dropped for it.
    pub(super) fn open_next(&mut self, pass: &Arc<Pass>) -> Vec<Effect> {
        let record = &pass.record;
        let scope = self.hidden(pass, record).into_iter().find(|scope| !self.opened.contains(scope));
        let Some(scope) = scope else {
            if let Some(trail) = self.trail_mut() {
                trail.arrive_anyway(record);
            }
            return Vec::new();
        };
        match self.job.as_ref().map(|job| &job.work) {
            // A new pass is coming, or the same changed by hand, or this very scope.
            Some(Work::Run(_) | Work::Decode(..) | Work::Replay(..) | Work::Load(_)) => return Vec::new(),
            Some(Work::Open(_, coming)) if *coming == scope => return Vec::new(),
            _ => {}
        }
        self.opened.push(scope);
        self.start(Work::Open(Arc::clone(pass), scope))
    }

    /// The scopes of what the open screen reads and what was not kept of a record.
    pub(super) fn hidden(&self, pass: &Pass, record: &Record) -> Vec<ScopeId> {
        let (mut reads, trail) = match self.place() {
            Place::Steps => (self.steps.reads(pass), &self.steps.trail),
            Place::Attention | Place::AttentionLines => (self.attention.reads(pass), &self.attention.trail),
            _ => return Vec::new(),
        };
        reads.extend(trail.missing(record));
        let hidden = |id: &NodeId| record.get(*id).is_none();
        reads.into_iter().filter(hidden).map(|id| record.graph().node(id).scope).collect()
    }
}
