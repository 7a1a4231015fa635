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
        let count = match variant.shapes(class) {
            Ok(loaded) => Count::Exact(loaded.parameters.count()),
            Err(ModelError::UnknownType { .. } | ModelError::UnknownClass { .. }) => Count::NotYet,
            Err(error) => Count::Refused(Arc::new(error)),
        };
        Counted { class: class.clone(), count }
    };
    variant.counted.get_or_init(|| variant.classes.iter().map(count).collect())
}
