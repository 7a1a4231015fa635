//! Counting what a config builds, by the code that runs the model.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::entry::Variant;
use crate::models::{self, Loaded, ModelError};
use crate::tape::{Kind, Node, NodeId, ParameterId, Source};

/// What the count of a class came to.
#[derive(Clone, Debug)]
pub enum Count {
    /// So many parameters.
    Exact(u64),
    /// The architecture or the class has no code yet.
    NotYet,
    /// There is code, and it refuses the config.
    Refused(Arc<ModelError>),
}

impl Count {
    /// The number, where there is one.
    pub fn number(&self) -> Option<u64> {
        if let Self::Exact(number) = self { Some(*number) } else { None }
    }
}

/// The count of one class.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The official class.
    pub class: String,
    /// What it came to.
    pub count: Count,
    /// How many of them are rows of tables that are looked up; `None` where none is.
    pub embeddings: Option<u64>,
}

impl Variant {
    /// The config with the class to build in it.
    pub fn config_for(&self, class: &str) -> Map<String, Value> {
        let mut config = self.config.clone();
        config.insert("architectures".to_owned(), Value::from(vec![class]));
        config
    }

    /// The model of a class over shapes alone.
    ///
    /// # Errors
    /// Where there is no code for it, or it refuses the config.
    pub fn shapes(&self, class: &str) -> Result<Loaded, ModelError> {
        models::shapes(&self.config_for(class))
    }
}

/// The counts of a variant, class by class. Screens ask with every frame, so they are kept.
pub fn counts(variant: &Variant) -> &[Counted] {
    let count = |class: &String| {
        let shapes = variant.shapes(class);
        let embeddings = shapes.as_ref().ok().and_then(embeddings);
        let count = match shapes {
            Ok(loaded) => Count::Exact(loaded.parameters.count()),
            Err(ModelError::UnknownType { .. } | ModelError::UnknownClass { .. }) => Count::NotYet,
            Err(error) => Count::Refused(Arc::new(error)),
        };
        Counted { class: class.clone(), count, embeddings }
    };
    variant.counted.get_or_init(|| variant.classes.iter().map(count).collect())
}

/// The numbers in the tables of vectors that a pass looks up by ids: of tokens, positions, segments; a tied table once.
fn embeddings(loaded: &Loaded) -> Option<u64> {
    let graph = loaded.model.graph(&loaded.model.smallest_inputs()).ok()?;
    let table = |input: &NodeId| match graph.node(*input).source {
        // Tables of distances hold a number a head, and no vectors.
        Source::Parameter(id) if graph.node(*input).axes.find(Kind::Feature).is_some() => Some(id),
        _ => None,
    };
    let looks_up = |node: &Node| node.operation().is_some_and(|operation| operation.name() == "gather");
    let tables: BTreeSet<ParameterId> = graph
        .nodes()
        .filter(|(_, node)| looks_up(node))
        .flat_map(|(_, node)| node.inputs.iter().filter_map(table))
        .collect();
    let sizes = tables.into_iter().map(|id| loaded.parameters.entry(id).axes.size() as u64);
    Some(sizes.sum()).filter(|&sum| sum > 0)
}

#[cfg(test)]
mod tests {
    use super::counts;
    use crate::catalog::Catalog;

    #[test]
    fn embeddings_are_what_is_looked_up() {
        let first = |id: &str| counts(&Catalog::built_in().entry(id).expect("an entry").variants[0])[0].embeddings;
        // Tokens, positions and segments.
        assert_eq!(first("bert"), Some((30_522 + 512 + 2) * 768));
        // Positions are sinusoids, that are in no table.
        assert_eq!(first("transformer-xl"), Some(267_735 * 410));
        // A number a head for each bucket of distances is no vector.
        assert_eq!(first("t5"), Some(32_128 * 512));
    }
}
