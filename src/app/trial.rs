//! What tests of the explorer share: tiny models without a tokenizer, and an explorer whose work is done at once.

use std::sync::Arc;

pub use crate::explore::trial::{bert, gpt2, long_gpt2, long_text, spoiled, t5};

use super::{App, Effect, Input, Job, Key, Language, Message, Outcome, Shell, Target, Work};
use crate::explore::{Decoding, Pass, Subject};
use crate::models::Loaded;
use crate::tape::Run;
use crate::tensor::Pool;

/// An explorer with that text, whose first pass has run.
pub fn app(loaded: Loaded, language: Language, text: &str) -> App {
    exploring(Subject::from_loaded("tiny", loaded), language, text)
}

/// An explorer of any model with that text, whose first pass has run.
pub fn exploring(subject: Subject, language: Language, text: &str) -> App {
    let mut shell = Shell::new(language).unwrap();
    shell.prompt.set(text);
    let mut app = App::new(shell, Some(Arc::new(subject)));
    let effects = app.begin();
    settle(&mut app, effects);
    app
}

/// A trained mini.
pub fn mini(id: &str) -> Subject {
    Subject::mini(&crate::minis::find(id).unwrap()).unwrap()
}

/// Goes to an address in an explorer that has just begun, without a model.
pub fn arrived(address: &str, language: Language) -> App {
    let mut app = App::new(Shell::new(language).unwrap(), None);
    let effects = app.go(address.parse().unwrap());
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

/// Does all work that was asked for.
pub fn settled(app: &mut App, effects: Vec<Effect>) {
    settle(app, effects);
}

/// Clicks on something.
pub fn click(app: &mut App, target: Target) {
    let effects = app.update(Input::Click(target));
    settle(app, effects);
}

fn settle(app: &mut App, effects: Vec<Effect>) {
    for effect in effects {
        if matches!(effect, Effect::LookInCache) {
            app.update(Input::Message(Message::CacheFound(Arc::default())));
        }
        if matches!(effect, Effect::ReadCatalogue(_)) {
            app.catalogue.catalog().entries();
            let effects = app.update(Input::Message(Message::CatalogueRead));
            settle(app, effects);
        }
        if let Effect::Tokenize(ask) = &effect {
            let effects = app.update(Input::Message(Message::Tokenized(Arc::new(ask.work()))));
            settle(app, effects);
        }
        if let Effect::Start(job) = effect {
            let subject = app.subject.clone();
            let done = Message::Done(job.id, work(&job, subject.as_deref()));
            let effects = app.update(Input::Message(done));
            settle(app, effects);
        }
    }
}

fn work(job: &Job, subject: Option<&Subject>) -> Result<Outcome, String> {
    let by_name = match &job.work {
        Work::Load(model) => crate::minis::find(model).filter(|_| subject.is_none_or(|now| now.as_mini().is_some())),
        _ => None,
    };
    if let Some(found) = by_name {
        return Ok(Outcome::Loaded(Arc::new(mini(found.id))));
    }
    let none = Subject::from_loaded("none", gpt2());
    let subject = subject.unwrap_or(&none);
    let pool: Arc<Pool> = Arc::default();
    let run = Run::new(&pool);
    let outcome = match &job.work {
        Work::Run(prompt) => {
            let most = if subject.as_mini().is_some() { 48 } else { 6 };
            Pass::run_whole(subject, prompt, most, run).map(|pass| Outcome::Pass(Arc::new(pass.unwrap())))
        }
        Work::Decode(prompt, sampling) => decoded(Decoding::start(subject, prompt, *sampling, run)),
        Work::Write(decoding, id) => decoded(decoding.write(subject, *id, run)),
        Work::Replay(pass, edits) => pass.edited(edits, run).map(|pass| Outcome::Edited(Arc::new(pass.unwrap()))),
        Work::Study(study) => {
            let found = study.run(subject, run).map(Option::unwrap);
            Ok(Outcome::Found(found.map_err(|error| error.to_string())))
        }
        Work::Try(trial) => Ok(Outcome::Tried(trial.run(subject).map(Arc::new))),
        // What lies on disk is no business of these tests: the tiny models stand for it. Minis lead to minis.
        Work::Load(model) => {
            let loaded = match model.as_str() {
                "gpt2" => gpt2(),
                "bert" => bert(),
                "t5" => t5(),
                other => return Err(format!("there is no model {other:?}")),
            };
            Ok(Outcome::Loaded(Arc::new(Subject::from_loaded(model, loaded))))
        }
        Work::Compare(comparing) => Ok(Outcome::Compared(comparing.run(None))),
        Work::Open(pass, scope) => {
            pass.record.open(*scope);
            Ok(Outcome::Opened)
        }
    };
    outcome.map_err(|error| error.to_string())
}

fn decoded(
    decoding: Result<Option<Decoding>, crate::explore::ExploreError>,
) -> Result<Outcome, crate::explore::ExploreError> {
    decoding.map(|decoding| Outcome::Decoding(Arc::new(decoding.unwrap())))
}
