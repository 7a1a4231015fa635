//! What all screens share: the open tab, the language, the prompt, what lies on top, messages and progress.

use super::{
    action::{Action, Command},
    examples::Example,
    key::Key,
    keys::{Keymap, KeymapError, Outcome, Pending},
    language::Language,
    opening::{Cached, Offered},
    palette::{Choice, Entry, Palette},
    place::{Place, Screen},
    prompt::Prompt,
    saving::Saving,
    target::Target,
    tour::Tour,
    words::Word,
};
use std::time::Duration;

/// What lies on top of a screen.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// The keys of a place, scrolled by so many rows.
    Help(Place, usize),
    /// The command palette.
    Palette(Palette),
    /// Another text for the model, being typed.
    OtherText(Prompt),
}

/// How grave a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gravity {
    /// Good to know.
    Info,
    /// Something is not as asked.
    Warning,
    /// Something failed.
    Error,
}

/// A message at the foot of the screen; the next key takes it away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How grave.
    pub gravity: Gravity,
    /// One line.
    pub text: String,
    /// What is shown below it whole, however long it is, so that it can be selected: an address.
    pub verbatim: Option<String>,
}

/// Work that goes on elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub label: String,
    /// How much of it, where that is known: done and all.
    pub done: Option<(u64, u64)>,
    /// For how long it has been going on.
    pub elapsed: Duration,
}

impl Progress {
    /// Before this nothing is shown, so that short work does not flicker.
    pub const SHOWN_AFTER: Duration = Duration::from_millis(150);

    /// Whether it is worth showing.
    pub fn is_shown(&self) -> bool {
        self.elapsed >= Self::SHOWN_AFTER
    }
}

/// The themes that come with the program, in the order in which a key goes through them.
pub const THEMES: [&str; 5] = ["dark", "light", "cividis", "contrast", "mono"];

/// What an action asks of those who own screens and terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Leave the program.
    Quit,
    /// The text was changed and accepted.
    Text(String),
    /// The running work is to stop.
    Cancel,
    /// The mouse is to be taken or given back.
    Mouse(bool),
    /// Something chosen in the palette by its id.
    Open(String),
    /// Another text was typed, to take values from.
    OtherText(String),
    /// Another model, by its id or path.
    Model(String),
    /// The cache of the hub is to be looked at.
    LookInCache,
    /// A tour, by its id.
    Tour(String),
    /// A model to lay beside others, by its id.
    Beside(String),
    /// What is shown is to be saved.
    Save(Saving),
    /// Not for the shell: the open screen's own business.
    Screen(Command),
    /// A click or drag on the screen's own parts.
    Click(Target),
    /// A key that does nothing by itself: where the screen has a field, it writes.
    Type(Key),
}

/// The state that all screens share.
#[derive(Clone, Debug)]
pub struct Shell {
    /// The open tab.
    pub screen: Screen,
    /// The language of the interface.
    pub language: Language,
    /// The name of the theme.
    pub theme: String,
    /// The themes that a key goes through.
    pub themes: Vec<String>,
    /// Whether the program has the mouse.
    pub mouse: bool,
    /// The text that models read.
    pub prompt: Prompt,
    /// The text before it was edited, while it is.
    editing: Option<String>,
    /// What lies on top.
    pub overlay: Option<Overlay>,
    /// A message.
    pub notice: Option<Notice>,
    /// Work that goes on.
    pub progress: Option<Progress>,
    /// Which key does what.
    pub keymap: Keymap,
    /// What the palette offers besides actions.
    pub offers: Vec<Example>,
    /// The models that can be opened by name.
    pub models: Vec<Offered>,
    /// The cache of the hub.
    pub cached: Cached,
    pending: Pending,
}

impl Shell {
    /// A shell with the keys that come with the program.
    ///
    /// # Errors
    /// Where the embedded keys are faulty, which a test rules out.
    pub fn new(language: Language) -> Result<Self, KeymapError> {
        Ok(Self {
            screen: Screen::default(),
            language,
            theme: THEMES[0].to_owned(),
            themes: THEMES.map(str::to_owned).to_vec(),
            mouse: true,
            prompt: Prompt::default(),
            editing: None,
            overlay: None,
            notice: None,
            progress: None,
            keymap: Keymap::embedded()?,
            offers: Vec::new(),
            models: Vec::new(),
            cached: Cached::default(),
            pending: Pending::default(),
        })
    }

