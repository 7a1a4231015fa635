//! What several screens ask of a pass: labels of axes, names of nodes, glyphs of masks.

use crate::app::{Language, Word};
use crate::explore::{Pass, TokenView};
use crate::tape::{Derivation, Kind, Name, NodeId, Record, Source, Term};
use crate::ui::{number, text};

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

/// As [`numbered`], cut to a width; the index is kept, since it tells the labels apart.
pub fn numbered_within(labels: &[String], place: usize, width: usize) -> String {
    let whole = numbered(labels, place);
    let Some(index) = labels.get(place).and_then(|label| whole.strip_prefix(label.as_str())) else { return whole };
    match width.checked_sub(text::width(index)).filter(|room| *room > 1) {
        Some(room) => text::fit(&labels[place], room) + index,
        None => text::fit(&whole, width),
    }
}

/// What the stream of an attention is called.
pub fn stream_word(stream: &'static str, language: Language) -> &'static str {
    let word = match stream {
        "encoder" => Word::EncoderStream,
        "decoder" => Word::DecoderStream,
        "cross" => Word::CrossStream,
        "content" => Word::ContentStream,
        "query" => Word::QueryStream,
        "entity" => Word::EntityStream,
        other => return other,
    };
    word.text(language)
}

/// A name in the language of the interface.
pub fn name_of(name: &'static Name, language: Language) -> &'static str {
    language.pick(name.en, name.zh)
}

/// What a node is called: its name, or that of the nearest named value behind it.
pub fn node_name(pass: &Pass, node: NodeId, language: Language) -> String {
    let graph = pass.record.graph();
    let id = graph.through_views(node);
    if let Some(name) = graph.node(node).name.or(graph.node(id).name).or_else(|| name_of_view(pass, id)) {
        return name_of(name, language).to_owned();
    }
    match graph.node(id).operation().map(|operation| operation.name()) {
        Some("linear" | "product") => Word::ProductWord.text(language).to_owned(),
        Some("sum") => Word::SumWord.text(language).to_owned(),
        _ => graph.path(id).rsplit('/').next().unwrap_or_default().to_owned(),
    }
}

/// The name that a value has once its axes are changed: a product becomes the queries of the heads.
fn name_of_view(pass: &Pass, id: NodeId) -> Option<&'static Name> {
    let graph = pass.record.graph();
    let later = (id.0 + 1..graph.len() as u32).map(NodeId).take(6);
    later.filter(|&view| graph.through_views(view) == id).find_map(|view| graph.node(view).name)
}

/// What an axis is called where one of its cells is described.
pub fn kind_word(kind: Kind, language: Language) -> &'static str {
    let word = match kind {
        Kind::Batch => Word::AxisBatch,
        Kind::Token => Word::Token,
        Kind::Query => Word::Query,
        Kind::Key => Word::AxisKey,
        Kind::Head => Word::AxisHead,
        Kind::Channel => Word::AxisChannel,
        Kind::Feature => Word::Feature,
        Kind::Heads => Word::AxisHeads,
        Kind::Joined => Word::AxisJoined,
        Kind::Incoming => Word::AxisIncoming,
        Kind::Inner => Word::AxisInner,
        Kind::Vocabulary => Word::AxisVocabulary,
        Kind::Position => Word::AxisPosition,
        Kind::Segment => Word::AxisSegment,
        Kind::Language => Word::AxisLanguage,
        Kind::Class => Word::AxisClass,
        Kind::Distance => Word::AxisDistance,
    };
    word.text(language)
}

/// A scope with its number: `layer 3`.
pub fn scope_name(name: &'static Name, index: Option<usize>, language: Language) -> String {
    let name = name_of(name, language);
    index.map_or_else(|| name.to_owned(), |index| format!("{name} {index}"))
}

/// A node with the parts around it, outermost first: `layer 1 › norm › mean`; a parameter by its name in the checkpoint.
pub fn path_of(pass: &Pass, node: NodeId, language: Language) -> String {
    let graph = pass.record.graph();
    let named = if graph.node(node).name.is_some() { node } else { graph.through_views(node) };
    if let Source::Parameter(id) = &graph.node(named).source {
        return pass.record.parameters().entry(*id).name.clone();
    }
    let mut parts = vec![node_name(pass, named, language).trim_start_matches(['+', ' ']).to_owned()];
    let mut at = Some(graph.node(named).scope);
    while let Some(id) = at {
        let scope = graph.scope(id);
        if scope.parent.is_some() {
            parts.push(scope_name(scope.name, scope.index, language));
        }
        at = scope.parent;
    }
    parts.reverse();
    parts.join(" › ")
}

