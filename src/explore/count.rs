//! Where a model's parameters are: counted by the part of the pass that uses them first.

use std::collections::BTreeSet;

use super::ExploreError;
use crate::models::Loaded;
use crate::tape::{Graph, Name, ParameterId, ScopeId, Source, vocabulary as name};

/// A part of the model.
#[derive(Clone, Debug)]
pub struct Component {
    /// The names of its scopes, outermost first: `layer`, then `attention`.
    pub scopes: Vec<&'static Name>,
    /// How many parts of this kind there are, one a layer; 1 outside the layers.
    pub times: usize,
    /// Numbers in all of them.
    pub parameters: u64,
    /// The parameters of the first of them.
    pub pieces: Vec<Piece>,
}

/// A parameter of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its name in the checkpoint.
    pub name: String,
    /// The lengths of its axes.
    pub shape: Vec<usize>,
}

impl Piece {
    /// How many numbers it has.
    pub fn numbers(&self) -> u64 {
        self.shape.iter().map(|&len| len as u64).product()
    }
}

impl Component {
    /// The names joined, `layer/attention`.
    pub fn path(&self) -> String {
        joined(&self.scopes)
    }
}

/// The parts of a model in the order of running, each parameter in the part that uses it first: a tied table is counted
/// with the embeddings. What no pass uses is in none of them.
///
/// # Errors
/// Where the model cannot be built over a single token.
pub fn components(loaded: &Loaded) -> Result<Vec<Component>, ExploreError> {
    let graph = loaded.model.graph(&loaded.model.smallest_inputs())?;
    let mut parts: Vec<(Component, BTreeSet<ScopeId>)> = Vec::new();
    for (id, scope) in used(&graph) {
        let scopes = names(&graph, scope);
        let place = parts.iter().position(|(part, _)| part.scopes == scopes).unwrap_or_else(|| {
            parts.push((Component { scopes, times: 0, parameters: 0, pieces: Vec::new() }, BTreeSet::new()));
            parts.len() - 1
        });
        let (part, layers) = &mut parts[place];
        layers.insert(numbered(&graph, scope));
        part.times = layers.len();
        let entry = loaded.parameters.entry(id);
        let piece = Piece { name: entry.name.clone(), shape: entry.axes.iter().map(|axis| axis.len).collect() };
        part.parameters += piece.numbers();
        if part.times == 1 {
            part.pieces.push(piece);
        }
    }
    Ok(parts.into_iter().map(|(part, _)| part).collect())
}

/// The parameters that no pass uses: they are stored and counted, and change nothing.
///
/// # Errors
/// As [`components`].
pub fn unused(loaded: &Loaded) -> Result<Vec<String>, ExploreError> {
    let graph = loaded.model.graph(&loaded.model.smallest_inputs())?;
    let used: BTreeSet<ParameterId> = used(&graph).map(|(id, _)| id).collect();
    let rest = loaded.parameters.iter().filter(|(id, _)| !used.contains(id));
    Ok(rest.map(|(_, entry)| entry.name.clone()).collect())
}

/// A parameter that several parts use: counted once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Its name in the checkpoint.
    pub parameter: String,
    /// The paths of the parts, or of the steps that stand outside of all parts.
    pub places: Vec<String>,
}

/// The parameters that more than one kind of part uses, such as a table tied to the head.
///
/// # Errors
/// As [`components`].
pub fn shared(loaded: &Loaded) -> Result<Vec<Shared>, ExploreError> {
    let graph = loaded.model.graph(&loaded.model.smallest_inputs())?;
    let shared = graph.nodes().filter_map(|(id, node)| {
        let Source::Parameter(parameter) = node.source else { return None };
        let mut places: Vec<String> = Vec::new();
        for (_, user) in graph.nodes().filter(|(_, user)| user.inputs.contains(&id)) {
            let step = if user.scope == ScopeId(0) { user.name } else { None };
            let names = step.map_or_else(|| names(&graph, user.scope), |step| vec![step]);
            let place = joined(&names);
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let parameter = loaded.parameters.entry(parameter).name.clone();
        (places.len() > 1).then_some(Shared { parameter, places })
    });
    Ok(shared.collect())
}

fn joined(names: &[&'static Name]) -> String {
    names.iter().map(|name| name.id).collect::<Vec<_>>().join("/")
}

/// Each parameter that is used, and the scope of its first use.
fn used(graph: &Graph) -> impl Iterator<Item = (ParameterId, ScopeId)> {
    graph.nodes().filter_map(|(_, node)| match node.source {
        Source::Parameter(id) => Some((id, node.scope)),
        _ => None,
    })
}

/// The names of the scopes around and including one, without the whole pass; what is outside of all is named after it.
fn names(graph: &Graph, scope: ScopeId) -> Vec<&'static Name> {
    let mut names: Vec<&'static Name> = around(graph, scope).map(|id| graph.scope(id).name).collect();
    names.reverse();
    if names.len() > 1 { names.split_off(1) } else { vec![&name::PASS] }
}

/// The numbered scope around one, or the whole pass.
fn numbered(graph: &Graph, scope: ScopeId) -> ScopeId {
    around(graph, scope).find(|&id| graph.scope(id).index.is_some()).unwrap_or(ScopeId(0))
}

fn around(graph: &Graph, scope: ScopeId) -> impl Iterator<Item = ScopeId> {
    std::iter::successors(Some(scope), |&id| graph.scope(id).parent)
}
