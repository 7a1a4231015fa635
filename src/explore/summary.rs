//! What a model is made of: where its parameters are, what a pass costs, and its parts in the order of running. All of
//! it is read from the recorded pass, so no architecture says it a second time.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use super::{ItemKind, Pass, StepTree, Subject};
use crate::models::{Predicts, Sizes};
use crate::tape::{Attention, FUTURE, Graph, Kind, Name, NodeId, ParameterId, Parameters, Source, vocabulary as name};

/// What parameters and work are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Component {
    /// The token table.
    Token,
    /// The position table.
    Position,
    /// The segment table.
    Segment,
    /// The language table.
    Language,
    /// What brings narrow embeddings to the width of the layers.
    Projection,
    /// Queries, keys, values, scores and what is made of them.
    Attention,
    /// The feed-forward networks.
    FeedForward,
    /// All norms but those of the head.
    Norm,
    /// What comes behind the last layer.
    Head,
    /// Sums, and parameters that this pass did not use.
    Rest,
}

impl Component {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Token,
        Self::Position,
        Self::Segment,
        Self::Language,
        Self::Projection,
        Self::Attention,
        Self::FeedForward,
        Self::Norm,
        Self::Head,
        Self::Rest,
    ];

    /// What a node belongs to, by its name and the scopes around it.
    fn of(graph: &Graph, id: NodeId) -> Self {
        let node = graph.node(id);
        let tables = [
            (&name::TOKEN_EMBEDDING, Self::Token),
            (&name::POSITION_EMBEDDING, Self::Position),
            (&name::SEGMENT_EMBEDDING, Self::Segment),
            (&name::LANGUAGE_EMBEDDING, Self::Language),
            (&name::EMBEDDING_PROJECTION, Self::Projection),
            (&name::LOGITS, Self::Head),
            (&name::SCALED, Self::Head),
            (&name::POOLED, Self::Head),
            (&name::SEGMENT_RELATION, Self::Head),
            (&name::SENTENCE_ORDER, Self::Head),
            (&name::CLASSES, Self::Head),
            (&name::ANSWER_ENDS, Self::Head),
            (&name::CLUSTER_PROJECTION, Self::Token),
            (&name::EMBEDDING_PROJECTION, Self::Token),
            (&name::QUERY_START, Self::Token),
        ];
        if let Some((_, component)) = tables.iter().find(|(known, _)| node.name == Some(*known)) {
            return *component;
        }
        let mut found = Self::Rest;
        let mut at = Some(node.scope);
        while let Some(scope) = at.map(|id| graph.scope(id)) {
            found = match scope.name.id {
                // A norm of the head is a part of the head.
                "prediction_head" | "pooler" | "discriminator" | "adaptive_softmax" | "entity_head" => {
                    return Self::Head;
                }
                _ if found != Self::Rest => found,
                "norm" | "final_norm" => Self::Norm,
                "attention" | "cross_attention" | "entity_attention" | "relative_position" => Self::Attention,
                "feed_forward" | "fusion" => Self::FeedForward,
                _ => found,
            };
            at = scope.parent;
        }
        found
    }
}

/// What one component takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Which one.
    pub component: Component,
    /// Its parameters, each counted where it is used first.
    pub parameters: u64,
    /// Floating-point operations of this pass.
    pub cost: u64,
}

/// Where a part takes what it adds to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The input of the parts that it stands among.
    Input,
    /// Behind one of the parts before it.
    Behind(usize),
}

/// A part of the pass, as the drawing shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What it is.
    pub name: &'static Name,
    /// How often it stands there in the same form, one after the other.
    pub times: usize,
    /// How many of these have parameters of their own: fewer where layers are shared.
    pub distinct: usize,
    /// The parameters of one of them.
    pub parameters: u64,
    /// The table that is looked up or multiplied, rows and columns.
    pub table: Option<(usize, usize)>,
    /// Whether it uses a parameter that an earlier part has.
    pub tied: bool,
    /// What it is made of.
    pub parts: Vec<Part>,
    /// Where it adds what was there before: where that was taken.
    pub adds: Option<Origin>,
    /// Heads and channels of an attention, and whether the future is hidden from it.
    pub attention: Option<(usize, usize, bool)>,
    /// The value it comes to.
    pub result: NodeId,
    /// Its line in the tree of steps; of several in one form that of the first.
    pub line: usize,
}