/// The cell of a value in words, each with whether it is a label: `She` `token 15` `feature 55`.
pub fn cell_words(pass: &Pass, node: NodeId, cell: &[usize], language: Language) -> Vec<(String, bool)> {
    let axes = &pass.record.graph().node(node).axes;
    let mut words = Vec::new();
    for (axis, &place) in axes.iter().zip(cell).filter(|(axis, _)| axis.kind != Kind::Batch) {
        if axis.kind.is_sequence() {
            words.push((numbered(&axis_labels(pass, node, axis.kind), place), true));
        }
        words.push((format!("{} {place}", kind_word(axis.kind, language)), false));
    }
    words
}

/// A number of a worked example, with four decimals while that says enough; all of them line up on the right.
pub fn figure(value: f32) -> String {
    let size = value.abs();
    match size {
        _ if value == 0.0 || (1e-3..1e5).contains(&size) => format!("{value:.4}"),
        s if s < 1e-3 => format!("{value:.2e}"),
        _ => number::significant(value, 4),
    }
}

/// The same in at most seven columns, for tables.
pub fn short_figure(value: f32) -> String {
    let size = value.abs();
    match size {
        _ if !value.is_finite() => number::significant(value, 3),
        s if s < 10.0 => format!("{value:.3}"),
        s if s < 100.0 => format!("{value:.2}"),
        s if s < 10_000.0 => format!("{value:.1}"),
        _ => format!("{value:.0e}"),
    }
}

/// Whether a cell can be worked out without computing anything anew.
pub fn is_at_hand(record: &Record, mut node: NodeId) -> bool {
    let graph = record.graph();
    loop {
        let here = graph.node(node);
        if record.get(node).is_none() || here.inputs.iter().any(|&input| record.get(input).is_none()) {
            return false;
        }
        if !here.operation().is_some_and(|operation| operation.is_view()) {
            return true;
        }
        node = here.inputs[0];
    }
}

/// One line of a worked example.
pub struct Worked {
    /// The term, in symbols and numbers.
    pub term: String,
    /// What stands behind a term that is only a letter.
    pub source: String,
    /// Its number.
    pub value: f32,
}

/// The terms of a derivation with their numbers, the result as the last one.
pub fn worked_lines(pass: &Pass, derivation: &Derivation, language: Language) -> Vec<Worked> {
    let line = |term: &Term| {
        let source = term.sources.first().filter(|_| text::width(&term.term) <= 4);
        let source = source.map_or_else(String::new, |(node, _)| path_of(pass, *node, language));
        Worked { term: term.term.clone(), source, value: term.value }
    };
    let mut lines: Vec<Worked> = derivation.terms.iter().map(line).collect();
    let near = |value: f32| {
        let size = derivation.value.abs().max(1e-6);
        value == derivation.value || (value - derivation.value).abs() <= 1e-4 * size
    };
    // A sum says what it comes to; where the last step of a calculation is the result, it is not said twice.
    let told = derivation.terms.last().is_some_and(|term| near(term.value) && !is_summand(&term.term));
    if !told {
        let term = format!("= {}", Word::Result.text(language));
        lines.push(Worked { term, source: String::new(), value: derivation.value });
    }
    lines
}

/// Whether a term is one of those that are added up.
fn is_summand(term: &str) -> bool {
    term == "+ b" || term.ends_with('…')
}

/// A node with the part right around it: `norm`, `layer 1 › + residual`; a parameter by the end of its name.
pub fn short_name(pass: &Pass, node: NodeId, language: Language) -> String {
    let path = path_of(pass, node, language);
    if matches!(pass.record.graph().node(node).source, Source::Parameter(_)) {
        let stem = path.strip_suffix(".weight").or_else(|| path.strip_suffix(".bias")).unwrap_or(&path);
        return stem.rsplit('.').next().unwrap_or(stem).to_owned();
    }
    path.rsplit(" › ").next().unwrap_or(&path).to_owned()
}

/// A path cut from its outer end to so many columns.
pub fn fit_path(path: &str, columns: usize) -> String {
    let mut rest = path;
    let mut cut = String::new();
    loop {
        let shown = format!("{cut}{rest}");
        if text::width(&shown) <= columns {
            return shown;
        }
        match rest.split_once(" › ") {
            Some((_, inner)) => (rest, cut) = (inner, "… › ".to_owned()),
            None => return text::fit(rest, columns),
        }
    }
}
