//! What was painted on a mask: cells hidden or opened by hand, cell by cell or by a pattern.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{ExploreError, TokenView};
use crate::tape::{Cell, Mask};

/// The cells that are not as the mask has them: (query, key), and whether the key is seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Painting {
    cells: BTreeMap<(usize, usize), bool>,
}

/// Whether a mask lets a cell be seen.
fn sees(mask: &Mask, (query, key): (usize, usize)) -> bool {
    mask.reason(Cell { batch: 0, query, key }).is_none()
}

/// Queries and keys of a mask.
fn size(mask: &Mask) -> (usize, usize) {
    (mask.axes()[1].len, mask.axes()[2].len)
}

impl Painting {
    /// How many cells are not as the mask has them.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether all are.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// What was made of a cell: seen or hidden; `None` where it is as the mask has it.
    pub fn get(&self, query: usize, key: usize) -> Option<bool> {
        self.cells.get(&(query, key)).copied()
    }

    /// The cells that are not as the mask has them, and whether each is seen.
    pub fn cells(&self) -> impl Iterator<Item = ((usize, usize), bool)> {
        self.cells.iter().map(|(&cell, &visible)| (cell, visible))
    }

    /// Makes a cell seen or hidden. Cells beyond the mask are passed over.
    pub fn set(&mut self, mask: &Mask, cell: (usize, usize), visible: bool) {
        let (queries, keys) = size(mask);
        if cell.0 >= queries || cell.1 >= keys {
            return;
        }
        if sees(mask, cell) == visible {
            self.cells.remove(&cell);
        } else {
            self.cells.insert(cell, visible);
        }
    }

    /// The cells that another mask has, and has otherwise.
    #[must_use]
    pub fn fitted(&self, mask: &Mask) -> Self {
        let mut fitted = Self::default();
        for (&cell, &visible) in &self.cells {
            fitted.set(mask, cell, visible);
        }
        fitted
    }

    /// The mask with what was painted on it.
    pub fn on(&self, mask: &Arc<Mask>) -> Arc<Mask> {
        mask.by_hand(|query, key| self.get(query, key))
    }
}

/// A pattern that is painted at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Each position sees itself and what comes before it.
    Causal,
    /// Each position sees all others.
    Both,
    /// Of what it saw, each position sees those at most so far away.
    Window(usize),
    /// Of what it saw, each position sees its own sentence.
    Sentence,
    /// Each position sees itself alone.
    Own,
}

impl Preset {
    /// All of them, with a window of that width.
    pub fn all(width: usize) -> [Self; 5] {
        [Self::Causal, Self::Both, Self::Window(width), Self::Sentence, Self::Own]
    }

    /// The preset of a word: `causal`, `both`, `window:N`, `sentence`, `self`.
    pub fn of(word: &str) -> Option<Self> {
        if let Some(width) = word.strip_prefix("window:") {
            return width.parse().ok().map(Self::Window);
        }
        Self::all(0).into_iter().filter(|preset| !matches!(preset, Self::Window(_))).find(|preset| preset.id() == word)
    }

    /// Its word in files and on the command line.
    pub fn id(self) -> String {
        match self {
            Self::Causal => "causal".to_owned(),
            Self::Both => "both".to_owned(),
            Self::Window(width) => format!("window:{width}"),
            Self::Sentence => "sentence".to_owned(),
            Self::Own => "self".to_owned(),
        }
    }

    /// For every cell of a mask whether it is to be seen. Queries are the last of the positions that keys have, but where
    /// they look at another sequence (`across`), whose positions count from its own start.
    pub fn cells(
        self,
        mask: &Mask,
        (query_tokens, key_tokens): (&[TokenView], &[TokenView]),
        across: bool,
    ) -> Vec<((usize, usize), bool)> {
        let (queries, keys) = size(mask);
        let past = if across { 0 } else { keys.saturating_sub(queries) };
        let sentences = [query_tokens, key_tokens].map(sentences);
        let visible = |query: usize, key: usize| {
            let own = query + past;
            match self {
                Self::Causal => key <= own,
                Self::Both => true,
                Self::Window(width) => own.abs_diff(key) <= width && sees(mask, (query, key)),
                Self::Sentence => sentences[0].get(query) == sentences[1].get(key) && sees(mask, (query, key)),
                Self::Own => key == own,
            }
        };
        (0..queries * keys).map(|cell| (cell / keys, cell % keys)).map(|at| (at, visible(at.0, at.1))).collect()
    }
}

/// The number of the sentence that each token stands in; a sentence ends with its mark, and a special token ends one.
fn sentences(tokens: &[TokenView]) -> Vec<usize> {
    let mut sentence = 0;
    let mut numbers: Vec<usize> = Vec::with_capacity(tokens.len());
    for (place, token) in tokens.iter().enumerate() {
        numbers.push(sentence);
        let special = token.source.as_ref().is_some_and(|source| source.special);
        let ends = token.label.trim_end().ends_with(['.', '!', '?', '。', '！', '？', '…', '⏎']);
        // What stands first begins a text.
        sentence += usize::from(ends || (special && place > 0));
    }
    numbers
}

/// A cell (query, key), and whether it is to be seen.
pub type CellWanted = ((usize, usize), bool);

