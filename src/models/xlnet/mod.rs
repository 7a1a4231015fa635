//! XLNet: Yang et al. 2019, <https://arxiv.org/abs/1906.08237>.
//!
//! Official code: transformers 4.46.3, `models/xlnet/modeling_xlnet.py`; before it zihangdai/xlnet, `modeling.py`.
//! Tokens are guessed one after the other in a random order, each from those before it in that order. So there are two
//! streams with the same weights: the content stream knows what stands at its position, the query stream does not, and
//! guesses it. Memories and the terms of the score are Transformer-XL's, with a term for the segments.

mod attention;

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use self::attention::{Layer, Places, StreamPlaces};
use super::head::Head;
use super::sequence_summary::SequenceSummary;
use super::{Architecture, Config, InputError, Inputs, Model, ModelError, Predicts, Sizes};
use crate::nn::{Cache, Embedding, Init, Linear, Weights, causal, sinusoids};
use crate::tape::{
    Axes, Axis, Cell, Effect, Ids, Kind, Mask, OWN_CONTENT, PADDING, PERMUTATION, Parameter, Rule, Stream, Tape, Var,
    WINDOW, vocabulary as name,
};
use crate::tensor::Tensor;

/// The registry's entry.
pub static ARCHITECTURE: Architecture = Architecture {
    model_type: "xlnet",
    base_prefix: "transformer.",
    classes: &[
        "XLNetModel",
        "XLNetLMHeadModel",
        "XLNetForSequenceClassification",
        "XLNetForTokenClassification",
        "XLNetForQuestionAnsweringSimple",
        "XLNetForMultipleChoice",
    ],
    build: |config, weights| Ok(Box::new(XlNet::new(config, weights)?)),
};

#[derive(Deserialize)]
#[serde(default)]
#[allow(clippy::struct_excessive_bools, reason = "the official fields")]
struct XlNetConfig {
    vocab_size: usize,
    d_model: usize,
    n_layer: usize,
    n_head: usize,
    d_inner: usize,
    ff_activation: String,
    attn_type: Sight,
    layer_norm_eps: f32,
    mem_len: Option<usize>,
    reuse_len: Option<i64>,
    use_mems_eval: bool,
    bi_data: bool,
    clamp_len: i64,
    same_length: bool,
    tie_word_embeddings: bool,
}

/// What a position may look at, before the order of guessing counts.
#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Sight {
    /// Both sides.
    Bi,
    /// What came before.
    Uni,
}

impl Default for XlNetConfig {
    fn default() -> Self {
        Self {
            vocab_size: 32000,
            d_model: 1024,
            n_layer: 24,
            n_head: 16,
            d_inner: 4096,
            ff_activation: "gelu".to_owned(),
            attn_type: Sight::Bi,
            layer_norm_eps: 1e-12,
            mem_len: Some(512),
            reuse_len: None,
            use_mems_eval: true,
            bi_data: false,
            clamp_len: -1,
            same_length: false,
            tie_word_embeddings: true,
        }
    }
}

impl XlNetConfig {
    fn read(config: &Config<'_>) -> Result<Self, ModelError> {
        let others = [
            ("n_token", "vocab_size"),
            ("hidden_size", "d_model"),
            ("num_attention_heads", "n_head"),
            ("num_hidden_layers", "n_layer"),
            ("use_cache", "use_mems_eval"),
        ];
        let read: Self = config.read_with(&others)?;
        config.sizes(&[
            ("vocab_size", read.vocab_size),
            ("d_model", read.d_model),
            ("n_head", read.n_head),
            ("d_inner", read.d_inner),
        ])?;
        let channels = config.channels(("d_model", read.d_model), ("n_head", read.n_head))?;
        config.accept("d_head", |v| v.as_u64() == Some(channels as u64), "d_model / n_head")?;
        config.accept("summary_proj_to_labels", |v| v == &Value::Bool(false) || v.is_null(), "false")?;
        config.must("d_model", read.d_model, read.d_model.is_multiple_of(2), "an even number: sines and cosines")?;
        Ok(read)
    }

    fn feature(&self) -> Axis {
        Axis::new(Kind::Feature, self.d_model)
    }

