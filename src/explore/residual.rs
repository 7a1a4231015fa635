//! Where the stream of vectors enters and leaves each layer, read from the graph alone.

use crate::tape::{Graph, Kind, NodeId, ScopeId, Stream, vocabulary as name};

/// A layer's two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerEnds {
    /// The sequence that runs through the layer.
    pub stream: Stream,
    /// The layer, from 0.
    pub layer: usize,
    /// What it takes: (batch, token, feature).
    pub entry: NodeId,
    /// What it gives, in the same form.
    pub exit: NodeId,
}

/// The ends of all layers, in the order of running.
pub fn layer_ends(graph: &Graph) -> Vec<LayerEnds> {
    let owners: Vec<Option<ScopeId>> = graph.nodes().map(|(_, node)| layer_of(graph, node.scope)).collect();
    let mut entries: Vec<(ScopeId, NodeId)> = Vec::new();
    let mut exits: Vec<(ScopeId, NodeId)> = Vec::new();
    for (id, node) in graph.nodes() {
        let user = owners[id.index()];
        for &input in &node.inputs {
            let owner = owners[input.index()];
            if owner == user || !is_residual(graph, input) {
                continue;
            }
            entries.extend(user.map(|scope| (scope, input)));
            exits.extend(owner.map(|scope| (scope, input)));
        }
    }
    // The last layer of a model without a head gives its result to nobody.
    for &(_, id) in graph.outputs() {
        exits.extend(owners[id.index()].filter(|_| is_residual(graph, id)).map(|scope| (scope, id)));
    }
    let layers = graph.scopes().filter(|(_, scope)| is_layer(scope.name.id, scope.index));
    let ends = layers.filter_map(|(scope, layer)| {
        let last = |list: &[(ScopeId, NodeId)], fits: &dyn Fn(NodeId) -> bool| {
            list.iter().filter(|(owner, id)| *owner == scope && fits(*id)).map(|(_, id)| *id).max()
        };
        let exit = last(&exits, &|_| true)?;
        let stream = stream_of(graph, exit)?;
        // A layer may also look at another sequence; its own runs through it.
        let entry = last(&entries, &|id| stream_of(graph, id) == Some(stream) && id < exit)?;
        Some(LayerEnds { stream, layer: layer.index?, entry, exit })
    });
    ends.collect()
}

pub(super) fn is_layer(id: &str, index: Option<usize>) -> bool {
    id == name::LAYER.id && index.is_some()
}

/// The layer that a scope stands in.
pub(super) fn layer_of(graph: &Graph, scope: ScopeId) -> Option<ScopeId> {
    let mut at = Some(scope);
    while let Some(id) = at {
        let scope = graph.scope(id);
        if is_layer(scope.name.id, scope.index) {
            return Some(id);
        }
        at = scope.parent;
    }
    None
}

fn is_residual(graph: &Graph, id: NodeId) -> bool {
    let node = graph.node(id);
    node.operation().is_some()
        && node.axes.rank() == 3
        && node.axes.find(Kind::Feature) == Some(2)
        && node.axes.find(Kind::Token) == Some(1)
}

/// The stream of a value's tokens.
pub fn stream_of(graph: &Graph, id: NodeId) -> Option<Stream> {
    graph.node(id).axes.get(Kind::Token).map(|axis| axis.stream)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::{Subject, trial};

    #[test]
    fn layers_hand_on_from_one_to_the_next() {
        for loaded in [trial::gpt2(), trial::bert()] {
            let pass = trial::pass(&Subject::from_loaded("tiny", loaded), "1 2 3");
            let graph = pass.record.graph();
            let ends = layer_ends(graph);
            assert_eq!(ends.iter().map(|ends| ends.layer).collect::<Vec<_>>(), [0, 1]);
            assert_eq!(ends[0].exit, ends[1].entry);
            assert!(graph.path(ends[0].entry).starts_with("embeddings"), "{}", graph.path(ends[0].entry));
            assert!(graph.path(ends[1].exit).starts_with("layer.1"), "{}", graph.path(ends[1].exit));
            // The official hidden states are the same values.
            assert_eq!(graph.output("hidden_states.1"), Some(ends[0].exit));
        }
    }
}
