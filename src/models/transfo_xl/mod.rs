//! Transformer-XL: Dai et al. 2019, <https://arxiv.org/abs/1901.02860>.
//!
//! Official code: transformers 4.46.3, `models/deprecated/transfo_xl`; before it kimiyoung/transformer-xl, `pytorch`.
//! A causal model that reads a long text segment by segment: what every layer read of the segment before stays as a
//! memory in front of its keys and values. A score has four terms, of contents and of distances, so that the memory's
//! positions need no numbers. Rare words have narrow vectors, and their shares come out of a softmax in two steps.

mod attention;
mod clusters;

use std::sync::Arc;

use serde::Deserialize;

use self::attention::Layer;
use self::clusters::{AdaptiveEmbedding, AdaptiveSoftmax, Clusters};
use super::{Architecture, Config, InputError, Inputs, Model, ModelError, Predicts, Sizes};
use crate::nn::{Cache, Linear, Weights, causal, sinusoids};
use crate::tape::{Axes, Axis, Effect, Ids, Kind, Mask, Rule, Stream, Tape, Var, WINDOW, vocabulary as name};
use crate::tensor::Tensor;

/// The registry's entry.
pub static ARCHITECTURE: Architecture = Architecture {
    model_type: "transfo-xl",
    base_prefix: "transformer.",
    // The last is the class of the authors' own code: it starts without a memory.
    classes: &["TransfoXLModel", "TransfoXLLMHeadModel", "TransfoXLForSequenceClassification", "MemTransformerLM"],
    build: |config, weights| Ok(Box::new(TransfoXl::new(config, weights)?)),
};

/// The longest memory that is taken: an absent one is filled with zeros.
const LONGEST: usize = 1 << 16;

#[derive(Deserialize)]
#[serde(default)]
#[allow(clippy::struct_excessive_bools, reason = "the official fields")]
struct TransfoXlConfig {
    vocab_size: usize,
    cutoffs: Vec<usize>,
    d_model: usize,
    d_embed: usize,
    n_head: usize,
    d_head: usize,
    d_inner: usize,
    div_val: usize,
    pre_lnorm: bool,
    n_layer: usize,
    mem_len: usize,
    clamp_len: i64,
    same_length: bool,
    proj_share_all_but_first: bool,
    tie_projs: Option<Vec<bool>>,
    untie_r: bool,
    layer_norm_epsilon: f32,
    pad_token_id: Option<i64>,
    eos_token_id: Option<u32>,
    tie_word_embeddings: bool,
}

impl Default for TransfoXlConfig {
    fn default() -> Self {
        Self {
            vocab_size: 267_735,
            cutoffs: vec![20_000, 40_000, 200_000],
            d_model: 1024,
            d_embed: 1024,
            n_head: 16,
            d_head: 64,
            d_inner: 4096,
            div_val: 4,
            pre_lnorm: false,
            n_layer: 18,
            mem_len: 1600,
            clamp_len: 1000,
            same_length: true,
            proj_share_all_but_first: true,
            tie_projs: None,
            untie_r: true,
            layer_norm_epsilon: 1e-5,
            pad_token_id: None,
            eos_token_id: Some(0),
            tie_word_embeddings: true,
        }
    }
}

impl TransfoXlConfig {
    fn read(config: &Config<'_>) -> Result<Self, ModelError> {
        config.accept("attn_type", |v| v.as_i64() == Some(0), "0: relative positions with learned biases")?;
        config.accept("sample_softmax", |v| v.as_i64().is_some_and(|samples| samples <= 0), "-1: no sampling")?;
        let others = [
            ("n_token", "vocab_size"),
            ("hidden_size", "d_model"),
            ("num_attention_heads", "n_head"),
            ("num_hidden_layers", "n_layer"),
        ];
        let read: Self = config.read_with(&others)?;
        config.sizes(&[
            ("vocab_size", read.vocab_size),
            ("d_model", read.d_model),
            ("d_embed", read.d_embed),
            ("n_head", read.n_head),
            ("d_head", read.d_head),
            ("d_inner", read.d_inner),
            ("div_val", read.div_val),
        ])?;
        read.refuse(config)?;
        Ok(read)
    }

    /// What the official code cannot run.
    fn refuse(&self, config: &Config<'_>) -> Result<(), ModelError> {
        config.must("d_model", self.d_model, self.d_model.is_multiple_of(2), "an even number: sines and cosines")?;
        config.must("mem_len", self.mem_len, self.mem_len <= LONGEST, "at most 65536")?;
        let ends: Vec<usize> = [0].into_iter().chain(self.cutoffs.iter().copied()).chain([self.vocab_size]).collect();
        let rises = ends.is_sorted_by(|a, b| a < b);
        config.must("cutoffs", format!("{:?}", self.cutoffs), rises, "rising numbers between 0 and vocab_size")?;
        let wide = self.narrowed(self.cutoffs.len()) > 0;
        config.must("div_val", self.div_val, wide, "a number that leaves each cluster a width")?;
        let fits = config.task() != "SequenceClassification" || self.d_embed == self.d_model;
        config.must("d_embed", self.d_embed, fits, "the same as d_model in this class")
    }

