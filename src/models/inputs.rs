//! The arguments of a pass under their official names, and the checks that all models share.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::InputError;
use crate::nn::Cache;
use crate::tape::{Axes, Axis, Ids, Kind, Stream};
use crate::tensor::Tensor;

/// The numbers of an argument.
#[derive(Clone, Debug, PartialEq)]
pub enum Numbers {
    /// Ids, positions, masks.
    Whole(Vec<i64>),
    /// Pictures, vectors.
    Real(Vec<f32>),
}

/// One argument.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// Lengths, outermost first.
    pub shape: Vec<usize>,
    /// The numbers, row-major.
    pub numbers: Numbers,
}

/// Shape and numbers of an argument of any numbers.
type Real = (Vec<usize>, Vec<f32>);

/// Shape and numbers of an argument of whole numbers.
type Whole<'a> = (&'a [usize], &'a [i64]);

/// The arguments of a pass. Those that are absent take the official defaults.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    arguments: BTreeMap<String, Argument>,
    /// Keys and values of earlier tokens. Where it is there, even empty, the pass gives the grown cache too.
    pub cache: Option<Cache>,
}

impl Inputs {
    /// One text as token ids: (1, token).
    pub fn ids(ids: &[u32]) -> Self {
        Self::default().with("input_ids", vec![1, ids.len()], ids.iter().map(|&id| i64::from(id)).collect())
    }

    /// The same with the target of an encoder-decoder: (1, token).
    #[must_use]
    pub fn with_target(self, ids: &[u32]) -> Self {
        self.with("decoder_input_ids", vec![1, ids.len()], ids.iter().map(|&id| i64::from(id)).collect())
    }

    /// The same with a language for every token, where one is named.
    #[must_use]
    pub fn in_language(self, language: Option<u32>) -> Self {
        let shape = self.arguments.get("input_ids").map(|ids| ids.shape.clone());
        match (language, shape) {
            (Some(language), Some(shape)) => {
                let langs = vec![i64::from(language); shape.iter().product()];
                self.with("langs", shape, langs)
            }
            _ => self,
        }
    }

    /// The same with another argument of whole numbers.
    #[must_use]
    pub fn with(mut self, name: &str, shape: Vec<usize>, numbers: Vec<i64>) -> Self {
        self.insert(name, Argument { shape, numbers: Numbers::Whole(numbers) });
        self
    }

    /// The texts of several choices (batch, choice, token) as so many examples (batch · choice, token).
    #[must_use]
    pub fn of_choices(&self) -> Self {
        let mut inputs = self.clone();
        for argument in inputs.arguments.values_mut() {
            if let [batch, choices, tokens] = *argument.shape
                && let Some(examples) = batch.checked_mul(choices)
            {
                argument.shape = vec![examples, tokens];
            }
        }
        inputs
    }

    /// The same with the cache of earlier tokens.
    #[must_use]
    pub fn with_cache(mut self, cache: Cache) -> Self {
        self.cache = Some(cache);
        self
    }

    /// Puts an argument in.
    pub fn insert(&mut self, name: &str, argument: Argument) {
        self.arguments.insert(name.to_owned(), argument);
    }

    /// The same with another argument of fractions.
    #[must_use]
    pub fn with_real(mut self, name: &str, shape: Vec<usize>, numbers: Vec<f32>) -> Self {
        self.insert(name, Argument { shape, numbers: Numbers::Real(numbers) });
        self
    }

