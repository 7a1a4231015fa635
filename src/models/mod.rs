//! One file per architecture, and the registry that finds them by `model_type`.

mod albert;
mod bert;
mod config;
mod deberta;
mod distilbert;
mod electra;
mod encoder;
mod ernie_thu;
mod error;
mod gpt2;
mod head;
mod inputs;
mod reading;
mod roberta;
mod sequence_summary;
mod t5;
mod transfo_xl;
mod xlm;
mod xlnet;

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

pub use config::Config;
pub use error::{InputError, ModelError};
pub use inputs::{Argument, Inputs, Numbers};

use crate::checkpoint::Checkpoint;
use crate::nn::{FromCheckpoint, Random, ShapesOnly, Source, Weights};
use crate::tape::{Graph, Parameters, Tape};

/// All architectures: a new one is a line here.
static ARCHITECTURES: &[&Architecture] = &[
    &bert::ARCHITECTURE,
    &roberta::ROBERTA,
    &roberta::XLM_ROBERTA,
    &distilbert::ARCHITECTURE,
    &albert::ARCHITECTURE,
    &electra::ARCHITECTURE,
    &xlm::ARCHITECTURE,
    &deberta::V1,
    &deberta::V2,
    &xlnet::ARCHITECTURE,
    &ernie_thu::ARCHITECTURE,
    &gpt2::ARCHITECTURE,
    &transfo_xl::ARCHITECTURE,
    &t5::T5,
    &t5::MT5,
];

/// From a configuration and a source of parameters to a model.
pub type Build = fn(&Config<'_>, &Weights<'_>) -> Result<Box<dyn Model>, ModelError>;

/// What the registry knows of an architecture.
pub struct Architecture {
    /// As in `config.json`.
    pub model_type: &'static str,
    /// The prefix that tensors of the base model carry in files of models with a head.
    pub base_prefix: &'static str,
    /// The official classes that are implemented; the first is taken where `config.json` names none.
    pub classes: &'static [&'static str],
    /// Reads the configuration and takes the parameters.
    pub build: Build,
}

/// What a model's last output predicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Predicts {
    /// No token: the outputs are vectors.
    Nothing,
    /// At each position the token that comes next.
    Next,
    /// At each masked position the token that was there.
    Masked,
}

/// The sizes that every transformer has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Layers; of an encoder-decoder those of the encoder.
    pub layers: usize,
    /// Layers of the decoder that follows an encoder; 0 where there is no second stack.
    pub decoder_layers: usize,
    /// Attention heads of a layer.
    pub heads: usize,
    /// Heads that keys and values have; fewer than `heads` where several share one.
    pub key_heads: usize,
    /// Numbers of a head's query and key.
    pub channels: usize,
    /// Numbers of a token's vector between the layers.
    pub d_model: usize,
    /// Numbers inside the feed-forward network.
    pub d_ff: usize,
    /// Entries of the vocabulary.
    pub vocabulary: usize,
    /// The longest text, in tokens; `None` where positions set no limit.
    pub context: Option<usize>,
}

impl Sizes {
    /// Layers of the stack that writes, whose keys and values decoding keeps.
    pub fn writing_layers(&self) -> usize {
        if self.decoder_layers > 0 { self.decoder_layers } else { self.layers }
    }

    /// Whether a text of so many tokens is within the limit.
    pub fn holds(&self, tokens: usize) -> bool {
        self.context.is_none_or(|limit| tokens <= limit)
    }
}

/// A model of some class: it holds parameter ids, not values, and builds its pass on a tape.
pub trait Model: Send + Sync {
    /// The official class.
    fn class(&self) -> &'static str;

    /// The sizes.
    fn sizes(&self) -> Sizes;