    /// The width of a cluster's vectors.
    fn narrowed(&self, cluster: usize) -> usize {
        let divided = |width: usize, _| width / self.div_val;
        if self.div_val == 1 { self.d_embed } else { (0..cluster).fold(self.d_embed, divided) }
    }

    /// Whether a cluster's projection out is its projection in.
    fn ties_projection(&self, cluster: usize) -> bool {
        match &self.tie_projs {
            Some(ties) => ties.get(cluster).copied().unwrap_or(false),
            None => cluster > 0 && self.proj_share_all_but_first,
        }
    }

    fn feature(&self) -> Axis {
        Axis::new(Kind::Feature, self.d_model)
    }
}

/// What makes of the last vectors what the class gives.
enum Head {
    None,
    Words(Box<AdaptiveSoftmax>),
    Text(Box<Linear>),
}

/// Transformer-XL with the head of its class.
struct TransfoXl {
    class: &'static str,
    own: TransfoXlConfig,
    embedding: AdaptiveEmbedding,
    layers: Vec<Layer>,
    head: Head,
}

/// What one pass is given, checked.
struct Pass {
    ids: Vec<Arc<Ids>>,
    /// What each layer read of the tokens before, (token, batch, feature).
    memory: Option<Vec<Tensor>>,
    /// The distance that each row of the table of distances stands for.
    distances: Vec<f32>,
    /// The row of each (query, key).
    rows: Arc<Ids>,
    mask: Arc<Mask>,
    /// The last token that is no padding, by example.
    last: Arc<Ids>,
}

impl TransfoXl {
    fn new(config: &Config<'_>, weights: &Weights<'_>) -> Result<Self, ModelError> {
        let own = TransfoXlConfig::read(config)?;
        let clusters = Clusters::new(&own);
        let embedding = AdaptiveEmbedding::new(&weights.at("word_emb"), &own, clusters)?;
        let shared = if own.untie_r { None } else { Some(attention::shared_terms(weights, &own)?) };
        let layers = (0..own.n_layer)
            .map(|layer| Layer::new(&weights.at("layers").at(layer), &own, shared.clone()))
            .collect::<Result<_, _>>()?;
        let head = match config.class {
            "TransfoXLModel" => Head::None,
            "TransfoXLForSequenceClassification" => {
                Head::Text(Box::new(Linear::without_bias(&weights.at("score"), own.feature(), config.classes()?)?))
            }
            _ => Head::Words(Box::new(AdaptiveSoftmax::new(&weights.at("crit"), &own, &embedding)?)),
        };
        Ok(Self { class: config.class, own, embedding, layers, head })
    }

    fn check(&self, inputs: &Inputs) -> Result<Pass, InputError> {
        let axes = inputs.text_axes("input_ids", Stream::DECODER)?;
        let (batch, tokens) = (axes[0].len, axes[1].len);
        let ids = inputs.required_ids("input_ids", &axes, self.own.vocab_size, "vocab_size")?;
        let memory = match inputs.mems(self.own.n_layer, batch, self.own.d_model)? {
            None if self.own.mem_len > 0 && self.class != "MemTransformerLM" => Some(self.no_memory(batch)),
            given => given,
        };
        let past = memory.as_ref().and_then(|memory| memory.first()).map_or(0, |memory| memory.shape()[0]);
        let keys = past + tokens;
        let clamp = if self.own.clamp_len > 0 { self.own.clamp_len as f32 } else { f32::INFINITY };
        let key = Axis { parts: None, ..Axis::along(Kind::Key, keys, Stream::DECODER) };
        Ok(Pass {
            last: self.last(&ids)?,
            ids: self.embedding.clusters().ids(&ids),
            distances: (0..keys).rev().map(|distance| (distance as f32).min(clamp)).collect(),
            rows: rows(&axes[1], &key),
            mask: Mask::new(batch, &axes[1], &key, self.rules(past, tokens)),
            memory,
        })
    }

    /// The memory of a text's first segment: zeros, which are looked at like any other.
    fn no_memory(&self, batch: usize) -> Vec<Tensor> {
        let zeros = Tensor::zeros(&[self.own.mem_len, batch, self.own.d_model]);
        vec![zeros; self.own.n_layer]
    }

    /// The future is hidden; with `same_length` also what is so far back that some query could not see as far.
    fn rules(&self, past: usize, tokens: usize) -> Vec<Rule> {
        let hidden = Effect::Replace(f32::MIN);
        let mut rules = vec![causal(past, hidden)];
        if self.own.same_length {
            let beyond = (past + tokens) as i64 - self.own.mem_len as i64;
            let back = if beyond > 0 { tokens as i64 - beyond } else { tokens as i64 };
            rules.push(Rule::new(&WINDOW, hidden, move |cell| cell.key as i64 <= cell.query as i64 - back));
        }
        rules
    }

