//! Tokenizers from the vocabularies that came before `tokenizer.json`, built as transformers converts them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use tokenizers::models::bpe::{BPE, Merges, Vocab};
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::bert::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::processors::bert::BertProcessing;
use tokenizers::processors::roberta::RobertaProcessing;
use tokenizers::processors::template::{SpecialToken, TemplateProcessing};
use tokenizers::{AddedToken, PostProcessorWrapper, Tokenizer, decoders};

use super::files::{MAX_VOCABULARY, Settings, invalid, read};
use super::guard::guarded;
use super::tokenizer::Special;
use super::{Result, TextError};

/// Builds a tokenizer from `vocab.txt`, or from `vocab.json` and `merges.txt`; also says which file it was.
pub(super) fn from_vocabulary(dir: &Path, settings: &Settings) -> Result<(Tokenizer, PathBuf)> {
    let path = dir.join("vocab.txt");
    if let Some(vocab) = read(&path, MAX_VOCABULARY)? {
        return Ok((built(&path, || word_piece(&vocab, settings))?, path));
    }
    let path = dir.join("vocab.json");
    let merges_path = dir.join("merges.txt");
    let (vocab, merges) = (read(&path, MAX_VOCABULARY)?, read(&merges_path, MAX_VOCABULARY)?);
    match (vocab, merges) {
        (Some(vocab), Some(merges)) => {
            let vocab: HashMap<String, u32> =
                serde_json::from_str(&vocab).map_err(|error| invalid(&path, error.to_string()))?;
            let merges = read_merges(&merges).map_err(|problem| invalid(&merges_path, problem))?;
            Ok((built(&path, || byte_level(vocab.into_iter().collect(), merges, settings))?, path))
        }
        (vocab, merges) => {
            let advice = if vocab.is_some() {
                "There is vocab.json, but merges.txt is missing"
            } else if merges.is_some() {
                "There is merges.txt, but vocab.json is missing"
            } else if ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model"]
                .iter()
                .any(|f| dir.join(f).exists())
            {
                "There is a SentencePiece model, which is not read; convert it, for example with transformers: \
                 AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR)"
            } else if dir.is_dir() {
                "Download tokenizer.json into it"
            } else {
                "There is no such directory"
            };
            Err(TextError::NoTokenizer { path: dir.to_owned(), advice: advice.to_owned() })
        }
    }
}

type Built = std::result::Result<Tokenizer, String>;

fn built(path: &Path, build: impl FnOnce() -> Built) -> Result<Tokenizer> {
    guarded(build).and_then(|built| built).map_err(|problem| invalid(path, problem))
}

/// BERT's tokenizer.
fn word_piece(vocab: &str, settings: &Settings) -> Built {
    // The number of a token is its line.
    let vocab: Vocab = vocab.lines().enumerate().map(|(line, token)| (token.to_owned(), line as u32)).collect();
    let named = |special, usual| settings.name(special).unwrap_or(usual).to_owned();
    let unk = numbered(&vocab, named(Special::Unk, "[UNK]"))?.0;
    let cls = numbered(&vocab, named(Special::Cls, "[CLS]"))?;
    let sep = numbered(&vocab, named(Special::Sep, "[SEP]"))?;
    let special = [named(Special::Pad, "[PAD]"), unk.clone(), cls.0.clone(), sep.0.clone()];
    let mask = named(Special::Mask, "[MASK]");

    let mut tokenizer = Tokenizer::new(WordPiece::builder().vocab(vocab).unk_token(unk).build().map_err(text)?);
    let normalizer = BertNormalizer::new(
        true,
        settings.tokenize_chinese_chars.unwrap_or(true),
        settings.strip_accents,
        settings.do_lower_case.unwrap_or(true),
    );
    tokenizer.with_normalizer(Some(normalizer)).map_err(text)?;
    tokenizer.with_pre_tokenizer(Some(BertPreTokenizer));
    tokenizer.with_post_processor(Some(BertProcessing::new(sep, cls)));
    tokenizer.with_decoder(Some(decoders::wordpiece::WordPiece::default()));
    mark_special(&mut tokenizer, special.into_iter().chain([mask]).map(|name| AddedToken::from(name, true)))?;
    Ok(tokenizer)
}

