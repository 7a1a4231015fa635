//! Parameters have an identity of their own: a tied table is one parameter however many places use it.

use std::sync::Arc;

use super::axis::Axes;
use crate::tensor::Tensor;

/// Which parameter of a [`Parameters`] list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ParameterId(pub u32);

/// What a model holds of a parameter: its identity and its axes, not its values.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Which one.
    pub id: ParameterId,
    /// Its named axes, in the order in which the checkpoint stores them.
    pub axes: Axes,
}

/// A parameter's name, shape and, where there are any, values.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The name in the checkpoint.
    pub name: String,
    /// Its named axes.
    pub axes: Axes,
    /// `None` where only shapes are counted.
    pub value: Option<Tensor>,
}

/// All parameters of a model, each once.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    entries: Vec<Entry>,
}

impl Parameters {
    /// Adds a parameter.
    pub fn add(&mut self, name: String, axes: Axes, value: Option<Tensor>) -> Parameter {
        let id = ParameterId(self.entries.len() as u32);
        self.entries.push(Entry { name, axes: axes.clone(), value });
        Parameter { id, axes }
    }

    /// The parameters in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (ParameterId, &Entry)> {
        self.entries.iter().enumerate().map(|(i, entry)| (ParameterId(i as u32), entry))
    }

    /// One parameter.
    pub fn entry(&self, id: ParameterId) -> &Entry {
        &self.entries[id.0 as usize]
    }

    /// The values of one parameter.
    ///
    /// # Panics
    /// Where the model was built over shapes only: there is nothing to run.
    pub fn value(&self, id: ParameterId) -> &Tensor {
        let entry = self.entry(id);
        entry.value.as_ref().unwrap_or_else(|| panic!("parameter {} has a shape but no values", entry.name))
    }

    /// Writes new values, as an optimiser does between two passes.
    pub fn set(&mut self, id: ParameterId, value: Tensor) {
        let entry = &mut self.entries[id.0 as usize];
        assert_eq!(entry.axes.shape().as_slice(), value.shape(), "values of {}", entry.name);
        entry.value = Some(value);
    }

    /// Takes the values out, to write on them and [`Parameters::set`] them again without a copy.
    ///
    /// # Panics
    /// Where there are none.
    pub fn take(&mut self, id: ParameterId) -> Tensor {
        let entry = &mut self.entries[id.0 as usize];
        entry.value.take().unwrap_or_else(|| panic!("parameter {} has a shape but no values", entry.name))
    }

    /// How many numbers all parameters hold, each counted once.
    pub fn count(&self) -> u64 {
        self.entries.iter().map(|e| e.axes.iter().map(|a| a.len as u64).product::<u64>()).sum()
    }

    /// How many parameters (tensors) there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The first parameter with a number that is not finite, if any.
    pub fn non_finite(&self) -> Option<&str> {
        let bad = |e: &&Entry| e.value.as_ref().is_some_and(|v| v.to_vec().iter().any(|x| !x.is_finite()));
        self.entries.iter().find(bad).map(|e| e.name.as_str())
    }
}

/// Parameters shared between the models, tapes and records that read them.
pub type SharedParameters = Arc<Parameters>;
