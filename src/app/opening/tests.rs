use std::sync::Arc;

use super::*;
use crate::app::trial::{app, exploring, gpt2, press, settled, t5};
use crate::app::{App, Message, Outcome};

fn open(app: &mut App, model: &str) {
    let effects = app.open_model(model);
    settled(app, effects);
}

#[test]
fn another_model_is_opened_and_runs_the_text_that_was_typed() {
    let mut app = app(gpt2(), Language::En, "1 2 3");
    press(&mut app, "4");
    open(&mut app, "bert");
    assert_eq!(app.subject.as_ref().unwrap().name, "bert");
    let pass = app.pass.as_ref().unwrap();
    assert_eq!((pass.tokens.len(), app.shell.prompt.text()), (3, "1 2 3"));
    assert_eq!(app.cursor.query, 2);
    assert_eq!(app.shell.screen, crate::app::Screen::Attention, "the screen stays");
}

#[test]
fn what_cannot_be_opened_is_said_and_nothing_changes() {
    let mut app = app(gpt2(), Language::En, "1 2 3");
    open(&mut app, "nowhere");
    assert_eq!(app.subject.as_ref().unwrap().name, "tiny");
    assert!(app.shell.notice.as_ref().unwrap().text.contains("nowhere"));
    assert!(app.fault.is_none() && app.pass.is_some());
}

#[test]
fn a_text_that_was_being_run_is_run_when_the_model_does_not_open() {
    let mut app = app(gpt2(), Language::En, "1 2 3");
    press(&mut app, "e");
    let running = app.update(crate::app::Input::Key("BSpace".parse().unwrap()));
    drop(running);
    open(&mut app, "nowhere");
    assert_eq!(app.pass.as_ref().unwrap().prompt.text, "1 2 ");
}

#[test]
fn an_older_model_that_arrives_late_is_dropped() {
    let mut app = app(gpt2(), Language::En, "1 2 3");
    let first = app.open_model("bert");
    let crate::app::Effect::Start(late) = first[0].clone() else { panic!("no work") };
    open(&mut app, "t5");
    let subject = Arc::new(Subject::from_loaded("late", gpt2()));
    app.update(crate::app::Input::Message(Message::Done(late.id, Ok(Outcome::Loaded(subject)))));
    assert_eq!(app.subject.as_ref().unwrap().name, "t5");
}

#[test]
fn texts_that_the_next_model_can_read_are_kept() {
    let (gpt2, t5) = (Subject::from_loaded("gpt2", gpt2()), Subject::from_loaded("t5", t5()));
    let kept = |text, examples: &[&str], before, next| {
        let examples: Vec<String> = examples.iter().map(|&text| text.to_owned()).collect();
        super::kept(text, &examples, Some(before), next).map(str::to_owned)
    };
    assert_eq!(kept("1 2", &[], &gpt2, &t5).as_deref(), Some("1 2"));
    assert_eq!(kept("1 2", &["1 2"], &gpt2, &t5), None, "an example of the model before");
    assert_eq!(kept("1 2 => 3", &[], &t5, &gpt2), None, "a target that it would read as text");
    assert_eq!(kept("Anna", &[], &gpt2, &t5), None, "no token ids");
    assert_eq!(kept("  ", &[], &gpt2, &t5), None);
    let long = ["1"; 13].join(" ");
    assert_eq!(kept(&long, &[], &t5, &gpt2), None, "longer than its context");
}

#[test]
fn tokens_that_the_next_model_does_not_have_are_not_kept() {
    let [bert, gpt2] = ["bert", "gpt-2"].map(Subject::untrained);
    assert_eq!(kept("Anna found a [MASK].", &[], Some(&bert), &gpt2), None);
    assert_eq!(kept("Anna found a ball.", &[], Some(&bert), &gpt2), Some("Anna found a ball."));
    assert_eq!(kept("Anna. || She went.", &[], Some(&bert), &gpt2), None, "it reads no pairs");
}

#[test]
fn the_list_offers_what_was_trained() {
    let offered = Offered::all(None);
    let trained: Vec<&str> = minis::all().filter(Mini::is_trained).map(|mini| mini.id).collect();
    assert_eq!(offered.iter().map(|offered| offered.model.as_str()).collect::<Vec<_>>(), trained);
    for entry in offered.iter().map(|offered| offered.entry(Language::En)) {
        assert!(entry.title.starts_with("Open ") && entry.also.contains("打开"), "{entry:?}");
    }
    assert_eq!(thousands(199_232), "199,232");
}

/// Two checkpoints of a cache: one that opens, and one that does not.
fn scan() -> Arc<Scan> {
    let found = |name: &str, why| Found {
        name: name.to_owned(),
        dir: format!("/cache/models--{}/snapshots/0123", name.replace('/', "--")).into(),
        revision: Some("0123".to_owned()),
        model_type: Some("gpt2".to_owned()),
        class: Some("GPT2LMHeadModel".to_owned()),
        parameters: Some(124_439_808),
        bytes: 548 << 20,
        why,
    };
    let found = vec![found("org/opens", None), found("org/other", Some(Why::Shards(1, 3)))];
    Arc::new(Scan { found, ..Scan::default() })
}

