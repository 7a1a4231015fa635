//! The whole state of the explorer: what is loaded, what was run, where the cursor is. Every key, click and report goes
//! through here and comes out as effects; nothing here draws, reads files or starts threads.

mod cards;
mod loading;
mod panels;

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use super::attention::{self, AttentionState, View};
use super::catalogue::{Asked as CatalogueAsked, CatalogueState};
use super::decode::{self, DecodeState};
use super::examples::Example;
use super::fill::{self, FillState};
use super::job::{Job, Message, Opening, Outcome, Recorded, Work};
use super::objective::ObjectiveState;
use super::opening::Offered;
use super::shell::{Gravity, Progress, Request};
use super::steps::StepsState;
use super::timeline::{self, TimelineState};
use super::{Action, Command, Cursor, Key, Panel, Place, Screen, Shell, Target, Trail};
use crate::catalog::Catalog;
use crate::explore::{Pass, Prompt, Subject, Summary};
use crate::models::Predicts;
use crate::tape::{NodeId, Record, ScopeId, Stream};

/// Something that happened.
#[derive(Clone)]
pub enum Input {
    /// A key.
    Key(Key),
    /// A pasted text.
    Paste(String),
    /// A click or drag on something.
    Click(Target),
    /// A turn of the wheel over something, down or up.
    Wheel(Option<Target>, bool),
    /// A worker's report.
    Message(Message),
    /// Time has passed; so long since the work at hand began.
    Tick(Duration),
}

/// What is to be done outside.
#[derive(Clone)]
pub enum Effect {
    /// End the program.
    Quit,
    /// Take the mouse or give it back.
    Mouse(bool),
    /// Start work; what went on before is cancelled.
    Start(Job),
    /// Cancel the work that goes on.
    Cancel,
    /// Read all entries of a catalogue, and say when it is done.
    ReadCatalogue(Arc<Catalog>),
}

/// The explorer.
pub struct App {
    /// What all screens share.
    pub shell: Shell,
    /// What is explored.
    pub subject: Option<Arc<Subject>>,
    /// The newest pass over the prompt.
    pub pass: Option<Arc<Pass>>,
    /// What the model and that pass come to, for the model's card.
    pub summary: Option<Summary>,
    /// Where the cursor is.
    pub cursor: Cursor,
    /// The steps screen.
    pub steps: StepsState,
    /// The attention screen.
    pub attention: AttentionState,
    /// Writing.
    pub decode: DecodeState,
    /// Filling in.
    pub fill: FillState,
    /// The training objective, tried on the text.
    pub objective: ObjectiveState,
    /// Whether the writing or filling screen lies over the steps.
    pub writing: bool,
    /// The panel over the screen.
    pub panel: Option<Panel>,
    /// The other text, whose pass values are taken from.
    pub other: Option<String>,
    /// The catalogue.
    pub catalogue: CatalogueState,
    /// Who came from whom.
    pub timeline: TimelineState,
    /// The screen that an open card goes back to.
    card_from: Screen,
    /// The first line shown on the model screen.
    pub scroll: usize,
    /// Why the text could not be run, while it cannot.
    pub fault: Option<String>,
    /// A text, and the bytes of the words in it that the mini never saw.
    unseen: (String, Vec<Range<usize>>),
    /// The work that goes on.
    job: Option<Job>,
    jobs: u64,
    /// The scopes that were recomputed for what is shown now.
    opened: Vec<ScopeId>,
    /// The text of the newest run, so that typing starts one only where it changed.
    asked: String,
}

impl App {
    /// An explorer of a model.
    pub fn new(mut shell: Shell, subject: Option<Arc<Subject>>) -> Self {
        shell.offers = subject.as_deref().map(Example::of).unwrap_or_default();
        shell.models = Offered::all(subject.as_deref());
        Self {
            shell,
            subject,
            pass: None,
            summary: None,
            cursor: Cursor::default(),
            steps: StepsState::default(),
            attention: AttentionState::default(),
            decode: DecodeState::default(),
            fill: FillState::default(),
            objective: ObjectiveState::default(),
            writing: false,
            panel: None,
            other: None,
            catalogue: CatalogueState::new(Catalog::built_in()),
            timeline: TimelineState::default(),
            card_from: Screen::Catalogue,
            scroll: 0,
            fault: None,
            unseen: Default::default(),
            job: None,
            jobs: 0,
            opened: Vec::new(),
            asked: String::new(),
        }
    }

