//! The explorer joined to the terminal: events become inputs, effects become threads, and a frame is drawn.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ratatui::Frame;

use super::export;
use super::state::Store;
use crate::app::catalogue::CatalogueState;
use crate::app::examples::Example;
use crate::app::memory::{Memory, Usual};
use crate::app::shell::{Gravity, THEMES};
use crate::app::tokenization::{Ask, Shown};
use crate::app::tour::Tour;
use crate::app::{Address, App, Effect, Input, Job, Keymap, Language, Message, Outcome, Saving, Shell, Work};
use crate::catalog::Catalog;
use crate::explore::{Decoding, ExploreError, Pass, Subject};
use crate::local::{Hub, Scan};
use crate::tape::Run;
use crate::term::{self, End, Event, Events, Flow, Mouse, MouseKind, Program, Waker};
use crate::ui::{self, ColorDepth, Hits, Look, Themes};

/// How the explorer is started.
pub struct Options {
    /// English or Chinese.
    pub language: Language,
    /// What the terminal can show.
    pub depth: ColorDepth,
    /// Whether clicks come to the program.
    pub mouse: bool,
    /// The text to begin with.
    pub text: Option<String>,
    /// Where to go as soon as the model is there.
    pub address: Option<Address>,
    /// The tour to begin, at that address.
    pub tour: Option<Arc<Tour>>,
    /// The theme to begin with; none is the first of all.
    pub theme: Option<String>,
    /// Which key does what.
    pub keymap: Keymap,
    /// The themes that there are.
    pub themes: Themes,
    /// What is wrong with what the user set or with what was remembered, in words.
    pub faults: Vec<String>,
    /// Where to remember what is shown.
    pub store: Store,
    /// What was remembered.
    pub memory: Memory,
    /// Whether it looks as it was left: the address is where that was.
    pub resumes: bool,
}

impl Options {
    /// What is so without anything remembered.
    fn usual(&self) -> Usual {
        Usual { language: self.language, theme: self.theme.clone().unwrap_or_else(|| THEMES[0].to_owned()) }
    }
}

/// The ids to begin with, where there is no tokenizer.
const FIRST_IDS: &str = "1 2 3 4";
/// The text to begin with, where the model brings none.
const FIRST_TEXT: &str = "Anna and Tom went to the park. Anna found a red ball. She gave it to Tom.";

/// Tokens that are written at most for a target that is not given.
const WRITTEN: usize = 48;

/// Opens the explorer on a checkpoint directory, or on the catalogue alone.
///
/// # Errors
/// Where checkpoint or catalogue cannot be used or there is no terminal.
pub fn open(path: Option<&Path>, catalog: Option<&Path>, options: Options) -> color_eyre::Result<u8> {
    // What is wrong with the model or the catalogue is said first, whether or not there is a terminal.
    let subject = path.map(|path| super::model::open(path, catalog)).transpose()?;
    begin(subject, catalog, options)
}

/// As [`open`], on a model that is open already.
///
/// # Errors
/// Where the catalogue cannot be used or there is no terminal.
pub fn begin(subject: Option<Subject>, catalog: Option<&Path>, options: Options) -> color_eyre::Result<u8> {
    let subject = subject.map(Arc::new);
    let catalog = super::catalog::open(catalog)?;
    term::depth::check()?;
    let mut app = app(subject, catalog, options.language, options.mouse, options.text.as_deref())?;
    let usual = options.usual();
    app.shell.keymap = options.keymap;
    app.shell.themes = options.themes.names();
    app.shell.theme.clone_from(&usual.theme);
    options.memory.recall(&mut app.shell);
    if options.resumes {
        options.memory.restore(&mut app.shell);
    }
    if let Some(fault) = options.faults.first() {
        app.shell.say(Gravity::Warning, fault.as_str());
    }
    let mut explorer = Explorer::new(app, options.depth, options.themes)?;
    (explorer.store, explorer.usual) = (Some(options.store), Some(usual));
    let events = Events::start()?;
    explorer.waker = Some(events.waker());
    let effects = match (&options.tour, &options.address) {
        (Some(tour), _) => explorer.app.begin_tour(Arc::clone(tour)),
        (None, Some(address)) => explorer.app.go(address.clone()),
        (None, None) => explorer.app.begin(),
    };
    explorer.carry_out(effects);
    let mut screen = term::Terminal::start(term::Options { mouse: options.mouse })?;
    let end = term::run(&mut explorer, &mut screen, &events);
    explorer.cancel.store(true, Ordering::Relaxed);
    drop(screen);
    explorer.remember();
    Ok(end.map(End::status)?)
}

