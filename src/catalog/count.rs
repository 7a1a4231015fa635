//! Counting what a config builds, by the code that runs the model.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::entry::Variant;
use crate::models::{self, Loaded, ModelError};

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
    /// How many of them are rows of tables that are looked up; `None` where no table is known by its name.
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

/// The names of embedding tables that do not end in `embedding`.
const TABLES: [&str; 6] = ["wte", "wpe", "shared", "embed_tokens", "embed_positions", "embed_in"];

/// The numbers in tables of tokens, positions and segments, a tied table once.
fn embeddings(loaded: &Loaded) -> Option<u64> {
    let is_table = |name: &str| {
        let path = name.strip_suffix(".weight").unwrap_or(name);
        let last = path.rsplit('.').next().unwrap_or(path);
        TABLES.contains(&last) || last.ends_with("embedding") || last.ends_with("embeddings")
    };
    let sizes = loaded.parameters.iter().filter_map(|(_, entry)| {
        let shape = entry.axes.shape();
        // Patches are projected by a convolution of four axes; scales have one.
        (matches!(shape.len(), 2 | 3) && is_table(&entry.name))
            .then(|| shape.iter().map(|&size| size as u64).product::<u64>())
    });
    Some(sizes.sum()).filter(|&sum| sum > 0)
}