    /// The distance that each row of the table of distances stands for: one list, or one for each example where half of
    /// them are read backwards.
    fn distances(&self, batch: usize, tokens: usize, keys: usize) -> Vec<Vec<f32>> {
        let last = if self.attn_type == Sight::Bi { -(tokens as i64) } else { -1 };
        let clamp = if self.clamp_len > 0 { self.clamp_len as f32 } else { f32::INFINITY };
        let clamped = |sign: f32| -> Vec<f32> {
            (last + 1..=keys as i64).rev().map(|distance| (sign * distance as f32).clamp(-clamp, clamp)).collect()
        };
        if self.bi_data {
            return (0..batch).map(|example| clamped(if example < batch / 2 { 1.0 } else { -1.0 })).collect();
        }
        vec![clamped(1.0)]
    }
}

/// XLNet with the head of its class.
struct XlNet {
    class: &'static str,
    own: XlNetConfig,
    channels: usize,
    word_embedding: Embedding,
    /// What the query stream starts with, (1, 1, feature).
    mask_emb: Parameter,
    layers: Vec<Layer>,
    lm_loss: Option<Linear>,
    head: Head,
}

/// What one pass is given, checked.
struct Pass {
    ids: Arc<Ids>,
    memory: Option<Vec<Tensor>>,
    /// The distance that each row of the table of distances stands for.
    distances: Vec<Vec<f32>>,
    /// What both streams share.
    places: Places,
    content: StreamPlaces,
    /// The query stream, where there are targets.
    query: Option<StreamPlaces>,
}

/// Which keys the arguments hide.
struct Hidden {
    /// (batch, token).
    padding: Option<Tensor>,
    /// (batch, query, token).
    order: Option<Tensor>,
}

impl XlNet {
    fn new(config: &Config<'_>, weights: &Weights<'_>) -> Result<Self, ModelError> {
        let own = XlNetConfig::read(config)?;
        let channels = own.d_model / own.n_head;
        let tied = config.class == "XLNetLMHeadModel" && own.tie_word_embeddings;
        let usual = "word_embedding";
        let table = if tied { weights.first_of(&[usual, "lm_loss"]) } else { weights.at(usual) };
        let word_embedding = Embedding::new(&table, Axis::new(Kind::Vocabulary, own.vocab_size), own.feature())?;
        let one = |kind| Axis::new(kind, 1);
        let start = Axes::new([one(Kind::Batch), one(Kind::Token), own.feature()]);
        let layers = (0..own.n_layer)
            .map(|layer| Layer::new(&weights.at("layer").at(layer), config, &own))
            .collect::<Result<_, _>>()?;
        let lm_loss = match (config.class, tied) {
            ("XLNetLMHeadModel", true) => Some(Linear::tied_with_bias(word_embedding.table(), &weights.at("lm_loss"))?),
            ("XLNetLMHeadModel", false) => {
                let vocabulary = Axis::new(Kind::Vocabulary, own.vocab_size);
                Some(Linear::new(&weights.at("lm_loss"), own.feature(), vocabulary)?)
            }
            _ => None,
        };
        let head = match Head::common(config, weights, own.d_model)? {
            Some(head) => head,
            None => head(config, weights, &own)?,
        };
        let mask_emb = weights.parameter("mask_emb", start, Init::Normal(0.02))?;
        Ok(Self { class: config.class, own, channels, word_embedding, mask_emb, layers, lm_loss, head })
    }

    fn check(&self, inputs: &Inputs) -> Result<Pass, InputError> {
        let axes = inputs.text_axes("input_ids", Stream::CONTENT)?;
        let (batch, tokens) = (axes[0].len, axes[1].len);
        if self.own.bi_data && batch % 2 == 1 {
            let expected = "an even number of examples: bi_data reads half of them backwards".to_owned();
            return Err(InputError::Shape { name: "input_ids", found: vec![batch, tokens], expected });
        }
        let memory = inputs.mems(self.own.n_layer, batch, self.own.d_model)?;
        let memory = memory.filter(|memory| memory.first().is_some_and(|memory| memory.shape()[0] > 0));
        let past = memory.as_ref().and_then(|memory| memory.first()).map_or(0, |memory| memory.shape()[0]);
        let key = Axis::along(Kind::Key, past + tokens, Stream::CONTENT);
        let hidden = Arc::new(hidden(inputs, &axes)?);
        let mask = |stream| {
            let query = Axis::along(Kind::Query, tokens, stream);
            Mask::new(batch, &query, &key, self.rules(&hidden, past, tokens, stream == Stream::QUERY))
        };
        let targets = targets(inputs, batch, tokens)?;
        let distances = self.own.distances(batch, tokens, past + tokens);
        Ok(Pass {
            ids: inputs.required_ids("input_ids", &axes, self.own.vocab_size, "vocab_size")?,
            places: Places {
                rows: rows(&axes[1], &key, distances[0].len() - 1),
                segments: segments(inputs, &axes, &key, past)?,
            },
            content: StreamPlaces { mask: mask(Stream::CONTENT), targets: None },
            query: targets.map(|targets| StreamPlaces { mask: mask(Stream::QUERY), targets: Some(targets) }),
            distances,
            memory,
        })
    }

