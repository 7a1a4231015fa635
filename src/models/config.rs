//! A configuration on its way to a constructor, with the refusals that all architectures share.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::ModelError;
use crate::checkpoint;
use crate::tape::{Axis, Kind};
use crate::tensor::Activation;

/// The largest size that a configuration may ask for: products of four still fit into 64 bits.
const LARGEST: usize = 1 << 28;

/// How many classes a classifier tells apart.
#[derive(Deserialize)]
struct Labels {
    id2label: Option<Map<String, Value>>,
    num_labels: Option<usize>,
}

/// The fields of a configuration and the class to build.
pub struct Config<'a> {
    /// The official class to build.
    pub class: &'static str,
    path: &'a Path,
    fields: &'a Map<String, Value>,
}

impl<'a> Config<'a> {
    /// Fields that came from `path`.
    pub fn new(path: &'a Path, fields: &'a Map<String, Value>, class: &'static str) -> Self {
        Self { class, path, fields }
    }

    /// The fields as the architecture's own configuration; absent ones take the official defaults.
    ///
    /// # Errors
    /// Where a field has the wrong type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, ModelError> {
        Ok(checkpoint::typed_config(self.path, self.fields)?)
    }

    /// As [`Config::read`], where a field may also stand under another name: pairs of (other name, own name). Where
    /// both are there the other one counts, as in the official `attribute_map`.
    ///
    /// # Errors
    /// Where a field has the wrong type.
    pub fn read_with<T: DeserializeOwned>(&self, others: &[(&str, &str)]) -> Result<T, ModelError> {
        self.read_over(&Value::Null, others)
    }

    /// As [`Config::read_with`], where a family's own defaults (an object) take the place of those of `T`.
    ///
    /// # Errors
    /// Where a field has the wrong type.
    pub fn read_over<T: DeserializeOwned>(&self, defaults: &Value, others: &[(&str, &str)]) -> Result<T, ModelError> {
        let mut fields = defaults.as_object().cloned().unwrap_or_default();
        fields.extend(self.fields.clone());
        for (other, own) in others {
            if let Some(value) = fields.shift_remove(*other) {
                fields.insert((*own).to_owned(), value);
            }
        }
        Ok(checkpoint::typed_config(self.path, &fields)?)
    }

    fn path(&self) -> PathBuf {
        self.path.to_owned()
    }

    /// Refuses a field whose value would change the result and is not implemented.
    ///
    /// # Errors
    /// Where the field is there and `accepted` does not hold.
    pub fn accept(
        &self,
        field: &'static str,
        accepted: impl Fn(&Value) -> bool,
        supported: &'static str,
    ) -> Result<(), ModelError> {
        match self.fields.get(field) {
            Some(value) if !accepted(value) => {
                Err(ModelError::Unsupported { path: self.path(), field, value: value.to_string(), supported })
            }
            _ => Ok(()),
        }
    }

    /// Refuses a value that was read and does not serve.
    ///
    /// # Errors
    /// Where `holds` does not.
    pub fn must(
        &self,
        field: &'static str,
        value: impl std::fmt::Display,
        holds: bool,
        supported: &'static str,
    ) -> Result<(), ModelError> {
        if holds {
            return Ok(());
        }
        Err(ModelError::Unsupported { path: self.path(), field, value: value.to_string(), supported })
    }

    /// What the class is for, as its name says behind `For`: `MaskedLM`, `SequenceClassification`; empty where it says
    /// nothing.
    pub fn task(&self) -> &'static str {
        self.class.split_once("For").map_or("", |(_, task)| task)
    }

    /// The classes of a classifier, an axis: as many as `id2label` names, or `num_labels`, or 2.
    ///
    /// # Errors
    /// Where a field has the wrong type or there are no classes.
    pub fn classes(&self) -> Result<Axis, ModelError> {
        let labels: Labels = self.read()?;
        let count = labels.id2label.map_or(labels.num_labels.unwrap_or(2), |named| named.len());
        self.sizes(&[("num_labels", count)])?;
        Ok(Axis::new(Kind::Class, count))
    }

    /// Refuses sizes that no model has; zero is one of them.
    ///
    /// # Errors
    /// Where a size is zero or beyond all reason.
    pub fn sizes(&self, sizes: &[(&'static str, usize)]) -> Result<(), ModelError> {
        for &(field, found) in sizes {
            if found == 0 || found > LARGEST {
                return Err(ModelError::Size { path: self.path(), field, found, largest: LARGEST });
            }
        }
        Ok(())
    }

    /// The channels of a head.
    ///
    /// # Errors
    /// Where the heads do not divide the width.
    pub fn channels(&self, width: (&'static str, usize), heads: (&'static str, usize)) -> Result<usize, ModelError> {
        if heads.1 == 0 || !width.1.is_multiple_of(heads.1) {
            return Err(ModelError::Heads { path: self.path(), width, heads });
        }
        Ok(width.1 / heads.1)
    }

    /// The activation function of a name.
    ///
    /// # Errors
    /// Where there is none of that name.
    pub fn activation(&self, field: &'static str, named: &str) -> Result<Activation, ModelError> {
        Activation::from_name(named).ok_or_else(|| ModelError::Unsupported {
            path: self.path(),
            field,
            value: named.to_owned(),
            supported: "gelu, gelu_new, gelu_pytorch_tanh, gelu_fast, quick_gelu, gelu_10, relu, relu2, relu6, \
                        leaky_relu, silu, mish, tanh, sigmoid, laplace, linear",
        })
    }
}
