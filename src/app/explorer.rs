//! The whole state of the explorer: what is loaded, what was run, where the cursor is. Every key, click and report goes
//! through here and comes out as effects; nothing here draws, reads files or starts threads.

mod addressing;
mod cards;
mod changed;
mod comparing;
mod loading;
mod panels;
pub mod parts;
mod pointer;
mod results;
mod tokenization;
mod writing;

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use super::address::Arrival;
use super::attention::{AttentionState, View};
use super::catalogue::CatalogueState;
use super::compare::CompareState;
use super::decode::{self, DecodeState};
use super::examples::Example;
use super::fill::FillState;
use super::job::{Job, Message, Work};
use super::objective::ObjectiveState;
use super::opening::Offered;
use super::shell::Request;
use super::steps::StepsState;
use super::timeline::TimelineState;
use super::tokenization::{Ask, TokenizationState};
use super::tour::Touring;
use super::{Action, Command, Cursor, Key, Panel, Place, Saving, Screen, Shell, Target, Trail};
use crate::catalog::Catalog;
use crate::explore::{Pass, Prompt, Subject, Summary};
use crate::models::Predicts;
use crate::tape::{ScopeId, Stream};

/// Something that happened.
#[derive(Clone)]
pub enum Input {
    /// A key.
    Key(Key),
    /// A pasted text.
    Paste(String),
    /// A click on something.
    Click(Target),
    /// The mouse moved onto something with its button down.
    Drag(Target),
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
    /// Look at the cache of the hub, and say what is there.
    LookInCache,
    /// A text or a model was taken: a moment to remember where one is.
    Remember,
    /// Cut a text into tokens beside other work, and say what came of it.
    Tokenize(Ask),
    /// Put a text on the clipboard, where the terminal does that.
    Copy(String),
    /// Save what is shown; a message says where, or why not.
    Save(Saving),
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
    /// The way from the text to its tokens, over everything.
    pub tokenization: TokenizationState,
    /// The other text, whose pass values are taken from.
    pub other: Option<String>,
    /// The catalogue.
    pub catalogue: CatalogueState,
    /// Models side by side.
    pub compare: CompareState,
    /// Whether the catalogue led there.
    compare_from_catalogue: bool,
    /// Who came from whom.
    pub timeline: TimelineState,
    /// The tour that is on.
    pub tour: Option<Touring>,
    /// The screen that an open card goes back to.
    pub(super) card_from: Screen,
    /// The first line shown on the model screen.
    pub scroll: usize,
    /// The part of the model that is chosen in its drawing, by its line in the tree of steps.
    pub part: Option<usize>,
    /// Why the text could not be run, while it cannot.
    pub fault: Option<String>,
    /// A text, and the bytes of the words in it that the mini never saw.
    unseen: (String, Vec<Range<usize>>),
    /// The work that goes on.
    pub(super) job: Option<Job>,
    jobs: u64,
    /// The scopes that were recomputed for what is shown now.
    opened: Vec<ScopeId>,
    /// The text of the newest run, so that typing starts one only where it changed.
    pub(super) asked: String,
    /// The address that is on its way to being shown.
    pub(super) arrival: Option<Arrival>,
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
            tokenization: TokenizationState::default(),
            other: None,
            catalogue: CatalogueState::new(Catalog::built_in()),
            compare: CompareState::default(),
            compare_from_catalogue: false,
            timeline: TimelineState::default(),
            tour: None,
            card_from: Screen::Catalogue,
            scroll: 0,
            part: None,
            fault: None,
            unseen: Default::default(),
            job: None,
            jobs: 0,
            opened: Vec::new(),
            asked: String::new(),
            arrival: None,
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
        if self.tokenization.open {
            return Place::Tokenization;
        }
        self.panel.as_ref().map_or_else(|| self.screen_place(), Panel::place)
    }

    /// The place that the open screen is, whatever panel lies over it.
    pub fn screen_place(&self) -> Place {
        match self.shell.screen {
            Screen::Steps if self.writing && self.predicts() == Predicts::Masked => Place::Fill,
            Screen::Steps if self.writing => Place::Decode,
            Screen::Steps => Place::Steps,
            Screen::Attention if self.attention.view == View::Lines => Place::AttentionLines,
            Screen::Attention => Place::Attention,
            Screen::Catalogue if self.catalogue.survey.is_some() => Place::Survey,
            Screen::Catalogue if self.catalogue.filtering => Place::CatalogueFilter,
            Screen::Catalogue => Place::Catalogue,
            Screen::Model if self.catalogue.opened.is_some() && self.catalogue.estimates.shown => Place::Estimates,
            Screen::Model if self.catalogue.opened.is_some() => Place::Card,
            Screen::Model if self.objective.open => Place::Objective,
            Screen::Model => Place::Model,
            Screen::Compare => Place::Compare,
            Screen::Timeline => Place::Timeline,
        }
    }

    /// What has the keys: the open screen, or the derivation that is open on it.
    pub fn keys(&self) -> Place {
        match self.place() {
            Place::Steps if !self.steps.trail.is_empty() => Place::Derivation,
            Place::Attention if !self.attention.trail.is_empty() => Place::Derivation,
            Place::Attention if self.attention.paint.open => Place::Paint,
            place => place,
        }
    }

    /// Whether anything needs a tick: work whose progress may have to be shown, or something that plays.
    pub fn patience(&self) -> Option<Duration> {
        if self.job.is_some() {
            return Some(Duration::from_millis(60));
        }
        if self.tokenization.playing && self.place() == Place::Tokenization {
            return Some(super::tokenization::PAUSE);
        }
        if self.steps.playing && self.place() == Place::Steps {
            return Some(self.steps.pause());
        }
        (self.decode.playing && self.place() == Place::Decode).then_some(decode::PAUSE)
    }

    /// The pass that all screens show: the newest over the prompt, changed by hand where it was.
    pub fn shown(&self) -> Option<&Arc<Pass>> {
        self.attention.edited.as_ref().or(self.pass.as_ref())
    }

    /// Whether the model writes, fills in, or does neither.
    pub fn predicts(&self) -> Predicts {
        self.subject.as_ref().map_or(Predicts::Nothing, |subject| subject.predicts().0)
    }

    /// Takes what happened.
    pub fn update(&mut self, input: Input) -> Vec<Effect> {
        let mut effects = self.take(input);
        effects.extend(self.follow_tokenization());
        effects.extend(self.compare_next());
        effects
    }

    fn take(&mut self, input: Input) -> Vec<Effect> {
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
                self.attention.paint.lift();
                let place = self.keys();
                let request = self.shell.click(target, place);
                self.request(request)
            }
            Input::Drag(target) if self.keys() == Place::Paint && self.shell.overlay.is_none() => {
                self.drag_paint(target)
            }
            Input::Drag(target) => {
                // A cell that is dragged over is not gone into.
                let size = self.attention.size;
                let effects = self.take(Input::Click(target));
                self.attention.size = size;
                effects
            }
            Input::Wheel(target, down) => self.wheel(target, down),
            Input::Message(message) => self.message(message),
            Input::Tick(elapsed) => self.tick(elapsed),
        }
    }

    fn request(&mut self, request: Option<Request>) -> Vec<Effect> {
        // Whoever does something else meanwhile does not want to be led away any more.
        if !matches!(&request, None | Some(Request::Mouse(_))) {
            self.arrival = None;
        }
        match request {
            None => Vec::new(),
            Some(Request::Quit) => vec![Effect::Quit],
            Some(Request::Cancel) => {
                self.compare.stopped = true;
                self.job = None;
                // What it waits for will not come.
                self.panel = self.panel.take().filter(|panel| !panel.is_empty());
                vec![Effect::Cancel]
            }
            Some(Request::Mouse(taken)) => vec![Effect::Mouse(taken)],
            Some(Request::Text(_)) => {
                let mut effects = self.run_prompt();
                effects.push(Effect::Remember);
                effects
            }
            Some(Request::Open(text)) => {
                // What was typed before can be brought back.
                self.shell.prompt.remember();
                self.shell.prompt.set(&text);
                self.run_prompt()
            }
            Some(Request::OtherText(text)) => self.take_other_text(text),
            Some(Request::Model(model)) => self.open_model(&model),
            Some(Request::LookInCache) => self.look_in_cache(),
            Some(Request::Tour(id)) => self.find_tour(&id),
            Some(Request::Screen(command)) if self.tour.is_some() => {
                let before = self.address().map(|address| address.to_string());
                let effects = self.command(command);
                self.went_back(command.action, before.as_deref());
                effects
            }
            Some(Request::Beside(model)) => self.lay_beside(model),
            Some(Request::Save(saving)) => vec![Effect::Save(saving)],
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

    pub(super) fn run_prompt(&mut self) -> Vec<Effect> {
        self.asked = self.shell.prompt.text().to_owned();
        self.decode.forget();
        let subject = self.subject.as_deref();
        let prompt = subject.map_or_else(|| Prompt::of(&self.asked), |subject| subject.prompt(&self.asked));
        if self.writing && self.predicts() == Predicts::Next {
            return self.start(Work::Decode(prompt, self.decode.sampling));
        }
        self.start(Work::Run(prompt))
    }

    pub(super) fn start(&mut self, work: Work) -> Vec<Effect> {
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
            Action::ShowTokenization => {
                self.toggle_tokenization();
                return Vec::new();
            }
            Action::Write => return self.toggle_writing(),
            Action::MaskToken => return self.mask_token(),
            Action::ShowObjective => return self.toggle_objective(),
            Action::OpenMini => return self.open_mini(),
            Action::CopyAddress => return self.copy_address(),
            Action::Tours => return self.tours_key(),
            Action::NextStop | Action::PreviousStop => return self.turn_stop(command.action == Action::NextStop),
            // The tab's key shows its first page.
            Action::ScreenModel => self.objective.open = false,
            _ => {}
        }
        match command.action {
            action if Screen::opened_by(action).is_some() => return self.opened(),
            _ if self.tokenization.open => return self.tokenization_command(command),
            _ if self.panel.is_some() => return self.panel_command(command),
            _ => {}
        }
        match self.place() {
            Place::Catalogue | Place::CatalogueFilter => {
                let asked = self.catalogue.command(command);
                self.catalogue_asked(asked)
            }
            Place::Compare => self.compare_command(command),
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
                let Some(pass) = self.shown().cloned() else { return Vec::new() };
                let asked = self.fill.command(command, &pass, &mut self.cursor.query);
                self.fill_asked(asked)
            }
            Place::Steps => {
                let Some(pass) = self.shown().cloned() else { return Vec::new() };
                self.steps.command(command, &pass, &mut self.cursor);
                self.open_hidden(&pass)
            }
            Place::Attention | Place::AttentionLines => {
                let asked = self.attention_command(command);
                self.attention_asked(asked)
            }
            Place::Objective => self.objective_command(command),
            Place::Model => self.model_command(command),
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

    pub(super) fn on_screen(&mut self) -> Vec<Effect> {
        if matches!(self.shell.screen, Screen::Catalogue | Screen::Timeline) && !self.catalogue.is_ready() {
            return vec![Effect::ReadCatalogue(Arc::clone(self.catalogue.catalog()))];
        }
        let Some(pass) = self.shown().cloned() else { return Vec::new() };
        match self.place() {
            Place::Steps | Place::Attention | Place::AttentionLines => self.open_hidden(&pass),
            Place::Objective => self.try_objective(),
            _ => self.study(),
        }
    }

    fn trail_mut(&mut self) -> Option<&mut Trail> {
        match self.place() {
            Place::Steps => Some(&mut self.steps.trail),
            Place::Attention => Some(&mut self.attention.trail),
            _ => None,
        }
    }

    /// The stream whose token the cursor's row is, on the open screen.
    fn stream(&self, pass: &Pass) -> Stream {
        if let Some(stream) = self.panel.as_ref().and_then(|panel| panel.stream(pass)) {
            return stream;
        }
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
        if self.tokenization.open {
            return self.word_bytes();
        }
        if self.place() == Place::Compare {
            return self.compared_bytes();
        }
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