/// The explorer of a model with the text to begin with.
pub fn app(
    subject: Option<Arc<Subject>>,
    catalog: Arc<Catalog>,
    language: Language,
    mouse: bool,
    text: Option<&str>,
) -> color_eyre::Result<App> {
    let mut shell = Shell::new(language)?;
    shell.mouse = mouse;
    let first = match subject.as_deref() {
        Some(subject) if subject.as_mini().is_some() => Example::of(subject).into_iter().next().map(|first| first.text),
        Some(subject) if subject.tokenizer().is_none() => Some(FIRST_IDS.to_owned()),
        _ => None,
    };
    shell.prompt.set(text.or(first.as_deref()).unwrap_or(FIRST_TEXT));
    if let Some(fault) = subject.as_ref().and_then(|subject| subject.card_fault()) {
        shell.say(Gravity::Warning, fault);
    }
    let mut app = App::new(shell, subject);
    app.catalogue = CatalogueState::new(catalog);
    Ok(app)
}

struct Explorer {
    app: App,
    look: Look,
    hits: Hits,
    waker: Option<Waker<Message>>,
    /// Of the work that goes on.
    cancel: Arc<AtomicBool>,
    began: Instant,
    /// Where it is remembered what is shown.
    store: Option<Store>,
    usual: Option<Usual>,
}

impl Explorer {
    fn new(app: App, depth: ColorDepth, themes: Themes) -> color_eyre::Result<Self> {
        let look = Look::new(depth, themes)?;
        Ok(Self {
            app,
            look,
            hits: Hits::new(),
            waker: None,
            cancel: Arc::default(),
            began: Instant::now(),
            store: None,
            usual: None,
        })
    }

    /// Remembers where one was left.
    fn remember(&self) {
        if let (Some(store), Some(usual)) = (&self.store, &self.usual) {
            store.close(self.app.memory(usual));
        }
    }

    /// The same on a thread of its own: a home may lie far away.
    fn remember_later(&self) {
        let (Some(store), Some(usual)) = (self.store.clone(), &self.usual) else { return };
        let memory = self.app.memory(usual);
        // What cannot be remembered now is remembered at the end.
        let _ = term::spawn_worker("memory", move || store.write(memory), |_| {});
    }

    fn carry_out(&mut self, effects: Vec<Effect>) -> Flow {
        let mut flow = Flow::Go;
        for effect in effects {
            match effect {
                Effect::Quit => return Flow::Quit,
                Effect::Mouse(taken) => flow = Flow::Mouse(taken),
                Effect::Copy(text) => flow = Flow::Copy(text),
                Effect::Cancel => self.cancel.store(true, Ordering::Relaxed),
                Effect::Start(job) => self.start(job),
                Effect::ReadCatalogue(catalog) => self.read(catalog),
                Effect::LookInCache => self.look_in_cache(),
                Effect::Remember => self.remember_later(),
                Effect::Tokenize(ask) => self.tokenize(ask),
                Effect::Save(saving) => self.save(saving),
            }
        }
        flow
    }

    /// Reads all entries on a thread of their own; other work goes on beside it.
    fn read(&mut self, catalog: Arc<Catalog>) {
        let Some(waker) = self.waker.clone() else { return };
        let work = move || {
            catalog.entries();
        };
        let done = move |_: Result<(), String>| {
            waker.wake(Message::CatalogueRead);
        };
        if term::spawn_worker("catalogue", work, done).is_err() {
            // Without a thread it is read here: later, but read.
            let effects = self.app.update(Input::Message(Message::CatalogueRead));
            self.carry_out(effects);
        }
    }

    /// Looks at the cache of the hub on a thread of its own; it ends with the program.
    fn look_in_cache(&mut self) {
        let Some(waker) = self.waker.clone() else { return };
        let work = || Hub::from_environment().scan(&AtomicBool::new(false));
        let done = move |scan: Result<Scan, String>| {
            let scan = scan.unwrap_or_else(|panic| Scan { fault: Some(panic), ..Scan::default() });
            waker.wake(Message::CacheFound(Arc::new(scan)));
        };
        if let Err(error) = term::spawn_worker("cache", work, done) {
            let scan = Scan { fault: Some(error.to_string()), ..Scan::default() };
            let effects = self.app.update(Input::Message(Message::CacheFound(Arc::new(scan))));
            self.carry_out(effects);
        }
    }

