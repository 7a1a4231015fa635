//! What is explored: a model with its parameters and the tokenizer that reads its text.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::pass::views;
use super::{Card, ExploreError, HeadNote, Prompt, TokenView};
use crate::checkpoint::Checkpoint;
use crate::local;
use crate::minis::Mini;
use crate::models::{self, Inputs, Loaded, Predicts, Sizes};
use crate::tape::Parameters;
use crate::tensor::Pool;
use crate::text::{Encoding, Special, Token, Tokenizer};
use crate::train::Recipe;
use crate::world::{self, Document, World};

/// A model that can be given text.
pub struct Subject {
    /// What it is called on the screen: the directory's name, of a cached one its repository's.
    pub name: String,
    /// Where it came from.
    pub path: PathBuf,
    loaded: Loaded,
    tokenizer: Option<Arc<Tokenizer>>,
    /// Why there is no tokenizer, where there is none.
    no_tokenizer: Option<String>,
    pool: Arc<Pool>,
    stored_bytes: u64,
    mini: Option<Mini>,
    /// Documents of the world, made when they are asked for.
    pub(super) known: OnceLock<Vec<Document>>,
    card: Card,
    /// Why the card beside the checkpoint could not be read, where it could not.
    card_fault: Option<String>,
}

impl Subject {
    /// Opens a checkpoint directory. Without a tokenizer the text is token ids.
    ///
    /// # Errors
    /// Where the checkpoint cannot be used.
    pub fn open(path: &Path) -> Result<Self, ExploreError> {
        let checkpoint = Checkpoint::open(path)?;
        let loaded = models::open(&checkpoint)?;
        let (tokenizer, no_tokenizer) = match Tokenizer::open(checkpoint.dir()) {
            Ok(tokenizer) => (Some(Arc::new(tokenizer)), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let dir = checkpoint.dir();
        let full = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
        let last = || full.file_name().map_or_else(|| dir.display().to_string(), |n| n.to_string_lossy().into_owned());
        let name = local::repository_of(&full).unwrap_or_else(last);
        let stored_bytes = checkpoint.total_bytes();
        let (card, card_fault) = match Card::read(dir) {
            Ok(card) => (card, None),
            Err(fault) => (Card::default(), Some(fault)),
        };
        let pool = Arc::default();
        Ok(Self {
            name,
            path: full,
            loaded,
            tokenizer,
            no_tokenizer,
            pool,
            stored_bytes,
            mini: None,
            known: OnceLock::new(),
            card,
            card_fault,
        })
    }

    /// A small trained model that comes with the program.
    ///
    /// # Errors
    /// Where it was not trained yet.
    pub fn mini(mini: &Mini) -> Result<Self, ExploreError> {
        let id = mini.id;
        let file = |name: &str| mini.text(name).ok_or(ExploreError::Untrained { id });
        let weights = mini.file("model.safetensors").ok_or(ExploreError::Untrained { id })?;
        let checkpoint = Checkpoint::from_static(id, file("config.json")?, weights)?;
        let loaded = models::open(&checkpoint)?;
        let tokenizer = Some(Arc::new(Tokenizer::from_json(format!("{id}/tokenizer.json"), file("tokenizer.json")?)?));
        let stored_bytes = checkpoint.total_bytes();
        let (card, card_fault) = match mini.text("card.json").map(|text| Card::parse(Path::new(id), text)) {
            None => (Card::default(), None),
            Some(Ok(card)) => (card, None),
            Some(Err(fault)) => (Card::default(), Some(fault)),
        };
        let (name, path, pool, mini) = (id.to_owned(), PathBuf::from(id), Arc::default(), Some(*mini));
        Ok(Self {
            name,
            path,
            loaded,
            tokenizer,
            no_tokenizer: None,
            pool,
            stored_bytes,
            mini,
            known: OnceLock::new(),
            card,
            card_fault,
        })
    }

    /// The mini that it is, where it is one.
    pub fn as_mini(&self) -> Option<&Mini> {
        self.mini.as_ref()
    }

    /// What it was made by, where it is a mini.
    pub fn recipe(&self) -> Option<Recipe> {
        let text = self.mini.as_ref()?.text("recipe.yaml")?;
        Recipe::parse("recipe.yaml", text, &self.loaded).ok()
    }

    /// The texts to try that came with it, where it is a mini; the best first.
    pub fn examples(&self) -> Vec<world::Example> {
        self.own_examples().map(|examples| examples.examples).unwrap_or_default()
    }

    fn own_examples(&self) -> Option<world::Examples> {
        world::Examples::parse(self.mini.as_ref()?.text("examples.yaml")?).ok()
    }

    /// The bytes of a prompt's line that are words which this mini never saw; none where it is no mini.
    pub fn unseen(&self, prompt: &Prompt) -> Vec<Range<usize>> {
        let Some(examples) = self.own_examples() else { return Vec::new() };
        let second = prompt.second();
        let parts = [Some(prompt.text.as_str()), prompt.pair.as_deref().or(prompt.target.as_deref())];
        let mut unseen = Vec::new();
        for (part, start) in parts.into_iter().zip([0, second]) {
            let Some(text) = part else { continue };
            let text = self.without_special_tokens(text);
            let words = World::shipped().unknown(&text, &examples.languages);
            unseen.extend(words.into_iter().map(|word| word.start + start..word.end + start));
        }
        unseen
    }

    /// The text with blanks where special tokens are written: they are no words, and part the words beside them.
    fn without_special_tokens(&self, text: &str) -> String {
        let encoding = self.tokenizer.as_ref().and_then(|tokenizer| tokenizer.encode(text, None, false).ok());
        let mut bytes = text.as_bytes().to_vec();
        for token in encoding.iter().flat_map(|encoding| &encoding.tokens).filter(|token| token.special) {
            bytes[token.bytes.clone()].fill(b' ');
        }
        String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
    }

    /// The mini of an id with random weights: what tests can look at whether or not it was trained.
    #[cfg(test)]
    pub fn untrained(id: &str) -> Self {
        let mini = crate::minis::find(id).expect("a mini");
        let file = |name: &str| mini.text(name).expect("one of its files");
        let config: serde_json::Value = serde_json::from_str(file("config.json")).expect("a configuration");
        let loaded = models::random(config.as_object().expect("an object"), 1).expect("a model");
        let tokenizer = Tokenizer::from_json("tokenizer.json", file("tokenizer.json")).expect("a tokenizer");
        Self {
            tokenizer: Some(Arc::new(tokenizer)),
            no_tokenizer: None,
            mini: Some(mini),
            path: PathBuf::from(id),
            ..Self::from_loaded(id, loaded)
        }
    }

    /// A model with no tokenizer, for tests and benches.
    pub fn from_loaded(name: &str, loaded: Loaded) -> Self {
        let stored_bytes = 4 * loaded.parameters.count();
        let no_tokenizer = Some("this model was made without a tokenizer".to_owned());
        let (name, path) = (name.to_owned(), PathBuf::new());
        let (pool, card) = (Arc::default(), Card::default());
        Self {
            name,
            path,
            loaded,
            tokenizer: None,
            no_tokenizer,
            pool,
            stored_bytes,
            mini: None,
            known: OnceLock::new(),
            card,
            card_fault: None,
        }
    }

    /// The same model with a card.
    #[must_use]
    pub fn with_card(self, card: Card) -> Self {
        Self { card, ..self }
    }

    /// What the model's card says of a head, by its attention's stream.
    pub fn note(&self, stream: &str, layer: usize, head: usize) -> Option<&HeadNote> {
        self.card.note(stream, layer, head)
    }

    /// Why the card beside the checkpoint could not be read, where it could not.
    pub fn card_fault(&self) -> Option<&str> {
        self.card_fault.as_deref()
    }

    /// The official class.
    pub fn class(&self) -> &'static str {
        self.loaded.model.class()
    }

    /// As in `config.json`.
    pub fn model_type(&self) -> &'static str {
        self.loaded.model_type
    }