#[test]
fn checkpoints_of_the_cache_stand_below_the_minis_and_say_why_they_cannot_be_opened() {
    let mut app = app(gpt2(), Language::En, "1 2 3");
    let effects = app.update(crate::app::Input::Key("m".parse().unwrap()));
    assert!(matches!(effects[..], [crate::app::Effect::LookInCache]));
    let palette = |app: &App| match &app.shell.overlay {
        Some(crate::app::shell::Overlay::Palette(palette)) => palette.clone(),
        other => panic!("no list: {other:?}"),
    };
    assert_eq!(palette(&app).note, Some(Word::LookingInCache));
    app.update(crate::app::Input::Key("o".parse().unwrap()));
    app.update(crate::app::Input::Message(Message::CacheFound(scan())));
    assert_eq!((palette(&app).note, palette(&app).query.text()), (None, "o"), "what was typed stays");
    app.update(crate::app::Input::Key("BSpace".parse().unwrap()));
    let list = palette(&app);
    let entries: Vec<_> = list.found().iter().map(|found| list.entry(found)).rev().take(2).collect();
    assert_eq!((entries[1].title.as_str(), entries[0].title.as_str()), ("Open org/opens", "org/other"));
    assert_eq!(entries[1].detail, "GPT2LMHeadModel, 124,439,808 parameters, 548 MiB on disk");
    press(&mut app, "o r g / o t h Enter");
    let notice = app.shell.notice.clone().unwrap().text;
    assert_eq!(notice, "org/other cannot be opened: 1 of 3 files of weights are missing; download them too");
    // Among the commands only what opens is offered; choosing it asks for its path.
    press(&mut app, ":");
    let commands = palette(&app);
    let titles = || commands.found().iter().map(|found| commands.entry(found).title.as_str());
    assert!(titles().any(|title| title == "Open org/opens") && titles().all(|title| !title.contains("org/other")));
    press(&mut app, "o r g / o p e");
    let effects = app.update(crate::app::Input::Key("Enter".parse().unwrap()));
    let [crate::app::Effect::Start(job)] = &effects[..] else { panic!("no work") };
    assert!(matches!(&job.work, crate::app::Work::Load(path) if path == "/cache/models--org--opens/snapshots/0123"));
}

#[test]
fn every_reason_is_said_in_both_languages() {
    let reasons = [
        Why::NoSnapshot,
        Why::NoConfig,
        Why::Config("X".into()),
        Why::Architecture(None),
        Why::Architecture(Some("X".into())),
        Why::Class("X".into(), vec!["Y"]),
        Why::NoSafetensors(None),
        Why::NoSafetensors(Some("X".into())),
        Why::Shards(1, 1),
        Why::Shards(2, 3),
        Why::BrokenLink("X".into()),
        Why::Unreadable("X".into()),
    ];
    for why in &reasons {
        let [en, zh] = [Language::En, Language::Zh].map(|language| said(why, language));
        assert!(en != zh && !en.contains("{}") && !zh.contains("{}"), "{en} {zh}");
    }
    let all: std::collections::BTreeSet<String> = reasons.iter().map(|why| said(why, Language::En)).collect();
    assert_eq!(all.len(), reasons.len());
}

#[test]
fn words_that_the_mini_never_saw_are_found_in_both_parts_of_the_text() {
    let text = "Anna saw a dinosaur. || The [MASK] ate a pterodactyl";
    let mut app = exploring(Subject::untrained("bert"), Language::En, text);
    let words = |app: &App| {
        let text = app.shell.prompt.text();
        app.unseen().iter().map(|word| text[word.clone()].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(words(&app), ["dinosaur", "ate", "pterodactyl"]);
    // Without waiting for the pass over what is typed, old marks would stand at wrong places.
    press(&mut app, "e");
    let running = app.update(crate::app::Input::Key("s".parse().unwrap()));
    assert!(app.unseen().is_empty());
    settled(&mut app, running);
    assert_eq!(words(&app).last().map(String::as_str), Some("pterodactyls"));
}

#[test]
fn a_text_that_is_too_long_to_run_is_marked_all_the_same() {
    let text = "dinosaur ".repeat(60);
    let app = exploring(Subject::untrained("gpt-2"), Language::En, &text);
    assert!(app.fault.is_some());
    assert_eq!(app.unseen().len(), 60);
}

#[test]
fn a_mini_begins_with_its_own_examples() {
    for id in ["gpt-2", "bert", "t5"] {
        let subject = Subject::untrained(id);
        let examples = crate::app::examples::Example::of(&subject);
        let own = subject.examples();
        assert!(!own.is_empty() && examples.len() >= own.len());
        for (example, own) in examples.iter().zip(&own) {
            assert_eq!(example.title.text(Language::Zh), own.note.zh, "{id}");
        }
        let mut app = exploring(subject, Language::Zh, "Anna");
        press(&mut app, "x Down Enter");
        assert_eq!(app.shell.prompt.text(), examples[1].text, "{id}");
        assert!(app.unseen().is_empty(), "{id}");
        press(&mut app, "e Up Enter");
        assert_eq!(app.shell.prompt.text(), "Anna", "what stood there can be had again");
    }
}

#[test]
fn the_catalogue_opens_the_mini_of_an_entry_or_says_that_there_is_none() {
    let mut app = app(gpt2(), Language::En, "1 2 3");
    app.catalogue.opened = Some("glide".to_owned());
    press(&mut app, "2 r");
    let notice = app.shell.notice.clone().expect("a word").text;
    assert!(notice.starts_with("no trained model of glide comes with the program"), "{notice}");
    // Opened from the catalogue, the model itself is shown and not the card.
    app.shell.screen = crate::app::Screen::Catalogue;
    open(&mut app, "bert");
    assert_eq!(app.place(), crate::app::Place::Model);
}
