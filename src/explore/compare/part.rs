//! One part of a model in a line: what it is there, and by which facets it can differ from its like in another model.

use crate::catalog::Text;
use crate::tape::{Graph, Kind, Node, NodeId, ParameterId, ScopeId, Source, vocabulary as name};

/// One respect in which a part can differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// Which: `heads`, `sees`, `bias`.
    pub what: &'static str,
    /// What it is there.
    pub value: String,
}

/// A part of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is aligned by: names, and for a norm where it stands.
    pub key: String,
    /// What sort of part it is, by which sentences are found.
    pub kind: &'static str,
    /// What it is called.
    pub title: Text,
    /// What it is there.
    pub line: Text,
    /// In which respects it can differ.
    pub facets: Vec<Facet>,
}

/// Words of a description, in both languages.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    en: String,
    zh: String,
}

impl Words {
    /// Adds a piece behind a separator.
    pub fn add(&mut self, by: [&str; 2], en: &str, zh: &str) {
        for (all, by, piece) in [(&mut self.en, by[0], en), (&mut self.zh, by[1], zh)] {
            if !all.is_empty() {
                all.push_str(by);
            }
            all.push_str(piece);
        }
    }

    /// Adds what belongs closely to what stands before.
    pub fn comma(&mut self, en: &str, zh: &str) {
        self.add([", ", "，"], en, zh);
    }

    /// Adds what stands by itself.
    pub fn gap(&mut self, en: &str, zh: &str) {
        self.add(["  ", "  "], en, zh);
    }

    /// The whole.
    pub fn text(self) -> Text {
        Text::new(self.en, self.zh)
    }
}

/// What most rows are called shortly: id, English, Chinese. The rest have the name of the vocabulary.
const TITLES: &[(&str, &str, &str)] = &[
    ("token", "token table", "词元表"),
    ("position", "position table", "位置表"),
    ("segment", "segment table", "段落表"),
    ("cross_attention", "cross att.", "交叉注意力"),
    ("relative_position", "by distance", "按距离偏置"),
    ("prediction_head", "head", "预测头"),
];

/// The title of a name.
pub(super) fn title(name: &'static crate::tape::Name) -> Text {
    let short = TITLES.iter().find(|(id, ..)| *id == name.id);
    short.map_or_else(|| Text::new(name.en, name.zh), |(_, en, zh)| Text::new(*en, *zh))
}

/// A whole number with its thousands apart.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group).into_owned());
    groups.collect::<Vec<_>>().join(" ")
}

/// The nodes of a scope and of all scopes inside it, in the order of running.
pub(super) fn inside(graph: &Graph, scope: ScopeId) -> Vec<NodeId> {
    graph.nodes().filter(|(_, node)| holds(graph, scope, node.scope)).map(|(id, _)| id).collect()
}

/// Whether a scope is another, or stands somewhere inside of it.
pub(super) fn holds(graph: &Graph, outer: ScopeId, scope: ScopeId) -> bool {
    let mut at = Some(scope);
    while let Some(id) = at {
        if id == outer {
            return true;
        }
        at = graph.scope(id).parent;
    }
    false
}

/// The parameters that a node reads, with their axes.
pub(super) fn parameters<'g>(graph: &'g Graph, node: &'g Node) -> impl Iterator<Item = (ParameterId, &'g Node)> {
    node.inputs.iter().filter_map(|&input| match &graph.node(input).source {
        Source::Parameter(id) => Some((*id, graph.node(input))),
        _ => None,
    })
}

/// The name of a node's operation; nothing for what is given.
pub(super) fn operation(node: &Node) -> &'static str {
    node.operation().map_or("", |operation| operation.name())
}