    /// The rules of a stream. The content stream sees its own position whatever they say.
    fn rules(&self, hidden: &Arc<Hidden>, past: usize, tokens: usize, queries: bool) -> Vec<Rule> {
        let effect = Effect::Replace(-1e30);
        let own = move |cell: Cell| cell.key == past + cell.query;
        let in_sight = move |cell: Cell| cell.key >= past && (queries || !own(cell));
        let mut rules = Vec::new();
        if self.own.attn_type == Sight::Uni {
            rules.push(causal(past, effect));
        }
        if hidden.padding.is_some() {
            let hidden = Arc::clone(hidden);
            let pads = move |cell: Cell| {
                hidden.padding.as_ref().is_some_and(|mask| mask.at(&[cell.batch, cell.key - past]) > 0.0)
            };
            rules.push(Rule::new(&PADDING, effect, move |cell| in_sight(cell) && pads(cell)));
        }
        if self.own.attn_type == Sight::Uni && self.own.same_length {
            rules.push(Rule::new(&WINDOW, effect, move |cell| cell.key < cell.query.min(tokens)));
        }
        if hidden.order.is_some() {
            let later = |hidden: Arc<Hidden>| {
                move |cell: Cell| {
                    let place = [cell.batch, cell.query, cell.key - past];
                    hidden.order.as_ref().is_some_and(|mask| mask.at(&place) > 0.0)
                }
            };
            let (others, itself) = (later(Arc::clone(hidden)), later(Arc::clone(hidden)));
            let rule = move |cell: Cell| cell.key >= past && !own(cell) && others(cell);
            rules.push(Rule::new(&PERMUTATION, effect, rule));
            if queries {
                rules.push(Rule::new(&OWN_CONTENT, effect, move |cell| own(cell) && itself(cell)));
            }
        }
        rules
    }

    fn forward(&self, tape: &Tape, pass: &Pass) {
        let (mut content, mut query) = tape.scope(&name::EMBEDDINGS, || {
            let content = self.word_embedding.forward(tape, &pass.ids).named(&name::TOKEN_EMBEDDING);
            (content, pass.query.as_ref().map(|query| self.start(tape, query)))
        });
        let distances = sinusoids(tape, &pass.distances, self.own.d_model);
        for (index, layer) in self.layers.iter().enumerate() {
            hidden_states(index, content, query);
            tape.numbered(&name::LAYER, index, || {
                let history = history(content, pass.memory.as_ref().map(|memory| &memory[index]));
                if self.own.use_mems_eval {
                    tape.output(Cache::mems_output(index), self.new_memory(content, history));
                }
                let known = tape.scope(&name::CONTENT_STREAM, || {
                    layer.forward(content, || layer.keys(history, distances), &pass.places, &pass.content)
                });
                let guessed = query.zip(pass.query.as_ref()).map(|(query, places)| {
                    tape.scope(&name::QUERY_STREAM, || layer.forward(query, || known.2, &pass.places, places))
                });
                match &guessed {
                    None => tape.output(format!("attentions.{index}"), known.1),
                    Some(guessed) => {
                        tape.output(format!("attentions.{index}.0"), known.1);
                        tape.output(format!("attentions.{index}.1"), guessed.1);
                    }
                }
                (content, query) = (known.0, guessed.map(|guessed| guessed.0));
            });
        }
        hidden_states(self.layers.len(), content, query);
        let x = query.unwrap_or(content);
        match &self.lm_loss {
            Some(lm_loss) => tape.output("logits", lm_loss.forward(x).named(&name::LOGITS)), // (batch, token, vocabulary)
            None => self.head.forward(x),
        }
    }

