//! A checkpoint as a directory: configuration and weights together.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use safetensors::Dtype;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::entry::TensorEntry;
use super::{CheckpointError, Result, TensorFile, config, index, legacy};

/// How a library names the files of a checkpoint.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// The configuration.
    pub config: &'static str,
    /// The weights in one file; with `.index.json` appended, the index of several.
    pub weights: &'static str,
    /// Weights in forms that are not read, for the advice.
    pub pickled: &'static [&'static str],
}

impl Layout {
    /// Transformers, and everything that follows it.
    pub const TRANSFORMERS: Self = Self {
        config: "config.json",
        weights: "model.safetensors",
        pickled: &["pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5", "flax_model.msgpack"],
    };
    /// One component of a diffusers pipeline (`unet/`, `vae/`).
    pub const DIFFUSERS: Self = Self {
        config: "config.json",
        weights: "diffusion_pytorch_model.safetensors",
        pickled: &["diffusion_pytorch_model.bin"],
    };
    /// `open_clip`.
    pub const OPEN_CLIP: Self = Self {
        config: "open_clip_config.json",
        weights: "open_clip_model.safetensors",
        pickled: &["open_clip_pytorch_model.bin"],
    };
}

/// An opened checkpoint: its configuration and, unless only that was asked for, its tensors.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    dir: PathBuf,
    config_path: PathBuf,
    config: Map<String, Value>,
    tensors: BTreeMap<Arc<str>, TensorEntry>,
}

impl Checkpoint {
    /// Opens a directory in transformers' layout, or one of its files (`config.json`, `model.safetensors`).
    ///
    /// # Errors
    /// If it is no such directory, or a file in it cannot be used.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_with(path, Layout::TRANSFORMERS)
    }

    /// As [`Checkpoint::open`], for any layout.
    ///
    /// # Errors
    /// If it is no such directory, or a file in it cannot be used.
    pub fn open_with(path: impl AsRef<Path>, layout: Layout) -> Result<Self> {
        let place = Place::find(path.as_ref(), layout)?;
        let mut checkpoint = Self::at(&place, layout)?;
        checkpoint.tensors = match place.weights {
            Some(file) if is_index(&file) => index::open_shards(&file)?,
            Some(file) => TensorFile::open(file)?.into_tensors(),
            None => weights_in(&place.dir, layout)?,
        };
        Ok(checkpoint)
    }

    /// A checkpoint that is part of the program; `dir` is what messages call its place.
    ///
    /// # Errors
    /// If the configuration is no JSON object, or the weights are no safetensors file.
    pub fn from_static(dir: impl Into<PathBuf>, config: &str, weights: &'static [u8]) -> Result<Self> {
        let dir = dir.into();
        let config_path = dir.join(Layout::TRANSFORMERS.config);
        let config = config::parse_object(&config_path, config)?;
        let tensors = TensorFile::from_static(dir.join(Layout::TRANSFORMERS.weights), weights)?.into_tensors();
        Ok(Self { dir, config_path, config, tensors })
    }

    /// Reads the configuration alone; the checkpoint then holds no tensors, whether or not there are weights.
    ///
    /// # Errors
    /// If there is no configuration, or it is no JSON object.
    pub fn open_config_only(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_config_only_with(path, Layout::TRANSFORMERS)
    }

    /// As [`Checkpoint::open_config_only`], for any layout.
    ///
    /// # Errors
    /// If there is no configuration, or it is no JSON object.
    pub fn open_config_only_with(path: impl AsRef<Path>, layout: Layout) -> Result<Self> {
        Self::at(&Place::find(path.as_ref(), layout)?, layout)
    }

    fn at(place: &Place, layout: Layout) -> Result<Self> {
        let config_path = place.dir.join(layout.config);
        let config = config::read_object(&config_path)?;
        Ok(Self { dir: place.dir.clone(), config_path, config, tensors: BTreeMap::new() })
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The configuration as it is in the file.
    pub fn config(&self) -> &Map<String, Value> {
        &self.config
    }

    /// The configuration's `model_type`, or nothing if there is no such string.
    pub fn model_type(&self) -> Option<&str> {
        self.config.get("model_type")?.as_str()
    }

    /// The configuration's `architectures`: the classes that the weights were saved from.
    pub fn architectures(&self) -> Vec<&str> {
        let list = self.config.get("architectures").and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// The configuration as a type; fields that the type does not have are ignored.
    ///
    /// # Errors
    /// If a field is missing or of the wrong type; the error names it.
    pub fn typed_config<T: DeserializeOwned>(&self) -> Result<T> {
        config::typed(&self.config_path, &self.config)
    }

    /// The tensor of exactly this name.
    pub fn tensor(&self, name: &str) -> Option<&TensorEntry> {
        self.tensors.get(name)
    }

    /// The tensor of this name, with or without the base model's prefix (`bert.`, the dot included; may be empty),
    /// or under an older name that transformers also accepts. If several are there, the exact one wins.
    pub fn find(&self, base_prefix: &str, name: &str) -> Option<&TensorEntry> {
        // The exact name is the common case, and needs no other spelling to be built.
        self.tensor(name).or_else(|| legacy::spellings(base_prefix, name).iter().find_map(|name| self.tensor(name)))
    }

    /// As [`Checkpoint::find`], for a tensor that the model cannot do without and whose shape it knows.
    ///
    /// # Errors
    /// If it is missing or has another shape.
    pub fn require(&self, base_prefix: &str, name: &str, shape: &[usize]) -> Result<&TensorEntry> {
        let Some(entry) = self.find(base_prefix, name) else {
            let tried = legacy::spellings(base_prefix, name).split_off(1);
            let tensor = name.to_owned();
            return Err(CheckpointError::MissingTensor { path: self.dir.clone(), tensor, tried });
        };
        if entry.shape() != shape {
            return Err(CheckpointError::WrongShape {
                path: entry.path().to_owned(),
                tensor: entry.name().to_owned(),
                expected: shape.to_owned(),
                found: entry.shape().to_owned(),
            });
        }
        Ok(entry)
    }

    /// All tensors, sorted by name.
    pub fn tensors(&self) -> impl ExactSizeIterator<Item = &TensorEntry> {
        self.tensors.values()
    }

    /// The names of all tensors, sorted.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.tensors.keys().map(|name| &**name)
    }

    /// How many bytes all tensors take in their files.
    pub fn total_bytes(&self) -> u64 {
        self.tensors().map(|entry| entry.bytes().len() as u64).sum()
    }

    /// How many elements all tensors have.
    pub fn total_elements(&self) -> u64 {
        self.tensors().map(|entry| entry.elements() as u64).sum()
    }

    /// The types that occur, with the number of tensors of each.
    pub fn dtypes(&self) -> BTreeMap<Dtype, usize> {
        let mut dtypes = BTreeMap::new();
        for entry in self.tensors() {
            *dtypes.entry(entry.dtype()).or_default() += 1;
        }
        dtypes
    }
}