/// Whether linear nodes add a bias: all, none, or some of them. Nothing where there are none.
pub(super) fn biases(graph: &Graph, nodes: &[NodeId]) -> Option<&'static str> {
    let linear = nodes.iter().map(|id| graph.node(*id)).filter(|node| operation(node) == "linear");
    let biased: Vec<bool> = linear.map(|node| node.inputs.len() > 2).collect();
    match (biased.iter().any(|b| *b), biased.iter().all(|b| *b)) {
        _ if biased.is_empty() => None,
        (_, true) => Some("all"),
        (true, _) => Some("some"),
        (false, _) => Some("none"),
    }
}

/// Whether a table that a node multiplies with is one that an earlier node uses.
fn is_tied(graph: &Graph, id: NodeId) -> bool {
    let own = |(parameter, node): (ParameterId, &Node)| (node.axes.rank() > 1).then_some(parameter);
    let Some(table) = parameters(graph, graph.node(id)).find_map(own) else { return false };
    graph.nodes().take(id.index()).any(|(_, node)| parameters(graph, node).any(|(parameter, _)| parameter == table))
}

/// Products, bends, tables and norms one after another, as one line: `768→3072  gelu  →768, no bias`.
pub(super) fn chain(graph: &Graph, nodes: &[NodeId]) -> (Words, Vec<Facet>) {
    let (mut words, mut facets) = (Words::default(), Vec::new());
    let mut width = None;
    let mut widths = Vec::new();
    for &id in nodes {
        let node = graph.node(id);
        let facet = |what, value: &str| Facet { what, value: value.to_owned() };
        match operation(node) {
            "linear" => {
                let (from, to) = (graph.node(node.inputs[0]).axes.last().len, node.axes.last().len);
                let gate = node.name == Some(&name::GATE);
                let step = if width == Some(from) { format!("→{to}") } else { format!("{from}→{to}") };
                if gate {
                    words.gap(&format!("gate {step}"), &format!("门 {step}"));
                    facets.push(facet("gate", "gated"));
                } else {
                    words.gap(&step, &step);
                    width = Some(to);
                }
                widths.push(format!("{from}→{to}"));
                if node.axes.last().kind == Kind::Vocabulary {
                    let tied = is_tied(graph, id);
                    facets.push(facet("tied", if tied { "tied" } else { "own" }));
                    let said =
                        if tied { ["the token table again", "复用词元表"] } else { ["own table", "独立的表"] };
                    words.comma(said[0], said[1]);
                }
            }
            "gather" => {
                if let Some((_, table)) = parameters(graph, node).next() {
                    let size = table.axes.iter().map(|axis| grouped(axis.len)).collect::<Vec<_>>().join(" × ");
                    words.gap(&size, &size);
                    facets.push(facet("size", &size));
                }
            }
            "normalise" | "rescale" => {
                words.gap("norm", "归一化");
                facets.push(facet("norm", operation(node)));
            }
            function if crate::tensor::Activation::from_name(function).is_some() => {
                words.gap(function, function);
                facets.push(facet("activation", function));
            }
            "" | "sum" | "times" | "scale" | "append" | "mean" | "deviation" | "root mean square" => {}
            _ if node.operation().is_some_and(|operation| operation.is_view()) => {}
            other => {
                words.gap(other, other);
                facets.push(facet("operation", other));
            }
        }
    }
    if words.en.is_empty() {
        // Nothing is made here that has a size of its own.
        let given = nodes.iter().all(|&id| operation(graph.node(id)).is_empty());
        let said = if given { ["given from outside", "由外部给定"] } else { ["nothing is learned", "没有可学习的参数"] };
        words.gap(said[0], said[1]);
    }
    if !widths.is_empty() {
        facets.push(Facet { what: "widths", value: widths.join(" ") });
    }
    if let Some(biases) = biases(graph, nodes) {
        facets.push(Facet { what: "bias", value: biases.to_owned() });
        match biases {
            "none" => words.comma("no bias", "无偏置"),
            "some" => words.comma("bias in part", "部分有偏置"),
            _ => {}
        }
    }
    (words, facets)
}
