//! XLM: Lample & Conneau 2019, <https://arxiv.org/abs/1901.07291>.
//!
//! Official code: transformers 4.46.3, `models/xlm/modeling_xlm.py`; before it facebookresearch/XLM.
//! One encoder for several languages: beside token and place, a vector says in which language each token is written.
//! It learned to fill masked words in, also in pairs of translations, where the other language helps; or, as a causal
//! model, to write on. The vectors of padding are set to zero behind every layer.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::head::Head;
use super::inputs::{counted, within};
use super::sequence_summary::SequenceSummary;
use super::{Architecture, Config, InputError, Inputs, Model, ModelError, Predicts, Sizes};
use crate::nn::{
    BlockPlaces, BlockSizes, Embedding, LayerNorm, Linear, PostNormBlock, Sight, Weights, causal, padding,
};
use crate::tape::{Axes, Axis, Effect, Ids, Kind, Mask, Stream, Tape, Var, vocabulary as name};
use crate::tensor::{Activation, Tensor};

/// The registry's entry.
pub static ARCHITECTURE: Architecture = Architecture {
    model_type: "xlm",
    base_prefix: "transformer.",
    classes: &[
        "XLMModel",
        "XLMWithLMHeadModel",
        "XLMForSequenceClassification",
        "XLMForTokenClassification",
        "XLMForQuestionAnsweringSimple",
        "XLMForMultipleChoice",
    ],
    build: |config, weights| Ok(Box::new(Xlm::new(config, weights)?)),
};

/// What hidden scores are replaced by.
const HIDDEN: Effect = Effect::Replace(f32::MIN);

#[derive(Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "the official fields")]
struct XlmConfig {
    vocab_size: usize,
    emb_dim: usize,
    n_layers: usize,
    n_heads: usize,
    gelu_activation: bool,
    causal: bool,
    n_langs: usize,
    use_lang_emb: bool,
    max_position_embeddings: usize,
    layer_norm_eps: f32,
    pad_index: i64,
    lang_id: Option<u32>,
    tie_word_embeddings: bool,
}

impl Default for XlmConfig {
    fn default() -> Self {
        Self {
            vocab_size: 30145,
            emb_dim: 2048,
            n_layers: 12,
            n_heads: 16,
            gelu_activation: true,
            causal: false,
            n_langs: 1,
            use_lang_emb: true,
            max_position_embeddings: 512,
            layer_norm_eps: 1e-12,
            pad_index: 2,
            lang_id: Some(0),
            tie_word_embeddings: true,
        }
    }
}

impl XlmConfig {
    fn read(config: &Config<'_>) -> Result<Self, ModelError> {
        config.accept("is_encoder", |v| v == &Value::Bool(true), "true")?;
        if config.class == "XLMWithLMHeadModel" {
            config.accept("asm", |v| v == &Value::Bool(false), "false: no adaptive softmax")?;
        }
        config.accept("pruned_heads", |v| v.as_object().is_none_or(serde_json::Map::is_empty), "no pruned heads")?;
        let read: Self = config.read_with(&[
            ("hidden_size", "emb_dim"),
            ("num_attention_heads", "n_heads"),
            ("num_hidden_layers", "n_layers"),
            ("n_words", "vocab_size"),
        ])?;
        config.sizes(&[
            ("vocab_size", read.vocab_size),
            ("emb_dim", read.emb_dim),
            ("n_heads", read.n_heads),
            ("max_position_embeddings", read.max_position_embeddings),
            ("n_langs", read.n_langs.max(1)),
        ])?;
        Ok(read)
    }

    fn feature(&self) -> Axis {
        Axis::new(Kind::Feature, self.emb_dim)
    }

    fn sizes(&self, channels: usize) -> Sizes {
        Sizes {
            layers: self.n_layers,
            decoder_layers: 0,
            heads: self.n_heads,
            key_heads: self.n_heads,
            channels,
            d_model: self.emb_dim,
            d_ff: 4 * self.emb_dim,
            vocabulary: self.vocab_size,
            context: Some(self.max_position_embeddings),
        }
    }
}