    /// The sizes.
    pub fn sizes(&self) -> Sizes {
        self.loaded.model.sizes()
    }

    /// What it predicts, and the output that says so.
    pub fn predicts(&self) -> (Predicts, &'static str) {
        self.loaded.model.predicts()
    }

    /// The model's code.
    pub fn model(&self) -> &dyn models::Model {
        self.loaded.model.as_ref()
    }

    /// Its parameters.
    pub fn parameters(&self) -> &Arc<Parameters> {
        &self.loaded.parameters
    }

    /// Its tokenizer, where it has one.
    pub fn tokenizer(&self) -> Option<&Tokenizer> {
        self.tokenizer.as_deref()
    }

    /// The same, to be held beside the model.
    pub fn shared_tokenizer(&self) -> Option<Arc<Tokenizer>> {
        self.tokenizer.clone()
    }

    /// Why there is no tokenizer, where there is none.
    pub fn no_tokenizer(&self) -> Option<&str> {
        self.no_tokenizer.as_deref()
    }

    /// Buffers, used again from pass to pass.
    pub fn pool(&self) -> &Arc<Pool> {
        &self.pool
    }

    /// Bytes of the weights as they are stored.
    pub fn stored_bytes(&self) -> u64 {
        self.stored_bytes
    }

    /// The tokens of a prompt.
    ///
    /// # Errors
    /// Where the tokenizer refuses, or the text is not token ids where there is no tokenizer.
    pub fn encode(&self, prompt: &Prompt) -> Result<Encoding, ExploreError> {
        match &self.tokenizer {
            Some(tokenizer) => Ok(tokenizer.encode(&prompt.text, prompt.pair.as_deref(), true)?),
            None if prompt.pair.is_some() => Err(ExploreError::Prompt(
                "there is no tokenizer beside this checkpoint, so it takes no pair".to_owned(),
            )),
            None => ids_as_tokens(&prompt.text),
        }
    }

