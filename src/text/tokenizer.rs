//! A tokenizer, opened from the files of a checkpoint.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::files::{MAX_VOCABULARY, Settings, invalid, read};
use super::guard::guarded;
use super::trace::Rules;
use super::{Decoder, Encoding, Kind, Result, TextError, build};

/// A token with a part to play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Special {
    /// Begins a text.
    Bos,
    /// Ends a text.
    Eos,
    /// Stands for what the vocabulary lacks.
    Unk,
    /// Separates texts.
    Sep,
    /// Fills up a batch.
    Pad,
    /// Its state stands for the whole text.
    Cls,
    /// Hides a token from the model.
    Mask,
}

impl Special {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Bos, Self::Eos, Self::Unk, Self::Sep, Self::Pad, Self::Cls, Self::Mask];

    /// What it is usually called, for tokenizers that come without settings.
    fn usual_names(self) -> &'static [&'static str] {
        match self {
            Self::Bos => &["<s>", "<|begin_of_text|>", "<|startoftext|>", "<|endoftext|>"],
            Self::Eos => &["</s>", "<|end_of_text|>", "<|endoftext|>"],
            Self::Unk => &["[UNK]", "<unk>"],
            Self::Sep => &["[SEP]", "<sep>"],
            Self::Pad => &["[PAD]", "<pad>"],
            Self::Cls => &["[CLS]", "<cls>"],
            Self::Mask => &["[MASK]", "<mask>"],
        }
    }
}

/// Splits text into the tokens that a model was trained on.
#[derive(Debug, Clone)]
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    path: PathBuf,
    kind: Kind,
    special: [Option<u32>; 7],
    special_ids: HashSet<u32>,
    /// Read when a text is first traced.
    rules: OnceLock<Arc<Rules>>,
}

impl Tokenizer {
    /// Opens the tokenizer of a checkpoint's directory: `tokenizer.json`, or else `vocab.txt` (WordPiece as in BERT),
    /// or `vocab.json` with `merges.txt` (byte-level BPE as in GPT-2 and RoBERTa).
    ///
    /// # Errors
    /// If there is none, or its files cannot be used.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        let dir = dir.as_ref();
        let settings = Settings::read(dir)?;
        let path = dir.join("tokenizer.json");
        if let Some(json) = read(&path, MAX_VOCABULARY)? {
            return Self::parse(&json, path, &settings);
        }
        let (inner, path) = build::from_vocabulary(dir, &settings)?;
        Self::new(inner, path, &settings)
    }

    /// A tokenizer from the text of a `tokenizer.json`; `path` is what messages call it.
    ///
    /// # Errors
    /// If it cannot be used.
    pub fn from_json(path: impl Into<PathBuf>, json: &str) -> Result<Self> {
        Self::parse(json, path.into(), &Settings::default())
    }

    fn parse(json: &str, path: PathBuf, settings: &Settings) -> Result<Self> {
        let inner = guarded(|| json.parse::<tokenizers::Tokenizer>())
            .and_then(|parsed| parsed.map_err(|error| error.to_string()))
            .map_err(|problem| invalid(&path, problem))?;
        Self::new(inner, path, settings)
    }

    fn new(mut inner: tokenizers::Tokenizer, path: PathBuf, settings: &Settings) -> Result<Self> {
        // A text is taken whole, and as it is: what its file says of batches is not for a person's sentence.
        inner.with_padding(None);
        inner.with_truncation(None).map_err(|error| invalid(&path, error.to_string()))?;
        let added = inner.get_added_tokens_decoder();
        let mut special_ids: HashSet<u32> =
            added.iter().filter(|(_, token)| token.special).map(|(&id, _)| id).collect();
        let named = Special::ALL.into_iter().filter_map(|special| settings.name(special));
        special_ids.extend(named.filter_map(|name| inner.token_to_id(name)));
        let special = Special::ALL.map(|special| {
            if let Some(name) = settings.name(special) {
                return inner.token_to_id(name);
            }
            // A word that merely looks like one plays no part.
            let mut ids = special.usual_names().iter().filter_map(|name| inner.token_to_id(name));
            ids.find(|id| special_ids.contains(id))
        });
        let kind = Kind::of(&inner);
        Ok(Self { inner, path, kind, special, special_ids, rules: OnceLock::new() })
    }

    /// The file it came from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn inner(&self) -> &tokenizers::Tokenizer {
        &self.inner
    }

    /// What its method goes by.
    pub(super) fn rules(&self) -> tokenizers::Result<&Rules> {
        if let Some(rules) = self.rules.get() {
            return Ok(rules);
        }
        let rules = Arc::new(Rules::of(self.inner.get_model())?);
        Ok(self.rules.get_or_init(|| rules))
    }

    /// How it finds its pieces.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The tokens of a text, or of a text and its pair; with `add_special` also those that the model expects around
    /// them.
    ///
    /// # Errors
    /// If the tokenizer cannot split it, as when a character is unknown and there is no token for that.
    pub fn encode(&self, text: &str, pair: Option<&str>, add_special: bool) -> Result<Encoding> {
        let input: tokenizers::EncodeInput = match pair {
            Some(pair) => (text, pair).into(),
            None => text.into(),
        };
        guarded(|| {
            let encoding = self.inner.encode(input, add_special).map_err(|error| error.to_string())?;
            Ok(Encoding::new(self, &encoding, [text, pair.unwrap_or_default()]))
        })
        .and_then(|encoded| encoded)
        .map_err(|problem: String| TextError::Encode { path: self.path.clone(), problem })
    }

    /// The text of these tokens, special ones included; numbers outside the vocabulary are left out.
    pub fn decode(&self, ids: &[u32]) -> String {
        let decoded = guarded(|| self.inner.decode(ids, false));
        // A decoder that fails is a fault of its file; the pieces themselves still say what was meant.
        let pieces = || ids.iter().filter_map(|&id| self.piece(id)).collect();
        decoded.ok().and_then(Result::ok).unwrap_or_else(pieces)
    }

    /// The text of these tokens without the special ones.
    pub fn decode_plain(&self, ids: &[u32]) -> String {
        let plain: Vec<u32> = ids.iter().copied().filter(|&id| !self.is_special(id)).collect();
        self.decode(&plain)
    }

    /// Decodes tokens one at a time.
    pub fn decoder(&self) -> Decoder<'_> {
        Decoder::new(self)
    }

    /// How the vocabulary writes a token.
    pub fn piece(&self, id: u32) -> Option<String> {
        self.inner.id_to_token(id)
    }

    /// How a token is shown; see [`label`](super::label()).
    pub fn label(&self, id: u32) -> Option<String> {
        self.piece(id).map(|piece| super::label(&piece, self.kind.style(), self.is_special(id)))
    }

    /// The number of a piece of the vocabulary.
    pub fn id(&self, piece: &str) -> Option<u32> {
        self.inner.token_to_id(piece)
    }

    /// How many tokens there are, added ones included.
    pub fn vocab_size(&self) -> usize {
        self.inner.get_vocab_size(true)
    }

    /// The token that plays this part, if one does.
    pub fn special(&self, special: Special) -> Option<u32> {
        self.special[special as usize]
    }

    /// Whether a token is a special one.
    pub fn is_special(&self, id: u32) -> bool {
        self.special_ids.contains(&id)
    }
}