    /// The first run.
    pub fn begin(&mut self) -> Vec<Effect> {
        if self.subject.is_some() {
            return self.run_prompt();
        }
        // Without a model there is the catalogue to choose from.
        self.shell.screen = Screen::Catalogue;
        self.on_screen()
    }

    /// The place that the open screen is.
    pub fn place(&self) -> Place {
        if let Some(panel) = &self.panel {
            return panel.place();
        }
        match self.shell.screen {
            Screen::Steps if self.writing && self.predicts() == Predicts::Masked => Place::Fill,
            Screen::Steps if self.writing => Place::Decode,
            Screen::Steps => Place::Steps,
            Screen::Attention if self.attention.view == View::Lines => Place::AttentionLines,
            Screen::Attention => Place::Attention,
            Screen::Catalogue if self.catalogue.survey.is_some() => Place::Survey,
            Screen::Catalogue if self.catalogue.comparing => Place::FactTable,
            Screen::Catalogue if self.catalogue.filtering => Place::CatalogueFilter,
            Screen::Catalogue => Place::Catalogue,
            Screen::Model if self.catalogue.opened.is_some() && self.catalogue.estimates.shown => Place::Estimates,
            Screen::Model if self.catalogue.opened.is_some() => Place::Card,
            Screen::Model if self.objective.open => Place::Objective,
            Screen::Model => Place::Model,
            Screen::Timeline => Place::Timeline,
        }
    }

    /// What has the keys: the open screen, or the derivation that is open on it.
    pub fn keys(&self) -> Place {
        match self.place() {
            Place::Steps if !self.steps.trail.is_empty() => Place::Derivation,
            Place::Attention if !self.attention.trail.is_empty() => Place::Derivation,
            place => place,
        }
    }

    /// Whether anything needs a tick: work whose progress may have to be shown, or something that plays.
    pub fn patience(&self) -> Option<Duration> {
        if self.job.is_some() {
            return Some(Duration::from_millis(60));
        }
        if self.steps.playing && self.place() == Place::Steps {
            return Some(self.steps.pause());
        }
        (self.decode.playing && self.place() == Place::Decode).then_some(decode::PAUSE)
    }

    /// The pass that the steps and attention show.
    pub fn shown(&self) -> Option<&Arc<Pass>> {
        self.pass.as_ref()
    }

    /// Whether the model writes, fills in, or does neither.
    pub fn predicts(&self) -> Predicts {
        self.subject.as_ref().map_or(Predicts::Nothing, |subject| subject.predicts().0)
    }

    /// Takes what happened.
    pub fn update(&mut self, input: Input) -> Vec<Effect> {
        match input {
            Input::Key(key) => {
                let place = self.keys();
                let request = self.shell.key(key, place);
                let mut effects = self.request(request);
                effects.extend(self.follow_prompt());
                effects
            }
            Input::Paste(text) if self.keys() == Place::CatalogueFilter && self.shell.overlay.is_none() => {
                self.catalogue.paste(&text);
                Vec::new()
            }
            Input::Paste(text) => {
                self.shell.paste(&text);
                self.follow_prompt()
            }
            Input::Click(target) => {
                let place = self.keys();
                let request = self.shell.click(target, place);
                self.request(request)
            }
            Input::Wheel(target, down) => self.wheel(target, down),
            Input::Message(message) => self.message(message),
            Input::Tick(elapsed) => self.tick(elapsed),
        }
    }

    fn request(&mut self, request: Option<Request>) -> Vec<Effect> {
        match request {
            None => Vec::new(),
            Some(Request::Quit) => vec![Effect::Quit],
            Some(Request::Cancel) => {
                self.job = None;
                // What it waits for will not come.
                self.panel = self.panel.take().filter(|panel| !panel.is_empty());
                vec![Effect::Cancel]
            }
            Some(Request::Mouse(taken)) => vec![Effect::Mouse(taken)],
            Some(Request::Text(_)) => self.run_prompt(),
            Some(Request::Open(text)) => {
                // What was typed before can be brought back.
                self.shell.prompt.remember();
                self.shell.prompt.set(&text);
                self.run_prompt()
            }
            Some(Request::OtherText(text)) => self.take_other_text(text),
            Some(Request::Model(model)) => self.open_model(&model),
            Some(Request::Screen(command)) => self.command(command),
            Some(Request::Click(target)) => self.click(target),
            Some(Request::Type(key)) => {
                if self.place() == Place::CatalogueFilter {
                    self.catalogue.type_key(key);
                }
                Vec::new()
            }
        }
    }

