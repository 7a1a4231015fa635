//! The files beside a tokenizer, read whole and bounded.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::tokenizer::Special;
use super::{Result, TextError};

/// The largest vocabulary that is read; the largest real ones have about 35 MB (and take up to fifteen times that while they are parsed).
pub(super) const MAX_VOCABULARY: u64 = 48 << 20;
/// The largest settings that are read.
const MAX_SETTINGS: u64 = 16 << 20;

/// Reads a file as text, or nothing if it is not there.
pub(super) fn read(path: &Path, limit: u64) -> Result<Option<String>> {
    let failed = |source| TextError::Read { path: path.to_owned(), source };
    let metadata = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        metadata => metadata.map_err(failed)?,
    };
    // Before it is opened: a pipe would block.
    if !metadata.is_file() {
        return Err(failed(io::Error::other("it is not a regular file")));
    }
    let file = File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    if size > limit {
        return Err(TextError::TooLarge { path: path.to_owned(), size, limit });
    }
    let mut bytes = Vec::with_capacity(size as usize);
    file.take(limit).read_to_end(&mut bytes).map_err(failed)?;
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let sound = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = sound.split(|&byte| byte == b'\n').count();
        invalid(path, format!("it is not UTF-8 text (line {line})"))
    })
}

pub(super) fn invalid(path: &Path, problem: impl Into<String>) -> TextError {
    let problem: String = problem.into();
    // An error of the parser may quote what it read.
    let problem = problem.chars().take(400).flat_map(printable).collect();
    TextError::Invalid { path: path.to_owned(), problem }
}

fn printable(character: char) -> impl Iterator<Item = char> {
    let escaped = character.is_control().then(|| character.escape_default());
    let plain = escaped.is_none().then_some(character);
    escaped.into_iter().flatten().chain(plain)
}

/// What `tokenizer_config.json` says, as far as it matters here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Settings {
    bos_token: Option<Named>,
    eos_token: Option<Named>,
    unk_token: Option<Named>,
    sep_token: Option<Named>,
    pad_token: Option<Named>,
    cls_token: Option<Named>,
    mask_token: Option<Named>,
    pub tokenizer_class: Option<String>,
    pub do_lower_case: Option<bool>,
    pub strip_accents: Option<bool>,
    pub tokenize_chinese_chars: Option<bool>,
    pub add_prefix_space: Option<bool>,
    pub add_bos_token: Option<bool>,
}

/// A special token: its text, or an object that has it as `content`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Named {
    Text(String),
    Token { content: String },
    Other(IgnoredAny),
}

impl Settings {
    /// Reads `tokenizer_config.json`, and for the special tokens that it does not name `special_tokens_map.json`.
    pub fn read(dir: &Path) -> Result<Self> {
        let mut settings: Self = read_json(&dir.join("tokenizer_config.json"))?;
        let mut map: Self = read_json(&dir.join("special_tokens_map.json"))?;
        for (slot, spare) in settings.slots().into_iter().zip(map.slots()) {
            if slot.is_none() {
                *slot = spare.take();
            }
        }
        Ok(settings)
    }

    fn slots(&mut self) -> [&mut Option<Named>; 7] {
        [
            &mut self.bos_token,
            &mut self.eos_token,
            &mut self.unk_token,
            &mut self.sep_token,
            &mut self.pad_token,
            &mut self.cls_token,
            &mut self.mask_token,
        ]
    }

    /// The name of a special token, if there is one.
    pub fn name(&self, special: Special) -> Option<&str> {
        let named = match special {
            Special::Bos => &self.bos_token,
            Special::Eos => &self.eos_token,
            Special::Unk => &self.unk_token,
            Special::Sep => &self.sep_token,
            Special::Pad => &self.pad_token,
            Special::Cls => &self.cls_token,
            Special::Mask => &self.mask_token,
        };
        match named.as_ref()? {
            Named::Text(content) | Named::Token { content } => Some(content),
            Named::Other(_) => None,
        }
    }
}

fn read_json<T: Default + for<'de> Deserialize<'de>>(path: &Path) -> Result<T> {
    match read(path, MAX_SETTINGS)? {
        Some(text) => serde_json::from_str(&text).map_err(|error| invalid(path, error.to_string())),
        None => Ok(T::default()),
    }
}