/// What a path given by the user leads to: a directory, and the file of weights if it was one.
struct Place {
    dir: PathBuf,
    weights: Option<PathBuf>,
}

impl Place {
    fn find(path: &Path, layout: Layout) -> Result<Self> {
        let wanted = format!("a directory with {} and {}", layout.config, layout.weights);
        let metadata = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let expected = format!("Expected {wanted} on this machine; headscope downloads nothing");
                return Err(CheckpointError::NotFound { path: path.to_owned(), expected });
            }
            metadata => metadata.map_err(|source| CheckpointError::Read { path: path.to_owned(), source })?,
        };
        if metadata.is_dir() {
            return Ok(Self { dir: path.to_owned(), weights: None });
        }
        let dir = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        if path.extension() == Some(OsStr::new("safetensors")) || is_index(path) {
            Ok(Self { dir, weights: Some(path.to_owned()) })
        } else if path.file_name() == Some(OsStr::new(layout.config)) {
            Ok(Self { dir, weights: None })
        } else {
            Err(CheckpointError::WrongKind { path: path.to_owned(), found: "not a directory", expected: wanted })
        }
    }
}

fn is_index(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.ends_with(".safetensors.index.json"))
}

/// Finds and opens the weights of a directory: one file, or else the index of several.
fn weights_in(dir: &Path, layout: Layout) -> Result<BTreeMap<Arc<str>, TensorEntry>> {
    let single = dir.join(layout.weights);
    let index_name = format!("{}.index.json", layout.weights);
    let index = dir.join(&index_name);
    // What exists but cannot be used gets its own message from opening it.
    if single.exists() {
        return Ok(TensorFile::open(single)?.into_tensors());
    }
    if index.exists() {
        return index::open_shards(&index);
    }
    let advice = match layout.pickled.iter().find(|name| dir.join(name).exists()) {
        Some(name) => format!(
            "There is {name}, a format that is not read; convert it, for example with transformers: \
             model.save_pretrained(DIR, safe_serialization=True)"
        ),
        None => "Download the weights in the safetensors format into it".to_owned(),
    };
    let looked_for = format!("{} and {index_name}", layout.weights);
    Err(CheckpointError::NoWeights { path: dir.to_owned(), looked_for, advice })
}
