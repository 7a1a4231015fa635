//! The stream of vectors from end to end: what it begins as, what is added to it, and where it is changed as a whole.
//! Read from the graph alone.

use super::residual::is_layer;
use crate::tape::{Graph, NodeId, ScopeId, vocabulary as name};

/// What happens to the stream, in the order of running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// It begins as the sum of these.
    Begin {
        /// The summands.
        parts: Vec<NodeId>,
        /// The sum.
        sum: NodeId,
    },
    /// A part of a layer adds what it made.
    Add {
        /// The stream before.
        before: NodeId,
        /// What is added.
        summand: NodeId,
        /// The stream after.
        sum: NodeId,
    },
    /// All of it is put through something: a norm, a product.
    Change {
        /// The stream after.
        after: NodeId,
    },
}

/// The way of the stream that ends at a node.
pub(super) fn trunk(graph: &Graph, end: NodeId) -> Vec<Move> {
    let mut moves = Vec::new();
    let mut at = end;
    loop {
        at = graph.through_views(at);
        let node = graph.node(at);
        let Some(operation) = node.operation() else { break };
        let summed = operation.summed();
        if summed & 1 == 0 {
            moves.push(Move::Begin { parts: vec![at], sum: at });
            break;
        }
        if operation.name() != "sum" {
            moves.push(Move::Change { after: at });
            at = node.inputs[0];
            continue;
        }
        let Some((before, summand)) = sides(graph, at) else {
            moves.push(Move::Begin { parts: summands(graph, at), sum: at });
            break;
        };
        // Parts that run side by side may be added up before they are added.
        for summand in parts_of(graph, summand).into_iter().rev() {
            moves.push(Move::Add { before, summand, sum: at });
        }
        at = before;
    }
    moves.reverse();
    moves
}

/// Of the two sides of a sum the stream and what is added to it; `None` where neither was made from the other.
fn sides(graph: &Graph, sum: NodeId) -> Option<(NodeId, NodeId)> {
    let [a, b] = [graph.node(sum).inputs[0], graph.node(sum).inputs[1]];
    for (stream, summand) in [(a, b), (b, a)] {
        if depends(graph, summand, graph.through_views(stream)) {
            return Some((stream, summand));
        }
    }
    for (stream, summand) in [(a, b), (b, a)] {
        // Both parts of a layer may read what stood before the first of them added.
        let made = graph.node(graph.through_views(stream));
        let is_sum = made.operation().is_some_and(|operation| operation.name() == "sum");
        if is_sum && made.inputs.iter().any(|&input| depends(graph, summand, graph.through_views(input))) {
            return Some((stream, summand));
        }
    }
    None
}

/// Whether a value was made from another.
fn depends(graph: &Graph, id: NodeId, on: NodeId) -> bool {
    let mut seen = vec![false; id.index() + 1];
    let mut open = vec![id];
    while let Some(at) = open.pop() {
        if at == on {
            return true;
        }
        if at > on && !std::mem::replace(&mut seen[at.index()], true) {
            open.extend(graph.node(at).inputs.iter().copied());
        }
    }
    false
}

/// What a sum of sums adds up.
fn summands(graph: &Graph, id: NodeId) -> Vec<NodeId> {
    let made = graph.through_views(id);
    let is_sum = graph.node(made).operation().is_some_and(|operation| operation.name() == "sum");
    if !is_sum {
        return vec![id];
    }
    graph.node(made).inputs.iter().flat_map(|&input| summands(graph, input)).collect()
}

/// What is added, part by part where several parts of a layer were added up before.
fn parts_of(graph: &Graph, summand: NodeId) -> Vec<NodeId> {
    let parts = summands(graph, summand);
    let scopes: Vec<Option<ScopeId>> = parts.iter().map(|&part| part_scope(graph, part)).collect();
    let apart = (1..scopes.len()).all(|place| scopes[place].is_some() && !scopes[..place].contains(&scopes[place]));
    if apart { parts } else { vec![summand] }
}

/// The part of a layer that made a value: its scope right inside the layer. A norm of what a part made is no part.
pub(super) fn part_scope(graph: &Graph, mut id: NodeId) -> Option<ScopeId> {
    loop {
        let mut at = graph.node(id).scope;
        let mut inside = None;
        while !is_layer(graph.scope(at).name.id, graph.scope(at).index) {
            inside = Some(at);
            at = graph.scope(at).parent?;
        }
        match inside {
            Some(scope) if graph.scope(scope).name != &name::NORM => return Some(scope),
            _ => id = *graph.node(id).inputs.first()?,
        }
    }
}

/// Whether a scope is another one or stands in it.
pub(super) fn stands_in(graph: &Graph, scope: ScopeId, outer: ScopeId) -> bool {
    let mut at = Some(scope);
    while let Some(id) = at {
        if id == outer {
            return true;
        }
        at = graph.scope(id).parent;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::{Subject, layer_ends, trial};
    use crate::tape::{Kind, Stream};

    fn path_of(loaded: crate::models::Loaded, stream: Stream) -> Vec<String> {
        let pass = trial::pass(&Subject::from_loaded("tiny", loaded), "1 2 3");
        let graph = pass.record.graph();
        let end = layer_ends(graph).into_iter().rfind(|ends| ends.stream == stream).unwrap().exit;
        let told = trunk(graph, end).into_iter().map(|step| match step {
            Move::Begin { parts, .. } => {
                let parts: Vec<&str> = parts.iter().map(|&part| graph.node(part).name.unwrap().id).collect();
                parts.join("+")
            }
            Move::Add { before, summand, sum } => {
                assert_eq!(graph.node(before).axes.find(Kind::Feature), graph.node(sum).axes.find(Kind::Feature));
                format!("+{}", graph.path(summand))
            }
            Move::Change { after } => graph.path(after),
        });
        told.collect()
    }

    #[test]
    fn the_stream_of_each_kind_of_model() {
        let layer = |n: usize| [format!("+layer.{n}/attention/output"), format!("+layer.{n}/feed_forward/projection")];
        let gpt2 = path_of(trial::gpt2(), Stream::DECODER);
        assert_eq!(gpt2, [vec!["token+position".to_owned()], layer(0).into(), layer(1).into()].concat());
        let bert = path_of(trial::bert(), Stream::ENCODER);
        let [attention, feed] = layer(0);
        let norm = "layer.0/norm/normalised".to_owned();
        let first = ["token+segment+position".to_owned(), "embeddings/norm/normalised".to_owned()];
        assert_eq!(bert[..6], [&first[..], &[attention, norm.clone(), feed, norm]].concat());
        assert_eq!(bert.len(), 2 + 2 * 4);
        let t5 = path_of(trial::t5(), Stream::DECODER);
        let parts: Vec<String> = t5.iter().map(|path| path.replace("decoder/", "")).collect();
        assert_eq!(parts[..2], ["token", "+layer.0/attention/output"]);
        assert_eq!(parts[2..4], ["+layer.0/cross_attention/output", "+layer.0/feed_forward/projection"]);
        assert_eq!(path_of(trial::t5(), Stream::ENCODER).len(), 5);
    }
}