    /// Cuts a text on a thread of its own; other work goes on beside it.
    fn tokenize(&mut self, ask: Ask) {
        let Some(waker) = self.waker.clone() else { return };
        let nothing =
            Shown { wanted: ask.wanted.clone(), shelf: Arc::default(), words: Ok(Vec::new()), cuts: Vec::new() };
        let here = ask.clone();
        let done = move |result: Result<Shown, String>| {
            let shown = result.unwrap_or_else(|panic| Shown {
                words: Err(format!("this is a fault of headscope: {panic}")),
                ..nothing
            });
            waker.wake(Message::Tokenized(Arc::new(shown)));
        };
        if term::spawn_worker("tokenize", move || ask.work(), done).is_err() {
            // Without a thread it is done here: later, but done.
            let effects = self.app.update(Input::Message(Message::Tokenized(Arc::new(here.work()))));
            self.carry_out(effects);
        }
    }

    /// Draws what is shown and writes it on a thread of its own: pixels take longer than a frame may.
    fn save(&mut self, saving: Saving) {
        let Some(waker) = self.waker.clone() else { return };
        let size = crossterm::terminal::size().unwrap_or((120, 36));
        let (name, extension) = (export::file_name(&self.app), saving.form.extension());
        let draft = export::draft(&self.app, size, saving);
        let work = move || draft.and_then(|draft| draft.save(&name, extension)).map_err(|error| format!("{error:#}"));
        let done = move |saved: Result<Result<String, String>, String>| {
            waker.wake(Message::Saved(saved.unwrap_or_else(Err)));
        };
        if let Err(error) = term::spawn_worker("save", work, done) {
            let message = Message::Saved(Err(format!("no thread can be had for the work: {error}")));
            let effects = self.app.update(Input::Message(message));
            self.carry_out(effects);
        }
    }

    fn start(&mut self, job: Job) {
        let (Some(waker), subject) = (self.waker.clone(), self.app.subject.clone()) else { return };
        self.cancel.store(true, Ordering::Relaxed);
        self.cancel = Arc::default();
        self.began = Instant::now();
        let (cancel, id) = (Arc::clone(&self.cancel), job.id);
        let progress = waker.clone();
        let work = move || {
            term::panic_if_asked("worker");
            carry_out(&job, subject.as_deref(), &cancel, &|message| {
                progress.wake(message);
            })
        };
        let done = move |result: Result<Result<Outcome, String>, String>| {
            let result = result.unwrap_or_else(|panic| Err(format!("this is a fault of headscope: {panic}")));
            waker.wake(Message::Done(id, result));
        };
        if let Err(error) = term::spawn_worker("work", work, done)
            && let Some(waker) = &self.waker
        {
            waker.wake(Message::Done(id, Err(format!("no thread can be had for the work: {error}"))));
        }
    }
}

/// Goes to an address and does all work for it on the thread it is called on.
pub fn arrive(app: &mut App, address: &Address) {
    let effects = app.go(address.clone());
    settle(app, effects);
}

/// Does all work at once, on the thread it is called on. What lies on this machine is left out: a picture does not
/// depend on it.
pub fn settle(app: &mut App, mut effects: Vec<Effect>) {
    while let Some(effect) = effects.pop() {
        let message = match effect {
            Effect::Start(job) => {
                let done = carry_out(&job, app.subject.clone().as_deref(), &AtomicBool::new(false), &|_| {});
                Message::Done(job.id, done)
            }
            Effect::ReadCatalogue(catalog) => {
                catalog.entries();
                Message::CatalogueRead
            }
            Effect::Tokenize(ask) => Message::Tokenized(Arc::new(ask.work())),
            Effect::LookInCache => Message::CacheFound(Arc::default()),
            _ => continue,
        };
        effects.extend(app.update(Input::Message(message)));
    }
}