    /// The official names of the arguments that it takes.
    fn arguments(&self) -> &'static [&'static str];

    /// What the last output predicts, and the name of that output.
    fn predicts(&self) -> (Predicts, &'static str);

    /// Whether it reads two texts, told apart by their segments (`token_type_ids`).
    fn reads_pairs(&self) -> bool {
        false
    }

    /// The output that judges the text as a whole, where the class has one: whether the second sentence follows.
    fn judges(&self) -> Option<&'static str> {
        None
    }

    /// The arguments of a person's text of so many tokens, of which some are masked: with those that say what is to be
    /// guessed, where the model takes such.
    fn reading(&self, inputs: Inputs, _tokens: usize, _masked: &[usize]) -> Inputs {
        inputs
    }

    /// The language that a text is taken to be in, where there is a vector for each language (`langs`).
    fn language(&self) -> Option<u32> {
        None
    }

    /// The id that a target begins with, where the model reads a source and writes a target of its own.
    fn target_start(&self) -> Option<u32> {
        None
    }

    /// The id that ends a text, where the configuration names one.
    fn end(&self) -> Option<u32> {
        None
    }

    /// The shortest inputs of a pass: enough to see which parts there are.
    fn smallest_inputs(&self) -> Inputs {
        let inputs = Inputs::ids(&[0]).in_language(self.language());
        if self.target_start().is_some() { inputs.with_target(&[0]) } else { inputs }
    }

    /// Checks the inputs, then writes the pass onto the tape.
    ///
    /// # Errors
    /// Where an input is missing, misshapen, out of range or not one that the model takes.
    fn build(&self, tape: &Tape, inputs: &Inputs) -> Result<(), InputError>;

    /// The pass for these inputs as a graph.
    ///
    /// # Errors
    /// As [`Model::build`].
    fn graph(&self, inputs: &Inputs) -> Result<Arc<Graph>, InputError> {
        inputs.only(self.arguments())?;
        let tape = Tape::new();
        self.build(&tape, inputs)?;
        Ok(tape.finish())
    }
}

/// A model with its parameters.
pub struct Loaded {
    /// The code.
    pub model: Box<dyn Model>,
    /// The values, or the shapes alone.
    pub parameters: Arc<Parameters>,
    /// As in `config.json`.
    pub model_type: &'static str,
}

/// The architectures that there are.
pub fn architectures() -> &'static [&'static Architecture] {
    ARCHITECTURES
}

/// Opens the model of a checkpoint directory.
///
/// # Errors
/// Where the architecture or class is not known, an option is not supported, or a tensor is missing or misshapen.
pub fn open(checkpoint: &Checkpoint) -> Result<Loaded, ModelError> {
    let path = checkpoint.dir().join("config.json");
    let architecture = find(&path, checkpoint.config())?;
    let source = FromCheckpoint::new(checkpoint, architecture.base_prefix);
    load(architecture, &path, checkpoint.config(), &source)
}

/// A model with random parameters.
///
/// # Errors
/// Where the architecture or class is not known or an option is not supported.
pub fn random(config: &Map<String, Value>, seed: u64) -> Result<Loaded, ModelError> {
    let path = Path::new("the configuration");
    load(find(path, config)?, path, config, &Random::new(seed))
}

/// A model of which only the shapes are known: for counting.
///
/// # Errors
/// Where the architecture or class is not known or an option is not supported.
pub fn shapes(config: &Map<String, Value>) -> Result<Loaded, ModelError> {
    let path = Path::new("the configuration");
    load(find(path, config)?, path, config, &ShapesOnly)
}

fn find(path: &Path, config: &Map<String, Value>) -> Result<&'static Architecture, ModelError> {
    let named = config.get("model_type").and_then(Value::as_str);
    let found = ARCHITECTURES.iter().find(|a| Some(a.model_type) == named).copied();
    found.ok_or_else(|| ModelError::UnknownType {
        path: path.to_owned(),
        found: named.map(str::to_owned),
        known: ARCHITECTURES.iter().map(|a| a.model_type).collect(),
    })
}

fn load(
    architecture: &'static Architecture,
    path: &Path,
    fields: &Map<String, Value>,
    source: &dyn Source,
) -> Result<Loaded, ModelError> {
    let config = Config::new(path, fields, class(architecture, path, fields)?);
    // Stored weights would then be codes, not numbers.
    config.accept("quantization_config", Value::is_null, "none: unquantised weights")?;
    let taken = RefCell::new(Parameters::default());
    let model = (architecture.build)(&config, &Weights::new(source, &taken))?;
    Ok(Loaded { model, parameters: Arc::new(taken.into_inner()), model_type: architecture.model_type })
}

/// The class in `architectures`, where it is one that is implemented.
fn class(
    architecture: &'static Architecture,
    path: &Path,
    fields: &Map<String, Value>,
) -> Result<&'static str, ModelError> {
    let named = match fields.get("architectures") {
        None | Some(Value::Null) => return Ok(architecture.classes[0]),
        Some(Value::Array(list)) => list.first().and_then(Value::as_str).unwrap_or_default(),
        Some(other) => other.as_str().unwrap_or_default(),
    };
    architecture.classes.iter().find(|class| **class == named).copied().ok_or_else(|| ModelError::UnknownClass {
        path: path.to_owned(),
        found: named.to_owned(),
        model_type: architecture.model_type,
        known: architecture.classes.to_vec(),
    })
}