    /// The prompt that a typed line is for this model: `first || second` is a pair, `source => target` a given target.
    pub fn prompt(&self, line: &str) -> Prompt {
        if self.writes_target() { Prompt::from_line_with_target(line) } else { Prompt::from_line(line) }
    }

    /// Whether it reads a source and writes a target of its own.
    pub fn writes_target(&self) -> bool {
        self.model().target_start().is_some()
    }

    /// The target of a prompt as its decoder reads it: the start, then what is given. Nothing where the model writes no
    /// target.
    ///
    /// # Errors
    /// As [`Subject::encode`].
    pub fn target(&self, prompt: &Prompt) -> Result<Vec<TokenView>, ExploreError> {
        let Some(start) = self.model().target_start() else { return Ok(Vec::new()) };
        let mut target = vec![self.view(start)];
        if let Some(given) = prompt.target.as_deref().filter(|given| !given.is_empty()) {
            let encoding = match &self.tokenizer {
                Some(tokenizer) => tokenizer.encode(given, None, false)?,
                None => ids_as_tokens(given)?,
            };
            target.extend(views(&encoding));
        }
        Ok(target)
    }

    /// A token that nobody typed, as it is shown.
    pub fn view(&self, id: u32) -> TokenView {
        TokenView { id, label: self.label(id), source: None }
    }

    /// Tokens that were written one after the other, each with its place in the text that they come to.
    pub fn written_views(&self, ids: &[u32]) -> Vec<TokenView> {
        let Some(tokenizer) = &self.tokenizer else { return ids.iter().map(|&id| self.view(id)).collect() };
        let mut decoder = tokenizer.decoder();
        let (mut characters, mut bytes) = (0, 0);
        let view = |&id: &u32| {
            let text = decoder.push(id);
            let (start, from) = (characters, bytes);
            (characters, bytes) = (start + text.chars().count(), from + text.len());
            let source = Token::written(id, &tokenizer.piece(id)?, &text, start, from..bytes, tokenizer.is_special(id));
            Some(TokenView { source: Some(source), ..self.view(id) })
        };
        ids.iter().map(view).zip(ids).map(|(view, &id)| view.unwrap_or_else(|| self.view(id))).collect()
    }

