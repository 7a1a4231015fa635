//! Activation patching: what of a pass over another text brings that text's answer with it (Vig et al. 2020, causal
//! mediation analysis, <https://arxiv.org/abs/2004.12265>; Meng et al. 2022, causal tracing,
//! <https://arxiv.org/abs/2202.05262>).
//!
//! The two texts have as many tokens. The answer is the difference of two logits: the token that the other text leads to
//! minus the token that this text leads to. One value after another is taken from the other pass and put into this one;
//! its effect is the part of the way from this text's difference to the other's: 0 nothing, 1 all of it.

use super::change::likeliest;
use super::lens::{best, predicting};
use super::residual::layer_ends;
use super::{ExploreError, Pass, TokenView, shares};
use crate::tape::{Kind, NodeId, Run};
use crate::tensor::Tensor;

/// A token whose probability gains no more than this is no answer.
const LEAST_GAIN: f32 = 0.01;

/// The tokens whose logits are compared, where somebody names them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// What the other text leads to.
    pub answer: Option<u32>,
    /// What this text leads to.
    pub against: Option<u32>,
}

/// What is put in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Patched {
    /// The vector of one position as it enters a layer.
    #[default]
    Residual,
    /// What one head gathers, at all positions.
    Heads,
}

/// The effect of one value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PatchCell {
    /// The part of the way to the other text's answer.
    pub effect: f32,
    /// The difference of the two logits.
    pub difference: f32,
    /// What is predicted then, and how likely it is.
    pub predicted: (u32, f32),
}

/// The values of one layer.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchRow {
    /// Which attention or sequence.
    pub stream: &'static str,
    /// The layer, from 0.
    pub layer: usize,
    /// One cell a position, or one a head.
    pub cells: Vec<PatchCell>,
    /// For positions: the token of this text, and that of the other text.
    pub tokens: Vec<(String, String)>,
}

/// The grid of layers and positions, or layers and heads.
#[derive(Clone, Debug, PartialEq)]
pub struct Patching {
    /// What was put in.
    pub what: Patched,
    /// The position whose prediction is watched.
    pub position: usize,
    /// The token that the other text leads to.
    pub answer: u32,
    /// The token that this text leads to.
    pub against: u32,
    /// The difference of their logits in this text and in the other.
    pub differences: (f32, f32),
    /// In the order of running.
    pub rows: Vec<PatchRow>,
}

/// The two passes and what is compared.
struct Pair<'a> {
    base: &'a Pass,
    source: &'a Pass,
    logits: NodeId,
    position: usize,
    answer: u32,
    against: u32,
    differences: (f32, f32),
}

impl Patching {
    /// Puts values of `source` into `base`, one at a time. `None` where it was cancelled.
    ///
    /// # Errors
    /// Where the model predicts no tokens, the texts have different numbers of tokens, or both lead to the same.
    pub fn of(
        base: &Pass,
        source: &Pass,
        what: Patched,
        asked: Answers,
        run: Run<'_>,
    ) -> Result<Option<Self>, ExploreError> {
        let pair = Pair::new(base, source, asked)?;
        let places = pair.places(what);
        let all: usize = places.iter().map(|place| place.count).sum();
        let mut rows: Vec<PatchRow> = Vec::new();
        let mut done = 0;
        for place in places {
            let mut cells = Vec::with_capacity(place.count);
            for index in 0..place.count {
                let Some(cell) = pair.cell(&place, index, run) else { return Ok(None) };
                cells.push(cell);
                done += 1;
                if let Some(progress) = run.progress {
                    progress(done, all);
                }
            }
            rows.push(PatchRow { stream: place.stream, layer: place.layer, cells, tokens: pair.tokens(&place) });
        }
        let Pair { position, answer, against, differences, .. } = pair;
        Ok(Some(Self { what, position, answer, against, differences, rows }))
    }
}

impl Patching {
    /// The row and the place in it with the largest effect.
    pub fn strongest(&self) -> Option<(usize, usize)> {
        let rows = self.rows.iter().enumerate();
        let cells = rows.flat_map(|(row, cells)| {
            cells.cells.iter().enumerate().map(move |(place, cell)| ((row, place), cell.effect))
        });
        // The first of equal ones: where it comes in.
        let most = cells.reduce(|most, cell| if cell.1 > most.1 { cell } else { most });
        most.map(|(place, _)| place)
    }
}

/// Values along one axis of a node that are put in one at a time.
struct Place {
    stream: &'static str,
    layer: usize,
    node: NodeId,
    axis: usize,
    count: usize,
    values: [Tensor; 2],
}

impl<'a> Pair<'a> {
    fn new(base: &'a Pass, source: &'a Pass, asked: Answers) -> Result<Self, ExploreError> {
        let logits = predicting(base)?;
        same_length(base, source)?;
        let position = watched(base);
        let rows = [base, source].map(|pass| pass.logits_at(position));
        let [Some(here), Some(there)] = rows else {
            return Err(ExploreError::Prompt("there is no prediction to watch".to_owned()));
        };
        let (answer, against) = asked.or_found(&here, &there)?;
        let difference = |logits: &[f32]| logits[answer as usize] - logits[against as usize];
        let differences = (difference(&here), difference(&there));
        if (differences.1 - differences.0).abs() < 1e-6 {
            return Err(nothing_to_restore());
        }
        Ok(Self { base, source, logits, position, answer, against, differences })
    }

