//! The words of the world, in classes, with their forms.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A word, or forms by name.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Forms {
    Word(String),
    Map(BTreeMap<String, Self>),
}

impl Forms {
    /// The form of a name.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Word(_) => None,
            Self::Map(forms) => forms.get(name),
        }
    }

    /// The word itself, or its form `text`.
    pub fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Map(forms) => match forms.get("text")? {
                Self::Word(word) => Some(word),
                Self::Map(_) => None,
            },
        }
    }
}

/// Words of one kind.
#[derive(Debug)]
pub(super) struct Class {
    pub name: String,
    pub entries: Vec<Forms>,
    /// Forms that stand for the entry.
    pub pronouns: Vec<String>,
    /// Whether the pronouns follow from who is meant.
    pub gendered: bool,
    /// Whether mentions after the first can be found from the first.
    pub objects: bool,
    /// What its words are made of, if they are made at random.
    pub syllables: Vec<String>,
}

/// The classes and tables.
#[derive(Debug)]
pub(super) struct Lexicon {
    pub classes: Vec<Class>,
    pub tables: BTreeMap<String, Forms>,
}

impl Lexicon {
    /// The number of the class of this name.
    pub fn class(&self, name: &str) -> Option<usize> {
        self.classes.iter().position(|class| class.name == name)
    }

    /// Reads the file of words.
    pub fn parse(text: &str) -> Result<Self, serde_yaml::Error> {
        let source: Source = serde_yaml::from_str(text)?;
        let classes = source.classes.into_iter().map(|(name, class)| class.class(name)).collect();
        Ok(Self { classes, tables: source.tables })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    classes: BTreeMap<String, ClassSource>,
    #[serde(default)]
    tables: BTreeMap<String, Forms>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct ClassSource {
    pronouns: Vec<String>,
    gendered: bool,
    mark: Option<Marked>,
    entries: Vec<Forms>,
    groups: Vec<Group>,
    syllables: Vec<String>,
    length: u32,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Marked {
    Object,
}

/// Entries that have forms in common.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    with: BTreeMap<String, Forms>,
    entries: Vec<Forms>,
}

impl ClassSource {
    fn class(self, name: String) -> Class {
        let mut entries = self.entries;
        for group in self.groups {
            entries.extend(group.entries.into_iter().map(|entry| completed(entry, &group.with)));
        }
        if !self.syllables.is_empty() {
            entries.extend(compounds(&self.syllables, self.length).into_iter().map(Forms::Word));
        }
        Class {
            name,
            entries,
            pronouns: self.pronouns,
            gendered: self.gendered,
            objects: self.mark == Some(Marked::Object),
            syllables: self.syllables,
        }
    }
}

/// The entry with the forms of its group; its own go before.
fn completed(entry: Forms, with: &BTreeMap<String, Forms>) -> Forms {
    let mut forms = with.clone();
    match entry {
        Forms::Word(word) => {
            forms.insert("text".to_owned(), Forms::Word(word));
        }
        Forms::Map(own) => forms.extend(own),
    }
    Forms::Map(forms)
}

/// All words of so many syllables, with a capital.
fn compounds(syllables: &[String], length: u32) -> Vec<String> {
    let longer = |words: Vec<String>| -> Vec<String> {
        words.iter().flat_map(|word| syllables.iter().map(move |s| format!("{word}{s}"))).collect()
    };
    let words = (0..length).fold(vec![String::new()], |words, _| longer(words));
    words.iter().map(|word| capital(word)).collect()
}

/// The text with its first letter large.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::Lexicon;

    #[test]
    fn entries_have_the_forms_of_their_group_unless_they_have_their_own() {
        let text = "classes: {t: {groups: [{with: {a: a}, entries: [cat, {text: ox, a: an}]}]}, n: {syllables: [ka, é], length: 2}}";
        let lexicon = Lexicon::parse(text).unwrap();
        let entries = &lexicon.classes[lexicon.class("t").unwrap()].entries;
        let forms: Vec<_> = entries.iter().map(|e| (e.word().unwrap(), e.get("a").unwrap().word().unwrap())).collect();
        assert_eq!(forms, [("cat", "a"), ("ox", "an")]);
        let names: Vec<_> = lexicon.classes[0].entries.iter().map(|name| name.word().unwrap()).collect();
        assert_eq!(names, ["Kaka", "Kaé", "Éka", "Éé"]);
        assert!(Lexicon::parse("classes: {a: {entires: [b]}}").unwrap_err().to_string().contains("entires"));
    }
}