    /// Refuses arguments that are not among `taken`; one that ends in `.N` is a list.
    ///
    /// # Errors
    /// Where there is one.
    pub fn only(&self, taken: &'static [&'static str]) -> Result<(), InputError> {
        let of_list = |name: &str| {
            let (list, place) = name.rsplit_once('.')?;
            place.parse::<usize>().ok()?;
            Some(taken.iter().any(|taken| taken.strip_suffix(".N") == Some(list)))
        };
        let is_taken = |name: &str| taken.contains(&name) || of_list(name).unwrap_or(false);
        match self.arguments.keys().find(|name| !is_taken(name)) {
            Some(name) => Err(InputError::NotTaken { name: name.clone(), takes: taken.to_vec() }),
            None => Ok(()),
        }
    }

    /// Tokens in the cache of a model with so many layers, key heads and channels a head; 0 where there is none.
    ///
    /// # Errors
    /// Where it is the cache of another model, or of another number of examples.
    pub fn past(&self, layers: usize, batch: usize, heads: usize, channels: usize) -> Result<usize, InputError> {
        let Some(cache) = self.cache.as_ref().filter(|cache| !cache.layers.is_empty()) else { return Ok(0) };
        alike(&cache.layers, layers, Some(batch), heads, channels).map(|(_, past)| past)
    }

    /// The axes (batch, token) of a source that the cache holds the keys and values of, for a model with so many layers
    /// that look at it; `None` where the cache holds none.
    ///
    /// # Errors
    /// Where it is the cache of another model.
    pub fn memory(&self, layers: usize, heads: usize, channels: usize) -> Result<Option<Axes>, InputError> {
        let Some(cache) = self.cache.as_ref().filter(|cache| !cache.memory.is_empty()) else { return Ok(None) };
        let (batch, tokens) = alike(&cache.memory, layers, None, heads, channels)?;
        let token = Axis::along(Kind::Token, tokens, Stream::ENCODER);
        Ok(Some(Axes::new([Axis::new(Kind::Batch, batch), token])))
    }

    fn whole(&self, name: &'static str) -> Result<Option<Whole<'_>>, InputError> {
        match self.arguments.get(name) {
            None => Ok(None),
            Some(Argument { shape, numbers: Numbers::Whole(numbers) }) => Ok(Some((shape, numbers))),
            Some(Argument { .. }) => Err(InputError::Type { name, found: "fractions", expected: "whole numbers" }),
        }
    }

    /// An argument of any numbers with a shape of so many axes; `None` where it is absent.
    ///
    /// # Errors
    /// Where it has another number of axes.
    pub fn real(&self, name: &'static str, rank: usize) -> Result<Option<Real>, InputError> {
        let Some(Argument { shape, numbers }) = self.arguments.get(name) else { return Ok(None) };
        if shape.len() != rank {
            return Err(InputError::Shape { name, found: shape.clone(), expected: format!("{rank} axes") });
        }
        let numbers = match numbers {
            Numbers::Real(numbers) => numbers.clone(),
            Numbers::Whole(numbers) => numbers.iter().map(|&number| number as f32).collect(),
        };
        Ok(Some((shape.clone(), numbers)))
    }

    /// An argument of any numbers along `axes`; `None` where it is absent. A batch of one serves all.
    ///
    /// # Errors
    /// Where it has another shape.
    pub fn real_along(&self, name: &'static str, axes: &Axes) -> Result<Option<Tensor>, InputError> {
        let Some((shape, numbers)) = self.real(name, axes.rank())? else { return Ok(None) };
        let wanted = axes.shape();
        let tensor = Tensor::new(numbers, &shape);
        if shape == wanted.as_slice() {
            return Ok(Some(tensor));
        }
        if shape[0] == 1 && shape[1..] == wanted[1..] {
            return Ok(Some(tensor.select(0, 0).broadcast(0, wanted[0])));
        }
        Err(InputError::Shape { name, found: shape, expected: format!("{wanted:?}") })
    }

    /// What each layer kept of the tokens before, (token, batch, feature): the arguments `mems.N`, or the cache's. All
    /// have one length. `None` where there is nothing.
    ///
    /// # Errors
    /// Where there are more or fewer than layers, or one has another shape.
    pub fn mems(&self, layers: usize, batch: usize, features: usize) -> Result<Option<Vec<Tensor>>, InputError> {
        let name = "mems.N";
        let given = self.arguments.keys().filter(|name| name.starts_with("mems.")).count();
        let cached = self.cache.as_ref().map(|cache| cache.mems.clone()).filter(|mems| !mems.is_empty());
        let mems = match (given, cached) {
            (0, None) => return Ok(None),
            (0, Some(mems)) => mems,
            (count, _) if count != layers => {
                return Err(InputError::Shape { name, found: vec![count], expected: format!("[{layers}] (layers)") });
            }
            _ => {
                let mem = |layer| match self.arguments.get(&Cache::mems_output(layer)) {
                    Some(Argument { shape, numbers: Numbers::Real(numbers) }) => {
                        Ok(Tensor::new(numbers.clone(), shape))
                    }
                    Some(_) => Err(InputError::Type { name, found: "whole numbers", expected: "vectors of fractions" }),
                    None => Err(InputError::Missing { name }),
                };
                (0..layers).map(mem).collect::<Result<_, _>>()?
            }
        };
        let tokens = mems.first().and_then(|mem| mem.shape().first()).copied().unwrap_or(0);
        let wanted = [tokens, batch, features];
        match mems.iter().find(|mem| mem.shape() != wanted) {
            None if mems.len() == layers => Ok(Some(mems)),
            None => Err(InputError::Shape { name, found: vec![mems.len()], expected: format!("[{layers}] (layers)") }),
            Some(other) => {
                let expected = format!("{wanted:?} (tokens, batch, features)");
                Err(InputError::Shape { name, found: other.shape().to_vec(), expected })
            }
        }
    }

    /// The axes (batch, token) of a required argument of ids.
    ///
    /// # Errors
    /// Where it is missing, has another rank, or holds no token.
    pub fn text_axes(&self, name: &'static str, stream: Stream) -> Result<Axes, InputError> {
        let (shape, _) = self.whole(name)?.ok_or(InputError::Missing { name })?;
        match *shape {
            [batch, tokens] if batch > 0 && tokens > 0 => {
                Ok(Axes::new([Axis::new(Kind::Batch, batch), Axis::along(Kind::Token, tokens, stream)]))
            }
            [_, _] => Err(InputError::Empty),
            _ => Err(InputError::Shape { name, found: shape.to_vec(), expected: "[batch, tokens]".to_owned() }),
        }
    }

    /// An argument of ids along `axes`, each less than `limit`; `None` where it is absent. A batch of one serves all.
    ///
    /// # Errors
    /// Where it has another shape or an id is out of range.
    pub fn optional_ids(
        &self,
        name: &'static str,
        axes: &Axes,
        limit: usize,
        why: &'static str,
    ) -> Result<Option<Arc<Ids>>, InputError> {
        let Some((shape, numbers)) = self.whole(name)? else { return Ok(None) };
        let wanted = axes.shape();
        let one_for_all = shape.len() == wanted.len() && shape[0] == 1 && shape[1..] == wanted[1..];
        if shape != wanted.as_slice() && !one_for_all {
            return Err(InputError::Shape { name, found: shape.to_vec(), expected: format!("{wanted:?}") });
        }
        if let Some(position) = numbers.iter().position(|&id| id < 0 || id as u64 >= limit as u64) {
            let found = numbers[position];
            return Err(InputError::Range { name, found, position, largest: limit.saturating_sub(1), why });
        }
        let repeats = if one_for_all { wanted[0] } else { 1 };
        let values = std::iter::repeat_n(numbers, repeats).flatten().map(|&id| id as u32).collect();
        Ok(Some(Ids::new(axes.clone(), values)))
    }

    /// A required argument of ids along `axes`.
    ///
    /// # Errors
    /// Where it is missing, has another shape, or an id is out of range.
    pub fn required_ids(
        &self,
        name: &'static str,
        axes: &Axes,
        limit: usize,
        why: &'static str,
    ) -> Result<Arc<Ids>, InputError> {
        self.optional_ids(name, axes, limit, why)?.ok_or(InputError::Missing { name })
    }

    /// An attention mask over (batch, key): true where a key may be seen; `None` where it is absent.
    ///
    /// # Errors
    /// Where it has another shape or holds anything but 0 and 1.
    pub fn visible(&self, name: &'static str, batch: usize, keys: usize) -> Result<Option<Arc<Vec<bool>>>, InputError> {
        let axes = Axes::new([Axis::new(Kind::Batch, batch), Axis::new(Kind::Key, keys)]);
        let ids = self.optional_ids(name, &axes, 2, "1 is seen, 0 is padding")?;
        Ok(ids.map(|ids| Arc::new(ids.values.iter().map(|&id| id == 1).collect())))
    }
}

