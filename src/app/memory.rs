//! What the program remembers from one start to the next: where it was, how it looked, which texts were used.

use serde::{Deserialize, Serialize};

use super::attention::View as How;
use super::{App, Language, Screen, Shell};

/// The form of what is remembered; another number is of another version of the program.
pub const VERSION: u32 = 1;

/// A longer text is not remembered.
const LONGEST: usize = 4096;

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The form.
    pub version: u32,
    /// What was shown.
    pub view: Option<View>,
    /// The language, where it was changed.
    pub language: Option<String>,
    /// The theme, where it was changed.
    pub theme: Option<String>,
    /// The texts that were used, the newest first.
    pub recent: Vec<String>,
}

/// What was shown: enough to find oneself there again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    /// The id of a mini or of an entry, or the path of a checkpoint; none where there was the catalogue alone.
    pub model: Option<String>,
    /// The text, as it is typed.
    pub text: String,
    /// The number of the screen.
    pub screen: u8,
    /// The entry of the catalogue whose card was open.
    pub card: Option<String>,
    /// Which attention, counted over layers and streams.
    pub attention: usize,
    /// Which head of it.
    pub head: usize,
    /// Whether it was shown as lines.
    pub lines: bool,
}

/// How the program begins without anything remembered: what is as it was then need not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usual {
    /// The language of the settings or of the locale.
    pub language: Language,
    /// The theme of the settings.
    pub theme: String,
}

impl App {
    /// What is to be remembered now.
    pub fn memory(&self, usual: &Usual) -> Memory {
        let shell = &self.shell;
        Memory {
            version: VERSION,
            view: Some(self.view()),
            language: (shell.language != usual.language).then(|| shell.language.code().to_owned()),
            theme: (shell.theme != usual.theme).then(|| shell.theme.clone()),
            recent: recent(shell),
        }
    }

    /// What is shown now.
    fn view(&self) -> View {
        let model = self.subject.as_ref().map(|subject| {
            let path = subject.path.display().to_string();
            if path.is_empty() { subject.name.clone() } else { path }
        });
        View {
            model,
            text: self.shell.prompt.text().to_owned(),
            screen: self.shell.screen.number(),
            card: self.catalogue.opened.clone(),
            attention: self.attention.index,
            head: self.attention.head,
            lines: self.attention.view == How::Lines,
        }
    }

    /// Begins where it was left; to be called before [`App::begin`], with the model of the view. What the text or the
    /// catalogue does not have any more is left out.
    pub fn resume(&mut self, view: &View) {
        if !view.text.trim().is_empty() && view.text.len() <= LONGEST {
            self.shell.prompt.set(&view.text);
        }
        self.shell.screen = Screen::from_number(view.screen).unwrap_or_default();
        self.catalogue.opened = view.card.clone().filter(|id| self.catalogue.catalog().entry(id).is_ok());
        // The first pass puts both into its bounds.
        (self.attention.index, self.attention.head) = (view.attention, view.head);
        if view.lines {
            self.attention.view = How::Lines;
        }
    }
}

/// The text that is there and those before it, none of them very long.
fn recent(shell: &Shell) -> Vec<String> {
    let mut prompt = shell.prompt.clone();
    prompt.remember();
    prompt.recent().filter(|text| text.len() <= LONGEST).map(str::to_owned).collect()
}

impl Memory {
    /// Puts the texts that another session left meanwhile behind those of this one.
    pub fn join(&mut self, other: &Self) {
        for text in &other.recent {
            if self.recent.len() < super::prompt::MOST_TEXTS && !self.recent.contains(text) {
                self.recent.push(text.clone());
            }
        }
    }

    /// Takes over what is remembered of language, theme and texts; a theme that is gone is not taken.
    pub fn restore(&self, shell: &mut Shell) {
        self.recall(shell);
        if let Some(language) = self.language.as_deref().and_then(Language::from_code) {
            shell.language = language;
        }
        if let Some(theme) = self.theme.as_ref().filter(|theme| shell.themes.contains(theme)) {
            shell.theme.clone_from(theme);
        }
    }

