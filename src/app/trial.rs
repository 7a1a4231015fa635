//! What tests of the explorer share: tiny models without a tokenizer, and an explorer whose work is done at once.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{App, Effect, Input, Job, Key, Language, Message, Outcome, Shell, Target, Work};
use crate::explore::{Decoding, Pass, Prompt, Subject};
use crate::models::{self, Loaded};
use crate::tape::Run;
use crate::tensor::{Pool, Tensor};

/// A GPT-2 of two layers, sure enough of itself that its candidates differ.
pub fn gpt2() -> Loaded {
    let config = json!({
        "model_type": "gpt2", "vocab_size": 24, "n_positions": 12, "n_embd": 8, "n_layer": 2, "n_head": 2
    });
    decided(&config, "wte.weight")
}

/// A BERT of two layers that fills masks in.
pub fn bert() -> Loaded {
    let config = json!({
        "model_type": "bert", "architectures": ["BertForMaskedLM"], "vocab_size": 24, "hidden_size": 8,
        "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32, "max_position_embeddings": 12
    });
    decided(&config, "embeddings.word_embeddings.weight")
}

/// A random model whose token table, with which the output is compared, is larger.
fn decided(config: &Value, table: &str) -> Loaded {
    let mut loaded = models::random(config.as_object().unwrap(), 1).unwrap();
    let parameters = Arc::get_mut(&mut loaded.parameters).unwrap();
    let (id, value) = parameters
        .iter()
        .find(|(_, entry)| entry.name.ends_with(table))
        .map(|(id, entry)| (id, entry.value.clone().unwrap()))
        .unwrap();
    let larger = value.to_vec().iter().map(|x| x * 25.0).collect();
    parameters.set(id, Tensor::new(larger, value.shape()));
    loaded
}

/// One number of a parameter replaced.
pub fn spoiled(mut loaded: Loaded, parameter: &str, number: f32) -> Loaded {
    let parameters = Arc::get_mut(&mut loaded.parameters).unwrap();
    let (id, value) = parameters
        .iter()
        .find(|(_, entry)| entry.name.ends_with(parameter))
        .map(|(id, entry)| (id, entry.value.clone().unwrap()))
        .unwrap();
    let mut data = value.to_vec();
    data[0] = number;
    parameters.set(id, Tensor::new(data, value.shape()));
    loaded
}

/// An explorer with that text, whose first pass has run.
pub fn app(loaded: Loaded, language: Language, text: &str) -> App {
    let mut shell = Shell::new(language).unwrap();
    shell.prompt.set(text);
    let mut app = App::new(shell, Some(Arc::new(Subject::from_loaded("tiny", loaded))));
    let effects = app.begin();
    settle(&mut app, effects);
    app
}

/// Presses keys, named as in key files and parted by blanks; all work that they ask for is done before the next.
pub fn press(app: &mut App, keys: &str) {
    for key in keys.split(' ') {
        let key: Key = key.parse().unwrap();
        let effects = app.update(Input::Key(key));
        settle(app, effects);
    }
}

/// Clicks on something.
pub fn click(app: &mut App, target: Target) {
    let effects = app.update(Input::Click(target));
    settle(app, effects);
}

fn settle(app: &mut App, effects: Vec<Effect>) {
    for effect in effects {
        if let Effect::Start(job) = effect {
            let subject = Arc::clone(app.subject.as_ref().unwrap());
            let done = Message::Done(job.id, work(&job, &subject));
            let effects = app.update(Input::Message(done));
            settle(app, effects);
        }
    }
}

fn work(job: &Job, subject: &Subject) -> Result<Outcome, String> {
    let pool: Arc<Pool> = Arc::default();
    let run = Run::new(&pool);
    let outcome = match &job.work {
        Work::Run(prompt) => Pass::run(subject, prompt, run).map(|pass| Outcome::Pass(Arc::new(pass.unwrap()))),
        Work::Decode(prompt, sampling) => decoded(Decoding::start(subject, prompt, *sampling, run)),
        Work::Write(decoding, id) => decoded(decoding.write(subject, *id, run)),
        _ => Ok(Outcome::Cancelled),
    };
    outcome.map_err(|error| error.to_string())
}

fn decoded(
    decoding: Result<Option<Decoding>, crate::explore::ExploreError>,
) -> Result<Outcome, crate::explore::ExploreError> {
    decoding.map(|decoding| Outcome::Decoding(Arc::new(decoding.unwrap())))
}

/// A pass over a text.
pub fn pass(subject: &Subject, text: &str) -> Pass {
    let pool: Arc<Pool> = Arc::default();
    Pass::run(subject, &Prompt::of(text), Run::new(&pool)).unwrap().unwrap()
}