    /// Whether the prompt has the keys.
    pub fn is_editing(&self) -> bool {
        self.editing.is_some()
    }

    /// What has the keys, given the place of the open screen.
    pub fn place(&self, screen: Place) -> Place {
        match (&self.overlay, &self.editing) {
            (Some(Overlay::Help(..)), _) => Place::Help,
            (Some(Overlay::Palette(_)), _) => Place::Palette,
            (Some(Overlay::OtherText(_)), _) => Place::OtherText,
            (None, Some(_)) => Place::Prompt,
            (None, None) => screen,
        }
    }

    /// What has been typed of a command so far.
    pub fn pending(&self) -> &Pending {
        &self.pending
    }

    /// Shows a message until the next key.
    pub fn say(&mut self, gravity: Gravity, text: impl Into<String>) {
        self.notice = Some(Notice { gravity, text: text.into(), verbatim: None });
    }

    /// Shows something that may be selected and taken, with a message, until the next key.
    pub fn show(&mut self, text: impl Into<String>, verbatim: impl Into<String>) {
        let verbatim = Some(verbatim.into());
        self.notice = Some(Notice { gravity: Gravity::Info, text: text.into(), verbatim });
    }

    /// Closes what lies on top; what is being typed is taken as it is.
    pub fn put_away(&mut self) {
        self.overlay = None;
        self.stop_editing();
    }

    /// One press, given the place of the open screen.
    pub fn key(&mut self, key: Key, screen: Place) -> Option<Request> {
        self.notice = None;
        let place = self.place(screen);
        match self.pending.press(&self.keymap, place, key) {
            Outcome::Command(command) => self.act(command, screen),
            Outcome::Wait => None,
            Outcome::Nothing if self.overlay.is_none() && self.editing.is_none() => Some(Request::Type(key)),
            Outcome::Nothing => {
                self.type_key(key);
                None
            }
        }
    }

    fn type_key(&mut self, key: Key) {
        if let Some(Overlay::Palette(palette)) = &mut self.overlay
            && palette.query.type_key(key)
        {
            palette.search();
        } else if let Some(Overlay::OtherText(text)) = &mut self.overlay {
            text.type_key(key);
        } else if self.overlay.is_none() && self.editing.is_some() {
            self.prompt.type_key(key);
        }
    }

    /// A pasted text; it opens the prompt where nothing else is being typed.
    pub fn paste(&mut self, text: &str) {
        self.notice = None;
        match &mut self.overlay {
            Some(Overlay::Palette(palette)) => {
                palette.query.paste(text);
                palette.search();
            }
            Some(Overlay::OtherText(typed)) => typed.paste(text),
            Some(Overlay::Help(..)) => {}
            None => {
                self.start_editing();
                self.prompt.paste(text);
            }
        }
    }

    /// A click on something, given the place of the open screen.
    pub fn click(&mut self, target: Target, screen: Place) -> Option<Request> {
        self.notice = None;
        match target {
            Target::Key(action) => self.act(action.into(), screen),
            Target::Help(action) => {
                self.overlay = None;
                // The list that it would open is the one that it was clicked in.
                if action == Action::Help { None } else { self.act(action.into(), screen) }
            }
            Target::Tab(number) => {
                self.open(Screen::from_number(number)?);
                None
            }
            Target::Prompt(column) if matches!(self.overlay, Some(Overlay::OtherText(_))) => {
                if let Some(Overlay::OtherText(text)) = &mut self.overlay {
                    text.click(column);
                }
                None
            }
            // What is typed is not lost by a click beside it.
            Target::Pane(_) if matches!(self.overlay, Some(Overlay::OtherText(_))) => None,
            Target::Prompt(column) => {
                self.start_editing();
                self.prompt.click(column);
                None
            }
            Target::Row { row, .. } if matches!(self.overlay, Some(Overlay::Palette(_))) => {
                if let Some(Overlay::Palette(palette)) = &mut self.overlay {
                    palette.choose(row);
                }
                self.accept_choice(screen)
            }
            _ if self.overlay.is_some() => {
                self.overlay = None;
                None
            }
            target => Some(Request::Click(target)),
        }
    }

