//! Masks as sets of reasons: a hidden cell says why it is hidden, and what number stands there is the architecture's own.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::axis::{Axes, Axis, Kind};

/// Why a query may not see a key.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Reason {
    /// The word in files and on the command line.
    pub word: &'static str,
    /// The glyph that fills a hidden cell.
    pub glyph: char,
    /// The glyph where only ASCII can be shown.
    pub ascii: char,
    /// A sentence in English.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
}

/// The key comes after the query.
pub static FUTURE: Reason = Reason {
    word: "future",
    glyph: '╱',
    ascii: '/',
    en: "the key comes after the query: a causal model may only look back",
    zh: "键在查询之后：因果模型只能向前看已出现的词",
};

/// The key is filling, not text.
pub static PADDING: Reason = Reason {
    word: "padding",
    glyph: '×',
    ascii: 'x',
    en: "the key is padding: it only fills the row up to the length of the batch",
    zh: "键是填充：它只是把这一行补到批次的长度",
};

/// The key is too far away.
pub static WINDOW: Reason = Reason {
    word: "window",
    glyph: '┄',
    ascii: '~',
    en: "the key is too far away: only a window of positions is seen",
    zh: "键离得太远：只能看到一个窗口内的位置",
};

/// The key comes later in the order in which the tokens are guessed.
pub static PERMUTATION: Reason = Reason {
    word: "permutation",
    glyph: '╲',
    ascii: '\\',
    en: "the key comes later in the order of guessing: it may not be known yet",
    zh: "在预测顺序中键排在后面：此时还不能知道它",
};

/// The key is the position that is to be guessed.
pub static OWN_CONTENT: Reason = Reason {
    word: "self",
    glyph: '○',
    ascii: 'o',
    en: "the key is the position itself: the query stream may not see what it is to guess",
    zh: "键就是该位置自身：查询流不能看到它要预测的内容",
};

/// No entity stands at the key.
pub static NO_ENTITY: Reason = Reason {
    word: "no_entity",
    glyph: '∅',
    ascii: '0',
    en: "no entity begins at this token: there is nothing to look at",
    zh: "这个词元处没有实体：无可注视",
};

/// Somebody hid the key, to see what becomes of it.
pub static HAND: Reason = Reason {
    word: "hand",
    glyph: '⊠',
    ascii: '#',
    en: "hidden by hand, to see what becomes of the pass without it",
    zh: "手动遮住：看看没有它时计算结果会怎样",
};

/// What hiding does to the score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Effect {
    /// The score is replaced by this number.
    Replace(f32),
    /// This number is added to the score.
    Add(f32),
}

/// A cell of a mask: which example, query and key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Index along the batch.
    pub batch: usize,
    /// Index along the queries.
    pub query: usize,
    /// Index along the keys.
    pub key: usize,
}

type Hides = Arc<dyn Fn(Cell) -> bool + Send + Sync>;

/// One reason, the cells that it hides and what it does to their scores.
#[derive(Clone)]
pub struct Rule {
    /// Why.
    pub reason: &'static Reason,
    /// What happens to the score.
    pub effect: Effect,
    hides: Hides,
}

impl Rule {
    /// A rule that hides the cells for which `hides` holds.
    pub fn new(reason: &'static Reason, effect: Effect, hides: impl Fn(Cell) -> bool + Send + Sync + 'static) -> Self {
        Self { reason, effect, hides: Arc::new(hides) }
    }

    /// Whether the rule hides a cell.
    pub fn hides(&self, cell: Cell) -> bool {
        (self.hides)(cell)
    }
}

/// What the kernel needs of a mask, computed once: per cell `score * keep + bias`, where keep is 0 or 1.
pub(super) struct Filled {
    /// Cells whose score is replaced (the rest keep theirs).
    pub replaced: Option<Vec<bool>>,
    /// What is added after that.
    pub bias: Vec<f32>,
}

/// What a mask does to the cells of one example.
struct Counted {
    /// How many cells each reason hides, by the reason shown first; reasons that hide none are left out.
    hidden: Vec<(&'static Reason, usize)>,
    /// Whether each cell can be seen, row-major over (query, key).
    visible: Vec<bool>,
}

/// Which (query, key) cells are hidden and why. Several rules can hide one cell; they act in their order, which is also
/// the order in which their reasons are named.
pub struct Mask {
    axes: Axes,
    rules: Vec<Rule>,
    filled: OnceLock<Filled>,
    /// Of the first example: how many cells each reason hides, and which can be seen.
    counted: OnceLock<Counted>,
}

impl Mask {
    /// A mask over (batch, query, key).
    pub fn new(batch: usize, query: &Axis, key: &Axis, rules: Vec<Rule>) -> Arc<Self> {
        let axes = Axes::new([Axis::new(Kind::Batch, batch), query.renamed(Kind::Query), key.renamed(Kind::Key)]);
        Arc::new(Self { axes, rules, filled: OnceLock::new(), counted: OnceLock::new() })
    }

