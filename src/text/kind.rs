//! What kind of tokenizer it is, and how its pieces are written.

use tokenizers::{DecoderWrapper, ModelWrapper, NormalizerWrapper, PreTokenizerWrapper};

/// How a tokenizer finds its pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Byte-pair encoding over bytes (GPT-2, RoBERTa): nothing is ever unknown.
    ByteLevelBpe,
    /// Byte-pair encoding over characters (LLaMA, the first GPT).
    Bpe,
    /// Longest match from the left within a word (BERT).
    WordPiece,
    /// The most probable segmentation of a unigram model (T5, XLNet, ALBERT).
    Unigram,
    /// Whole words.
    WordLevel,
}

/// How pieces are written in the vocabulary, which decides how they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// Each character stands for a byte; `Ġ` is the space.
    Bytes,
    /// `▁` is a space, `<0x0A>` a byte.
    Spaces,
    /// Pieces that continue a word begin with `##`.
    Continued,
    /// As they are.
    Plain,
}

impl Kind {
    pub(super) fn of(tokenizer: &tokenizers::Tokenizer) -> Self {
        match tokenizer.get_model() {
            ModelWrapper::BPE(_) => {
                let bytes = tokenizer.get_pre_tokenizer().is_some_and(splits_bytes)
                    || tokenizer.get_normalizer().is_some_and(normalizes_to_bytes)
                    || tokenizer.get_decoder().is_some_and(decodes_bytes);
                if bytes { Self::ByteLevelBpe } else { Self::Bpe }
            }
            ModelWrapper::WordPiece(_) => Self::WordPiece,
            ModelWrapper::WordLevel(_) => Self::WordLevel,
            ModelWrapper::Unigram(_) => Self::Unigram,
        }
    }

    /// How the pieces of such a tokenizer are written.
    pub fn style(self) -> Style {
        match self {
            Self::ByteLevelBpe => Style::Bytes,
            Self::Bpe | Self::Unigram => Style::Spaces,
            Self::WordPiece => Style::Continued,
            Self::WordLevel => Style::Plain,
        }
    }

    /// The usual name of the method.
    pub fn name(self) -> &'static str {
        match self {
            Self::ByteLevelBpe => "byte-level BPE",
            Self::Bpe => "BPE",
            Self::WordPiece => "WordPiece",
            Self::Unigram => "Unigram",
            Self::WordLevel => "word level",
        }
    }
}

fn splits_bytes(part: &PreTokenizerWrapper) -> bool {
    match part {
        PreTokenizerWrapper::ByteLevel(_) => true,
        PreTokenizerWrapper::Sequence(parts) => parts.as_ref().iter().any(splits_bytes),
        _ => false,
    }
}

fn normalizes_to_bytes(part: &NormalizerWrapper) -> bool {
    match part {
        NormalizerWrapper::ByteLevel(_) => true,
        NormalizerWrapper::Sequence(parts) => parts.as_ref().iter().any(normalizes_to_bytes),
        _ => false,
    }
}

fn decodes_bytes(part: &DecoderWrapper) -> bool {
    match part {
        DecoderWrapper::ByteLevel(_) => true,
        DecoderWrapper::Sequence(parts) => parts.get_decoders().iter().any(decodes_bytes),
        _ => false,
    }
}
