//! Who came from whom: the models in the order of time, and the lines between them.

use std::collections::BTreeSet;

use crate::catalog::browse::Facet;
use crate::catalog::{Date, Entry, Word};

/// How large a model is, as far as that was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Nobody has said.
    Unknown,
    /// Under a thousand million parameters.
    Small,
    /// Under a hundred thousand million.
    Middle,
    /// More.
    Large,
}

impl Size {
    fn of(entry: &Entry) -> Self {
        match entry.parameters().map(|figure| figure.value.high) {
            None => Self::Unknown,
            Some(number) if number < 1e9 => Self::Small,
            Some(number) if number < 1e11 => Self::Middle,
            Some(_) => Self::Large,
        }
    }

    /// Its mark.
    pub fn glyph(self) -> char {
        match self {
            Self::Unknown => '?',
            Self::Small => '•',
            Self::Middle => '●',
            Self::Large => '◉',
        }
    }
}

/// A model of the family.
#[derive(Clone, Debug)]
pub struct Model {
    /// The id of its entry.
    pub id: String,
    /// As people write it.
    pub name: String,
    /// When it came out.
    pub released: Date,
    /// What sort of model it is.
    pub kind: &'static Word,
    /// Its part of the survey.
    pub section: &'static Word,
    /// How large it is.
    pub size: Size,
}

impl Model {
    /// The lane it lies in.
    pub fn lane(&self, facet: Facet) -> &'static Word {
        if facet == Facet::Section { self.section } else { self.kind }
    }

    /// Months since the year 0; what is known to the month alone counts from its middle.
    pub fn months(&self) -> f32 {
        let day = if self.released.day == 0 { 15 } else { self.released.day };
        f32::from(self.released.year) * 12.0 + f32::from(self.released.month - 1) + f32::from(day - 1) / 31.0
    }
}

/// A line from parent to child, by their places in the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The older one.
    pub parent: usize,
    /// The younger one.
    pub child: usize,
    /// How the child comes from it.
    pub how: &'static Word,
}

impl Line {
    /// Whether the child was built on the parent; else it took an idea, or has the parent inside.
    pub fn is_solid(&self) -> bool {
        matches!(self.how.id, "derived" | "fine-tuned")
    }
}

/// All models and lines.
#[derive(Clone, Debug, Default)]
pub struct Family {
    /// The models by date; a parent always stands before its children.
    pub models: Vec<Model>,
    /// The lines, at most one between two models, by child and then by parent.
    pub lines: Vec<Line>,
}

impl Family {
    /// The family of these entries. Links that go round in a circle, which `check` refuses, are left out.
    pub fn of(entries: &[&Entry]) -> Self {
        let order = ordered(entries);
        let place = |id: &str| order.iter().position(|&at| entries[at].head.id == id);
        let mut lines: Vec<Line> = Vec::new();
        for (child, &at) in order.iter().enumerate() {
            let mut own: Vec<Line> = Vec::new();
            for link in &entries[at].lineage {
                let Some(parent) = link.from.as_deref().and_then(place).filter(|&parent| parent < child) else {
                    continue;
                };
                let line = Line { parent, child, how: link.how };
                match own.iter_mut().find(|other| other.parent == parent) {
                    // What it is built on says more than an idea it took from there as well.
                    Some(other) if !other.is_solid() => *other = line,
                    Some(_) => {}
                    None => own.push(line),
                }
            }
            own.sort_by_key(|line| line.parent);
            lines.extend(own);
        }
        let model = |&at: &usize| {
            let Entry { head, .. } = entries[at];
            Model {
                id: head.id.clone(),
                name: head.name.clone(),
                released: head.released,
                kind: head.kind,
                section: head.section,
                size: Size::of(entries[at]),
            }
        };
        Self { models: order.iter().map(model).collect(), lines }
    }

    /// The place of a model.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.models.iter().position(|model| model.id == id)
    }

    /// The lines to its parents.
    pub fn parents(&self, model: usize) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.child == model)
    }

    /// The lines to its children.
    pub fn children(&self, model: usize) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.parent == model)
    }

    /// The lines of descent through a model, by their places: everything it was built on and that was built on it, and
    /// the ideas and parts that it took or gave itself.
    pub fn path(&self, model: usize) -> BTreeSet<usize> {
        let mut path = BTreeSet::new();
        for up in [true, false] {
            let mut reached = vec![model];
            while let Some(at) = reached.pop() {
                for (index, line) in self.lines.iter().enumerate() {
                    let (near, far) = if up { (line.child, line.parent) } else { (line.parent, line.child) };
                    if near == at && (line.is_solid() || at == model) && path.insert(index) && line.is_solid() {
                        reached.push(far);
                    }
                }
            }
        }
        path
    }
}

/// The entries by date, each behind all that it comes from, even where dates say otherwise.
fn ordered(entries: &[&Entry]) -> Vec<usize> {
    let mut by_date: Vec<usize> = (0..entries.len()).collect();
    by_date.sort_by_key(|&at| (entries[at].head.released, &entries[at].head.id));
    let mut order: Vec<usize> = Vec::with_capacity(entries.len());
    while !by_date.is_empty() {
        let waits = |at: usize| {
            let from = entries[at].lineage.iter().filter_map(|link| link.from.as_ref());
            let mut from = from.filter(|id| entries[at].head.id != **id);
            from.any(|id| by_date.iter().any(|&other| entries[other].head.id == *id))
        };
        // In a circle everybody waits: the oldest goes on.
        let next = by_date.iter().position(|&at| !waits(at)).unwrap_or(0);
        order.push(by_date.remove(next));
    }
    order
}
