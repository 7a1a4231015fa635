//! The steps of a pass as a tree: scopes and, in them, the named values.

use crate::tape::{Graph, Name, NodeId, ScopeId};

/// What a line of the tree stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// A named part of the pass.
    Scope(ScopeId),
    /// One step.
    Step(NodeId),
}

/// A line of the tree.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it stands for.
    pub kind: ItemKind,
    /// Its name.
    pub name: &'static Name,
    /// Which one, where there are several (layer 3).
    pub index: Option<usize>,
    /// How deep it stands; 0 is the outermost.
    pub depth: usize,
    /// The line of the scope around it.
    pub parent: Option<usize>,
    /// The line behind the last one inside; the next line for a step.
    pub end: usize,
    /// The first step at or behind this line, counted from 0.
    pub first_step: usize,
    /// The value that shows what this line comes to: the step's own, or the last one inside.
    pub result: NodeId,
}

impl Item {
    /// Whether there is anything inside.
    pub fn is_scope(&self) -> bool {
        matches!(self.kind, ItemKind::Scope(_))
    }
}

/// All lines, outer before inner, in the order of running.
#[derive(Clone, Debug, Default)]
pub struct StepTree {
    items: Vec<Item>,
    steps: Vec<usize>,
}

impl StepTree {
    /// The tree of a graph.
    pub fn new(graph: &Graph) -> Self {
        let mut tree = Self::default();
        let mut open: Vec<(ScopeId, usize)> = Vec::new();
        for id in graph.steps() {
            let node = graph.node(id);
            let chain = chain(graph, node.scope);
            let shared = open.iter().zip(&chain).take_while(|((scope, _), wanted)| scope == *wanted).count();
            tree.close(&mut open, shared);
            for &scope in &chain[shared..] {
                let named = graph.scope(scope);
                open.push((scope, tree.items.len()));
                tree.push(ItemKind::Scope(scope), named.name, named.index, open.len() - 1, &open, id);
            }
            let name = node.name.unwrap_or(&crate::tape::vocabulary::PASS);
            tree.steps.push(tree.items.len());
            tree.push(ItemKind::Step(id), name, None, open.len(), &open, id);
        }
        tree.close(&mut open, 0);
        tree
    }

    fn push(
        &mut self,
        kind: ItemKind,
        name: &'static Name,
        index: Option<usize>,
        depth: usize,
        open: &[(ScopeId, usize)],
        result: NodeId,
    ) {
        let line = self.items.len();
        let parent = open.iter().map(|&(_, at)| at).rfind(|&at| at != line);
        let first_step = self.steps.len() - usize::from(matches!(kind, ItemKind::Step(_)));
        self.items.push(Item { kind, name, index, depth, parent, end: line + 1, first_step, result });
    }

    fn close(&mut self, open: &mut Vec<(ScopeId, usize)>, keep: usize) {
        while open.len() > keep {
            if let Some((_, line)) = open.pop() {
                let end = self.items.len();
                let last = self.items[end - 1].result;
                self.items[line].end = end;
                self.items[line].result = last;
            }
        }
    }

    /// All lines.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// How many steps there are.
    pub fn step_count(&self) -> usize {
        self.steps.len()
    }

    /// The line of a step by its number.
    pub fn line_of_step(&self, step: usize) -> usize {
        self.steps.get(step).copied().unwrap_or(0)
    }

    /// How many steps stand inside a line (1 for a step).
    pub fn steps_inside(&self, line: usize) -> usize {
        let item = &self.items[line];
        self.steps.iter().filter(|&&step| step >= line && step < item.end).count()
    }

    /// The lines that show when the scopes for which `folded` holds are folded.
    pub fn visible(&self, folded: impl Fn(usize) -> bool) -> Vec<usize> {
        let mut lines = Vec::new();
        let mut line = 0;
        while line < self.items.len() {
            lines.push(line);
            line = if self.items[line].is_scope() && folded(line) { self.items[line].end } else { line + 1 };
        }
        lines
    }

    /// The path of a line: `layer.3/attention/scores`. Of several that would be called alike, the second ends in `@2`.
    pub fn path(&self, line: usize) -> String {
        let Some(item) = self.items.get(line) else { return String::new() };
        let own = match item.index {
            Some(index) => format!("{}.{index}", item.name.id),
            None => item.name.id.to_owned(),
        };
        let alike = |other: &&Item| (other.parent, other.name, other.index) == (item.parent, item.name, item.index);
        let own = match self.items[..line].iter().filter(alike).count() {
            0 => own,
            before => format!("{own}@{}", before + 1),
        };
        match item.parent {
            Some(parent) => format!("{}/{own}", self.path(parent)),
            None => own,
        }
    }

    /// The line of a path.
    pub fn line_of_path(&self, path: &str) -> Option<usize> {
        // The last part alone says which lines can be meant at all.
        let last = path.rsplit('/').next()?;
        let name = last.split(['.', '@']).next()?;
        (0..self.items.len()).find(|&line| self.items[line].name.id == name && self.path(line) == path)
    }

    /// The line of a node, where it is a step.
    pub fn line_of_node(&self, node: NodeId) -> Option<usize> {
        self.items.iter().position(|item| item.kind == ItemKind::Step(node))
    }
}

/// The scopes around and including one, outermost first, without the whole pass.
fn chain(graph: &Graph, scope: ScopeId) -> Vec<ScopeId> {
    let mut chain = Vec::new();
    let mut at = Some(scope);
    while let Some(id) = at {
        if id != ScopeId(0) {
            chain.push(id);
        }
        at = graph.scope(id).parent;
    }
    chain.reverse();
    chain
}
