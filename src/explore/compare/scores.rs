//! How attention scores come about: what they are divided by, and what is added to the product of query and key.

use super::part::{Facet, Part, Words, operation};
use crate::catalog::Text;
use crate::tape::{Attention, Graph, Kind, Name, NodeId, vocabulary as name};

/// What was found on the way back from the softmax to queries and keys.
#[derive(Default)]
struct Found {
    /// What the product of query and key is multiplied with.
    factor: Option<f32>,
    /// Names of what is added to it.
    added: Vec<Text>,
    /// Names of what is done with queries and keys before.
    before: Vec<Text>,
}

/// The row of an attention's scores.
pub fn part(graph: &Graph, attention: &Attention, key: &str) -> Part {
    let mut found = Found::default();
    if let Some(start) = start(graph, attention) {
        found.walk(graph, start, 1.0);
    }
    let channels = attention.query.and_then(|query| graph.node(query).axes.get(Kind::Channel)).map(|axis| axis.len);
    let (mut words, mut facets) = (Words::default(), Vec::new());
    for text in &found.before {
        words.gap(&text.en, &text.zh);
        facets.push(Facet { what: "before", value: text.en.clone() });
    }
    if let Some(factor) = found.factor {
        let (scale, said) = scale(factor, channels);
        words.gap(&said.en, &said.zh);
        facets.push(Facet { what: "scale", value: scale });
    }
    for text in &found.added {
        words.comma(&format!("+ {}", text.en), &format!("+ {}", text.zh));
        facets.push(Facet { what: "added", value: text.en.clone() });
    }
    if let Some(channels) = channels {
        facets.push(Facet { what: "channels", value: channels.to_string() });
    }
    let title = Text::new(name::SCORES.en, name::SCORES.zh);
    Part { key: format!("{key}/scores"), kind: "scores", title, line: words.text(), facets }
}

/// The scores before anything is hidden.
fn start(graph: &Graph, attention: &Attention) -> Option<NodeId> {
    let before = graph.node(attention.weights).inputs.first()?;
    let before = graph.through_views(*before);
    let masks = graph.node(before).operation().is_some_and(|operation| operation.mask().is_some());
    if masks { graph.node(before).inputs.first().copied() } else { Some(before) }
}

/// The kind of the factor, and how it is written.
fn scale(factor: f32, channels: Option<usize>) -> (String, Text) {
    let is = |wanted: f32| (factor / wanted - 1.0).abs() < 1e-4;
    match channels {
        Some(channels) if is((channels as f32).sqrt().recip()) => {
            ("root".to_owned(), Text::same(format!("÷ √{channels}")))
        }
        _ if is(1.0) => ("none".to_owned(), Text::new("not divided", "不缩小")),
        _ => {
            let square = factor.powi(-2);
            let whole = (square.round() / square - 1.0).abs() < 1e-4 && square < 1e6;
            let said = if whole { format!("÷ √{}", square.round()) } else { format!("× {factor:.4}") };
            (format!("{factor:.5}"), Text::same(said))
        }
    }
}

impl Found {
    /// Back from a sum of scores to its terms.
    fn walk(&mut self, graph: &Graph, id: NodeId, factor: f32) {
        let node = graph.node(id);
        let is_content = node.name.is_none_or(|name| *name == name::SCORES || *name == name::CONTENT_SCORES);
        match operation(node) {
            _ if !is_content => self.add(node.name),
            "sum" => node.inputs.iter().for_each(|&input| self.walk(graph, input, factor)),
            "scale" => {
                let own = node.operation().and_then(|operation| operation.factor()).unwrap_or(1.0);
                self.walk(graph, node.inputs[0], factor * own);
            }
            "product" => {
                let own = node.operation().and_then(|operation| operation.factor()).unwrap_or(1.0);
                let sides = node.inputs.iter().map(|&side| self.side(graph, side)).product::<f32>();
                self.factor = Some(factor * own * sides);
            }
            _ if node.operation().is_some_and(|operation| operation.is_view()) => {
                self.walk(graph, node.inputs[0], factor);
            }
            _ => self.add(node.name.or(Some(graph.scope(node.scope).name))),
        }
    }

    fn add(&mut self, name: Option<&'static Name>) {
        let Some(name) = name else { return };
        let text = Text::new(name.en, name.zh);
        if !self.added.contains(&text) {
            self.added.push(text);
        }
    }

    /// Back from a query or key to the product that made it: what it is multiplied with, and what else is done to it.
    fn side(&mut self, graph: &Graph, mut id: NodeId) -> f32 {
        const OWN: [&Name; 5] = [&name::QUERY, &name::KEY, &name::VALUE, &name::QUERY_KEY_VALUE, &name::PAST_KEY];
        let mut factor = 1.0;
        loop {
            let node = graph.node(id);
            let Some(operation) = node.operation() else { return factor };
            match operation.name() {
                "linear" => return factor,
                "scale" => factor *= operation.factor().unwrap_or(1.0),
                // A bias for all queries: what is added is one vector, whatever the text.
                "sum" | "append" => {}
                _ if operation.is_view() => {}
                other => {
                    let named = node.name.filter(|name| !OWN.contains(name));
                    let text = named.map_or_else(|| Text::same(other), |name| Text::new(name.en, name.zh));
                    if !self.before.contains(&text) {
                        self.before.push(text);
                    }
                }
            }
            let Some(&input) = node.inputs.first() else { return factor };
            id = input;
        }
    }
}