/// GPT-2's tokenizer, or RoBERTa's: the same pieces, with `<s>` and `</s>` around the text.
fn byte_level(vocab: Vocab, merges: Merges, settings: &Settings) -> Built {
    let gpt2 = settings.tokenizer_class.as_deref().is_some_and(|class| class.starts_with("GPT2"));
    let around = [("<s>", "</s>"), ("[CLS]", "[SEP]")]
        .into_iter()
        .find(|(cls, sep)| !gpt2 && vocab.contains_key(*cls) && vocab.contains_key(*sep));
    let prefix_space = settings.add_prefix_space.unwrap_or(false);
    let byte_level = ByteLevel::default().add_prefix_space(prefix_space);

    let (processor, special): (PostProcessorWrapper, Vec<String>) = if let Some((cls, sep)) = around {
        let named = |special, usual: &str| settings.name(special).unwrap_or(usual).to_owned();
        let cls = numbered(&vocab, named(Special::Cls, cls))?;
        let sep = numbered(&vocab, named(Special::Sep, sep))?;
        let usual = ["<unk>", "<pad>", "<mask>", "[UNK]", "[PAD]", "[MASK]"].map(str::to_owned);
        let given = Special::ALL.into_iter().filter_map(|special| settings.name(special)).map(str::to_owned);
        let special = usual.into_iter().chain(given).chain([cls.0.clone(), sep.0.clone()]).collect();
        let processor = RobertaProcessing::new(sep, cls).add_prefix_space(prefix_space);
        (processor.into(), special)
    } else {
        let named = |special| settings.name(special).unwrap_or("<|endoftext|>").to_owned();
        let special = vec![named(Special::Unk), named(Special::Bos), named(Special::Eos), named(Special::Pad)];
        let processor = if settings.add_bos_token == Some(true) {
            begun_by(numbered(&vocab, named(Special::Bos))?)?.into()
        } else {
            byte_level.trim_offsets(false).into()
        };
        (processor, special)
    };

    let model = BPE::builder().vocab_and_merges(vocab, merges).build().map_err(text)?;
    let mut tokenizer = Tokenizer::new(model);
    tokenizer.with_pre_tokenizer(Some(byte_level));
    tokenizer.with_post_processor(Some(processor));
    tokenizer.with_decoder(Some(ByteLevel::default()));
    let mask = settings.name(Special::Mask).unwrap_or("<mask>").to_owned();
    // RoBERTa's mask takes the space before it along.
    let tokens = special.into_iter().map(|name| {
        let lstrip = name == mask;
        AddedToken::from(name, true).lstrip(lstrip)
    });
    mark_special(&mut tokenizer, tokens)?;
    Ok(tokenizer)
}

/// A template that puts a token before each text.
fn begun_by((name, id): (String, u32)) -> std::result::Result<TemplateProcessing, String> {
    // Under a name of our own, since the token's may hold characters that mean something in a template.
    let bos = SpecialToken::new("bos".to_owned(), vec![id], vec![name]).map_err(text)?;
    TemplateProcessing::builder()
        .try_single("bos:0 $A:0")?
        .try_pair("bos:0 $A:0 bos:1 $B:1")?
        .special_tokens(vec![bos])
        .build()
        .map_err(|error| error.to_string())
}

/// Marks those of the tokens as special that the vocabulary has; none is added to it, since the model would have no
/// row for it in its table.
fn mark_special(
    tokenizer: &mut Tokenizer,
    tokens: impl Iterator<Item = AddedToken>,
) -> std::result::Result<(), String> {
    let known: Vec<_> = tokens.filter(|token| tokenizer.token_to_id(&token.content).is_some()).collect();
    tokenizer.add_special_tokens(known).map(|_| ()).map_err(text)
}

/// A token with its number, which must be in the vocabulary.
fn numbered(vocab: &Vocab, name: String) -> std::result::Result<(String, u32), String> {
    match vocab.get(&name) {
        Some(&id) => Ok((name, id)),
        None => Err(format!("it holds no {name:?}, which this kind of tokenizer needs")),
    }
}

/// The pairs of `merges.txt`, most frequent first.
fn read_merges(merges: &str) -> std::result::Result<Merges, String> {
    let mut pairs = Vec::new();
    for (index, line) in merges.lines().enumerate() {
        if line.starts_with("#version") || line.trim().is_empty() {
            continue;
        }
        match line.trim_end().split(' ').collect::<Vec<_>>()[..] {
            [_, right] if right.ends_with("</w>") => {
                return Err("it marks the ends of words with </w>, so it is not byte-level BPE as in GPT-2. \
                            Such a tokenizer is read from tokenizer.json only"
                    .to_owned());
            }
            [left, right] => pairs.push((left.to_owned(), right.to_owned())),
            _ => return Err(format!("line {}: expected two pieces with a space between them", index + 1)),
        }
    }
    Ok(pairs)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn text(error: tokenizers::Error) -> String {
    error.to_string()
}