    /// While the prompt is edited the pass runs again after every change.
    fn follow_prompt(&mut self) -> Vec<Effect> {
        if self.subject.is_some() && self.shell.prompt.text() != self.asked { self.run_prompt() } else { Vec::new() }
    }

    fn run_prompt(&mut self) -> Vec<Effect> {
        self.asked = self.shell.prompt.text().to_owned();
        self.decode.forget();
        let subject = self.subject.as_deref();
        let prompt = subject.map_or_else(|| Prompt::of(&self.asked), |subject| subject.prompt(&self.asked));
        if self.writing && self.predicts() == Predicts::Next {
            return self.start(Work::Decode(prompt, self.decode.sampling));
        }
        self.start(Work::Run(prompt))
    }

    fn start(&mut self, work: Work) -> Vec<Effect> {
        self.jobs += 1;
        let job = Job { id: self.jobs, work };
        self.job = Some(job.clone());
        vec![Effect::Start(job)]
    }

    fn command(&mut self, command: Command) -> Vec<Effect> {
        if let Some(panel) = Panel::opened_by(command.action) {
            return self.toggle_panel(panel);
        }
        match command.action {
            Action::Write => return self.toggle_writing(),
            Action::MaskToken => return self.mask_token(),
            Action::ShowObjective => return self.toggle_objective(),
            Action::OpenMini => return self.open_mini(),
            // The tab's key shows its first page.
            Action::ScreenModel => self.objective.open = false,
            _ => {}
        }
        match command.action {
            action if Screen::opened_by(action).is_some() => return self.opened(),
            _ if self.panel.is_some() => return self.panel_command(command),
            _ => {}
        }
        match self.place() {
            Place::Catalogue | Place::CatalogueFilter => {
                let asked = self.catalogue.command(command);
                self.catalogue_asked(asked)
            }
            Place::FactTable if command.action == Action::Back => {
                self.catalogue.comparing = false;
                self.scroll = 0;
                Vec::new()
            }
            Place::Survey => {
                match command.action {
                    Action::Back => (self.catalogue.survey, self.scroll) = (None, 0),
                    Action::MoveLeft | Action::MoveRight => {
                        self.catalogue.turn_page(command.action == Action::MoveRight);
                        self.scroll = 0;
                    }
                    _ => self.scroll_by(command),
                }
                Vec::new()
            }
            Place::Timeline => {
                let asked = self.timeline.command(command);
                self.timeline_asked(asked)
            }
            Place::Card => self.card_command(command),
            Place::Estimates => self.estimates_command(command),
            Place::Decode if command.action == Action::TakeBack && self.is_writing() => self.stop_writing(),
            Place::Decode => {
                let asked = self.decode.command(command);
                self.decode_asked(asked)
            }
            Place::Fill => {
                let Some(pass) = self.pass.clone() else { return Vec::new() };
                let asked = self.fill.command(command, &pass, &mut self.cursor.query);
                self.fill_asked(asked)
            }
            Place::Steps => {
                let Some(pass) = self.pass.clone() else { return Vec::new() };
                self.steps.command(command, &pass, &mut self.cursor);
                self.open_hidden(&pass)
            }
            Place::Attention | Place::AttentionLines => {
                let Some(pass) = self.pass.clone() else { return Vec::new() };
                match self.attention.command(command, &pass, &mut self.cursor) {
                    attention::Asked::Nothing => self.open_hidden(&pass),
                    attention::Asked::Replay => self.replay(),
                }
            }
            Place::Objective => self.objective_command(command),
            _ => {
                self.scroll_by(command);
                Vec::new()
            }
        }
    }

    fn scroll_by(&mut self, command: Command) {
        let by = command.times() as isize;
        let by = match command.action {
            Action::MoveUp => -by,
            Action::MoveDown => by,
            Action::PageUp => -10 * by,
            Action::PageDown => 10 * by,
            Action::Home => isize::MIN / 2,
            Action::End => isize::MAX / 2,
            _ => 0,
        };
        self.scroll = self.scroll.saturating_add_signed(by);
    }

