//! WordPiece in small letters as in BERT.

use tokenizers::models::TrainerWrapper;
use tokenizers::models::bpe::Vocab;
use tokenizers::models::wordpiece::{WordPiece, WordPieceTrainer};
use tokenizers::normalizers::bert::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::processors::template::TemplateProcessing;
use tokenizers::{AddedToken, Tokenizer, decoders};

use super::{BuildError, Recipe, Result};

/// Every letter, digit and mark of the keyboard is in it, so that no word of them is unknown.
pub(super) fn build(recipe: &Recipe, texts: &[String]) -> Result<Tokenizer> {
    let mut tokenizer = Tokenizer::new(model(trained(recipe, texts)?)?);
    prepare(&mut tokenizer)?;
    tokenizer.with_decoder(Some(decoders::wordpiece::WordPiece::default()));
    let id = |name: &str| tokenizer.token_to_id(name).ok_or_else(|| BuildError::Library(format!("no {name}")));
    let around = TemplateProcessing::builder()
        .try_single("[CLS]:0 $A:0 [SEP]:0")
        .and_then(|builder| builder.try_pair("[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1"))
        .map_err(BuildError::Library)?
        .special_tokens(vec![("[CLS]", id("[CLS]")?), ("[SEP]", id("[SEP]")?)])
        .build()
        .map_err(|error| BuildError::Library(error.to_string()))?;
    tokenizer.with_post_processor(Some(around));
    tokenizer.add_special_tokens(recipe.special.iter().map(|name| AddedToken::from(name.as_str(), true)))?;
    Ok(tokenizer)
}

fn model(vocabulary: impl IntoIterator<Item = (String, u32)>) -> Result<WordPiece> {
    Ok(WordPiece::builder().vocab(vocabulary.into_iter().collect::<Vocab>()).unk_token("[UNK]".to_owned()).build()?)
}

/// How texts become words.
fn prepare(tokenizer: &mut Tokenizer) -> Result<()> {
    tokenizer.with_normalizer(Some(BertNormalizer::new(true, true, None, true)))?;
    tokenizer.with_pre_tokenizer(Some(BertPreTokenizer));
    Ok(())
}

/// The vocabulary that the trainer of the library picks.
fn trained(recipe: &Recipe, texts: &[String]) -> Result<impl Iterator<Item = (String, u32)>> {
    let keys: Vec<char> = ('!'..='~').filter(|c| !c.is_ascii_uppercase()).collect();
    // The trainer meets letters and digits that go on a word in the order of a hash map, and what it picks depends on it; so they
    // come first, in an order of their own.
    let further = ('a'..='z').chain('0'..='9').map(|key| format!("##{key}"));
    let first = recipe.special.iter().cloned().chain(further).map(|piece| AddedToken::from(piece, true));
    let trainer = WordPieceTrainer::builder()
        .vocab_size(recipe.pieces)
        .initial_alphabet(keys.into_iter().collect())
        .special_tokens(first.collect())
        .show_progress(false)
        .build();
    let mut tokenizer = Tokenizer::new(model([])?);
    prepare(&mut tokenizer)?;
    tokenizer.train(&mut TrainerWrapper::WordPieceTrainer(trainer), texts.iter())?;
    Ok(tokenizer.get_vocab(false).into_iter())
}
