//! From a grammar to a text, one choice after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rand::RngExt;
use rand::rngs::StdRng;

use super::grammar::{Alternative, Choice, Grammar, Rule};
use super::lexicon::{Forms, Lexicon, capital};
use super::template::{Part, Path, Step};

/// A word that a template put into the text.
#[derive(Debug, Clone)]
pub(super) struct Printed {
    pub range: Range<usize>,
    /// Which choice it shows; another name for the same choice has the same number.
    pub choice: usize,
    pub class: usize,
    /// Through which form (`capital`); empty for the word itself.
    pub form: String,
    /// Which word of a list; none if it is no list.
    pub item: Option<usize>,
}

/// A text as its grammar made it.
#[derive(Debug, Default)]
pub(super) struct Raw {
    pub text: String,
    pub printed: Vec<Printed>,
    pub marks: Vec<(String, Range<usize>)>,
    pub nats: f64,
    /// What the split goes by.
    pub key: String,
    /// The codes of the languages that it translates between.
    pub languages: Option<(String, String)>,
}

/// A word of the lexicon: its class and its number there.
type Word = (usize, usize);

#[derive(Clone)]
enum Bound {
    Entry { choice: usize, word: Word },
    List { choice: usize, words: Vec<Word> },
    Number(i64),
    Literal(String),
}

/// Expands the rule `document` once.
///
/// # Errors
/// Where the grammar asks for what is not there.
pub(super) fn expand(grammar: &Grammar, lexicon: &Lexicon, random: &mut StdRng) -> Result<Raw, String> {
    let mut expansion = Expansion {
        grammar,
        lexicon,
        random,
        bound: BTreeMap::new(),
        taken: BTreeSet::new(),
        choices: 0,
        open: Vec::new(),
        raw: Raw::default(),
    };
    expansion.rule("document")?;
    let key = match &grammar.key {
        Some(key) => expansion.aside(key)?,
        None => expansion.raw.text.clone(),
    };
    let languages = match &grammar.translation {
        Some((from, to)) => Some((expansion.form(from)?.to_owned(), expansion.form(to)?.to_owned())),
        None => None,
    };
    Ok(Raw { key, languages, ..expansion.raw })
}

struct Expansion<'w> {
    grammar: &'w Grammar,
    lexicon: &'w Lexicon,
    random: &'w mut StdRng,
    bound: BTreeMap<String, Bound>,
    /// Words that were chosen: none is chosen twice in a document.
    taken: BTreeSet<Word>,
    choices: usize,
    /// Marks that are not closed yet, with where they began.
    open: Vec<(String, usize)>,
    raw: Raw,
}

impl<'w> Expansion<'w> {
    fn rule(&mut self, name: &str) -> Result<(), String> {
        let grammar = self.grammar;
        match grammar.rules.get(name) {
            None => Err(format!("`{name}` is no rule and not chosen")),
            Some(Rule::Choice(alternatives)) => {
                let alternative = self.alternative(alternatives);
                for (bound, choice) in &alternative.choose {
                    let value =
                        self.choose(choice).map_err(|problem| format!("`{bound}` in rule `{name}`: {problem}"))?;
                    self.bound.insert(bound.clone(), value);
                }
                self.template(&alternative.text)
            }
            Some(Rule::Case(by, cases)) => {
                let case = self.form(by)?;
                let template = cases.get(case).ok_or_else(|| format!("rule `{name}` has no case `{case}`"))?;
                self.template(template)
            }
        }
    }