    /// The learned vector at each target: (batch, token, feature).
    fn start<'t>(&self, tape: &'t Tape, query: &StreamPlaces) -> Var<'t> {
        let axes = query.mask.axes();
        let targets = query.targets.as_ref().map_or(axes[1].len, |targets| targets.shape()[1]);
        let token = Axis::along(Kind::Token, targets, Stream::QUERY);
        let places = Ids::new(Axes::new([axes[0].clone(), token]), vec![0; axes[0].len * targets]);
        let vector = tape.parameter(&self.mask_emb).select(Kind::Batch, 0); // (token 1, feature)
        vector.rename(Kind::Token, Kind::Position).rows(&places).named(&name::QUERY_START)
    }

    /// The newest of memory and text, (token, batch, feature).
    fn new_memory<'t>(&self, content: Var<'t>, history: Var<'t>) -> Var<'t> {
        let (keys, tokens) = (history.len_of(Kind::Token), content.len_of(Kind::Token));
        // Of the text only its beginning is kept, so that the rest can be read again.
        let reused = self.own.reuse_len.and_then(|len| usize::try_from(len).ok()).filter(|&len| len > 0);
        let end = keys - tokens + reused.unwrap_or(tokens).min(tokens);
        let longest = self.own.mem_len.filter(|&len| len > 0).unwrap_or(end);
        let newest = history.slice(Kind::Token, end.saturating_sub(longest)..end, Kind::Token);
        newest.arrange(&[Kind::Token, Kind::Batch, Kind::Feature]).named(&name::NEW_MEMORY)
    }
}

/// Which keys the arguments hide: padding, and what comes later in the order of guessing.
fn hidden(inputs: &Inputs, axes: &Axes) -> Result<Hidden, InputError> {
    let padding = inputs.real_along("input_mask", axes)?;
    let seen = inputs.real_along("attention_mask", axes)?;
    let padding = match (padding, seen) {
        (Some(_), Some(_)) => {
            let expected = "either input_mask (1 is padding) or attention_mask (0 is padding)";
            return Err(InputError::Type { name: "input_mask", found: "a second mask", expected });
        }
        (None, Some(seen)) => Some(Tensor::new(seen.to_vec().iter().map(|seen| 1.0 - seen).collect(), seen.shape())),
        (padding, None) => padding,
    };
    let square = Axes::new([axes[0].clone(), axes[1].renamed(Kind::Query), axes[1].renamed(Kind::Key)]);
    Ok(Hidden { padding, order: inputs.real_along("perm_mask", &square)? })
}

/// What stands behind the last layer in a class that judges a text, or in none.
fn head(config: &Config<'_>, weights: &Weights<'_>, own: &XlNetConfig) -> Result<Head, ModelError> {
    let defaults = json!({"summary_type": "last", "summary_activation": "tanh", "summary_proj_to_labels": false});
    let summary = || SequenceSummary::read(config, &defaults)?.build(config, weights, &own.feature());
    let classifier = |classes| Linear::new(&weights.at("logits_proj"), own.feature(), classes);
    Ok(match config.task() {
        "SequenceClassification" => Head::Text(summary()?, Some(classifier(config.classes()?)?)),
        "MultipleChoice" => Head::Choice(summary()?, classifier(Axis::new(Kind::Class, 1))?),
        _ => Head::Vectors(None),
    })
}

/// The official outputs before a layer, or behind the last: of the content stream, then of the query stream.
fn hidden_states<'t>(index: usize, content: Var<'t>, query: Option<Var<'t>>) {
    let tape = content.tape();
    match query {
        None => tape.output(format!("hidden_states.{index}"), content),
        Some(query) => {
            tape.output(format!("hidden_states.{}", 2 * index), content);
            tape.output(format!("hidden_states.{}", 2 * index + 1), query);
        }
    }
}

/// A layer's memory, then what it reads now: (batch, token, feature).
fn history<'t>(content: Var<'t>, memory: Option<&Tensor>) -> Var<'t> {
    let Some(memory) = memory else { return content };
    let token = Axis::along(Kind::Token, memory.shape()[0], Stream::MEMORY);
    let axes = Axes::new([token, content.axis(Kind::Batch), content.axis(Kind::Feature)]);
    let memory = content.tape().given(memory.clone(), axes).arrange(&[Kind::Batch, Kind::Token, Kind::Feature]);
    memory.named(&name::MEMORY).append(content, Kind::Token).named(&name::MEMORY_AND_SEGMENT)
}