/// The parameters of a block: here the parts of all layers lie together, kind by kind.
fn places<'a>(weights: &Weights<'a>, layer: usize) -> BlockPlaces<'a> {
    let (attention, feed_forward) = (weights.at("attentions").at(layer), weights.at("ffns").at(layer));
    BlockPlaces {
        query: attention.at("q_lin"),
        key: attention.at("k_lin"),
        value: attention.at("v_lin"),
        attention_output: attention.at("out_lin"),
        attention_norm: weights.at("layer_norm1").at(layer),
        inner: feed_forward.at("lin1"),
        outer: feed_forward.at("lin2"),
        norm: weights.at("layer_norm2").at(layer),
    }
}

struct Embeddings {
    word: Embedding,
    position: Embedding,
    language: Option<Embedding>,
    norm: LayerNorm,
}

impl Embeddings {
    fn new(weights: &Weights<'_>, words: &Weights<'_>, config: &XlmConfig) -> Result<Self, ModelError> {
        let deviation = (config.emb_dim as f32).sqrt().recip();
        let table = |weights: &Weights<'_>, kind, entries| {
            Embedding::starting(weights, Axis::new(kind, entries), config.feature(), deviation)
        };
        let several = config.n_langs > 1 && config.use_lang_emb;
        let language = || table(&weights.at("lang_embeddings"), Kind::Language, config.n_langs);
        Ok(Self {
            word: table(words, Kind::Vocabulary, config.vocab_size)?,
            position: table(&weights.at("position_embeddings"), Kind::Position, config.max_position_embeddings)?,
            language: several.then(language).transpose()?,
            norm: LayerNorm::new(&weights.at("layer_norm_emb"), &config.feature(), config.layer_norm_eps)?,
        })
    }

    /// Token, place and language, and the token table's row of the segment where one is given, normed:
    /// (batch, token, feature).
    fn forward<'t>(&self, tape: &'t Tape, pass: &Pass) -> Var<'t> {
        tape.scope(&name::EMBEDDINGS, || {
            let word = self.word.forward(tape, &pass.ids).named(&name::TOKEN_EMBEDDING);
            let mut x = word + self.position.forward(tape, &pass.positions).named(&name::POSITION_EMBEDDING);
            if let (Some(table), Some(languages)) = (&self.language, &pass.languages) {
                x = x + table.forward(tape, languages).named(&name::LANGUAGE_EMBEDDING);
            }
            if let Some(segments) = &pass.segments {
                x = x + self.word.forward(tape, segments).named(&name::SEGMENT_EMBEDDING);
            }
            pass.without_padding(self.norm.forward(x.named(&name::RESIDUAL)))
        })
    }
}

/// XLM with the head of its class.
struct Xlm {
    class: &'static str,
    sizes: Sizes,
    pad: i64,
    causal: bool,
    languages: usize,
    /// The one that texts are taken to be in.
    lang_id: Option<u32>,
    embeddings: Embeddings,
    layers: Vec<PostNormBlock>,
    /// The head over the vocabulary is a single product.
    pred_layer: Option<Linear>,
    head: Head,
}

/// What one pass is given, checked.
struct Pass {
    ids: Arc<Ids>,
    segments: Option<Arc<Ids>>,
    languages: Option<Arc<Ids>>,
    positions: Arc<Ids>,
    /// 1 for text and 0 for padding (batch, token), where there is padding.
    text: Option<(Tensor, Axes)>,
    sight: Sight,
}

impl Pass {
    /// The vectors of padding set to zero.
    fn without_padding<'t>(&self, x: Var<'t>) -> Var<'t> {
        match &self.text {
            Some((text, axes)) => (x * x.tape().given(text.clone(), axes.clone())).named(&name::PADDING_ZEROED),
            None => x,
        }
    }
}