impl Part {
    /// Whether it is a stack of layers with a stream of its own.
    pub fn is_stack(&self) -> bool {
        self.name == &name::ENCODER || self.name == &name::DECODER
    }

    /// This part and those in it that are drawn by themselves: of stacks and layers what they are made of.
    fn drawn<'a>(&'a self, into: &mut Vec<&'a Part>) {
        if !self.parts.is_empty() {
            into.push(self);
        }
        if self.is_stack() || self.name == &name::LAYER {
            self.parts.iter().for_each(|part| part.drawn(into));
        }
    }
}

/// Counts over one pass.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    /// All parameters, each once.
    pub parameters: u64,
    /// By component, only those that have something.
    pub shares: Vec<Share>,
    /// Floating-point operations of this pass.
    pub cost: u64,
    /// Parameters that tokens are multiplied with, as often as they are; a tied table counts, one that is only looked up
    /// does not.
    pub multiplied: u64,
    /// Parameters of the tables that are used more than once.
    pub tied: u64,
    /// The parts, equal ones folded.
    pub parts: Vec<Part>,
    /// Inner width and the function of the first feed-forward network.
    pub feed_forward: Option<(usize, &'static str)>,
}

/// Everything that the model's card says.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// What it is called.
    pub name: String,
    /// The official class.
    pub class: &'static str,
    /// As in `config.json`.
    pub model_type: &'static str,
    /// Where it came from.
    pub path: PathBuf,
    /// The sizes.
    pub sizes: Sizes,
    /// What its output predicts.
    pub predicts: Predicts,
    /// How many numbers come out where they are no vectors and no logits of tokens: a judgement.
    pub verdict: Option<usize>,
    /// Bytes of the weights as they are stored.
    pub stored: u64,
    /// Tokens of this pass, those of the target included.
    pub tokens: usize,
    /// Tokens of the target among them; `None` where the model writes no target of its own.
    pub target: Option<usize>,
    /// The kind of tokenizer and its entries.
    pub tokenizer: Option<(&'static str, usize)>,
    /// What was counted.
    pub counts: Counts,
}

impl Summary {
    /// The parts that the drawing shows by themselves, in its order.
    pub fn drawn(&self) -> Vec<&Part> {
        let mut drawn = Vec::new();
        self.counts.parts.iter().for_each(|part| part.drawn(&mut drawn));
        drawn
    }

    /// The card of a model with the costs of a pass.
    pub fn of(subject: &Subject, pass: &Pass) -> Self {
        Self {
            name: subject.name.clone(),
            class: subject.class(),
            model_type: subject.model_type(),
            path: subject.path.clone(),
            sizes: subject.sizes(),
            predicts: subject.predicts().0,
            verdict: verdict(subject, pass.record.graph()),
            stored: subject.stored_bytes(),
            tokens: pass.ran(),
            target: subject.writes_target().then(|| pass.target.len() - pass.past()),
            tokenizer: subject.tokenizer().map(|tokenizer| (tokenizer.kind().name(), tokenizer.vocab_size())),
            counts: Counts::of(subject.parameters(), pass.record.graph(), &pass.tree),
        }
    }

    /// Bytes of keys and values of one token, with so many bytes a number; `None` where nothing is written.
    pub fn cache(&self, bytes: u64) -> Option<u64> {
        let (layers, width) = (self.sizes.writing_layers(), self.sizes.key_heads * self.sizes.channels);
        let numbers = 2 * layers as u64 * width as u64;
        (self.predicts == Predicts::Next).then_some(numbers * bytes)
    }
}

