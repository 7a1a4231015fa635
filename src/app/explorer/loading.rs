//! Opening other models, what minis say of their texts, and the objective view.

use std::ops::Range;
use std::sync::Arc;

use super::{App, Effect};
use crate::app::attention::AttentionState;
use crate::app::decode::DecodeState;
use crate::app::examples::Example;
use crate::app::fill::FillState;
use crate::app::job::Work;
use crate::app::objective::{Asked, ObjectiveState, Refused, Tried};
use crate::app::opening::{self, Cached, Offered};
use crate::app::shell::Gravity;
use crate::app::steps::StepsState;
use crate::app::{Command, Cursor, Place, Screen, Word};
use crate::explore::Subject;
use crate::local::Scan;
use crate::minis::{self, Mini};

impl App {
    /// Opens another model: the id of a mini, or the path of a checkpoint directory. It comes as an
    /// [`Outcome::Loaded`](crate::app::Outcome::Loaded); until then, and where it cannot be opened, everything stays as it is.
    pub fn open_model(&mut self, model: &str) -> Vec<Effect> {
        self.start(Work::Load(model.to_owned()))
    }

    /// Looks at the cache of the hub anew: something may have been downloaded.
    pub(super) fn look_in_cache(&mut self) -> Vec<Effect> {
        if self.shell.cached.looking {
            return Vec::new();
        }
        self.shell.cached.looking = true;
        self.shell.fill_models();
        vec![Effect::LookInCache]
    }

    /// Takes what was found there.
    pub(super) fn take_cache(&mut self, scan: Arc<Scan>) {
        if let Some(fault) = &scan.fault {
            self.shell.say(Gravity::Warning, Word::CacheFault.fill(self.shell.language, &[fault]));
        }
        self.shell.cached = Cached { scan, looking: false };
        self.offer_models();
        self.shell.fill_models();
    }

    /// The minis, and below them the checkpoints of the cache.
    pub(super) fn offer_models(&mut self) {
        let open = self.subject.as_deref();
        self.shell.models = Offered::all(open);
        self.shell.models.extend(Offered::cached(&self.shell.cached.scan, open));
    }

    /// Opens the mini of the catalogue's chosen entry.
    pub(super) fn open_mini(&mut self) -> Vec<Effect> {
        let card = matches!(self.place(), Place::Card | Place::Estimates)
            .then_some(self.catalogue.opened.as_deref())
            .flatten();
        let Some(id) = card.or_else(|| self.catalogue.selected()).map(str::to_owned) else { return Vec::new() };
        if minis::find(&id).is_some_and(|mini| mini.is_trained()) {
            return self.open_model(&id);
        }
        let trained: Vec<&str> = minis::all().filter(Mini::is_trained).map(|mini| mini.id).collect();
        let words = Word::NoMini.fill(self.shell.language, &[&id, &trained.join(", ")]);
        self.shell.say(Gravity::Info, words);
        Vec::new()
    }

    /// Explores another model from now on, on the text that was typed where it can read that, else on its first example.
    pub(super) fn take_subject(&mut self, subject: Arc<Subject>) -> Vec<Effect> {
        let texts: Vec<String> = self.shell.offers.iter().map(|example| example.text.clone()).collect();
        let offers = Example::of(&subject);
        let text = self.shell.prompt.text();
        let kept = opening::kept(text, &texts, self.subject.as_deref(), &subject).is_some();
        if !kept && let Some(first) = offers.first() {
            self.shell.prompt.remember();
            self.shell.prompt.set(&first.text);
        }
        self.shell.offers = offers;
        (self.pass, self.summary, self.fault) = (None, None, None);
        (self.panel, self.other) = (None, None);
        self.tokenization.forget();
        (self.cursor, self.steps) = (Cursor::default(), StepsState::default());
        (self.attention, self.fill) = (AttentionState::default(), FillState::default());
        self.objective = ObjectiveState { open: self.objective.open, ..ObjectiveState::default() };
        (self.decode, self.writing, self.scroll) = (DecodeState::default(), false, 0);
        self.opened.clear();
        self.catalogue.opened = None;
        if self.shell.screen == Screen::Catalogue {
            // It was asked for to be looked at.
            self.shell.screen = Screen::Model;
        }
        self.subject = Some(subject);
        self.offer_models();
        let mut effects = self.run_prompt();
        effects.push(Effect::Remember);
        effects
    }

    /// A model did not open. What its opening had stopped goes on.
    pub(super) fn not_loaded(&mut self) -> Vec<Effect> {
        let ran = self.pass.as_ref().is_some_and(|pass| pass.prompt.line() == self.asked);
        match self.subject {
            Some(_) if !ran && self.fault.is_none() => self.run_prompt(),
            _ => self.on_screen(),
        }
    }

    /// The bytes of the prompt that are words which the mini never saw.
    pub fn unseen(&self) -> &[Range<usize>] {
        let (text, words) = &self.unseen;
        if text == self.shell.prompt.text() { words } else { &[] }
    }

    /// Marks the words that the mini never saw. Called when a run has ended: that has read the world already.
    pub(super) fn mark_unseen(&mut self) {
        let Some(subject) = &self.subject else { return };
        let words = subject.unseen(&subject.prompt(&self.asked));
        self.unseen = (self.asked.clone(), words);
    }

    pub(super) fn toggle_objective(&mut self) -> Vec<Effect> {
        self.objective.open = self.place() != Place::Objective;
        self.tokenization.open = false;
        (self.shell.screen, self.scroll) = (Screen::Model, 0);
        self.on_screen()
    }

    pub(super) fn objective_command(&mut self, command: Command) -> Vec<Effect> {
        let Some(subject) = self.subject.clone() else { return Vec::new() };
        let prompt = subject.prompt(&self.asked);
        match self.objective.command(command, &subject, &prompt) {
            Asked::Scroll => {
                self.scroll_by(command);
                Vec::new()
            }
            Asked::Leave => self.toggle_objective(),
            Asked::Try => self.try_objective(),
        }
    }

    /// Tries the objective where the view shows another trial than is wanted.
    pub(super) fn try_objective(&mut self) -> Vec<Effect> {
        let Some(subject) = &self.subject else { return Vec::new() };
        let trial = self.objective.wanted(subject.prompt(&self.asked));
        match self.job.as_ref().map(|job| &job.work) {
            // When these have ended the view is looked at again.
            Some(Work::Run(_) | Work::Decode(..) | Work::Replay(..) | Work::Load(_)) => Vec::new(),
            Some(Work::Try(coming)) if *coming == trial => Vec::new(),
            _ if self.objective.shows(&trial) => Vec::new(),
            _ => self.start(Work::Try(trial)),
        }
    }

    /// Shows what came of a trial.
    pub(super) fn take_tried(&mut self, work: Option<Work>, tried: Result<Arc<Tried>, Refused>) {
        if let Some(Work::Try(trial)) = work
            && self.objective.take(trial, tried)
        {
            self.shell.say(Gravity::Info, Word::SameEpoch.text(self.shell.language));
        }
    }
}