    /// This mask with some cells changed by hand, the same in every example: `visible` says for a (query, key) whether it
    /// is to be seen, and nothing where it stays as it is. What hides the rest stays, and a cell that is hidden by hand
    /// is filled as the architecture fills hidden cells; an empty mask tells no filling, and gets the lowest number.
    #[must_use]
    pub fn by_hand(self: &Arc<Self>, visible: impl Fn(usize, usize) -> Option<bool>) -> Arc<Self> {
        let [queries, keys] = [self.axes[1].len, self.axes[2].len];
        let wanted: Arc<[Option<bool>]> =
            (0..queries * keys).map(|cell| visible(cell / keys.max(1), cell % keys.max(1))).collect();
        let effect = self.rules.first().map_or(Effect::Replace(f32::MIN), |rule| rule.effect);
        let own = self.rules.iter().cloned().map(|rule| {
            let wanted = Arc::clone(&wanted);
            let (reason, effect) = (rule.reason, rule.effect);
            let stays = move |cell: Cell| wanted[cell.query * keys + cell.key] != Some(true) && rule.hides(cell);
            Rule::new(reason, effect, stays)
        });
        let mut rules: Vec<Rule> = own.collect();
        if wanted.contains(&Some(false)) {
            let (base, wanted) = (Arc::clone(self), Arc::clone(&wanted));
            let hides =
                move |cell: Cell| wanted[cell.query * keys + cell.key] == Some(false) && base.reason(cell).is_none();
            rules.push(Rule::new(&HAND, effect, hides));
        }
        Arc::new(Self { axes: self.axes.clone(), rules, filled: OnceLock::new(), counted: OnceLock::new() })
    }

    /// The axes (batch, query, key).
    pub fn axes(&self) -> &Axes {
        &self.axes
    }

    /// The rules in their order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The reasons that hide a cell, the one to show first in front.
    pub fn reasons(&self, cell: Cell) -> impl Iterator<Item = &'static Reason> {
        self.rules.iter().filter(move |rule| rule.hides(cell)).map(|rule| rule.reason)
    }

    /// The reason to show for a cell, `None` where it is visible.
    pub fn reason(&self, cell: Cell) -> Option<&'static Reason> {
        self.reasons(cell).next()
    }

    /// What a score becomes.
    pub fn apply(&self, cell: Cell, score: f32) -> f32 {
        self.rules.iter().filter(|rule| rule.hides(cell)).fold(score, |score, rule| match rule.effect {
            Effect::Replace(number) => number,
            Effect::Add(number) => score + number,
        })
    }

    pub(super) fn filled(&self) -> &Filled {
        self.filled.get_or_init(|| {
            let mut bias = vec![0.0; self.axes.size()];
            let mut replaced = vec![false; bias.len()];
            let mut any = false;
            for (i, cell) in self.cells().enumerate() {
                for rule in self.rules.iter().filter(|rule| rule.hides(cell)) {
                    match rule.effect {
                        Effect::Replace(number) => (replaced[i], bias[i], any) = (true, number, true),
                        Effect::Add(number) => bias[i] += number,
                    }
                }
            }
            Filled { replaced: any.then_some(replaced), bias }
        })
    }

    fn cells(&self) -> impl Iterator<Item = Cell> {
        let [batches, queries, keys] = [0, 1, 2].map(|place| self.axes[place].len);
        (0..batches).flat_map(move |batch| {
            (0..queries).flat_map(move |query| (0..keys).map(move |key| Cell { batch, query, key }))
        })
    }

    /// How many cells of one example each reason hides, by the reason shown first.
    pub fn census(&self, batch: usize) -> Vec<(&'static Reason, usize)> {
        if batch == 0 { self.counted().hidden.clone() } else { self.count(batch).hidden }
    }

    /// Whether each cell of the first example can be seen, row-major over (query, key). Read once, and kept.
    pub fn visible(&self) -> &[bool] {
        &self.counted().visible
    }

    fn counted(&self) -> &Counted {
        self.counted.get_or_init(|| self.count(0))
    }

    fn count(&self, batch: usize) -> Counted {
        let mut visible = Vec::with_capacity(self.axes[1].len * self.axes[2].len);
        let mut hidden: Vec<(&'static Reason, usize)> = self.rules.iter().map(|rule| (rule.reason, 0)).collect();
        hidden.dedup_by_key(|(reason, _)| reason.word);
        let [queries, keys] = [1, 2].map(|place| self.axes[place].len);
        let cells = (0..queries).flat_map(|query| (0..keys).map(move |key| Cell { batch, query, key }));
        for cell in cells {
            let reason = self.reason(cell);
            visible.push(reason.is_none());
            if let Some(reason) = reason
                && let Some(entry) = hidden.iter_mut().find(|(r, _)| *r == reason)
            {
                entry.1 += 1;
            }
        }
        hidden.retain(|(_, count)| *count > 0);
        Counted { hidden, visible }
    }
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.rules.iter().map(|rule| rule.reason.word).collect();
        write!(f, "Mask{:?} {words:?}", self.axes)
    }
}
