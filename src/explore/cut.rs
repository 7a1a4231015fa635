//! One text under several tokenizers: which there are at hand, and how each cuts it.

use std::sync::Arc;

use super::Subject;
use crate::minis::{self, Mini};
use crate::text::{Special, TextError, Tokenizer};

/// A tokenizer at hand.
#[derive(Debug)]
pub struct Shelved {
    /// The model it is of, or the models that share it.
    pub name: String,
    /// Whether it is that of the model that is explored.
    pub own: bool,
    /// The tokenizer.
    pub tokenizer: Arc<Tokenizer>,
}

/// The tokenizers at hand: that of the explored model, then those of the minis, equal ones once.
#[derive(Debug, Default)]
pub struct Shelf(pub Vec<Shelved>);

impl Shelf {
    /// Gathers them. One that cannot be read is left out: opening its model says why.
    pub fn gather(subject: Option<&Subject>) -> Self {
        let own = subject.and_then(|subject| Some((subject, subject.shared_tokenizer()?)));
        let text = |mini: &Mini| mini.text("tokenizer.json");
        let open = own.as_ref().and_then(|(subject, _)| subject.as_mini()).and_then(text);
        let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
        for mini in minis::all() {
            let Some(json) = text(&mini).filter(|json| Some(*json) != open) else { continue };
            match groups.iter_mut().find(|(other, _)| *other == json) {
                Some((_, names)) => names.push(mini.id),
                None => groups.push((json, vec![mini.id])),
            }
        }
        let own = own.map(|(subject, tokenizer)| Shelved { name: subject.name.clone(), own: true, tokenizer });
        let others = groups.into_iter().filter_map(|(json, names)| {
            let tokenizer = Tokenizer::from_json(format!("{}/tokenizer.json", names[0]), json).ok()?;
            Some(Shelved { name: names.join(", "), own: false, tokenizer: Arc::new(tokenizer) })
        });
        Self(own.into_iter().chain(others).collect())
    }
}

/// What a character of a text belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The number of the token, counted over all parts.
    pub token: usize,
    /// Whether the token stands for what the vocabulary lacks.
    pub unknown: bool,
    /// Whether it takes several tokens.
    pub several: bool,
}

/// A text as a tokenizer cuts it, without the tokens that a model has around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The labels of the tokens, and whether each is unknown.
    pub tokens: Vec<(String, bool)>,
    /// What each character of each part belongs to; `None` where it is left out, as blanks often are.
    pub marks: Vec<Vec<Option<Mark>>>,
}

impl Cut {
    /// Cuts the parts of a text.
    ///
    /// # Errors
    /// Where the tokenizer cannot split one of them.
    pub fn of(tokenizer: &Tokenizer, parts: &[String]) -> Result<Self, TextError> {
        let mut cut = Self { tokens: Vec::new(), marks: Vec::new() };
        let nameless = tokenizer.special(Special::Unk);
        for part in parts {
            let mut marks: Vec<Option<Mark>> = vec![None; part.chars().count()];
            for token in tokenizer.encode(part, None, false)?.tokens {
                let typed = tokenizer.piece(token.id).is_some_and(|piece| piece == token.text.trim());
                // Byte-level pieces are never unknown, though a special token may be named so.
                let unknown = Some(token.id) == nameless && !typed || !token.special && token.label() == "<unk>";
                for mark in marks.iter_mut().take(token.end).skip(token.start) {
                    let number = mark.map_or(cut.tokens.len(), |first| first.token);
                    *mark = Some(Mark { token: number, unknown, several: mark.is_some() });
                }
                cut.tokens.push((token.label(), unknown));
            }
            cut.marks.push(marks);
        }
        Ok(cut)
    }

    /// Characters of the text.
    pub fn characters(&self) -> usize {
        self.marks.iter().map(Vec::len).sum()
    }

    /// Characters for each token; `None` without a token.
    pub fn characters_per_token(&self) -> Option<f32> {
        (!self.tokens.is_empty()).then(|| self.characters() as f32 / self.tokens.len() as f32)
    }

    /// Tokens that stand for what the vocabulary lacks.
    pub fn unknown(&self) -> usize {
        self.tokens.iter().filter(|(_, unknown)| *unknown).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(id: &str, text: &str) -> Cut {
        let subject = Subject::untrained(id);
        Cut::of(subject.tokenizer().unwrap(), &[text.to_owned()]).unwrap()
    }

    #[test]
    fn equal_tokenizers_stand_once_and_the_own_one_first() {
        let all = Shelf::gather(None);
        let names: Vec<&str> = all.0.iter().map(|shelved| shelved.name.as_str()).collect();
        assert!(names.iter().any(|name| name.contains("gpt-2, gpt-2-untaught")), "{names:?}");
        assert!(all.0.iter().all(|shelved| !shelved.own));
        let own = Shelf::gather(Some(&Subject::untrained("gpt-2")));
        assert_eq!((own.0.len(), own.0[0].own, own.0[0].name.as_str()), (all.0.len(), true, "gpt-2"));
        assert!(own.0[1..].iter().all(|shelved| !shelved.name.contains("gpt-2")));
    }

    #[test]
    fn characters_know_their_tokens() {
        let bert = cut("bert", "Tom 😀");
        assert_eq!(bert.tokens.iter().map(|token| token.0.as_str()).collect::<Vec<_>>(), ["tom", "‹UNK›"]);
        let marks: Vec<Option<(usize, bool)>> = bert.marks[0].iter().map(|m| m.map(|m| (m.token, m.unknown))).collect();
        assert_eq!(marks, [Some((0, false)), Some((0, false)), Some((0, false)), None, Some((1, true))]);
        assert_eq!((bert.unknown(), bert.characters_per_token()), (1, Some(2.5)));

        let gpt2 = cut("gpt-2", "Tom 😀");
        let last = gpt2.marks[0][4].unwrap();
        assert!(last.several && !last.unknown, "an emoji is several bytes: {gpt2:?}");
        assert_eq!(gpt2.unknown(), 0);
        assert_eq!(cut("t5", "Tom 😀").unknown(), 1);
        assert_eq!(cut("gpt-2", "").characters_per_token(), None);
    }
}
