//! What a model is made of, read from its graph: the stacks of equal layers, and what stands before and behind them.

use std::collections::HashMap;

use super::part::{Facet, Part, Words, biases, chain, holds, inside, operation, parameters, title};
use super::scores;
use crate::catalog::Text;
use crate::explore::{ItemKind, StepTree};
use crate::tape::{Attention, Graph, Kind, NodeId, ParameterId, ScopeId, Stream, vocabulary as name};

/// Layers of one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// How many there are.
    pub times: usize,
    /// What one is made of, in the order of running.
    pub parts: Vec<Part>,
}

/// One stack of layers with what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stack {
    /// The stream that runs through it, or the scope around it: `encoder`, `decoder`.
    pub name: &'static str,
    /// How many layers it has.
    pub layers: usize,
    /// How many sets of weights its layers have: fewer where layers share them.
    pub sets: usize,
    /// What stands before the first layer.
    pub input: Vec<Part>,
    /// Its layers, equal ones as one.
    pub blocks: Vec<Block>,
    /// What stands behind the last layer.
    pub output: Vec<Part>,
}

/// A model's parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Its stacks in the order of running.
    pub stacks: Vec<Stack>,
}

/// The lines of the tree that stand right inside a line, or outermost.
fn children(tree: &StepTree, line: Option<usize>) -> Vec<usize> {
    let items = tree.items();
    let (mut at, end) = line.map_or((0, items.len()), |line| (line + 1, items[line].end));
    let mut lines = Vec::new();
    while at < end {
        lines.push(at);
        at = items[at].end;
    }
    lines
}

impl Form {
    /// The form of a pass.
    pub fn of(graph: &Graph) -> Self {
        let tree = StepTree::new(graph);
        let reader = Reader { graph, tree: &tree, attentions: graph.attentions(), users: users(graph) };
        let outermost = children(&tree, None);
        if reader.is_stack(&outermost) {
            return Self { stacks: vec![reader.stack(None, &outermost)] };
        }
        let mut form = Self::default();
        let mut before = Vec::new();
        // Scopes around stacks are gone into, those inside stacks are not: the next line stands on top.
        let mut open: Vec<usize> = outermost.into_iter().rev().collect();
        while let Some(line) = open.pop() {
            let own = children(&tree, Some(line));
            if tree.items()[line].is_scope() && reader.is_stack(&own) {
                let mut stack = reader.stack(Some(line), &own);
                stack.input.splice(0..0, std::mem::take(&mut before));
                form.stacks.push(stack);
            } else if own.iter().any(|&inner| reader.is_stack(&children(&tree, Some(inner)))) {
                open.extend(own.into_iter().rev());
            } else if let Some(stack) = form.stacks.last_mut() {
                stack.output.extend(reader.parts(line, &[]));
            } else {
                before.extend(reader.parts(line, &[]));
            }
        }
        if !before.is_empty() {
            form.stacks.push(Stack { input: before, ..Stack::default() });
        }
        form
    }
}

/// For each value the nodes that use it, changes of axes left out.
fn users(graph: &Graph) -> HashMap<NodeId, Vec<NodeId>> {
    let mut users: HashMap<NodeId, Vec<NodeId>> = HashMap::new();
    for (id, node) in graph.nodes() {
        if node.operation().is_some_and(|operation| !operation.is_view()) {
            for &input in &node.inputs {
                users.entry(graph.through_views(input)).or_default().push(id);
            }
        }
    }
    users
}

struct Reader<'a> {
    graph: &'a Graph,
    tree: &'a StepTree,
    attentions: Vec<Attention>,
    users: HashMap<NodeId, Vec<NodeId>>,
}