/// The row of each (query, key) in the table of distances, whose first row stands for as many as there are keys.
fn rows(query: &Axis, key: &Axis, last: usize) -> Arc<Ids> {
    let axes = Axes::new([query.renamed(Kind::Query), key.clone()]);
    // Where only earlier keys are seen, later ones have no row: hidden as they are, they get the last.
    let row = |query_at: usize, key_at: usize| (key_at + query.len - query_at).min(last) as u32;
    let rows = (0..query.len).flat_map(|query| (0..key.len).map(move |key| row(query, key)));
    Ids::new(axes, rows.collect())
}

/// 0 where query and key are of one segment, 1 where not, (batch, query, key); the memory is of segment 0.
fn segments(inputs: &Inputs, axes: &Axes, key: &Axis, past: usize) -> Result<Option<Arc<Ids>>, InputError> {
    let Some(types) = inputs.optional_ids("token_type_ids", axes, u32::MAX as usize, "segments")? else {
        return Ok(None);
    };
    let tokens = axes[1].len;
    let rows = types.values.chunks_exact(tokens).flat_map(|types| {
        let of_key = move |key: usize| if key < past { 0 } else { types[key - past] };
        let differ = move |query: usize| (0..past + tokens).map(move |key| u32::from(types[query] != of_key(key)));
        (0..tokens).flat_map(differ)
    });
    let axes = Axes::new([axes[0].clone(), axes[1].renamed(Kind::Query), key.clone()]);
    Ok(Some(Ids::new(axes, rows.collect())))
}

/// Where the targets stand, (batch, target, position).
fn targets(inputs: &Inputs, batch: usize, tokens: usize) -> Result<Option<Tensor>, InputError> {
    let name = "target_mapping";
    let Some((shape, _)) = inputs.real(name, 3)? else { return Ok(None) };
    if shape[1] == 0 {
        return Err(InputError::Shape { name, found: shape, expected: "at least one target".to_owned() });
    }
    let axis = |kind, len| Axis::new(kind, len);
    let axes = Axes::new([axis(Kind::Batch, batch), axis(Kind::Token, shape[1]), axis(Kind::Query, tokens)]);
    inputs.real_along(name, &axes)
}

impl Model for XlNet {
    fn class(&self) -> &'static str {
        self.class
    }

    fn sizes(&self) -> Sizes {
        Sizes {
            layers: self.own.n_layer,
            decoder_layers: 0,
            heads: self.own.n_head,
            key_heads: self.own.n_head,
            channels: self.channels,
            d_model: self.own.d_model,
            d_ff: self.own.d_inner,
            vocabulary: self.own.vocab_size,
            context: None,
        }
    }

    fn arguments(&self) -> &'static [&'static str] {
        &["input_ids", "attention_mask", "mems.N", "perm_mask", "target_mapping", "token_type_ids", "input_mask"]
    }

    fn predicts(&self) -> (Predicts, &'static str) {
        match self.lm_loss {
            Some(_) => (Predicts::Masked, "logits"),
            None => self.head.predicts(false),
        }
    }

    fn reads_pairs(&self) -> bool {
        true
    }

    /// Both streams: every position is a target. Masked tokens are guessed last, from all the others; where there are
    /// none, each token from those before it.
    fn reading(&self, inputs: Inputs, tokens: usize, masked: &[usize]) -> Inputs {
        if matches!(self.head, Head::Choice(..)) {
            return inputs;
        }
        let later = |query: usize, key: usize| if masked.is_empty() { key > query } else { masked.contains(&key) };
        let cells = || (0..tokens).flat_map(|query| (0..tokens).map(move |key| (query, key)));
        let number = |yes: bool| f32::from(u8::from(yes));
        let order = cells().map(|(query, key)| number(query == key || later(query, key))).collect();
        let places = cells().map(|(target, place)| number(target == place)).collect();
        let shape = vec![1, tokens, tokens];
        inputs.with_real("perm_mask", shape.clone(), order).with_real("target_mapping", shape, places)
    }

    /// With a target and a segment, so that every part is there.
    fn smallest_inputs(&self) -> Inputs {
        self.reading(Inputs::ids(&[0]), 1, &[]).with("token_type_ids", vec![1, 1], vec![0])
    }

    fn build(&self, tape: &Tape, inputs: &Inputs) -> Result<(), InputError> {
        if !matches!(self.head, Head::Choice(..)) {
            self.forward(tape, &self.check(inputs)?);
            return Ok(());
        }
        // The order of guessing would be one for all choices: nobody says which.
        inputs.only(&["input_ids", "attention_mask", "token_type_ids", "input_mask"])?;
        self.forward(tape, &self.check(&inputs.of_choices())?);
        Ok(())
    }
}