    /// The id that ends a text: the tokenizer's, or the configuration's where there is no tokenizer.
    pub fn end(&self) -> Option<u32> {
        match &self.tokenizer {
            Some(tokenizer) => tokenizer.special(Special::Eos),
            None => self.model().end(),
        }
    }

    /// The arguments of a pass over these tokens: those of the usual ones that the model takes.
    pub fn inputs(&self, encoding: &Encoding) -> Inputs {
        let ids = encoding.ids();
        let mask = self.mask_id();
        let masked: Vec<usize> = (0..ids.len()).filter(|&place| Some(ids[place]) == mask).collect();
        let inputs = self.loaded.model.reading(self.more(&ids), ids.len(), &masked);
        // GPT-2 takes token types too, but reads them from the token table: they are not segments.
        if self.loaded.model.reads_pairs() {
            let types = encoding.type_ids().iter().map(|&id| i64::from(id)).collect();
            return inputs.with("token_type_ids", vec![1, ids.len()], types);
        }
        inputs
    }

    /// The arguments of a pass over more tokens of the same text.
    pub(super) fn more(&self, ids: &[u32]) -> Inputs {
        Inputs::ids(ids).in_language(self.loaded.model.language())
    }

    /// The id of the mask token, where the model fills masks in.
    pub fn mask_id(&self) -> Option<u32> {
        match self.predicts().0 {
            Predicts::Masked => self.tokenizer.as_ref()?.special(Special::Mask),
            _ => None,
        }
    }

    /// The prompt with another token in the place of one; `None` where that token is not in the user's text.
    pub fn with_token(&self, pass: &super::Pass, position: usize, id: u32) -> Option<Prompt> {
        let token = pass.tokens.get(position)?.source.as_ref()?;
        let piece = self.tokenizer.as_ref().map_or_else(|| Some(id.to_string()), |t| t.piece(id))?;
        let special = self.tokenizer.as_ref().is_some_and(|t| t.is_special(id));
        let word = if special { piece } else { self.written(&[id]).trim_start().to_owned() };
        let mut prompt = pass.prompt.clone();
        let text = if token.sequence == Some(1) { prompt.pair.as_mut()? } else { &mut prompt.text };
        if token.sequence.is_none() && token.bytes.is_empty() {
            return None;
        }
        text.get(token.bytes.clone())?;
        text.replace_range(token.bytes.clone(), &word);
        Some(prompt)
    }

    /// How the token of an id is shown.
    pub fn label(&self, id: u32) -> String {
        self.tokenizer.as_ref().and_then(|t| t.label(id)).unwrap_or_else(|| id.to_string())
    }

    /// The text of a token as it would be written.
    pub fn written(&self, ids: &[u32]) -> String {
        match &self.tokenizer {
            Some(tokenizer) => tokenizer.decode(ids),
            None => ids.iter().map(u32::to_string).collect::<Vec<_>>().join(" "),
        }
    }
}

/// Whole numbers parted by blanks, each a token that shows its number.
fn ids_as_tokens(text: &str) -> Result<Encoding, ExploreError> {
    let mut tokens = Vec::new();
    // Bytes and characters up to the word.
    let (mut at, mut characters) = (0, 0);
    for word in text.split_whitespace() {
        let id: u32 = word.parse().map_err(|_| {
            ExploreError::Prompt(format!(
                "there is no tokenizer beside this checkpoint, so its text is token ids parted by blanks; {word:?} is no id"
            ))
        })?;
        let bytes = text[at..].find(word).map_or(at..at, |found| at + found..at + found + word.len());
        characters += text[at..bytes.start].chars().count();
        at = bytes.end;
        tokens.push(Token::numbered(id, word, characters, bytes));
        characters += word.chars().count();
    }
    Ok(Encoding { tokens })
}