/// Does a job on the thread it is called on; without a model only another one can be opened.
pub fn carry_out(
    job: &Job,
    subject: Option<&Subject>,
    cancel: &AtomicBool,
    report: &(dyn Fn(Message) + Sync),
) -> Result<Outcome, String> {
    if let Work::Load(model) = &job.work {
        let opened = super::model::open(Path::new(model), None).map_err(|error| format!("{error:#}"));
        // What the palette offers of its texts is read here once, and not while a frame waits for it.
        return opened.map(|subject| {
            Example::of(&subject);
            Outcome::Loaded(Arc::new(subject))
        });
    }
    if let Work::Compare(comparing) = &job.work {
        return Ok(Outcome::Compared(comparing.run(Some(cancel))));
    }
    let Some(subject) = subject else { return Ok(Outcome::Cancelled) };
    // Told at most so often, or a small model would spend its time on talking.
    let told = std::sync::Mutex::new(Instant::now());
    let progress = |done: usize, all: usize| {
        if let Ok(mut told) = told.lock()
            && told.elapsed() > Duration::from_millis(50)
        {
            *told = Instant::now();
            report(Message::Progress(job.id, done, all));
        }
    };
    if let Work::Run(prompt) | Work::Decode(prompt, _) = &job.work {
        // The words that minis know are read here once, and not while a frame waits for them.
        subject.unseen(prompt);
    }
    let run = Run { pool: subject.pool(), cancel: Some(cancel), progress: Some(&progress) };
    let outcome = match &job.work {
        Work::Run(prompt) => {
            Pass::run_whole(subject, prompt, WRITTEN, run).map(|pass| pass.map(|pass| Outcome::Pass(at_hand(pass))))
        }
        Work::Decode(prompt, sampling) => Decoding::start(subject, prompt, *sampling, run).map(written),
        Work::Write(decoding, id) => decoding.write(subject, *id, run).map(written),
        Work::Replay(pass, edits) => {
            pass.edited(edits, run).map(|pass| pass.map(|pass| Outcome::Edited(at_hand(pass))))
        }
        // What cannot be worked out is said in the panel: the text is none the worse for it.
        Work::Study(study) => match study.run(subject, run) {
            Ok(found) => Ok(found.map(|finding| Outcome::Found(Ok(finding)))),
            Err(error) => Ok(Some(Outcome::Found(Err(error.to_string())))),
        },
        Work::Open(pass, scope) => {
            pass.record.open(*scope);
            Ok(Some(Outcome::Opened))
        }
        // What cannot serve is said in the view: the text is none the worse for it.
        Work::Try(trial) => Ok(Some(Outcome::Tried(trial.run(subject).map(Arc::new)))),
        Work::Load(_) | Work::Compare(_) => Ok(None),
    };
    outcome.map(|outcome| outcome.unwrap_or(Outcome::Cancelled)).map_err(|error: ExploreError| error.to_string())
}

/// What screens read of a pass and what takes a while where text or vocabulary are long is worked out here.
fn at_hand(pass: Pass) -> Arc<Pass> {
    pass.expected();
    pass.measured();
    Arc::new(pass)
}

fn written(decoding: Option<Decoding>) -> Option<Outcome> {
    decoding.map(|decoding| Outcome::Decoding(Arc::new(decoding)))
}

impl Program for Explorer {
    type Message = Message;

    fn draw(&mut self, frame: &mut Frame<'_>) {
        let theme = self.look.theme(&self.app.shell.theme);
        ui::screens::draw(frame, theme, &mut self.hits, &self.app);
        if let Some(block) = self.hits.fitted() {
            self.app.attention.fitted = block;
        }
        // Keys pressed at the end must not have to be pressed back.
        if let Some(limit) = self.hits.scroll_limit() {
            self.app.scroll = self.app.scroll.min(limit);
        }
    }

    fn handle(&mut self, event: Event<Message>) -> Flow {
        let input = match event {
            Event::Key(key) => Input::Key(key),
            Event::Paste(text) => Input::Paste(text),
            Event::Wake(message) => Input::Message(message),
            Event::Tick => Input::Tick(self.began.elapsed()),
            Event::Mouse(Mouse { kind, x, y }) => {
                let target = self.hits.at(x, y);
                match (kind, target) {
                    (MouseKind::Up, target) => Input::Wheel(target, false),
                    (MouseKind::Down, target) => Input::Wheel(target, true),
                    (MouseKind::Drag, Some(target)) => Input::Drag(target),
                    (_, Some(target)) => Input::Click(target),
                    (_, None) => return Flow::Go,
                }
            }
            _ => return Flow::Go,
        };
        let effects = self.app.update(input);
        self.carry_out(effects)
    }

    fn patience(&self) -> Option<Duration> {
        self.app.patience()
    }
}
