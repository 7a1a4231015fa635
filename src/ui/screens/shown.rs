//! What several screens ask of a pass: labels of axes, names of nodes, glyphs of masks.

use crate::app::Language;
use crate::explore::{Pass, TokenView};
use crate::tape::{Cell, Kind, Mask, Name, NodeId, Record};
use crate::ui::{Theme, text};

/// The labels along an axis of a node's value.
pub fn axis_labels(pass: &Pass, node: NodeId, kind: Kind) -> Vec<String> {
    let axes = &pass.record.graph().node(node).axes;
    axes.get(kind).map_or_else(Vec::new, |axis| {
        pass.labels(kind, axis.len, axis.stream).iter().map(|token: &TokenView| token.label.clone()).collect()
    })
}

/// A label with its index in small figures where it occurs more than once: `Anna₁`.
pub fn numbered(labels: &[String], place: usize) -> String {
    let Some(label) = labels.get(place) else { return place.to_string() };
    let again = labels.iter().filter(|other| *other == label).count() > 1;
    if again { format!("{label}{}", text::subscript(place)) } else { label.clone() }
}

/// A name in the language of the interface.
pub fn name_of(name: &'static Name, language: Language) -> &'static str {
    language.pick(name.en, name.zh)
}

/// What a node is called: its name, or that of the nearest named value behind it.
pub fn node_name(pass: &Pass, node: NodeId, language: Language) -> String {
    let graph = pass.record.graph();
    let id = graph.through_views(node);
    match graph.node(id).name.or(graph.node(node).name) {
        Some(name) => name_of(name, language).to_owned(),
        None => graph.path(id).rsplit('/').next().unwrap_or_default().to_owned(),
    }
}

/// The glyph that fills a cell of a mask, `None` where it is visible.
pub fn glyph(mask: &Mask, theme: &Theme, query: usize, key: usize) -> Option<char> {
    let reason = mask.reason(Cell { batch: 0, query, key })?;
    let _ = theme;
    Some(reason.glyph)
}

/// Whether a node can be derived without computing anything: it and its inputs are there.
pub fn at_hand(record: &Record, node: NodeId) -> bool {
    let graph = record.graph();
    let id = graph.through_views(node);
    [node, id].into_iter().chain(graph.node(id).inputs.iter().copied()).all(|id| record.get(id).is_some())
}