    /// The last token before the first padding, counted round.
    fn last(&self, ids: &Ids) -> Result<Arc<Ids>, InputError> {
        let (batch, tokens) = (ids.axes[0].len, ids.axes[1].len);
        if batch > 1 && self.own.pad_token_id.is_none() && matches!(self.head, Head::Text(_)) {
            let expected = "one example, as the configuration names no pad_token_id".to_owned();
            return Err(InputError::Shape { name: "input_ids", found: vec![batch, tokens], expected });
        }
        let is_padding = |&id: &u32| Some(i64::from(id)) == self.own.pad_token_id;
        let last = |row: &[u32]| (row.iter().position(is_padding).unwrap_or(0) + tokens - 1) % tokens;
        let places = ids.values.chunks_exact(tokens).map(|row| last(row) as u32).collect();
        Ok(Ids::new(Axes::new([ids.axes[0].clone()]), places))
    }

    fn forward(&self, tape: &Tape, pass: &Pass) {
        let mut x = self.embedding.forward(tape, &pass.ids);
        let distances = sinusoids(tape, std::slice::from_ref(&pass.distances), self.own.d_model);
        for (index, layer) in self.layers.iter().enumerate() {
            tape.output(format!("hidden_states.{index}"), x);
            let weights;
            (x, weights) = tape.numbered(&name::LAYER, index, || {
                let history = history(x, pass.memory.as_ref().map(|memory| &memory[index]));
                if pass.memory.is_some() {
                    tape.output(Cache::mems_output(index), self.new_memory(history));
                }
                layer.forward(x, history, distances, &pass.rows, &pass.mask)
            });
            tape.output(format!("attentions.{index}"), weights);
        }
        tape.output(format!("hidden_states.{}", self.layers.len()), x);
        match &self.head {
            Head::None => tape.output("last_hidden_state", x),
            Head::Words(softmax) => tape.output("prediction_scores", softmax.forward(x)), // (batch, token, vocabulary)
            Head::Text(score) => {
                let scores = score.forward(x).pick(&pass.last, Kind::Token); // (batch, class)
                tape.output("logits", scores.named(&name::CLASSES));
            }
        }
    }

    /// The newest of memory and segment, (token, batch, feature).
    fn new_memory<'t>(&self, history: Var<'t>) -> Var<'t> {
        let end = history.len_of(Kind::Token);
        let newest = history.slice(Kind::Token, end.saturating_sub(self.own.mem_len)..end, Kind::Token);
        newest.arrange(&[Kind::Token, Kind::Batch, Kind::Feature]).named(&name::NEW_MEMORY)
    }
}

/// A layer's memory, then what it reads now: (batch, token, feature).
fn history<'t>(x: Var<'t>, memory: Option<&Tensor>) -> Var<'t> {
    let Some(memory) = memory else { return x };
    let token = Axis::along(Kind::Token, memory.shape()[0], Stream::MEMORY);
    let axes = Axes::new([token, x.axis(Kind::Batch), x.axis(Kind::Feature)]);
    let memory = x.tape().given(memory.clone(), axes).arrange(&[Kind::Batch, Kind::Token, Kind::Feature]);
    memory.named(&name::MEMORY).append(x, Kind::Token).named(&name::MEMORY_AND_SEGMENT)
}

/// The row of each (query, key) in a table whose last row is the distance 0. Keys of the future are hidden: they get it
/// too.
fn rows(query: &Axis, key: &Axis) -> Arc<Ids> {
    let axes = Axes::new([query.renamed(Kind::Query), key.clone()]);
    let row = |query_at: usize, key_at: usize| (key_at + query.len - 1 - query_at).min(key.len - 1) as u32;
    let rows = (0..query.len).flat_map(|query| (0..key.len).map(move |key| row(query, key)));
    Ids::new(axes, rows.collect())
}

impl Model for TransfoXl {
    fn class(&self) -> &'static str {
        self.class
    }

    fn sizes(&self) -> Sizes {
        Sizes {
            layers: self.own.n_layer,
            decoder_layers: 0,
            heads: self.own.n_head,
            key_heads: self.own.n_head,
            channels: self.own.d_head,
            d_model: self.own.d_model,
            d_ff: self.own.d_inner,
            vocabulary: self.own.vocab_size,
            context: None,
        }
    }

    fn arguments(&self) -> &'static [&'static str] {
        &["input_ids", "mems.N"]
    }

    fn predicts(&self) -> (Predicts, &'static str) {
        match self.head {
            Head::None => (Predicts::Nothing, "last_hidden_state"),
            Head::Words(_) => (Predicts::Next, "prediction_scores"),
            Head::Text(_) => (Predicts::Nothing, "logits"),
        }
    }

    fn end(&self) -> Option<u32> {
        self.own.eos_token_id
    }

    /// Without the zeros that stand for a memory.
    fn smallest_inputs(&self) -> Inputs {
        (0..self.own.n_layer).fold(Inputs::ids(&[0]), |inputs, layer| {
            inputs.with_real(&Cache::mems_output(layer), vec![0, 1, self.own.d_model], Vec::new())
        })
    }

    fn build(&self, tape: &Tape, inputs: &Inputs) -> Result<(), InputError> {
        self.forward(tape, &self.check(inputs)?);
        Ok(())
    }
}