    fn places(&self, what: Patched) -> Vec<Place> {
        let graph = self.base.record.graph();
        let place = |stream, layer, node: NodeId, kind| {
            let axis = graph.node(node).axes.find(kind)?;
            let values = [self.base, self.source].map(|pass| pass.record.value(node));
            Some(Place { stream, layer, node, axis, count: graph.node(node).axes[axis].len, values })
        };
        match what {
            Patched::Residual => {
                let ends = layer_ends(graph);
                ends.iter().filter_map(|ends| place(ends.stream.0, ends.layer, ends.entry, Kind::Token)).collect()
            }
            Patched::Heads => {
                let heads = self.base.attentions.iter();
                heads.filter_map(|a| place(a.stream(), a.layer, a.context?, Kind::Head)).collect()
            }
        }
    }

    /// What stands at the positions in the two texts; nothing for heads.
    fn tokens(&self, place: &Place) -> Vec<(String, String)> {
        let axis = &self.base.record.graph().node(place.node).axes[place.axis];
        if axis.kind != Kind::Token {
            return Vec::new();
        }
        let [here, there] = [self.base, self.source].map(|pass| pass.labels(Kind::Token, axis.len, axis.stream));
        here.iter().zip(there).map(|(here, there)| (here.label.clone(), there.label.clone())).collect()
    }

    fn cell(&self, place: &Place, index: usize, run: Run<'_>) -> Option<PatchCell> {
        let [base, source] = &place.values;
        let (spliced, changed) = spliced(base, source, place.axis, index);
        let logits = if changed {
            let inner = Run { progress: None, ..run };
            let replaced = [(place.node, spliced)];
            self.base.record.replay_for(&replaced, &[self.logits], inner)?.swap_remove(0)
        } else {
            self.base.record.value(self.logits)
        };
        let logits = logits.select(0, 0).select(0, self.position).to_vec();
        let difference = logits[self.answer as usize] - logits[self.against as usize];
        let effect = (difference - self.differences.0) / (self.differences.1 - self.differences.0);
        let id = best(&logits);
        Some(PatchCell { effect, difference, predicted: (id, super::share(&logits, id)) })
    }
}

/// The first masked position, or the last one.
fn watched(pass: &Pass) -> usize {
    pass.predicted_positions().first().copied().unwrap_or(pass.output_tokens().len().saturating_sub(1))
}

fn same_length(base: &Pass, source: &Pass) -> Result<(), ExploreError> {
    let shapes = |pass: &Pass| -> Vec<_> { pass.record.graph().nodes().map(|(_, node)| node.axes.shape()).collect() };
    if shapes(base) == shapes(source) {
        return Ok(());
    }
    let list = |pass: &Pass| {
        let labels = |tokens: &[TokenView]| {
            let labels: Vec<&str> = tokens.iter().map(|token| token.label.as_str()).collect();
            format!("{} ({})", labels.len(), labels.join(" "))
        };
        let target = if pass.target.is_empty() { String::new() } else { format!(" => {}", labels(&pass.target)) };
        labels(&pass.tokens) + &target
    };
    Err(ExploreError::Prompt(format!(
        "the two texts need the same number of tokens, so that positions stand for each other: this one has {}, the other {}",
        list(base),
        list(source)
    )))
}

fn nothing_to_restore() -> ExploreError {
    ExploreError::Prompt("both texts lead to the same prediction: there is nothing to put in".to_owned())
}

impl Answers {
    /// The two tokens, those that are not named found: the likeliest one of each text, or those that gain and lose most
    /// where the likeliest is the same.
    fn or_found(self, here: &[f32], there: &[f32]) -> Result<(u32, u32), ExploreError> {
        if let Some(far) = [self.answer, self.against].into_iter().flatten().find(|id| *id as usize >= here.len()) {
            let message = format!("there is no token {far}: the vocabulary has {} entries", here.len());
            return Err(ExploreError::Prompt(message));
        }
        let (mut against, mut answer) = (best(here), best(there));
        if self.answer.is_none() && self.against.is_none() && answer == against {
            (answer, against) = most_moved(here, there).ok_or_else(nothing_to_restore)?;
        }
        let (answer, against) = (self.answer.unwrap_or(answer), self.against.unwrap_or(against));
        if answer == against {
            return Err(ExploreError::Prompt("the two tokens whose logits are compared are the same".to_owned()));
        }
        Ok((answer, against))
    }
}

/// Of the candidates of both texts the one that gains most in the other text, and the one that loses most; `None` where
/// hardly anything moves.
fn most_moved(here: &[f32], there: &[f32]) -> Option<(u32, u32)> {
    let mut ids = likeliest(here, 10);
    ids.extend(likeliest(there, 10));
    ids.sort_unstable();
    ids.dedup();
    let (before, after) = (shares(here, 1.0, &ids), shares(there, 1.0, &ids));
    let gain = |place: usize| after[place] - before[place];
    let order = |a: &usize, b: &usize| gain(*a).total_cmp(&gain(*b));
    let (most, least) = (0..ids.len()).max_by(order).zip((0..ids.len()).min_by(order))?;
    (gain(most) > LEAST_GAIN && most != least).then(|| (ids[most], ids[least]))
}

