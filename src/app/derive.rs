//! Where a number comes from: a trail of derivations, each opened from a term of the one before.

use crate::tape::{Derivation, NodeId, Record};

/// Derivations opened one from another, the newest last, with the chosen term of each.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    steps: Vec<(Derivation, usize)>,
}

impl Trail {
    /// Opens the derivation of a cell.
    pub fn of(record: &Record, node: NodeId, cell: &[usize]) -> Self {
        Self { steps: vec![(record.derive(node, cell), 0)] }
    }

    /// Whether nothing is open.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
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
        let (node, cell) = derivation.terms[term].sources[source].clone();
        self.steps.push((record.derive(node, &cell), 0));
        true
    }

    /// Goes back to the derivation before; `false` where there is none and the trail is closed.
    pub fn back(&mut self) -> bool {
        self.steps.pop();
        !self.steps.is_empty()
    }
}

/// What can be opened of a derivation: a term and one of its sources.
pub fn choices(derivation: &Derivation) -> Vec<(usize, usize)> {
    let sources = |(term, line): (usize, &crate::tape::Term)| (0..line.sources.len()).map(move |s| (term, s));
    derivation.terms.iter().enumerate().flat_map(sources).collect()
}