/// Examples and tokens of keys and values, a pair a layer, that must have one shape.
fn alike(
    pairs: &[(Tensor, Tensor)],
    layers: usize,
    batch: Option<usize>,
    heads: usize,
    channels: usize,
) -> Result<(usize, usize), InputError> {
    let name = "past_key_values";
    if pairs.len() != layers {
        let expected = format!("[{layers}] (layers)");
        return Err(InputError::Shape { name, found: vec![pairs.len()], expected });
    }
    let first = |axis: usize| pairs[0].0.shape().get(axis).copied().unwrap_or(0);
    let wanted = [batch.unwrap_or_else(|| first(0)), first(1), heads, channels];
    match pairs.iter().flat_map(|(key, value)| [key, value]).find(|tensor| tensor.shape() != wanted) {
        None => Ok((wanted[0], wanted[1])),
        Some(other) => {
            let expected = format!("{wanted:?} (batch, tokens, heads, channels)");
            Err(InputError::Shape { name, found: other.shape().to_vec(), expected })
        }
    }
}

/// Positions counted from `first`, the same in every row of (batch, token).
pub(super) fn counted(axes: &Axes, first: usize) -> Arc<Ids> {
    let tokens = axes.len_of(Kind::Token);
    let values = (0..axes.size()).map(|place| (first + place % tokens) as u32).collect();
    Ids::new(axes.clone(), values)
}

/// The same id everywhere.
pub(super) fn constant(axes: &Axes, id: u32) -> Arc<Ids> {
    Ids::new(axes.clone(), vec![id; axes.size()])
}

/// Refuses more tokens than there are positions.
///
/// # Errors
/// Where there are more.
pub(super) fn within(tokens: usize, limit: usize, why: &'static str) -> Result<(), InputError> {
    if tokens > limit { Err(InputError::TooLong { tokens, limit, why }) } else { Ok(()) }
}