/// A copy of `base` with one index of an axis from `source`, and whether that changed anything.
fn spliced(base: &Tensor, source: &Tensor, axis: usize, index: usize) -> (Tensor, bool) {
    let (mut data, other) = (base.to_vec(), source.to_vec());
    let inner: usize = base.shape()[axis + 1..].iter().product();
    let length = base.shape()[axis];
    let mut changed = false;
    for (place, number) in data.iter_mut().enumerate() {
        if place / inner % length == index {
            changed |= *number != other[place];
            *number = other[place];
        }
    }
    (Tensor::new(data, base.shape()), changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::{Subject, trial};

    fn patched(texts: [&str; 2], what: Patched, bert: bool) -> Result<Patching, ExploreError> {
        let loaded = if bert { trial::bert() } else { trial::gpt2() };
        let subject = Subject::from_loaded("tiny", loaded);
        let [base, source] = texts.map(|text| trial::pass(&subject, text));
        Patching::of(&base, &source, what, Answers::default(), Run::new(subject.pool())).map(Option::unwrap)
    }

    #[test]
    fn before_the_first_layer_only_the_other_token_counts_and_brings_everything() {
        for bert in [false, true] {
            // These models say what they read: another last token gives another answer.
            let found = patched(["1 2 3 4", "1 2 3 9"], Patched::Residual, bert).unwrap();
            assert_eq!((found.rows.len(), found.position), (2, 3));
            assert!(found.answer != found.against);
            let effects: Vec<f32> = found.rows[0].cells.iter().map(|cell| cell.effect).collect();
            for (position, effect) in effects.iter().enumerate() {
                let whole = if position == 3 { 1.0 } else { 0.0 };
                assert!((effect - whole).abs() < 1e-4, "{effects:?}");
            }
            assert_eq!(found.rows[0].tokens[3], ("4".to_owned(), "9".to_owned()));
            assert_eq!(found.strongest().map(|(_, position)| position), Some(3));
        }
    }

    #[test]
    fn one_value_is_what_a_replay_with_it_gives() {
        let subject = Subject::from_loaded("tiny", trial::gpt2());
        let [base, source] = ["1 2 3 4", "1 9 3 8"].map(|text| trial::pass(&subject, text));
        let run = Run::new(subject.pool());
        let found = Patching::of(&base, &source, Patched::Heads, Answers::default(), run).unwrap().unwrap();
        assert_eq!(found.rows.iter().map(|row| row.cells.len()).collect::<Vec<_>>(), [2, 2]);
        let context = base.attentions[1].context.unwrap();
        let axis = base.record.graph().node(context).axes.find(Kind::Head).unwrap();
        let values = [&base, &source].map(|pass| pass.record.value(context));
        let (spliced, changed) = spliced(&values[0], &values[1], axis, 1);
        assert!(changed);
        assert_eq!(spliced.select(axis, 0).to_vec(), values[0].select(axis, 0).to_vec());
        assert_eq!(spliced.select(axis, 1).to_vec(), values[1].select(axis, 1).to_vec());
        let replay = base.record.replay(&[(context, spliced)], run).unwrap();
        let logits = base.logits_of_replay(&replay, 3).unwrap();
        let difference = logits[found.answer as usize] - logits[found.against as usize];
        let cell = found.rows[1].cells[1];
        assert!((cell.difference - difference).abs() < 1e-5);
        let (here, there) = found.differences;
        assert!((cell.effect - (difference - here) / (there - here)).abs() < 1e-4);
        assert_eq!(cell.predicted.0, best(&logits));
    }

    #[test]
    fn texts_that_cannot_be_compared_are_refused() {
        let fault = |texts| patched(texts, Patched::Residual, false).unwrap_err().to_string();
        let message = fault(["1 2 3", "1 2"]);
        assert!(message.contains("3 (1 2 3)") && message.contains("2 (1 2)"), "{message}");
        assert!(fault(["1 2 3", "1 2 3"]).contains("nothing to put in"));
    }

    #[test]
    fn the_tokens_can_be_named() {
        let subject = Subject::from_loaded("tiny", trial::gpt2());
        let [base, source] = ["1 2 3 4", "1 9 3 4"].map(|text| trial::pass(&subject, text));
        let ask = |answer, against| {
            let asked = Answers { answer, against };
            Patching::of(&base, &source, Patched::Residual, asked, Run::new(subject.pool())).map(Option::unwrap)
        };
        let found = ask(Some(5), Some(6)).unwrap();
        assert_eq!((found.answer, found.against), (5, 6));
        assert!((found.rows[0].cells[1].effect - 1.0).abs() < 1e-3);
        assert!(ask(Some(5), Some(5)).unwrap_err().to_string().contains("the same"));
        assert!(ask(Some(99), None).unwrap_err().to_string().contains("there is no token 99"));
    }
}
