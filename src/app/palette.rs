//! Finding something by typing a part of its name.

use super::{
    action::Action, keys::Keymap, language::Language, place::Place, prompt::Prompt, saving::Saving, words::Word,
};
use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};

/// Something that can be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What is shown and searched first.
    pub title: String,
    /// What stands on the right: its keys, its kind.
    pub note: String,
    /// More names it is found by, not shown.
    pub also: String,
    /// What a list of such entries shows in a second line.
    pub detail: String,
    /// What it is.
    pub choice: Choice,
}

/// What an entry stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// An action.
    Action(Action),
    /// Something with an id: an example, an address.
    Open(String),
    /// A model, by its id or path.
    Model(String),
    /// Nothing that can be had; why not.
    Told(String),
    /// A tour, by its id.
    Tour(String),
    /// A model to lay beside others, by its id.
    Beside(String),
    /// A form to save the screen in.
    Save(Saving),
}

/// An entry that matches, and which characters of its title do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which entry.
    pub entry: usize,
    /// Places of the matching characters in the title.
    pub marks: Vec<u32>,
}

/// The palette: what is typed, what matches, which is chosen.
#[derive(Clone, Debug, Default)]
pub struct Palette {
    /// What is typed.
    pub query: Prompt,
    /// What can be found here, where it is not commands.
    pub heading: Option<Word>,
    /// What goes on while it is open, and may bring more entries.
    pub note: Option<Word>,
    entries: Vec<Entry>,
    found: Vec<Found>,
    selected: usize,
}

impl Palette {
    /// A palette over these entries, all shown in their order.
    pub fn new(entries: Vec<Entry>) -> Self {
        let mut palette = Self { entries, ..Self::default() };
        palette.search();
        palette
    }

    /// A list of one kind of thing, each in two lines: `heading` says what can be found.
    pub fn of(heading: Word, entries: Vec<Entry>) -> Self {
        Self { heading: Some(heading), ..Self::new(entries) }
    }

    /// Every action that has a key in a place, as entries.
    pub fn actions(keymap: &Keymap, place: Place, language: Language) -> Vec<Entry> {
        let rows = keymap.help(place, language);
        rows.into_iter()
            .map(|row| Entry {
                title: row.sentence.to_owned(),
                note: row.keys,
                also: format!("{} {}", row.action.name().replace('_', " "), row.action.help(language.other())),
                detail: String::new(),
                choice: Choice::Action(row.action),
            })
            .collect()
    }

    /// Takes other entries into the place of those that there are; what was typed and chosen stays.
    pub fn replace(&mut self, entries: Vec<Entry>) {
        let chosen = self.chosen().cloned();
        self.entries = entries;
        self.search();
        let again = |found: &Found| Some(&self.entry(found).choice) == chosen.as_ref();
        let at = self.found.iter().position(again).unwrap_or(0);
        self.choose(at);
    }

    /// Whether its entries say more in a second line.
    pub fn has_details(&self) -> bool {
        self.heading.is_some() && self.entries.iter().any(|entry| !entry.detail.is_empty())
    }

    /// Finds anew; to be called when the query has changed.
    pub fn search(&mut self) {
        let pattern = Pattern::parse(self.query.text(), CaseMatching::Smart, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let entries = self.entries.iter().enumerate();
        let mut scored: Vec<(u32, Found)> =
            entries.filter_map(|(index, entry)| found(&pattern, &mut matcher, index, entry)).collect();
        // A stable sort keeps equally good entries in their order.
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        self.found = scored.into_iter().map(|(_, found)| found).collect();
        self.selected = 0;
    }

    /// What matches, best first.
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    /// The entry of a match.
    pub fn entry(&self, found: &Found) -> &Entry {
        &self.entries[found.entry]
    }

    /// Which match is chosen.
    pub fn selected(&self) -> usize {
        self.selected
    }

    /// Chooses another match, not beyond the ends.
    pub fn choose(&mut self, index: usize) {
        self.selected = index.min(self.found.len().saturating_sub(1));
    }

    /// Moves the choice down, or up where negative.
    pub fn step(&mut self, by: isize) {
        self.choose(self.selected.saturating_add_signed(by));
    }

    /// What the chosen entry stands for.
    pub fn chosen(&self) -> Option<&Choice> {
        self.found.get(self.selected).map(|found| &self.entry(found).choice)
    }
}

/// How well an entry matches: its title, and half as well its other names.
fn found(pattern: &Pattern, matcher: &mut Matcher, entry: usize, source: &Entry) -> Option<(u32, Found)> {
    let (mut buffer, mut marks) = (Vec::new(), Vec::new());
    let title = pattern.indices(Utf32Str::new(&source.title, &mut buffer), matcher, &mut marks);
    let score = if let Some(score) = title {
        score * 2
    } else {
        marks.clear();
        pattern.score(Utf32Str::new(&source.also, &mut buffer), matcher)?
    };
    marks.sort_unstable();
    marks.dedup();
    Some((score, Found { entry, marks }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn palette(query: &str, language: Language) -> Palette {
        let mut entries = Palette::actions(&Keymap::embedded().unwrap(), Place::Attention, language);
        entries.push(Entry {
            title: "GPT-2".into(),
            note: "decoder".into(),
            also: "OpenAI".into(),
            detail: String::new(),
            choice: Choice::Open("gpt2".into()),
        });
        let mut palette = Palette::new(entries);
        palette.query.set(query);
        palette.search();
        palette
    }

    #[test]
    fn finds_by_parts_of_words() {
        for (query, action) in
            [("swi off", Action::SwitchOff), ("avg", Action::Average), ("walk pass", Action::ScreenSteps)]
        {
            assert_eq!(palette(query, Language::En).chosen(), Some(&Choice::Action(action)), "{query}");
        }
        assert_eq!(palette("gpt2", Language::En).chosen(), Some(&Choice::Open("gpt2".into())));
        assert_eq!(palette("关闭此头", Language::Zh).chosen(), Some(&Choice::Action(Action::SwitchOff)));
        // The other language finds it too.
        assert_eq!(palette("switch this head", Language::Zh).chosen(), Some(&Choice::Action(Action::SwitchOff)));
    }

    #[test]
    fn nothing_typed_shows_everything_and_nonsense_nothing() {
        let all = palette("", Language::En);
        assert_eq!(all.found().len(), all.entries.len());
        let mut none = palette("zzqqxx", Language::En);
        assert!(none.found().is_empty() && none.chosen().is_none());
        none.step(3);
        assert_eq!(none.selected(), 0);
    }

    #[test]
    fn the_choice_stays_inside() {
        let mut palette = palette("", Language::En);
        palette.step(-5);
        assert_eq!(palette.selected(), 0);
        palette.step(9999);
        assert_eq!(palette.selected(), palette.found().len() - 1);
    }
}
