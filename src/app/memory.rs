//! What the program remembers from one start to the next: where it was, how it looked, which texts were used.

use serde::{Deserialize, Deserializer, Serialize};

use super::{Address, App, Language, Shell};

/// The form of what is remembered; another number is of another version of the program.
pub const VERSION: u32 = 2;

/// A longer text is not remembered.
const LONGEST: usize = 4096;

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The form.
    pub version: u32,
    /// The address of what was shown.
    #[serde(deserialize_with = "line")]
    pub view: Option<String>,
    /// The language, where it was changed.
    pub language: Option<String>,
    /// The theme, where it was changed.
    pub theme: Option<String>,
    /// The texts that were used, the newest first.
    pub recent: Vec<String>,
}

/// The address where the file has one; versions before had another form there, which is nothing to restore.
fn line<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value = Option::<serde_json::Value>::deserialize(deserializer)?;
    Ok(value.as_ref().and_then(serde_json::Value::as_str).map(str::to_owned))
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
            view: self.here(),
            language: (shell.language != usual.language).then(|| shell.language.code().to_owned()),
            theme: (shell.theme != usual.theme).then(|| shell.theme.clone()),
            recent: recent(shell),
        }
    }

    /// Where one is now; a text that is very long, or none, is not part of it.
    fn here(&self) -> Option<String> {
        let mut address = self.address()?;
        let text = self.shell.prompt.text();
        if text.trim().is_empty() || text.len() > LONGEST {
            address.forget_text();
        }
        Some(address.to_string())
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

    /// Where to go on; nothing where no address can be read.
    pub fn address(&self) -> Option<Address> {
        self.view.as_ref()?.parse().ok()
    }

    /// Takes over the texts alone.
    pub fn recall(&self, shell: &mut Shell) {
        shell.prompt.recall(&self.recent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Screen;
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
        let effects = app.go(memory.address().unwrap());
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
            view: Some("headscope:attention/tiny,layer=4000000,head=4000000".to_owned()),
            theme: Some("gone".into()),
            language: Some("fr".into()),
            ..Memory::default()
        };
        let app = again(&memory, "5 6");
        assert_eq!((app.shell.prompt.text(), app.shell.theme.as_str()), ("5 6", "dark"));
        assert_eq!((app.attention.index, app.attention.head), (1, 1), "the last that there is");
        assert!(app.pass.is_some() && app.shell.notice.is_some(), "and it is said");
        for gone in ["nonsense", "headscope:nowhere", "headscope:steps,layer=2"] {
            assert_eq!(Memory { view: Some(gone.into()), ..Memory::default() }.address(), None, "{gone}");
        }
    }

    #[test]
    fn the_panel_the_cell_and_what_is_changed_are_shown_again() {
        let mut app = app(gpt2(), Language::En, "1 2 3 4");
        press(&mut app, "4 j o Up Left C Left");
        let memory = app.memory(&usual());
        let next = again(&memory, "5 6");
        assert_eq!(next.address(), app.address());
        assert_eq!((next.place(), next.cursor), (crate::app::Place::Contributions, app.cursor));
        assert!(!next.attention.edits.is_empty());
    }

    #[test]
    fn the_form_of_versions_before_is_nothing_to_restore() {
        let old = r#"{"version": 1, "view": {"model": "gpt-2", "text": "1 2", "screen": 4}, "theme": "light",
            "recent": ["1 2"]}"#;
        let memory: Memory = serde_json::from_str(old).unwrap();
        assert_eq!((memory.address(), memory.theme.as_deref()), (None, Some("light")));
        assert_eq!(memory.recent, ["1 2"]);
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
        let memory = app.memory(&usual());
        assert_eq!(memory.recent, Vec::<String>::new());
        assert_eq!(memory.address().unwrap().get("text"), None);
        assert_eq!(Memory::default(), serde_json::from_str("{}").unwrap());
    }
}
