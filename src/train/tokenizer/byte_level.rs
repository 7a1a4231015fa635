//! Byte-level BPE as in GPT-2.

use tokenizers::models::TrainerWrapper;
use tokenizers::models::bpe::{BPE, BpeTrainer};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::{AddedToken, Tokenizer};

use super::{Recipe, Result};

/// All 256 bytes, and the merges that shorten the texts most. No space is put in front of a text: sums and code would
/// show blanks that nobody typed.
pub(super) fn build(recipe: &Recipe, texts: &[String]) -> Result<Tokenizer> {
    let byte_level = ByteLevel::default().add_prefix_space(false).trim_offsets(false);
    let mut tokenizer = Tokenizer::new(BPE::default());
    tokenizer.with_pre_tokenizer(Some(byte_level));
    tokenizer.with_post_processor(Some(byte_level));
    tokenizer.with_decoder(Some(byte_level));
    let special = recipe.special.iter().map(|name| AddedToken::from(name.as_str(), true));
    let trainer = BpeTrainer::builder()
        .vocab_size(recipe.pieces)
        .initial_alphabet(ByteLevel::alphabet().into_iter().collect())
        .special_tokens(special.collect())
        .show_progress(false)
        .build();
    tokenizer.train(&mut TrainerWrapper::BpeTrainer(trainer), texts.iter())?;
    Ok(tokenizer)
}