    /// A screen was opened by its key: leaving the written text shows its attention whole.
    fn opened(&mut self) -> Vec<Effect> {
        self.panel = None;
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

    fn catalogue_asked(&mut self, asked: CatalogueAsked) -> Vec<Effect> {
        let word = match asked {
            CatalogueAsked::Nothing => return Vec::new(),
            CatalogueAsked::Card => {
                (self.shell.screen, self.card_from, self.scroll) = (Screen::Model, Screen::Catalogue, 0);
                return Vec::new();
            }
            CatalogueAsked::Survey => {
                self.scroll = 0;
                return Vec::new();
            }
            CatalogueAsked::NoSurvey => super::Word::NoSurvey,
            CatalogueAsked::MarkFirst => super::Word::MarkTwo,
            CatalogueAsked::MarkedEnough => super::Word::MarkedAll,
        };
        self.shell.say(Gravity::Info, word.text(self.shell.language));
        Vec::new()
    }

    fn timeline_asked(&mut self, asked: timeline::Asked) -> Vec<Effect> {
        if let timeline::Asked::Card(id) = asked
            && self.catalogue.open_card(&id)
        {
            (self.shell.screen, self.card_from, self.scroll) = (Screen::Model, Screen::Timeline, 0);
        }
        Vec::new()
    }

    fn on_screen(&mut self) -> Vec<Effect> {
        if matches!(self.shell.screen, Screen::Catalogue | Screen::Timeline) && !self.catalogue.is_ready() {
            return vec![Effect::ReadCatalogue(Arc::clone(self.catalogue.catalog()))];
        }
        let Some(pass) = self.pass.clone() else { return Vec::new() };
        match self.place() {
            Place::Steps | Place::Attention | Place::AttentionLines => self.open_hidden(&pass),
            Place::Objective => self.try_objective(),
            _ => self.study(),
        }
    }

    fn toggle_writing(&mut self) -> Vec<Effect> {
        self.panel = None;
        self.shell.screen = Screen::Steps;
        self.writing = !self.writing;
        match self.predicts() {
            Predicts::Nothing => {
                self.writing = false;
                let class = self.subject.as_ref().map_or("", |subject| subject.class());
                let text = super::Word::PredictsNothing.fill(self.shell.language, &[&class]);
                self.shell.say(Gravity::Info, text);
                Vec::new()
            }
            Predicts::Next if self.writing && self.decode.decoding.is_none() => self.run_prompt(),
            _ => Vec::new(),
        }
    }

    /// Puts the mask token in the place of the token under the cursor.
    fn mask_token(&mut self) -> Vec<Effect> {
        let Some(mask) = self.subject.as_ref().and_then(|subject| subject.mask_id()) else {
            self.shell.say(Gravity::Info, super::Word::NoMaskToken.text(self.shell.language));
            return Vec::new();
        };
        self.put_token(self.cursor.query, mask)
    }

    fn put_token(&mut self, position: usize, id: u32) -> Vec<Effect> {
        let (Some(subject), Some(pass)) = (&self.subject, &self.pass) else { return Vec::new() };
        let Some(prompt) = subject.with_token(pass, position, id) else {
            self.shell.say(Gravity::Info, super::Word::NotInText.text(self.shell.language));
            return Vec::new();
        };
        self.shell.prompt.set(&prompt.line());
        self.run_prompt()
    }

    fn decode_asked(&mut self, asked: decode::Asked) -> Vec<Effect> {
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
                self.shell.say(Gravity::Info, super::Word::ContextFull.text(self.shell.language));
                Vec::new()
            }
            decode::Asked::Write(_) if self.ended().is_some() => {
                self.decode.playing = false;
                let label = self.ended().unwrap_or_default();
                let words = super::Word::TextEnded.fill(self.shell.language, &[&label]);
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
    fn ended(&self) -> Option<String> {
        let (subject, decoding) = (self.subject.as_ref()?, self.decode.decoding.as_ref()?);
        decoding.ended(subject).map(|id| subject.label(id))
    }

    fn is_writing(&self) -> bool {
        self.job.as_ref().is_some_and(|job| matches!(job.work, Work::Write(..)))
    }

    fn is_replaying(&self) -> bool {
        self.job.as_ref().is_some_and(|job| matches!(job.work, Work::Replay(..)))
    }

    /// A token that is being written is taken back by not waiting for it.
    fn stop_writing(&mut self) -> Vec<Effect> {
        self.decode.playing = false;
        self.stop()
    }

    fn stop(&mut self) -> Vec<Effect> {
        self.job = None;
        self.shell.progress = None;
        vec![Effect::Cancel]
    }

    fn fill_asked(&mut self, asked: fill::Asked) -> Vec<Effect> {
        match asked {
            fill::Asked::Nothing => Vec::new(),
            fill::Asked::Leave => {
                self.writing = false;
                Vec::new()
            }
            fill::Asked::Put(position, id) => self.put_token(position, id),
        }
    }

    fn replay(&mut self) -> Vec<Effect> {
        let Some(pass) = self.pass.clone() else { return Vec::new() };
        if self.attention.off.is_empty() {
            self.attention.without = None;
            // A replay that is on its way is of no interest any more.
            return if self.is_replaying() { self.stop() } else { Vec::new() };
        }
        let off = self.attention.off.iter().copied().collect();
        self.start(Work::Replay(pass, off))
    }

    /// What is shown and was not kept is recomputed elsewhere.
    fn open_hidden(&mut self, pass: &Arc<Pass>) -> Vec<Effect> {
        self.keep_cursor(pass);
        self.opened.clear();
        self.open_next(pass)
    }

    fn keep_cursor(&mut self, pass: &Pass) {
        if matches!(self.place(), Place::Attention | Place::AttentionLines) {
            self.attention.keep(pass, &mut self.cursor);
        }
    }

    /// Recomputes one scope after another until all that is shown is at hand; each once, since a scope may be so large
    /// that another one is dropped for it.
    fn open_next(&mut self, pass: &Arc<Pass>) -> Vec<Effect> {
        let replay = self.attention.without.clone().filter(|_| self.place() != Place::Steps);
        let record = replay.as_deref().unwrap_or(&pass.record);
        let scope = self.hidden(pass, record).into_iter().find(|scope| !self.opened.contains(scope));
        let Some(scope) = scope else {
            if let Some(trail) = self.trail_mut() {
                trail.arrive_anyway(record);
            }
            return Vec::new();
        };
        match self.job.as_ref().map(|job| &job.work) {
            // A new pass is coming, or the same without some heads, or this very scope.
            Some(Work::Run(_) | Work::Decode(..) | Work::Replay(..) | Work::Load(_)) => return Vec::new(),
            Some(Work::Open(_, coming)) if *coming == scope => return Vec::new(),
            _ => {}
        }
        self.opened.push(scope);
        let record = replay.map_or_else(|| Recorded::Pass(Arc::clone(pass)), Recorded::Replay);
        self.start(Work::Open(Opening { record }, scope))
    }

    /// The scopes of what the open screen reads and what was not kept of a record.
    fn hidden(&self, pass: &Pass, record: &Record) -> Vec<ScopeId> {
        let (mut reads, trail) = match self.place() {
            Place::Steps => (self.steps.reads(pass), &self.steps.trail),
            Place::Attention | Place::AttentionLines => (self.attention.reads(pass), &self.attention.trail),
            _ => return Vec::new(),
        };
        reads.extend(trail.missing(record));
        let hidden = |id: &NodeId| record.get(*id).is_none();
        reads.into_iter().filter(hidden).map(|id| record.graph().node(id).scope).collect()
    }

    fn trail_mut(&mut self) -> Option<&mut Trail> {
        match self.place() {
            Place::Steps => Some(&mut self.steps.trail),
            Place::Attention => Some(&mut self.attention.trail),
            _ => None,
        }
    }

    fn click(&mut self, target: Target) -> Vec<Effect> {
        if self.place() == Place::Catalogue || self.place() == Place::CatalogueFilter {
            self.catalogue.filtering = false;
            let asked = self.catalogue.click(target);
            return self.catalogue_asked(asked);
        }
        if self.place() == Place::Timeline {
            let asked = self.timeline.click(target);
            return self.timeline_asked(asked);
        }
        if self.place() == Place::Estimates {
            self.estimates_click(target);
            return Vec::new();
        }
        let Some(pass) = self.pass.clone() else { return Vec::new() };
        if self.panel.is_some() {
            return self.panel_click(target);
        }
        match self.place() {
            Place::Steps => {
                self.steps.click(target, &pass, &mut self.cursor);
                self.open_hidden(&pass)
            }
            Place::Attention | Place::AttentionLines => {
                self.attention.click(target, &pass, &mut self.cursor);
                self.open_hidden(&pass)
            }
            Place::Decode => {
                let asked = self.decode.click(target);
                self.decode_asked(asked)
            }
            Place::Fill => {
                let asked = self.fill.click(target, &pass, &mut self.cursor.query);
                self.fill_asked(asked)
            }
            _ => Vec::new(),
        }
    }

    /// The wheel scrolls what lies under it: lists step, heads change, cells move.
    fn wheel(&mut self, target: Option<Target>, down: bool) -> Vec<Effect> {
        let action = match (target, self.place(), down) {
            _ if self.shell.overlay.is_some() => {
                if down {
                    Action::MoveDown
                } else {
                    Action::MoveUp
                }
            }
            (Some(Target::Head { .. }), _, true) => Action::NextHead,
            (Some(Target::Head { .. }), _, false) => Action::PreviousHead,
            (Some(Target::Row { list: super::steps::TREE, .. }), Place::Steps, true) => Action::StepForward,
            (Some(Target::Row { list: super::steps::TREE, .. }), Place::Steps, false) => Action::StepBackward,
            (_, _, true) => Action::MoveDown,
            (_, _, false) => Action::MoveUp,
        };
        let place = self.keys();
        let request = self.shell.act(action.into(), place);
        self.request(request)
    }

    fn tick(&mut self, elapsed: Duration) -> Vec<Effect> {
        if let Some(job) = &self.job {
            let done = self.shell.progress.as_ref().and_then(|progress| progress.done);
            let label = job.work.word().text(self.shell.language).to_owned();
            self.shell.progress = Some(Progress { label, done, elapsed });
            return Vec::new();
        }
        match (self.place(), self.pass.clone()) {
            (Place::Steps, Some(pass)) if self.steps.playing => {
                self.steps.tick(&pass);
                self.open_hidden(&pass)
            }
            (Place::Decode, _) if self.decode.playing => self.decode_asked(decode::Asked::Write(None)),
            _ => Vec::new(),
        }
    }

    fn message(&mut self, message: Message) -> Vec<Effect> {
        let current = self.job.as_ref().map(|job| job.id);
        match message {
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
                    Ok(outcome) => self.outcome(outcome),
                    Err(fault) if loading => {
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

    fn outcome(&mut self, outcome: Outcome) -> Vec<Effect> {
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
            Outcome::Replay(record, overviews, measured) => {
                (self.attention.without, self.attention.overviews) = (Some(record), Some(overviews));
                self.attention.measured = Some(measured);
                self.on_screen()
            }
            Outcome::Found(finding) => {
                if let Some(panel) = &mut self.panel {
                    panel.take(finding);
                }
                Vec::new()
            }
            Outcome::Opened => match self.pass.clone() {
                Some(pass) => self.open_next(&pass),
                None => Vec::new(),
            },
            Outcome::Loaded(subject) => self.take_subject(subject),
            // Taken where the trial is still known.
            Outcome::Tried(_) | Outcome::Cancelled => Vec::new(),
        }
    }

    fn take_pass(&mut self, pass: Arc<Pass>) -> Vec<Effect> {
        self.mark_unseen();
        self.steps.fit(&pass, self.pass.as_deref());
        self.attention.fit(&pass);
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
        self.pass = Some(pass);
        if let Some(panel) = &mut self.panel {
            panel.fit();
        }
        let again = self.replay();
        if again.is_empty() { self.on_screen() } else { again }
    }

    /// The stream whose token the cursor's row is, on the open screen.
    fn stream(&self, pass: &Pass) -> Stream {
        match self.place() {
            Place::Attention | Place::AttentionLines => {
                self.attention.attention(pass).map_or(Stream::NONE, |attention| attention.query_stream)
            }
            Place::Steps => {
                let axes = self.steps.node(pass).map(|node| &pass.record.graph().node(node).axes);
                let along = axes.and_then(|axes| axes.iter().find(|axis| axis.kind.is_sequence()));
                along.map_or(Stream::NONE, |axis| axis.stream)
            }
            _ => Stream::NONE,
        }
    }

    /// The bytes of the prompt that the token under the cursor covers.
    pub fn token_bytes(&self) -> Option<(usize, usize)> {
        let pass = self.pass.as_ref()?;
        let stream = self.stream(pass);
        let token = pass.stream(stream).get(self.cursor.query)?.source.as_ref()?;
        let line = self.shell.prompt.text();
        let (start, end) = (token.bytes.start, token.bytes.end);
        let of_target = !pass.target.is_empty() && stream == Stream::DECODER;
        let before = match token.sequence {
            _ if of_target => pass.prompt.second(),
            Some(1) => line.len().checked_sub(pass.prompt.pair.as_ref()?.len())?,
            _ => 0,
        };
        (end > start && before + end <= line.len()).then_some((before + start, before + end))
    }

    /// Whether help or palette lie on top.
    pub fn is_covered(&self) -> bool {
        self.shell.overlay.is_some()
    }
}
