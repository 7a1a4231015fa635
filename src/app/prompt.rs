//! The line in which the text is typed that a model reads.

use super::{action::Action, key::Key};
use tui_input::{Input, InputRequest};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Texts that are remembered.
pub const MOST_TEXTS: usize = 200;

/// The text, the cursor, and the texts before.
#[derive(Clone, Debug, Default)]
pub struct Prompt {
    input: Input,
    history: Vec<String>,
    /// Which text of the history is shown, and what was being typed before.
    browsing: Option<(usize, String)>,
}

impl Prompt {
    /// A line with a text in it, the cursor at its end.
    pub fn new(text: impl Into<String>) -> Self {
        Self { input: Input::new(clean(&text.into())), history: Vec::new(), browsing: None }
    }

    /// The text, line ends as they were typed or pasted.
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// The text on one line: a line end is shown as `⏎`, a tab as `→`.
    pub fn shown(&self) -> String {
        self.text().chars().map(shown).collect()
    }

    /// Bytes of the text before the cursor; always between two characters as people see them.
    pub fn cursor(&self) -> usize {
        self.text().char_indices().nth(self.input.cursor()).map_or(self.text().len(), |(at, _)| at)
    }

    /// Columns before the cursor, as shown.
    pub fn column(&self) -> usize {
        let before: String = self.text()[..self.cursor()].chars().map(shown).collect();
        before.width()
    }

    /// Puts the cursor before the character at that column, as a click does.
    pub fn click(&mut self, column: usize) {
        let mut used = 0;
        let mut chars = 0;
        for grapheme in self.text().graphemes(true) {
            used += grapheme.chars().map(shown).collect::<String>().width();
            if used > column {
                break;
            }
            chars += grapheme.chars().count();
        }
        self.ask(InputRequest::SetCursor(chars));
    }

    /// Replaces the text; the cursor goes to its end.
    pub fn set(&mut self, text: &str) {
        self.input = Input::new(clean(text));
    }

    /// Takes the text: it goes into the history, unless it is the last one again.
    pub fn accept(&mut self) -> String {
        self.browsing = None;
        self.remember();
        self.text().to_owned()
    }

    /// Puts the text into the history as its newest, once.
    pub fn remember(&mut self) {
        let text = self.text().to_owned();
        if text.trim().is_empty() || self.history.last() == Some(&text) {
            return;
        }
        // Places in it move: what is being looked at there is left.
        self.browsing = None;
        self.history.retain(|known| *known != text);
        self.history.push(text);
        let over = self.history.len().saturating_sub(MOST_TEXTS);
        self.history.drain(..over);
    }

    /// The texts before, the newest first.
    pub fn recent(&self) -> impl Iterator<Item = &str> {
        self.history.iter().rev().map(String::as_str)
    }

    /// Takes texts of earlier sessions, the newest first, as older than those that there are.
    pub fn recall(&mut self, recent: &[String]) {
        let own = std::mem::take(&mut self.history);
        let mut all: Vec<String> = Vec::new();
        for text in own.into_iter().rev().chain(recent.iter().map(|text| clean(text))) {
            if all.len() < MOST_TEXTS && !text.trim().is_empty() && !all.contains(&text) {
                all.push(text);
            }
        }
        all.reverse();
        (self.history, self.browsing) = (all, None);
    }

    /// Inserts a pasted text, line ends included.
    pub fn paste(&mut self, text: &str) {
        for character in clean(text).chars() {
            self.input.handle(InputRequest::InsertChar(character));
        }
        self.settle();
    }

    /// Types a key; `false` where it writes nothing.
    pub fn type_key(&mut self, key: Key) -> bool {
        let Some(character) = key.text().filter(|character| !character.is_control()) else { return false };
        self.ask(InputRequest::InsertChar(character));
        true
    }

    /// Does an editing action; `false` where it is none.
    pub fn edit(&mut self, action: Action) -> bool {
        match action {
            Action::CursorLeft => self.ask(InputRequest::GoToPrevChar),
            Action::CursorRight => self.ask(InputRequest::GoToNextChar),
            Action::WordLeft => self.ask(InputRequest::GoToPrevWord),
            Action::WordRight => self.ask(InputRequest::GoToNextWord),
            Action::LineStart => self.ask(InputRequest::GoToStart),
            Action::LineEnd => self.ask(InputRequest::GoToEnd),
            Action::EraseLeft => self.ask(InputRequest::DeletePrevChar),
            Action::EraseRight => self.ask(InputRequest::DeleteNextChar),
            Action::EraseWord => self.ask(InputRequest::DeletePrevWord),
            Action::EraseToStart => self.ask(InputRequest::DeleteFromStart),
            Action::EraseToEnd => self.ask(InputRequest::DeleteTillEnd),
            Action::OlderText => self.older(),
            Action::NewerText => self.newer(),
            _ => return false,
        }
        true
    }

    fn ask(&mut self, request: InputRequest) {
        self.input.handle(request);
        self.settle();
    }

    /// Moves the cursor to the end of the character it is in: typing a mark can join it with what stands before.
    fn settle(&mut self) {
        let cursor = self.cursor();
        let boundary = |at: usize| at == self.text().len() || self.text().grapheme_indices(true).any(|(i, _)| i == at);
        if boundary(cursor) {
            return;
        }
        let after = self.text().grapheme_indices(true).map(|(at, _)| at).find(|at| *at > cursor);
        let end = after.unwrap_or(self.text().len());
        let chars = self.text()[..end].chars().count();
        self.input.handle(InputRequest::SetCursor(chars));
    }

