//! Where a number comes from: a trail of derivations, each opened from a term of the one before.

use crate::tape::{Derivation, NodeId, Record};
use crate::tensor::Dims;

/// Derivations opened one from another, the newest last, with the chosen term of each.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    steps: Vec<(Derivation, usize)>,
    /// The cell that was asked for and whose numbers are not at hand yet.
    coming: Option<(NodeId, Dims)>,
}

impl Trail {
    /// Opens the derivation of a cell: at once where its numbers are at hand.
    pub fn of(record: &Record, node: NodeId, cell: &[usize]) -> Self {
        let mut trail = Self { steps: Vec::new(), coming: Some((node, Dims::from_slice(cell))) };
        trail.arrive(record);
        trail
    }

    /// Whether nothing is open.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.coming.is_none()
    }

    /// Whether a derivation waits for numbers that were not kept.
    pub fn is_waiting(&self) -> bool {
        self.coming.is_some()
    }

    /// The values that the awaited derivation reads and that are not at hand.
    pub fn missing(&self, record: &Record) -> Vec<NodeId> {
        let graph = record.graph();
        let mut reads = Vec::new();
        let mut at = self.coming.as_ref().map(|(node, _)| *node);
        while let Some(id) = at {
            let node = graph.node(id);
            reads.push(id);
            reads.extend(&node.inputs);
            // A view only hands on: what is shown is how its input came about.
            let view = node.operation().is_some_and(|operation| operation.is_view());
            at = if view { node.inputs.first().copied() } else { None };
        }
        reads.retain(|id| record.get(*id).is_none());
        reads
    }

    /// Shows the awaited derivation where all its numbers are at hand.
    pub fn arrive(&mut self, record: &Record) {
        if self.missing(record).is_empty() {
            self.arrive_anyway(record);
        }
    }

    /// Shows the awaited derivation, recomputing what is missing.
    pub fn arrive_anyway(&mut self, record: &Record) {
        if let Some((node, cell)) = self.coming.take() {
            self.steps.push((record.derive(node, &cell), 0));
        }
    }

    /// The derivations, outermost first, with the chosen term of each.
    pub fn steps(&self) -> &[(Derivation, usize)] {
        &self.steps
    }

    /// The newest derivation and its chosen line.
    pub fn newest(&self) -> Option<(&Derivation, usize)> {
        self.steps.last().map(|(derivation, chosen)| (derivation, *chosen))
    }

    /// Moves the choice among the newest derivation's sources.
    pub fn step(&mut self, by: isize) {
        if let Some((derivation, chosen)) = self.steps.last_mut() {
            let last = choices(derivation).len().saturating_sub(1);
            *chosen = chosen.saturating_add_signed(by).min(last);
        }
    }

    /// Chooses a line.
    pub fn choose(&mut self, line: usize) {
        if let Some((derivation, chosen)) = self.steps.last_mut() {
            let found = choices(derivation).iter().position(|&(term, _)| term == line);
            *chosen = found.unwrap_or(*chosen);
        }
    }

    /// Opens the chosen source; `false` where it has no derivation of its own.
    pub fn open(&mut self, record: &Record) -> bool {
        let Some((derivation, chosen)) = self.steps.last() else { return false };
        let Some(&(term, source)) = choices(derivation).get(*chosen) else { return false };
        self.coming = Some(derivation.terms[term].sources[source].clone());
        self.arrive(record);
        true
    }

    /// Goes back to the derivation before; `false` where there is none and the trail is closed.
    pub fn back(&mut self) -> bool {
        // What has not come yet is given up first.
        if self.coming.take().is_none() {
            self.steps.pop();
        }
        !self.steps.is_empty()
    }
}

/// What can be opened of a derivation: a term and one of its sources.
pub fn choices(derivation: &Derivation) -> Vec<(usize, usize)> {
    let sources = |(term, line): (usize, &crate::tape::Term)| (0..line.sources.len()).map(move |s| (term, s));
    derivation.terms.iter().enumerate().flat_map(sources).collect()
}