/// The numbers of an output that judges texts or tokens.
fn verdict(subject: &Subject, graph: &Graph) -> Option<usize> {
    let axes = &graph.node(graph.output(subject.predicts().1)?).axes;
    (axes.find(Kind::Feature).is_none() && axes.find(Kind::Vocabulary).is_none()).then(|| axes.size())
}

impl Counts {
    /// Counts parameters and a pass; neither needs values.
    pub fn of(parameters: &Parameters, graph: &Graph, tree: &StepTree) -> Self {
        let uses = Uses::of(graph);
        let size = |id: ParameterId| parameters.entry(id).axes.size() as u64;
        let shares = Component::ALL.map(|component| {
            let owned = parameters.iter().filter(|(id, _)| uses.component(graph, *id) == component);
            let worked = graph.nodes().filter(|(id, _)| Component::of(graph, *id) == component);
            Share {
                component,
                parameters: owned.map(|(id, _)| size(id)).sum(),
                cost: worked.map(|(id, _)| graph.cost_of(id)).sum(),
            }
        });
        let again: BTreeSet<ParameterId> = uses.again.iter().map(|(_, id)| *id).collect();
        let tied: u64 = again.into_iter().map(size).sum();
        let context = Context { parameters, graph, tree, uses: &uses };
        Self {
            parameters: parameters.count(),
            shares: shares.into_iter().filter(|share| share.parameters + share.cost > 0).collect(),
            cost: graph.cost(),
            multiplied: uses.multiplied.iter().map(|id| size(*id)).sum(),
            tied,
            parts: context.parts(0, tree.items().len()),
            feed_forward: feed_forward(graph),
        }
    }
}

fn heads(graph: &Graph, attention: &Attention) -> Option<(usize, usize, bool)> {
    let channels = graph.node(attention.value?).axes.get(Kind::Channel)?.len;
    let causal = attention.mask.as_ref().is_some_and(|mask| mask.rules().iter().any(|rule| rule.reason == &FUTURE));
    Some((attention.heads, channels, causal))
}

fn feed_forward(graph: &Graph) -> Option<(usize, &'static str)> {
    let inside = |(id, _): &(NodeId, _)| Component::of(graph, *id) == Component::FeedForward;
    let (_, node) = graph.nodes().filter(inside).find(|(_, node)| node.name == Some(&name::ACTIVATION))?;
    Some((node.axes.get(Kind::Inner)?.len, node.operation()?.name()))
}

/// Who uses which parameter.
#[derive(Default)]
struct Uses {
    /// The node that uses it first.
    first: HashMap<ParameterId, NodeId>,
    /// Large ones that are used again, and by which node.
    again: Vec<(NodeId, ParameterId)>,
    /// Those that something is multiplied with, each time.
    multiplied: Vec<ParameterId>,
}

impl Uses {
    fn of(graph: &Graph) -> Self {
        let mut uses = Self::default();
        for (id, node) in graph.nodes() {
            let linear = node.operation().is_some_and(|operation| operation.name() == "linear");
            for input in &node.inputs {
                let Source::Parameter(parameter) = graph.node(*input).source else { continue };
                let matrix = graph.node(*input).axes.rank() > 1;
                let known = uses.first.contains_key(&parameter);
                if known && matrix {
                    uses.again.push((id, parameter));
                }
                uses.first.entry(parameter).or_insert(id);
                if linear && matrix {
                    uses.multiplied.push(parameter);
                }
            }
        }
        uses
    }

    fn component(&self, graph: &Graph, parameter: ParameterId) -> Component {
        self.first.get(&parameter).map_or(Component::Rest, |&node| Component::of(graph, node))
    }
}

/// What the parts are read from.
struct Context<'a> {
    parameters: &'a Parameters,
    graph: &'a Graph,
    tree: &'a StepTree,
    uses: &'a Uses,
}