impl Xlm {
    fn new(config: &Config<'_>, weights: &Weights<'_>) -> Result<Self, ModelError> {
        let own = XlmConfig::read(config)?;
        let channels = config.channels(("emb_dim", own.emb_dim), ("n_heads", own.n_heads))?;
        let writes = config.class == "XLMWithLMHeadModel";
        let tied = writes && own.tie_word_embeddings;
        let words = if tied { weights.first_of(&["embeddings", "pred_layer.proj"]) } else { weights.at("embeddings") };
        let embeddings = Embeddings::new(weights, &words, &own)?;
        let sizes = BlockSizes {
            feature: own.emb_dim,
            heads: own.n_heads,
            inner: 4 * own.emb_dim,
            activation: if own.gelu_activation { Activation::Gelu } else { Activation::Relu },
            epsilon: own.layer_norm_eps,
        };
        let layers = (0..own.n_layers)
            .map(|layer| PostNormBlock::new(&places(weights, layer), &sizes, None))
            .collect::<Result<_, _>>()?;
        let proj = weights.at("pred_layer.proj");
        let vocabulary = Axis::new(Kind::Vocabulary, own.vocab_size);
        let pred_layer = match (writes, tied) {
            (false, _) => None,
            (true, true) => Some(Linear::tied_with_bias(embeddings.word.table(), &proj)?),
            (true, false) => Some(Linear::new(&proj, own.feature(), vocabulary)?),
        };
        let head = match Head::common(config, weights, own.emb_dim)? {
            Some(head) => head,
            None => Self::head(config, weights, &own)?,
        };
        let (class, sizes, languages, lang_id) = (config.class, own.sizes(channels), own.n_langs, own.lang_id);
        Ok(Self {
            class,
            sizes,
            pad: own.pad_index,
            causal: own.causal,
            languages,
            lang_id,
            embeddings,
            layers,
            pred_layer,
            head,
        })
    }

    /// The head of a class that judges a text.
    fn head(config: &Config<'_>, weights: &Weights<'_>, own: &XlmConfig) -> Result<Head, ModelError> {
        let read = || SequenceSummary::read(config, &Value::Null);
        Ok(match config.task() {
            "SequenceClassification" => Head::Text(read()?.build(config, weights, &own.feature())?, None),
            "MultipleChoice" => {
                let (from, classes) = (read()?.to(config, &own.feature())?, config.classes()?);
                let supported = "as many as the summary has numbers";
                config.must("num_labels", classes.len, classes.len == from.len, supported)?;
                let summary = read()?.build(config, weights, &own.feature())?;
                Head::Choice(summary, Linear::new(&weights.at("logits_proj"), from, Axis::new(Kind::Class, 1))?)
            }
            _ => Head::Vectors(None),
        })
    }

    fn check(&self, inputs: &Inputs) -> Result<Pass, InputError> {
        let stream = if self.causal { Stream::DECODER } else { Stream::ENCODER };
        let axes = inputs.text_axes("input_ids", stream)?;
        let (batch, tokens) = (axes[0].len, axes[1].len);
        let past = inputs.past(self.sizes.layers, batch, self.sizes.key_heads, self.sizes.channels)?;
        let (limit, why) = (self.sizes.context.unwrap_or(usize::MAX), "max_position_embeddings");
        within(past + tokens, limit, why)?;
        let ids = inputs.required_ids("input_ids", &axes, self.sizes.vocabulary, "vocab_size")?;
        let several = self.embeddings.language.is_some();
        // Without a table of languages they change nothing.
        let languages = if several { self.languages } else { usize::MAX };
        let languages = inputs.optional_ids("langs", &axes, languages, "n_langs")?;
        let positions = inputs.optional_ids("position_ids", &axes, limit, why)?;
        let text = self.text(inputs, &axes, past, &ids)?;
        let key = Axis::along(Kind::Key, past + tokens, stream);
        // A causal model hides the future alone: padding is zeroed, and yet it can be looked at.
        let rules = match (self.causal, &text) {
            (true, _) => vec![causal(past, HIDDEN)],
            (false, Some(text)) => vec![padding(Arc::clone(text), past + tokens, HIDDEN)],
            (false, None) => Vec::new(),
        };
        Ok(Pass {
            segments: inputs.optional_ids("token_type_ids", &axes, self.sizes.vocabulary, "vocab_size")?,
            languages: languages.filter(|_| several),
            positions: positions.unwrap_or_else(|| counted(&axes, past)),
            text: text.map(|text| {
                let own = text.chunks(past + tokens).flat_map(|row| &row[past..]);
                let ones = own.map(|&text| f32::from(u8::from(text))).collect();
                (Tensor::new(ones, &axes.shape()), axes.clone())
            }),
            sight: Sight {
                mask: Mask::new(batch, &axes[1], &key, rules),
                distances: None,
                cache: inputs.cache.clone(),
            },
            ids,
        })
    }