    /// Takes over the texts alone.
    pub fn recall(&self, shell: &mut Shell) {
        shell.prompt.recall(&self.recent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::trial::{app, gpt2, press, settled};

    fn usual() -> Usual {
        Usual { language: Language::En, theme: "dark".to_owned() }
    }

    /// Another start with what one remembered.
    fn again(memory: &Memory, text: &str) -> App {
        let text_of = serde_json::to_string(memory).unwrap();
        let memory: Memory = serde_json::from_str(&text_of).unwrap();
        let mut shell = Shell::new(Language::En).unwrap();
        shell.prompt.set(text);
        memory.restore(&mut shell);
        let subject = crate::explore::Subject::from_loaded("tiny", gpt2());
        let mut app = App::new(shell, Some(std::sync::Arc::new(subject)));
        app.resume(memory.view.as_ref().unwrap());
        let effects = app.begin();
        settled(&mut app, effects);
        app
    }

    #[test]
    fn the_next_start_goes_on_where_this_one_was_left() {
        let mut app = app(gpt2(), Language::En, "1 2 3");
        press(&mut app, "e space 4 Enter 4 j l T L");
        let memory = app.memory(&usual());
        assert_eq!((memory.language.as_deref(), memory.theme.as_deref()), (Some("zh"), Some("light")));
        let mut next = again(&memory, "5 6");
        assert_eq!((next.shell.screen, next.shell.prompt.text()), (Screen::Attention, "1 2 3 4"));
        assert_eq!((next.attention.index, next.attention.head), (1, 1));
        assert_eq!((next.shell.language, next.shell.theme.as_str()), (Language::Zh, "light"));
        assert_eq!(next.pass.as_ref().unwrap().tokens.len(), 4);
        // What is as it always is need not be remembered, so that another locale or setting holds.
        press(&mut next, "L");
        next.shell.theme = "dark".to_owned();
        let memory = next.memory(&usual());
        assert_eq!((memory.language, memory.theme), (None, None));
    }

    #[test]
    fn what_is_gone_or_nonsense_is_left_out() {
        let memory = Memory {
            view: Some(View {
                screen: 99,
                attention: 1 << 40,
                head: 1 << 40,
                card: Some("nothing".into()),
                ..View::default()
            }),
            theme: Some("gone".into()),
            language: Some("fr".into()),
            ..Memory::default()
        };
        let app = again(&memory, "5 6");
        assert_eq!((app.shell.prompt.text(), app.shell.theme.as_str()), ("5 6", "dark"));
        assert_eq!((app.attention.index, app.attention.head), (1, 1), "the last that there is");
        assert!(app.catalogue.opened.is_none() && app.pass.is_some());
    }

    #[test]
    fn texts_of_before_are_listed_and_taken() {
        let mut app = app(gpt2(), Language::En, "1 2 3");
        press(&mut app, "C-r");
        assert!(app.shell.overlay.is_none() && app.shell.notice.is_some(), "there is none yet");
        press(&mut app, "e space 4 Enter e space 5 Enter");
        app.shell.prompt.recall(&["7 8 9".to_owned()]);
        press(&mut app, "C-r 7 Enter");
        assert_eq!(app.shell.prompt.text(), "7 8 9");
        assert_eq!(app.pass.as_ref().unwrap().tokens.len(), 3);
        let recent = app.memory(&usual()).recent;
        assert_eq!(recent, ["7 8 9", "1 2 3 4 5", "1 2 3 4", "1 2 3"]);
        // While a text is being typed too; what was typed is taken as it is.
        press(&mut app, "e space 1 C-r Enter");
        assert_eq!(app.shell.prompt.text(), "7 8 9");
    }

    #[test]
    fn very_long_texts_are_not_kept() {
        let mut app = app(gpt2(), Language::En, "1 2 3");
        app.shell.prompt.set(&"1 ".repeat(5000));
        assert_eq!(app.memory(&usual()).recent, Vec::<String>::new());
        assert_eq!(Memory::default(), serde_json::from_str("{}").unwrap());
    }
}