    fn alternative(&mut self, alternatives: &'w [Alternative]) -> &'w Alternative {
        let total: f64 = alternatives.iter().map(|a| a.weight).sum();
        let mut left = self.random.random::<f64>() * total;
        let chosen = alternatives.iter().find(|alternative| {
            left -= alternative.weight;
            left < 0.0
        });
        let chosen = chosen.unwrap_or(&alternatives[alternatives.len() - 1]);
        self.raw.nats += (total / chosen.weight).ln();
        chosen
    }

    /// One of so many, all equally likely.
    fn uniform(&mut self, count: usize) -> usize {
        self.raw.nats += (count as f64).ln();
        // Not over usize, whose width differs between machines.
        if count > 1 { self.random.random_range(0..count as u32) as usize } else { 0 }
    }

    fn choose(&mut self, choice: &Choice) -> Result<Bound, String> {
        match choice {
            Choice::Same(name) => self.bound.get(name).cloned().ok_or_else(|| format!("`{name}` is not chosen yet")),
            Choice::Literal(text) => Ok(Bound::Literal(text.clone())),
            Choice::Number(least, most) => {
                let (least, most) = (self.number(least)?, self.number(most)?);
                if least > most {
                    return Err(format!("no number is in {least}..{most}"));
                }
                Ok(Bound::Number(least + self.uniform((most - least + 1) as usize) as i64))
            }
            Choice::Entry(classes) => {
                let word = self.word(classes, &self.taken.clone())?;
                self.taken.insert(word);
                Ok(Bound::Entry { choice: self.next_choice(), word })
            }
            Choice::List(least, most, classes) => {
                let count = least + self.uniform((most - least + 1) as usize) as i64;
                let mut words = Vec::new();
                for _ in 0..count {
                    words.push(self.word(classes, &words.iter().copied().collect())?);
                }
                Ok(Bound::List { choice: self.next_choice(), words })
            }
        }
    }

    fn next_choice(&mut self) -> usize {
        self.choices += 1;
        self.choices
    }

    fn word(&mut self, classes: &[usize], but: &BTreeSet<Word>) -> Result<Word, String> {
        let all =
            classes.iter().flat_map(|&class| (0..self.lexicon.classes[class].entries.len()).map(move |e| (class, e)));
        let left: Vec<Word> = all.filter(|word| !but.contains(word)).collect();
        if left.is_empty() {
            return Err("every word of these classes is taken".to_owned());
        }
        Ok(left[self.uniform(left.len())])
    }

    fn template(&mut self, template: &'w [Part]) -> Result<(), String> {
        for part in template {
            match part {
                Part::Text(text) => self.raw.text.push_str(text),
                Part::Open(mark) => self.open.push((mark.clone(), self.raw.text.len())),
                Part::Close(_) => self.close(),
                Part::Number(sum) => {
                    let number = self.number(sum)?;
                    self.raw.text.push_str(&number.to_string());
                }
                Part::Put { path, capital } => {
                    let from = self.raw.text.len();
                    self.put(path)?;
                    if *capital {
                        let large = self::capital(&self.raw.text[from..]);
                        self.raw.text.replace_range(from.., &large);
                    }
                }
            }
        }
        Ok(())
    }

    /// Closes the mark that was opened last; spaces at its ends are not of it, and an empty one is none.
    fn close(&mut self) {
        let Some((mark, from)) = self.open.pop() else { return };
        let range = trimmed(&self.raw.text, from);
        if !range.is_empty() {
            self.raw.marks.push((mark, range));
        }
    }

    fn number(&self, sum: &super::number::Expression) -> Result<i64, String> {
        sum.value(|name| match self.bound.get(name) {
            Some(Bound::Number(number)) => Some(*number),
            _ => None,
        })
    }

    fn put(&mut self, path: &Path) -> Result<(), String> {
        match self.bound.get(&path.root) {
            None if path.steps.is_empty() && self.grammar.rules.contains_key(&path.root) => self.rule(&path.root),
            Some(Bound::Number(number)) => {
                self.raw.text.push_str(&number.to_string());
                Ok(())
            }
            Some(Bound::Literal(text)) => {
                self.raw.text.push_str(text);
                Ok(())
            }
            Some(Bound::List { choice, words }) => {
                let (choice, words) = (*choice, words.clone());
                self.list(choice, &words, &path.steps)
            }
            entry => {
                let chosen = match entry {
                    Some(Bound::Entry { choice, word }) => Some((*choice, word.0)),
                    _ => None,
                };
                let form = plain(&path.steps)?;
                let word = self.form(path)?.to_owned();
                self.write(&word, chosen.map(|(choice, class)| (choice, class, form, None)));
                Ok(())
            }
        }
    }

    /// Writes a word, and that a choice is shown by it.
    fn write(&mut self, word: &str, shown: Option<(usize, usize, String, Option<usize>)>) {
        let from = self.raw.text.len();
        self.raw.text.push_str(word);
        if let Some((choice, class, form, item)) = shown {
            let range = trimmed(&self.raw.text, from);
            self.raw.printed.push(Printed { range, choice, class, form, item });
        }
    }

    /// Writes a list, or what its steps make of it: `sorted`, `comma` (between the words), `largest`, `length`.
    fn list(&mut self, choice: usize, words: &[Word], steps: &[Step]) -> Result<(), String> {
        let lexicon = self.lexicon;
        let text = |word: &Word| lexicon.classes[word.0].entries[word.1].word().unwrap_or_default();
        let mut items: Vec<usize> = (0..words.len()).collect();
        let mut between = " ";
        for step in steps {
            match step {
                Step::Form(form) if form == "sorted" => items.sort_by_key(|&item| text(&words[item])),
                Step::Form(form) if form == "comma" => between = ", ",
                Step::Form(form) if form == "largest" => {
                    items = items.into_iter().max_by_key(|&i| text(&words[i])).into_iter().collect();
                }
                Step::Form(form) if form == "length" => {
                    self.raw.text.push_str(&words.len().to_string());
                    return Ok(());
                }
                other => return Err(format!("a list has no form {other:?}: it has sorted, comma, largest and length")),
            }
        }
        let form = plain(steps)?;
        for (place, &item) in items.iter().enumerate() {
            if place > 0 {
                self.raw.text.push_str(between);
            }
            self.write(text(&words[item]), Some((choice, words[item].0, form.clone(), Some(item))));
        }
        Ok(())
    }

    /// The word at the end of a path.
    fn form(&self, path: &Path) -> Result<&str, String> {
        let missing = || format!("`{}` has no form for {:?}", path.root, path.steps);
        let mut forms: &Forms = match self.bound.get(&path.root) {
            Some(Bound::Entry { word, .. }) => &self.lexicon.classes[word.0].entries[word.1],
            Some(Bound::Literal(text)) if path.steps.is_empty() => return Ok(text),
            Some(_) => return Err(format!("`{}` has no forms", path.root)),
            None => self.lexicon.tables.get(&path.root).ok_or_else(|| format!("`{}` is not chosen yet", path.root))?,
        };
        for step in &path.steps {
            let name = match step {
                Step::Form(name) => name,
                Step::By(path) => self.form(path)?,
            };
            forms = forms.get(name).ok_or_else(missing)?;
        }
        forms.word().ok_or_else(missing)
    }

    /// What a template would write; the document stays as it is.
    fn aside(&mut self, template: &'w [Part]) -> Result<String, String> {
        let document = std::mem::take(&mut self.raw);
        let written = self.template(template);
        let aside = std::mem::replace(&mut self.raw, document);
        written?;
        if aside.nats != 0.0 {
            return Err("a key may not choose: it has to follow from what was chosen".to_owned());
        }
        Ok(aside.text)
    }
}

/// The steps of a path that is printed, as text; a form that steers the grammar is refused.
fn plain(steps: &[Step]) -> Result<String, String> {
    let names: Vec<&str> = steps.iter().map(|step| if let Step::Form(name) = step { name } else { "[]" }).collect();
    match names.last() {
        Some(name) if name.starts_with('_') => Err(format!("`{name}` steers the grammar and is not printed")),
        _ => Ok(names.join(".")),
    }
}

/// From a place to the end of a text, without the spaces at both ends.
fn trimmed(text: &str, from: usize) -> Range<usize> {
    let part = &text[from..];
    let start = from + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}