    /// Which keys are text, (batch, key); `None` where all are. Without a mask, as many from the first on as `lengths`
    /// says, or as there are ids that are no padding.
    fn text(&self, inputs: &Inputs, axes: &Axes, past: usize, ids: &Ids) -> Result<Option<Arc<Vec<bool>>>, InputError> {
        let (batch, tokens) = (axes[0].len, axes[1].len);
        let keys = past + tokens;
        let rows = Axes::new([axes[0].clone()]);
        let lengths = inputs.optional_ids("lengths", &rows, keys + 1, "the tokens of the text")?;
        let length = |row: usize| -> usize {
            let own = &ids.values[row * tokens..(row + 1) * tokens];
            let counted = past + own.iter().filter(|&&id| i64::from(id) != self.pad).count();
            lengths.as_ref().map_or(counted, |lengths| lengths.values[row] as usize)
        };
        let visible = inputs.visible("attention_mask", batch, keys)?;
        let visible = visible.unwrap_or_else(|| {
            let lengths = (0..batch).map(length);
            Arc::new(lengths.flat_map(|length| (0..keys).map(move |key| key < length)).collect())
        });
        Ok(Some(visible).filter(|visible| visible.contains(&false)))
    }

    fn forward(&self, tape: &Tape, pass: &Pass) {
        let mut x = self.embeddings.forward(tape, pass);
        tape.output("hidden_states.0", x); // (batch, token, feature)
        for (layer, block) in self.layers.iter().enumerate() {
            let weights;
            (x, weights) = tape.numbered(&name::LAYER, layer, || {
                let (x, weights) = block.forward(x, layer, &pass.sight);
                (pass.without_padding(x), weights)
            });
            tape.output(format!("hidden_states.{}", layer + 1), x);
            tape.output(format!("attentions.{layer}"), weights);
        }
        match &self.pred_layer {
            Some(proj) => tape.output("logits", proj.forward(x).named(&name::LOGITS)), // (batch, token, vocabulary)
            None => self.head.forward(x),
        }
    }
}

impl Model for Xlm {
    fn class(&self) -> &'static str {
        self.class
    }

    fn sizes(&self) -> Sizes {
        self.sizes
    }

    fn arguments(&self) -> &'static [&'static str] {
        &["input_ids", "attention_mask", "langs", "token_type_ids", "position_ids", "lengths"]
    }

    fn predicts(&self) -> (Predicts, &'static str) {
        match (&self.pred_layer, self.causal) {
            (Some(_), true) => (Predicts::Next, "logits"),
            (Some(_), false) => (Predicts::Masked, "logits"),
            (None, _) => self.head.predicts(false),
        }
    }

    fn language(&self) -> Option<u32> {
        self.lang_id.filter(|&id| self.embeddings.language.is_some() && (id as usize) < self.languages)
    }

    fn build(&self, tape: &Tape, inputs: &Inputs) -> Result<(), InputError> {
        let choices = matches!(self.head, Head::Choice(..)).then(|| inputs.of_choices());
        self.forward(tape, &self.check(choices.as_ref().unwrap_or(inputs))?);
        Ok(())
    }
}