impl Reader<'_> {
    fn is_numbered(&self, line: usize) -> bool {
        self.tree.items()[line].is_scope() && self.tree.items()[line].index.is_some()
    }

    fn is_stack(&self, lines: &[usize]) -> bool {
        lines.iter().any(|&line| self.is_numbered(line))
    }

    fn scope(&self, line: usize) -> Option<ScopeId> {
        match self.tree.items()[line].kind {
            ItemKind::Scope(scope) => Some(scope),
            ItemKind::Step(_) => None,
        }
    }

    fn stack(&self, around: Option<usize>, lines: &[usize]) -> Stack {
        let layers: Vec<usize> = lines.iter().copied().filter(|&line| self.is_numbered(line)).collect();
        let (first, last) = (layers.first().copied().unwrap_or(0), layers.last().copied().unwrap_or(0));
        let parts = |wanted: &dyn Fn(usize) -> bool| -> Vec<Part> {
            let lines = lines.iter().filter(|&&line| !self.is_numbered(line) && wanted(line));
            lines.flat_map(|&line| self.parts(line, &[])).collect()
        };
        let mut blocks: Vec<Block> = Vec::new();
        for &layer in &layers {
            let own = children(self.tree, Some(layer));
            let parts: Vec<Part> = own.iter().flat_map(|&line| self.parts(line, &own)).collect();
            match blocks.iter_mut().find(|block| block.parts == parts) {
                Some(block) => block.times += 1,
                None => blocks.push(Block { times: 1, parts }),
            }
        }
        let weights = |&line: &usize| -> Vec<ParameterId> {
            let nodes = self.scope(line).map(|scope| inside(self.graph, scope)).unwrap_or_default();
            nodes.iter().flat_map(|id| parameters(self.graph, self.graph.node(*id))).map(|(id, _)| id).collect()
        };
        let mut sets: Vec<Vec<ParameterId>> = layers.iter().map(weights).collect();
        sets.sort_unstable();
        sets.dedup();
        let name = around.map_or_else(|| self.stream(), |line| self.tree.items()[line].name.id);
        Stack {
            name,
            layers: layers.len(),
            sets: sets.len(),
            input: parts(&|line| line < first),
            blocks,
            output: parts(&|line| line > last),
        }
    }

    /// The stream of the first attention.
    fn stream(&self) -> &'static str {
        self.attentions.first().map_or(Stream::NONE, |attention| attention.query_stream).0
    }

    /// What a line of the tree is made of; `siblings` are the lines of its layer.
    fn parts(&self, line: usize, siblings: &[usize]) -> Vec<Part> {
        let item = &self.tree.items()[line];
        match item.kind {
            ItemKind::Step(node) => self.step(node, siblings.is_empty()).into_iter().collect(),
            ItemKind::Scope(scope) => {
                if let Some(attention) = self.attentions.iter().find(|a| self.graph.node(a.weights).scope == scope) {
                    return vec![self.attention(scope, attention), scores::part(self.graph, attention, item.name.id)];
                }
                let nodes = inside(self.graph, scope);
                if nodes.iter().any(|id| matches!(operation(self.graph.node(*id)), "normalise" | "rescale"))
                    && !nodes.iter().any(|id| operation(self.graph.node(*id)) == "linear")
                    && children(self.tree, Some(line)).iter().all(|&line| self.scope(line).is_none())
                    && !nodes.iter().any(|id| operation(self.graph.node(*id)) == "gather")
                {
                    return vec![self.norm(scope, &nodes, siblings)];
                }
                if item.name == &name::EMBEDDINGS {
                    let inner = children(self.tree, Some(line));
                    return inner.into_iter().flat_map(|line| self.parts(line, &[])).collect();
                }
                vec![self.chain(scope, &nodes, siblings)]
            }
        }
    }

    /// A step by itself. Sums of the stream are what joins the parts, and no part.
    fn step(&self, id: NodeId, outside: bool) -> Option<Part> {
        let node = self.graph.node(id);
        let named = node.name?;
        if named == &name::RESIDUAL {
            return None;
        }
        let (mut words, mut facets) = chain(self.graph, &[self.graph.through_views(id)]);
        if facets.is_empty() {
            let said = match node.operation().and_then(|operation| operation.factor()) {
                Some(factor) => format!("× {factor:.4}"),
                None => operation(self.graph.node(self.graph.through_views(id))).to_owned(),
            };
            words.gap(&said, &said);
            facets.push(Facet { what: "operation", value: said });
        }
        let kind = if outside { named.id } else { "other" };
        Some(Part { key: named.id.to_owned(), kind, title: title(named), line: words.text(), facets })
    }

    fn chain(&self, scope: ScopeId, nodes: &[NodeId], siblings: &[usize]) -> Part {
        let named = self.graph.scope(scope).name;
        let (mut words, mut facets) = chain(self.graph, nodes);
        if !siblings.is_empty() && self.stands_beside(scope, siblings) {
            words.gap("beside the attention", "与注意力并行");
            facets.push(Facet { what: "beside", value: "beside".to_owned() });
        }
        Part { key: named.id.to_owned(), kind: named.id, title: title(named), line: words.text(), facets }
    }

    /// Whether an attention of the same layer does not reach a part, though it stands before it.
    fn stands_beside(&self, scope: ScopeId, siblings: &[usize]) -> bool {
        let scopes: Vec<ScopeId> = siblings.iter().filter_map(|&line| self.scope(line)).collect();
        let place = scopes.iter().position(|other| *other == scope).unwrap_or(0);
        let looks = |own: &ScopeId| self.attentions.iter().any(|a| self.graph.node(a.weights).scope == *own);
        let before: Vec<ScopeId> = scopes[..place].iter().copied().filter(looks).collect();
        let Some(layer) = self.graph.scope(scope).parent.filter(|_| !before.is_empty()) else { return false };
        let mut open: Vec<NodeId> = inside(self.graph, scope);
        let mut seen = std::collections::HashSet::new();
        while let Some(id) = open.pop() {
            let own = self.graph.node(id).scope;
            if before.iter().any(|&attention| holds(self.graph, attention, own)) {
                return false;
            }
            if holds(self.graph, layer, own) && seen.insert(id) {
                open.extend(&self.graph.node(id).inputs);
            }
        }
        true
    }

    fn attention(&self, scope: ScopeId, attention: &Attention) -> Part {
        let named = self.graph.scope(scope).name;
        let nodes = inside(self.graph, scope);
        let mut words = Words::default();
        let mut facets = Vec::new();
        let mut facet = |what, value: &str| facets.push(Facet { what, value: value.to_owned() });
        let plural = if attention.heads == 1 { "" } else { "s" };
        words.gap(&format!("{} head{plural}", attention.heads), &format!("{} 个头", attention.heads));
        facet("heads", &attention.heads.to_string());
        let key = attention.key.map(|key| self.graph.node(key).axes.get(Kind::Head).map_or(1, |axis| axis.len));
        if let Some(shared) = key.filter(|&shared| shared < attention.heads) {
            words.comma(&format!("{shared} for keys"), &format!("键值 {shared} 个"));
            facet("key_heads", &shared.to_string());
        }
        let sees = sees(attention);
        let all = if attention.is_cross() {
            let stream = crate::tape::vocabulary::find(attention.key_stream.0);
            let [en, zh] = stream.map_or([attention.key_stream.0; 2], |name| [name.en, name.zh]);
            Text::new(format!("sees all of the {en}"), format!("看到整个{zh}"))
        } else {
            Text::new("all see all", "互相可见")
        };
        let said = if sees.is_empty() { vec![all] } else { sees };
        for (at, text) in said.iter().enumerate() {
            if at == 0 {
                words.gap(&text.en, &text.zh);
            } else {
                words.comma(&text.en, &text.zh);
            }
            facet("sees", &text.en);
        }
        let parts = self.graph.node(attention.weights).axes.get(Kind::Key).and_then(|axis| axis.parts.clone());
        for part in parts.iter().flat_map(|parts| parts.iter()) {
            if part.stream != attention.query_stream && !part.stream.0.is_empty() {
                let stream = crate::tape::vocabulary::find(part.stream.0);
                let [en, zh] = stream.map_or([part.stream.0; 2], |name| [name.en, name.zh]);
                words.comma(&format!("and {en}"), &format!("及{zh}"));
                facet("sees", en);
            }
        }
        let own = biases(self.graph, &nodes);
        match own {
            Some("none") => words.comma("no bias", "无偏置"),
            Some("some") => words.comma("bias in part", "部分有偏置"),
            _ => {}
        }
        facet("bias", own.unwrap_or_default());
        Part { key: named.id.to_owned(), kind: named.id, title: title(named), line: words.text(), facets }
    }

    fn norm(&self, scope: ScopeId, nodes: &[NodeId], siblings: &[usize]) -> Part {
        let named = self.graph.scope(scope).name;
        let has = |wanted: &str| nodes.iter().any(|id| operation(self.graph.node(*id)) == wanted);
        let learned = nodes.iter().map(|id| parameters(self.graph, self.graph.node(*id)).count()).sum::<usize>();
        let (kind, [en, zh]) = match (has("mean"), learned) {
            (true, 0) => ("mean", ["mean, spread", "均值、标准差"]),
            (true, 1) => ("mean", ["mean, spread, scale", "均值、标准差、缩放"]),
            (true, _) => ("mean", ["mean, spread, bias", "均值、标准差、偏置"]),
            (false, 0) => ("root mean square", ["size only", "仅大小"]),
            (false, 1) => ("root mean square", ["scale only", "仅缩放"]),
            (false, _) => ("root mean square", ["scale, bias", "缩放、偏置"]),
        };
        let mut words = Words::default();
        let place = if siblings.is_empty() { None } else { self.place(scope, nodes, siblings) };
        let mut key = named.id.to_owned();
        if let Some((place, of)) = place {
            key = format!("{key}_{place}_{of}");
            let [en, zh] = match place {
                "before" => ["before", "之前"],
                "after" => ["after", "之后"],
                _ => ["on what it adds", "对其结果"],
            };
            words.gap(en, zh);
        }
        words.gap(en, zh);
        let facets =
            vec![Facet { what: "kind", value: kind.to_owned() }, Facet { what: "learned", value: learned.to_string() }];
        let sort = if siblings.is_empty() { named.id } else { "norm" };
        Part { key, kind: sort, title: title(named), line: words.text(), facets }
    }

    /// Where a norm of a layer stands, and beside which part: before it on a branch, after it on the stream, or on what
    /// the part adds.
    fn place(&self, scope: ScopeId, nodes: &[NodeId], siblings: &[usize]) -> Option<(&'static str, &'static str)> {
        let graph = self.graph;
        let part_of = |id: NodeId| {
            let own = graph.node(id).scope;
            let scopes = siblings.iter().filter_map(|&line| self.scope(line)).filter(|other| *other != scope);
            scopes.into_iter().find(|&other| holds(graph, other, own))
        };
        let input = nodes.iter().flat_map(|id| &graph.node(*id).inputs).map(|&input| graph.through_views(input));
        let input = input.into_iter().find(|id| {
            let node = graph.node(*id);
            node.operation().is_some() && !holds(graph, scope, node.scope)
        });
        let outside = |id: &&NodeId| !holds(graph, scope, graph.node(**id).scope);
        let users_of = |id: NodeId| self.users.get(&id).into_iter().flatten();
        if let Some(input) = input {
            if let Some(part) = part_of(input) {
                return Some(("within", graph.scope(part).name.id));
            }
            if !users_of(input).any(|id| outside(&id)) {
                let added = graph.node(input).inputs.iter().filter_map(|&term| part_of(graph.through_views(term)));
                if let Some(part) = added.max() {
                    return Some(("after", graph.scope(part).name.id));
                }
            }
        }
        let readers = nodes.iter().flat_map(|&id| users_of(id)).filter(outside);
        readers.filter_map(|&id| part_of(id)).min().map(|part| ("before", graph.scope(part).name.id))
    }
}

/// What the reasons of masks are called in a line: word, English, Chinese. Padding is of a batch, not of a model.
const REASONS: &[(&str, &str, &str)] = &[
    ("future", "causal", "因果"),
    ("segment", "own segment only", "仅本段"),
    ("window", "within a window", "限于窗口"),
    ("pattern", "sparse pattern", "稀疏模式"),
    ("permutation", "in permuted order", "按打乱的顺序"),
    ("self", "not itself", "不看自身"),
    ("no_entity", "entities only", "仅实体"),
    ("memory", "memory of fixed length", "定长记忆"),
    ("modality", "one modality", "单一模态"),
];

fn sees(attention: &Attention) -> Vec<Text> {
    let mut texts: Vec<Text> = Vec::new();
    for rule in attention.mask.iter().flat_map(|mask| mask.rules()).filter(|rule| rule.reason.word != "padding") {
        let known = REASONS.iter().find(|(word, ..)| *word == rule.reason.word);
        let text = known.map_or_else(|| Text::same(rule.reason.word), |(_, en, zh)| Text::new(*en, *zh));
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}