    fn open(&mut self, screen: Screen) {
        (self.screen, self.overlay) = (screen, None);
    }

    /// Does what a command asks, or says who has to.
    pub fn act(&mut self, command: Command, screen: Place) -> Option<Request> {
        if let Some(tab) = Screen::opened_by(command.action) {
            self.open(tab);
            return Some(Request::Screen(command));
        }
        match command.action {
            Action::Quit => return Some(Request::Quit),
            Action::Language => self.language = self.language.other(),
            Action::Theme => self.next_theme(),
            Action::Mouse => {
                self.mouse = !self.mouse;
                return Some(Request::Mouse(self.mouse));
            }
            // Whatever lies on top: the address is of what is below.
            Action::CopyAddress => return Some(Request::Screen(command)),
            Action::Help => self.overlay = Some(Overlay::Help(self.place(screen), 0)),
            Action::Palette => self.open_palette(screen),
            Action::Models => {
                self.open_models();
                return Some(Request::LookInCache);
            }
            Action::Examples => self.open_examples(),
            Action::Recent => self.open_recent(),
            Action::Save => self.open_forms(screen),
            Action::EditPrompt => self.start_editing(),
            Action::Back => return self.back(command),
            _ if self.overlay.is_some() => return self.act_on_top(command, screen),
            Action::Accept if self.editing.is_some() => {
                self.editing = None;
                return Some(Request::Text(self.prompt.accept()));
            }
            action if self.editing.is_some() => {
                self.prompt.edit(action);
            }
            _ => return Some(Request::Screen(command)),
        }
        None
    }

    /// Lets another text be typed, beginning with this one.
    pub fn ask_other_text(&mut self, begin: &str) {
        let mut text = Prompt::default();
        text.set(begin);
        self.overlay = Some(Overlay::OtherText(text));
    }

    fn next_theme(&mut self) {
        let at = self.themes.iter().position(|theme| *theme == self.theme).unwrap_or(0);
        if let Some(next) = self.themes.get((at + 1) % self.themes.len().max(1)) {
            self.theme.clone_from(next);
        }
        let words = Word::ThemeIs.fill(self.language, &[&self.theme]);
        self.say(Gravity::Info, words);
    }

    fn open_palette(&mut self, screen: Place) {
        let mut entries = Palette::actions(&self.keymap, screen, self.language);
        let models = self.models.iter().filter(|model| model.opens());
        entries.extend(models.map(|model| model.entry(self.language)));
        entries.extend(Tour::built_in().iter().map(|tour| tour.entry(self.language)));
        entries.extend(self.offers.iter().map(|example| example.entry(self.language)));
        self.overlay = Some(Overlay::Palette(Palette::new(entries)));
    }

    /// The trained models and what is known of the cache; what is being typed is taken as it is.
    fn open_models(&mut self) {
        self.stop_editing();
        self.overlay = Some(Overlay::Palette(Palette::of(Word::TypeToFindModel, Vec::new())));
        self.fill_models();
    }

    /// Puts the models that there are now into the list of models, where it is open.
    pub fn fill_models(&mut self) {
        let entries = self.models.iter().map(|model| model.entry(self.language)).collect();
        if let Some(Overlay::Palette(palette)) = &mut self.overlay
            && palette.heading == Some(Word::TypeToFindModel)
        {
            palette.note = self.cached.looking.then_some(Word::LookingInCache);
            palette.replace(entries);
        }
    }

    /// The texts that lie ready for this model.
    fn open_examples(&mut self) {
        self.stop_editing();
        let entries = self.offers.iter().map(|example| example.listed(self.language)).collect();
        self.overlay = Some(Overlay::Palette(Palette::of(Word::TypeToFindExample, entries)));
    }