/// Reads a mask from JSON: rows of 0 and 1, a row a query (1 is seen), or a list of [query, key] that are hidden; as rows where it could
/// be both.
///
/// # Errors
/// Where it is neither, or a cell lies beyond the mask.
pub fn cells_from_json(text: &str, (queries, keys): (usize, usize)) -> Result<Vec<CellWanted>, ExploreError> {
    let wrong = |what: String| ExploreError::Prompt(format!("the mask: {what}"));
    let rows: Vec<Vec<i64>> = serde_json::from_str(text).map_err(|error| {
        wrong(format!("{error}; expected rows of 0 and 1, {queries} of {keys}, or a list of [query, key] to hide"))
    })?;
    let is_matrix =
        rows.len() == queries && rows.iter().all(|row| row.len() == keys && row.iter().all(|x| (0..2).contains(x)));
    if is_matrix {
        let cells = rows
            .iter()
            .enumerate()
            .flat_map(|(query, row)| row.iter().enumerate().map(move |(key, &seen)| ((query, key), seen == 1)));
        return Ok(cells.collect());
    }
    let cell = |row: &Vec<i64>| match row.as_slice() {
        &[query, key] => {
            let place = |index: i64, count: usize| usize::try_from(index).ok().filter(|index| *index < count);
            let cell = place(query, queries).zip(place(key, keys));
            cell.map(|cell| (cell, false)).ok_or_else(|| {
                wrong(format!(
                    "there is no cell [{query}, {key}]; there are {queries} queries and {keys} keys, from 0 on"
                ))
            })
        }
        row => Err(wrong(format!(
            "a row of {} numbers; expected {queries} rows of {keys} zeros and ones, or a list of [query, key] to hide",
            row.len()
        ))),
    };
    rows.iter().map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::trial;
    use crate::explore::{Pass, Subject};

    fn seen(pass: &Pass, preset: Preset) -> Vec<String> {
        let attention = &pass.attentions[0];
        let mask = attention.mask.as_ref().unwrap();
        let cells = preset.cells(mask, (&pass.tokens, &pass.tokens), attention.is_cross());
        let row = |row: &[((usize, usize), bool)]| row.iter().map(|(_, seen)| if *seen { '#' } else { '.' }).collect();
        cells.chunks(pass.tokens.len()).map(row).collect()
    }

    #[test]
    fn presets_are_patterns() {
        let both = trial::pass(&Subject::from_loaded("tiny", trial::bert()), "1 2 3 4");
        assert_eq!(seen(&both, Preset::Causal), ["#...", "##..", "###.", "####"]);
        assert_eq!(seen(&both, Preset::Window(1)), ["##..", "###.", ".###", "..##"]);
        assert_eq!(seen(&both, Preset::Own), ["#...", ".#..", "..#.", "...#"]);
        let causal = trial::pass(&Subject::from_loaded("tiny", trial::gpt2()), "1 2 3 4");
        // A window opens nothing.
        assert_eq!(seen(&causal, Preset::Window(1)), ["#...", "##..", ".##.", "..##"]);
        assert_eq!(seen(&causal, Preset::Both), ["####"; 4]);
    }

    #[test]
    fn sentences_end_with_their_mark() {
        let token = |label: &str| TokenView { id: 0, label: label.to_owned(), source: None };
        let tokens: Vec<TokenView> = ["It", "is", ".", "Yes", "!", "好", "。", "x"].map(token).to_vec();
        assert_eq!(sentences(&tokens), [0, 0, 0, 1, 1, 2, 2, 3]);
    }

    #[test]
    fn masks_are_read_from_files() {
        let read = |text: &str| cells_from_json(text, (2, 3)).map_err(|error| error.to_string());
        let matrix = read("[[1,0,1],[0,0,1]]").unwrap();
        assert_eq!((matrix.len(), matrix[1], matrix[5]), (6, ((0, 1), false), ((1, 2), true)));
        assert_eq!(read("[[0,1],[1,2]]").unwrap(), [((0, 1), false), ((1, 2), false)]);
        assert_eq!(read("[]").unwrap(), []);
        for (text, fault) in [
            ("nonsense", "expected rows of 0 and 1"),
            ("{}", "expected rows of 0 and 1"),
            ("[[2,0]]", "there is no cell [2, 0]"),
            ("[[-1,0]]", "there is no cell"),
            ("[[1,0,1]]", "a row of 3 numbers"),
            ("[[1,0,2],[0,0,1]]", "a row of 3 numbers"),
            ("[[1.5,0]]", "expected rows of 0 and 1"),
        ] {
            assert!(read(text).is_err_and(|found| found.contains(fault)), "{text}: {:?}", read(text));
        }
        for word in ["causal", "both", "window:3", "sentence", "self"] {
            assert_eq!(Preset::of(word).map(Preset::id).as_deref(), Some(word));
        }
        assert_eq!((Preset::of("window"), Preset::of("window:x"), Preset::of("")), (None, None, None));
    }

    #[test]
    fn only_what_differs_is_remembered() {
        let pass = trial::pass(&Subject::from_loaded("tiny", trial::gpt2()), "1 2 3");
        let mask = pass.attentions[0].mask.as_ref().unwrap();
        let mut painting = Painting::default();
        painting.set(mask, (0, 2), false);
        painting.set(mask, (9, 0), false);
        assert!(painting.is_empty());
        painting.set(mask, (2, 0), false);
        painting.set(mask, (0, 2), true);
        assert_eq!((painting.len(), painting.get(2, 0), painting.get(0, 2)), (2, Some(false), Some(true)));
        let painted = painting.on(mask);
        let reason = |query, key| painted.reason(Cell { batch: 0, query, key }).map(|reason| reason.word);
        assert_eq!((reason(2, 0), reason(0, 2), reason(0, 1)), (Some("hand"), None, Some("future")));
        painting.set(mask, (2, 0), true);
        painting.set(mask, (0, 2), false);
        assert!(painting.is_empty());
    }
}