impl Context<'_> {
    /// The parts on the lines of the tree from `line` to `end`, equal neighbours folded.
    fn parts(&self, mut line: usize, end: usize) -> Vec<Part> {
        let mut lines = Vec::new();
        while line < end {
            lines.push(line);
            line = self.tree.items()[line].end;
        }
        let mut parts: Vec<Part> = Vec::new();
        for (place, &line) in lines.iter().enumerate() {
            let mut part = self.part(line);
            part.adds = self.adds(&lines[..place], line);
            match parts.last_mut() {
                Some(last) if !part.parts.is_empty() && same_form(last, &part) => {
                    last.times += 1;
                    last.distinct += usize::from(part.parameters > 0);
                }
                _ => parts.push(part),
            }
        }
        parts
    }

    fn part(&self, line: usize) -> Part {
        let item = &self.tree.items()[line];
        let inside = |node: &NodeId| self.holds(line, *node);
        let size = |id: &ParameterId| self.parameters.entry(*id).axes.size() as u64;
        let own = self.uses.first.iter().filter(|(_, node)| inside(node));
        let parts = if item.is_scope() { self.parts(line + 1, item.end) } else { Vec::new() };
        Part {
            name: item.name,
            times: 1,
            distinct: 1,
            parameters: own.map(|(id, _)| size(id)).sum(),
            table: if item.is_scope() { None } else { self.table(item.result) },
            tied: self.uses.again.iter().any(|(node, _)| inside(node)),
            parts,
            adds: None,
            attention: self.attention(line),
            result: item.result,
            line,
        }
    }

    /// What the attention right in a scope is.
    fn attention(&self, line: usize) -> Option<(usize, usize, bool)> {
        let ItemKind::Scope(scope) = self.tree.items()[line].kind else { return None };
        self.graph
            .attentions()
            .iter()
            .find(|a| self.graph.node(a.weights).scope == scope)
            .and_then(|a| heads(self.graph, a))
    }

    /// Whether a node belongs to a line: it is the step, or stands in the scope.
    fn holds(&self, line: usize, node: NodeId) -> bool {
        match self.tree.items()[line].kind {
            ItemKind::Step(step) => step == node,
            ItemKind::Scope(scope) => {
                let mut at = Some(self.graph.node(node).scope);
                while let Some(id) = at {
                    if id == scope {
                        return true;
                    }
                    at = self.graph.scope(id).parent;
                }
                false
            }
        }
    }

    fn table(&self, node: NodeId) -> Option<(usize, usize)> {
        let inputs = &self.graph.node(node).inputs;
        let tables = inputs.iter().map(|&input| self.graph.node(input));
        let table =
            tables.filter(|node| matches!(node.source, Source::Parameter(_))).find(|node| node.axes.rank() == 2)?;
        Some((table.axes[0].len, table.axes[1].len))
    }

    /// For a sum of a part and what was there before it: where that was taken.
    fn adds(&self, before: &[usize], line: usize) -> Option<Origin> {
        let item = &self.tree.items()[line];
        let ItemKind::Step(node) = item.kind else { return None };
        if item.name != &name::RESIDUAL {
            return None;
        }
        let place = |input: NodeId| {
            let input = self.graph.through_views(input);
            before.iter().position(|&line| self.holds(line, input))
        };
        let places: Vec<Option<usize>> = self.graph.node(node).inputs.iter().map(|&input| place(input)).collect();
        let added = places.iter().flatten().max()?;
        // Sums of several tables are no stream that is added to.
        let origin = places.iter().min().copied().flatten().map_or(Origin::Input, Origin::Behind);
        self.tree.items()[before[*added]].is_scope().then_some(origin)
    }
}

/// Whether a part is the other once more, or the like of it: what runs with the other's parameters has none of its own.
fn same_form(one: &Part, two: &Part) -> bool {
    alike(one, two, two.tied && two.parameters == 0)
}

fn alike(one: &Part, two: &Part, shared: bool) -> bool {
    one.name == two.name
        && (shared || one.parameters == two.parameters)
        && one.adds == two.adds
        && one.parts.len() == two.parts.len()
        && one.parts.iter().zip(&two.parts).all(|(one, two)| alike(one, two, shared))
}

#[cfg(test)]
mod tests;