    /// The texts that were used before, the newest first.
    fn open_recent(&mut self) {
        self.stop_editing();
        let note = Word::RecentText.text(self.language);
        let entries: Vec<Entry> = self
            .prompt
            .recent()
            .filter(|text| *text != self.prompt.text())
            .map(|text| Entry {
                title: Prompt::new(text).shown(),
                note: note.to_owned(),
                also: String::new(),
                detail: String::new(),
                choice: Choice::Open(text.to_owned()),
            })
            .collect();
        if entries.is_empty() {
            self.say(Gravity::Info, Word::NothingRecent.text(self.language));
            return;
        }
        self.overlay = Some(Overlay::Palette(Palette::of(Word::TypeToFindRecent, entries)));
    }

    /// The tours that come with the program.
    pub fn open_tours(&mut self) {
        self.stop_editing();
        let entries = Tour::built_in().iter().map(|tour| tour.entry(self.language)).collect();
        self.overlay = Some(Overlay::Palette(Palette::of(Word::TypeToFindTour, entries)));
    }

    /// Lets one of several be chosen: `heading` says what can be found.
    pub fn choose_from(&mut self, heading: Word, entries: Vec<super::palette::Entry>) {
        self.stop_editing();
        self.overlay = Some(Overlay::Palette(Palette::of(heading, entries)));
    }

    /// The forms that the open screen can be saved in.
    fn open_forms(&mut self, screen: Place) {
        self.stop_editing();
        let entries = Saving::offered(screen).into_iter().map(|saving| saving.entry(self.language)).collect();
        self.overlay = Some(Overlay::Palette(Palette::of(Word::TypeToFindForm, entries)));
    }

    fn stop_editing(&mut self) {
        if self.editing.take().is_some() {
            self.prompt.accept();
        }
    }

    fn start_editing(&mut self) {
        if self.editing.is_none() {
            self.prompt.remember();
            self.editing = Some(self.prompt.text().to_owned());
        }
    }

    /// Closes what lies on top, else gives up the edited text, else cancels what runs, else asks the screen.
    fn back(&mut self, command: Command) -> Option<Request> {
        if self.overlay.take().is_some() {
            return None;
        }
        if let Some(before) = self.editing.take() {
            self.prompt.set(&before);
            return None;
        }
        if self.progress.take().is_some() { Some(Request::Cancel) } else { Some(Request::Screen(command)) }
    }

    fn act_on_top(&mut self, command: Command, screen: Place) -> Option<Request> {
        const PAGE: usize = 10;
        let by = match command.action {
            Action::MoveUp => -(command.times() as isize),
            Action::MoveDown => command.times() as isize,
            Action::PageUp => -((PAGE * command.times()) as isize),
            Action::PageDown => (PAGE * command.times()) as isize,
            Action::Home => isize::MIN / 2,
            Action::End => isize::MAX / 2,
            Action::Accept => return self.accept_choice(screen),
            _ => 0,
        };
        match &mut self.overlay {
            Some(Overlay::Help(place, scroll)) => {
                let rows = self.keymap.help(*place, self.language).len();
                *scroll = scroll.saturating_add_signed(by).min(rows.saturating_sub(1));
            }
            Some(Overlay::Palette(palette)) => {
                palette.step(by);
                if palette.query.edit(command.action) {
                    palette.search();
                }
            }
            Some(Overlay::OtherText(text)) => {
                text.edit(command.action);
            }
            None => {}
        }
        None
    }

    fn accept_choice(&mut self, screen: Place) -> Option<Request> {
        let palette = match self.overlay.take()? {
            Overlay::Palette(palette) => palette,
            Overlay::OtherText(text) => return Some(Request::OtherText(text.text().to_owned())),
            Overlay::Help(..) => return None,
        };
        match palette.chosen()? {
            Choice::Action(action) => self.act((*action).into(), screen),
            Choice::Open(id) => Some(Request::Open(id.clone())),
            Choice::Model(model) => Some(Request::Model(model.clone())),
            Choice::Told(why) => {
                let why = why.clone();
                self.say(Gravity::Warning, why);
                None
            }
            Choice::Tour(id) => Some(Request::Tour(id.clone())),
            Choice::Beside(model) => Some(Request::Beside(model.clone())),
            Choice::Save(saving) => Some(Request::Save(*saving)),
        }
    }
}

#[cfg(test)]
mod tests;