    fn older(&mut self) {
        let (shown, draft) = self.browsing.clone().unwrap_or((self.history.len(), self.text().to_owned()));
        // What is read now is the newest of the history; to bring it back would change nothing.
        let same = |at: &usize| self.history[*at] == self.text();
        if let Some(older) = (0..shown).rev().find(|at| !same(at)) {
            self.set(&self.history[older].clone());
            self.browsing = Some((older, draft));
        }
    }

    fn newer(&mut self) {
        let Some((shown, draft)) = self.browsing.take() else { return };
        match self.history.get(shown + 1).cloned() {
            Some(newer) => {
                self.set(&newer);
                self.browsing = Some((shown + 1, draft));
            }
            None => self.set(&draft),
        }
    }
}

/// How a character of the text is shown on one line.
pub fn shown(character: char) -> char {
    match character {
        '\n' => '⏎',
        '\t' => '→',
        other => other,
    }
}

/// Line ends as `\n` and no other control characters: a pasted escape must never reach the terminal.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::key::Code;
    use proptest::prelude::*;

    const EDITS: [Action; 13] = [
        Action::CursorLeft,
        Action::CursorRight,
        Action::WordLeft,
        Action::WordRight,
        Action::LineStart,
        Action::LineEnd,
        Action::EraseLeft,
        Action::EraseRight,
        Action::EraseWord,
        Action::EraseToStart,
        Action::EraseToEnd,
        Action::OlderText,
        Action::NewerText,
    ];

    #[test]
    fn typed_and_erased() {
        let mut prompt = Prompt::new("Anna and Tom");
        prompt.edit(Action::EraseWord);
        assert_eq!(prompt.text(), "Anna and ");
        assert!(prompt.type_key(Key::char('我')));
        prompt.edit(Action::LineStart);
        prompt.edit(Action::WordRight);
        assert_eq!((prompt.cursor(), prompt.column()), (5, 5));
        assert!(!prompt.type_key(Key::new(Code::Enter)));
    }

    #[test]
    fn a_character_of_several_parts_goes_at_once() {
        let mut prompt = Prompt::new("e\u{301}👩‍👩‍👧");
        prompt.edit(Action::EraseLeft);
        assert_eq!(prompt.text(), "e\u{301}");
        prompt.edit(Action::CursorLeft);
        assert_eq!(prompt.cursor(), 0);
    }

    #[test]
    fn line_ends_are_kept_and_shown() {
        let mut prompt = Prompt::new("");
        prompt.paste("one\r\ntwo\rthree\x1b[31m");
        assert_eq!(prompt.text(), "one\ntwo\nthree[31m");
        assert_eq!(prompt.shown(), "one⏎two⏎three[31m");
    }

    #[test]
    fn history() {
        let mut prompt = Prompt::new("first");
        prompt.accept();
        prompt.set("second");
        prompt.accept();
        prompt.accept();
        prompt.set("draft");
        prompt.edit(Action::OlderText);
        assert_eq!(prompt.text(), "second");
        prompt.edit(Action::OlderText);
        prompt.edit(Action::OlderText);
        assert_eq!(prompt.text(), "first");
        prompt.edit(Action::NewerText);
        prompt.edit(Action::NewerText);
        assert_eq!(prompt.text(), "draft");
    }

    #[test]
    fn each_text_is_remembered_once_and_not_too_many() {
        let mut prompt = Prompt::new("");
        for text in ["one", "two", "one", " ", "three"] {
            prompt.set(text);
            prompt.accept();
        }
        let recent = |prompt: &Prompt| prompt.recent().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(recent(&prompt), ["three", "one", "two"]);
        prompt.recall(&["two", "four\u{1b}", "", "five"].map(str::to_owned));
        assert_eq!(recent(&prompt), ["three", "one", "two", "four", "five"]);
        prompt.recall(&(0..500).map(|i| i.to_string()).collect::<Vec<_>>());
        assert_eq!((prompt.recent().count(), prompt.recent().next()), (MOST_TEXTS, Some("three")));
        for i in 0..500 {
            prompt.set(&format!("text {i}"));
            prompt.accept();
        }
        assert_eq!((prompt.recent().count(), prompt.recent().next()), (MOST_TEXTS, Some("text 499")));
    }

    #[test]
    fn clicks_find_their_character() {
        let mut prompt = Prompt::new("我a\nb");
        for (column, cursor) in [(0, 0), (1, 0), (2, 3), (3, 4), (4, 5), (99, 6)] {
            prompt.click(column);
            assert_eq!(prompt.cursor(), cursor, "column {column}");
        }
    }

    proptest! {
        #[test]
        fn the_cursor_stays_between_characters(
            start in "[a e\u{301}我👩\u{200d}🇩\u{1f1ea}\n]{0,12}",
            steps in proptest::collection::vec((0usize..16, "[a \u{301}👩\u{200d}🇩\r\n\u{1b}]{0,3}"), 0..40),
        ) {
            let mut prompt = Prompt::new(start);
            for (step, text) in steps {
                match step {
                    13 => prompt.paste(&text),
                    14 => { text.chars().for_each(|c| { prompt.type_key(Key::char(c)); }); }
                    15 => { prompt.accept(); }
                    edit => { prompt.edit(EDITS[edit]); }
                }
                let at = prompt.cursor();
                let boundary = at == prompt.text().len() || prompt.text().grapheme_indices(true).any(|(i, _)| i == at);
                prop_assert!(boundary, "{at} in {:?}", prompt.text());
                prop_assert!(prompt.text().chars().all(|c| c == '\n' || !c.is_control()));
                prop_assert!(prompt.column() <= prompt.shown().width());
            }
        }
    }
}
