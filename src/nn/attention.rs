//! Scaled dot-product attention over heads, <https://arxiv.org/abs/1706.03762> section 3.2, and the masks and caches
//! that go with it.

use std::sync::Arc;

use crate::tape::{Axes, Axis, Effect, FUTURE, Kind, Mask, PADDING, Rule, Stream, Tape, Var, vocabulary as name};
use crate::tensor::Tensor;

/// (batch, token, heads) → (batch, `position`, head, channel), where `position` is query or key.
pub fn to_heads(x: Var<'_>, heads: usize, position: Kind) -> Var<'_> {
    let channels = x.len_of(Kind::Heads) / heads;
    x.split(Kind::Heads, Axis::new(Kind::Head, heads), Axis::new(Kind::Channel, channels)).rename(Kind::Token, position)
}

/// (batch, head, query, channel) → (batch, token, heads): the heads' results side by side.
pub fn from_heads(context: Var<'_>) -> Var<'_> {
    context.rename(Kind::Query, Kind::Token).merge(Kind::Head, Kind::Channel, Kind::Heads)
}

/// From scores (batch, head, query, key) and value (batch, key, head, channel) to context (batch, head, query, channel).
pub fn attend<'t>(scores: Var<'t>, value: Var<'t>, mask: &Arc<Mask>) -> (Var<'t>, Var<'t>) {
    let weights = scores.masked(mask).named(&name::MASKED).softmax().named(&name::WEIGHTS);
    let context = weights.product(value, Kind::Key, 1.0).named(&name::CONTEXT);
    (context, weights)
}

/// The future is hidden. Query 0 stands `past` keys into the sequence.
pub fn causal(past: usize, effect: Effect) -> Rule {
    Rule::new(&FUTURE, effect, move |cell| cell.key > past + cell.query)
}

/// Keys for which `visible` (batch, key) holds zero are hidden.
pub fn padding(visible: Arc<Vec<bool>>, keys: usize, effect: Effect) -> Rule {
    Rule::new(&PADDING, effect, move |cell| !visible[cell.batch * keys + cell.key])
}

/// As [`padding`], where the future (as [`causal`] hides it) stays as it is: such a cell is hidden once, though there
/// are two reasons.
pub fn padding_of_past(visible: Arc<Vec<bool>>, keys: usize, past: usize, effect: Effect) -> Rule {
    Rule::new(&PADDING, effect, move |cell| cell.key <= past + cell.query && !visible[cell.batch * keys + cell.key])
}

/// Keys and values of the tokens so far, a pair a layer, so that decoding runs each token once.
/// Each is (batch, key, head, channel).
#[derive(Clone, Debug, Default)]
pub struct Cache {
    /// Key and value of each layer; empty before the first pass.
    pub layers: Vec<(Tensor, Tensor)>,
    /// Key and value that each layer of a decoder has of the source, which do not grow; empty before the first pass and
    /// where there is no source.
    pub memory: Vec<(Tensor, Tensor)>,
    /// What each layer keeps of the tokens before, (token, batch, feature), where a model keeps its vectors instead of
    /// keys and values.
    pub mems: Vec<Tensor>,
    /// Tokens that were read until `mems` was left; it may hold fewer or more.
    pub read: usize,
}

impl Cache {
    /// How many tokens it holds.
    pub fn len(&self) -> usize {
        if self.mems.is_empty() { self.layers.first().map_or(0, |(key, _)| key.shape()[1]) } else { self.read }
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The names under which a pass gives the grown key and value of a layer.
    pub fn outputs(layer: usize) -> [String; 2] {
        [format!("present.{layer}.key"), format!("present.{layer}.value")]
    }

    /// Puts the cache's part of a layer before new keys and values (batch, key, head, channel), and marks the result
    /// as the cache of the next pass.
    pub fn extend<'t>(&self, layer: usize, key: Var<'t>, value: Var<'t>) -> (Var<'t>, Var<'t>) {
        let tape = key.tape();
        let (key, value) = match self.layers.get(layer) {
            None => (key, value),
            Some((old_key, old_value)) => {
                let old_key = given(tape, old_key, &key.axes()).named(&name::PAST_KEY);
                let old_value = given(tape, old_value, &value.axes()).named(&name::PAST_VALUE);
                (old_key.append(key, Kind::Key), old_value.append(value, Kind::Key))
            }
        };
        let [key_name, value_name] = Self::outputs(layer);
        tape.output(key_name, key);
        tape.output(value_name, value);
        (key, value)
    }

    /// The names under which a pass gives the key and value that a layer has of the source.
    pub fn memory_outputs(layer: usize) -> [String; 2] {
        [format!("present.{layer}.memory_key"), format!("present.{layer}.memory_value")]
    }

    /// Key and value (batch, key, head, channel) that a layer has of the source: the cache's, or made now. They are
    /// marked as the cache of the next pass.
    pub fn memory<'t>(
        &self,
        tape: &'t Tape,
        layer: usize,
        stream: Stream,
        make: impl FnOnce() -> (Var<'t>, Var<'t>),
    ) -> (Var<'t>, Var<'t>) {
        let (key, value) = self.memory.get(layer).map_or_else(make, |(key, value)| {
            let kept = |value: &Tensor| tape.given(value.clone(), axes_of(value, stream));
            (kept(key).named(&name::KEY), kept(value).named(&name::VALUE))
        });
        let [key_name, value_name] = Self::memory_outputs(layer);
        tape.output(key_name, key);
        tape.output(value_name, value);
        (key, value)
    }

    /// The cache that a pass leaves, whose outputs `output` gives by name.
    pub fn after(output: impl Fn(&str) -> Option<Tensor>) -> Self {
        let pairs = |names: fn(usize) -> [String; 2]| {
            let pair = |layer| {
                let [key, value] = names(layer);
                output(&key).zip(output(&value))
            };
            (0..).map_while(pair).collect()
        };
        let mems = (0..).map_while(|layer| output(&Self::mems_output(layer))).collect();
        Self { layers: pairs(Self::outputs), memory: pairs(Self::memory_outputs), mems, read: 0 }
    }

    /// The same where so many tokens have been read.
    #[must_use]
    pub fn having_read(self, read: usize) -> Self {
        Self { read, ..self }
    }

    /// The name under which a pass gives what a layer keeps of its tokens.
    pub fn mems_output(layer: usize) -> String {
        format!("mems.{layer}")
    }

    /// Bytes of the tokens so far, which grow.
    pub fn bytes(&self) -> usize {
        bytes(&self.layers) + self.mems.iter().map(Tensor::bytes).sum::<usize>()
    }

    /// Bytes of what the layers have of the source, which do not.
    pub fn memory_bytes(&self) -> usize {
        bytes(&self.memory)
    }
}

fn bytes(pairs: &[(Tensor, Tensor)]) -> usize {
    pairs.iter().map(|(key, value)| key.bytes() + value.bytes()).sum()
}

/// (batch, key, head, channel).
fn axes_of(value: &Tensor, stream: Stream) -> Axes {
    let [batch, keys, heads, channels] = [0, 1, 2, 3].map(|place: usize| value.shape()[place]);
    let key = Axis::along(Kind::Key, keys, stream);
    Axes::new([Axis::new(Kind::Batch, batch), key, Axis::new(Kind::Head, heads), Axis::new(Kind::Channel, channels)])
}

fn given<'t>(tape: &'t Tape, value: &Tensor, like: &Axes) -> Var<'t> {
    let place = like.place(Kind::Key);
    let stream: Stream = like[place].stream;
    let axis = Axis::along(Kind::Key, value.shape()[place], stream);
    tape.given(value.clone(), like.replaced(place, axis))
}
