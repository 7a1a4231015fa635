//! Where parameters come from: a checkpoint, a seed, or nowhere (shapes only). A model cannot tell.

use std::cell::RefCell;
use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use safetensors::Dtype;

use crate::checkpoint::{Checkpoint, Result, TensorEntry};
use crate::tape::{Axes, Parameter, Parameters};
use crate::tensor::{Element, SharedBytes, Tensor};

/// How a parameter starts where nothing was learned yet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// Normally distributed around zero with this deviation.
    Normal(f32),
    /// Zeros: biases and shifts.
    Zeros,
    /// Ones: scales.
    Ones,
}

/// Gives the values of parameters by name.
pub trait Source {
    /// The values of a parameter; `None` where only shapes are wanted.
    ///
    /// # Errors
    /// Where the source has no such parameter, or one of another shape.
    fn load(&self, name: &str, shape: &[usize], init: Init) -> Result<Option<Tensor>>;

    /// Whether the source has a parameter of this name.
    fn has(&self, name: &str) -> bool;
}

/// Values from a checkpoint, left in the mapped file where they lie.
pub struct FromCheckpoint<'a> {
    checkpoint: &'a Checkpoint,
    base_prefix: &'static str,
}

impl<'a> FromCheckpoint<'a> {
    /// Names may stand in the file with or without `base_prefix` (`bert.`).
    pub fn new(checkpoint: &'a Checkpoint, base_prefix: &'static str) -> Self {
        Self { checkpoint, base_prefix }
    }
}

impl Source for FromCheckpoint<'_> {
    fn load(&self, name: &str, shape: &[usize], _init: Init) -> Result<Option<Tensor>> {
        let entry = self.checkpoint.require(self.base_prefix, name, shape)?;
        mapped(entry).map(Some)
    }

    fn has(&self, name: &str) -> bool {
        self.checkpoint.find(self.base_prefix, name).is_some()
    }
}

/// The values in the file, or a float32 copy where they cannot be used as they lie there.
fn mapped(entry: &TensorEntry) -> Result<Tensor> {
    let element = match entry.dtype() {
        Dtype::F32 => Some(Element::F32),
        Dtype::F16 => Some(Element::F16),
        Dtype::BF16 => Some(Element::Bf16),
        _ => None,
    };
    let in_place = element.and_then(|element| {
        let bytes: SharedBytes = Arc::new(entry.clone());
        Tensor::mapped(bytes, 0..entry.bytes().len(), element, entry.shape())
    });
    match in_place {
        Some(tensor) => Ok(tensor),
        None => Ok(Tensor::new(entry.to_f32()?, entry.shape())),
    }
}

/// Random values: each parameter has its own stream, so adding one does not change the others.
pub struct Random {
    seed: u64,
}

impl Random {
    /// The same seed gives the same values.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }
}

impl Source for Random {
    fn load(&self, name: &str, shape: &[usize], init: Init) -> Result<Option<Tensor>> {
        let count = shape.iter().product();
        let data = match init {
            Init::Zeros => vec![0.0; count],
            Init::Ones => vec![1.0; count],
            Init::Normal(deviation) => normal(self.seed ^ stable_hash(name), count, deviation),
        };
        Ok(Some(Tensor::new(data, shape)))
    }

    fn has(&self, _name: &str) -> bool {
        true
    }
}

/// FNV-1a: the same on every machine and in every release, unlike the standard library's hash.
fn stable_hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Normally distributed numbers by the Box-Muller transform.
fn normal(seed: u64, count: usize, deviation: f32) -> Vec<f32> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut data = Vec::with_capacity(count + 1);
    while data.len() < count {
        let (u, v): (f32, f32) = (random.random(), random.random());
        let radius = deviation * (-2.0 * (1.0 - u).ln()).sqrt();
        let angle = std::f32::consts::TAU * v;
        data.extend([radius * angle.cos(), radius * angle.sin()]);
    }
    data.truncate(count);
    data
}

/// No values at all: for counting the published sizes.
pub struct ShapesOnly;

impl Source for ShapesOnly {
    fn load(&self, _name: &str, _shape: &[usize], _init: Init) -> Result<Option<Tensor>> {
        Ok(None)
    }

    fn has(&self, _name: &str) -> bool {
        true
    }
}

/// A place in the tree of parameter names, to take parameters from.
#[derive(Clone)]
pub struct Weights<'a> {
    source: &'a dyn Source,
    taken: &'a RefCell<Parameters>,
    path: String,
}

impl<'a> Weights<'a> {
    /// The root of the tree; what is taken is added to `taken`.
    pub fn new(source: &'a dyn Source, taken: &'a RefCell<Parameters>) -> Self {
        Self { source, taken, path: String::new() }
    }

    /// The place one or more segments (`h`, `attention.self`) further down.
    #[must_use]
    pub fn at(&self, segment: impl std::fmt::Display) -> Self {
        Self { path: self.name(&segment.to_string()), ..self.clone() }
    }

    /// The first of some places where the source has a `weight`, or the first of all: a tied table may have any of
    /// its names.
    #[must_use]
    pub fn first_of(&self, places: &[&str]) -> Self {
        let mut places = places.iter().map(|place| self.at(place));
        let usual = places.next().unwrap_or_else(|| self.clone());
        if usual.has("weight") { usual } else { places.find(|place| place.has("weight")).unwrap_or(usual) }
    }

    fn name(&self, last: &str) -> String {
        if self.path.is_empty() { last.to_owned() } else { format!("{}.{last}", self.path) }
    }

    /// Takes a parameter.
    ///
    /// # Errors
    /// Where the source has no such parameter, or one of another shape.
    pub fn parameter(&self, name: &str, axes: Axes, init: Init) -> Result<Parameter> {
        let name = self.name(name);
        let value = self.source.load(&name, &axes.shape(), init)?;
        Ok(self.taken.borrow_mut().add(name, axes, value))
    }

    /// Whether the source has a parameter of this name.
    pub fn has(&self, name: &str) -> bool {
        self.source.has(&self.name(name))
    }
}
