//! The catalogue: its rules, and its counts against those of the official code.

use std::fs;
use std::path::{Path, PathBuf};

use headscope::catalog::words::{self, PRACTISED, Practice};
use headscope::catalog::{Catalog, Count, Fault, counts};
use headscope::train::objective::objectives;
use headscope::{minis, models};
use serde_json::Value;

fn faults(dir: &Path) -> Vec<Fault> {
    Catalog::open(dir).expect("a catalogue").check()
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/catalog").join(name)
}

#[test]
fn the_catalogue_keeps_its_rules() {
    let faults = Catalog::built_in().check();
    assert!(faults.is_empty(), "{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    assert_eq!(Catalog::built_in().entries().len(), Catalog::built_in().len());
}

#[test]
fn what_is_compiled_in_is_what_lies_in_the_directory() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog");
    let read = Catalog::open(&dir).expect("the catalogue");
    let ids = |catalog: &Catalog| catalog.heads().iter().map(|head| head.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&read), ids(&Catalog::built_in()));
    assert_eq!(read.pages().len(), Catalog::built_in().pages().len());
}

#[test]
fn valid_catalogues_have_no_faults() {
    for entry in fs::read_dir(folder("valid")).expect("a folder") {
        let dir = entry.expect("a folder").path();
        assert_eq!(faults(&dir), [], "{}", dir.display());
    }
}

/// Each folder of `invalid` has a file `expected`: a line for each fault, `file:line field | words of the message`.
#[test]
fn invalid_catalogues_have_exactly_these_faults() {
    let mut seen = 0;
    for entry in fs::read_dir(folder("invalid")).expect("a folder") {
        let dir = entry.expect("a folder").path();
        let expected = fs::read_to_string(dir.join("expected")).expect("what is expected");
        let found = faults(&dir);
        let places: Vec<String> = found.iter().map(|f| format!("{}:{} {}", f.file, f.line, f.field)).collect();
        let lines: Vec<(&str, &str)> =
            expected.lines().map(|line| line.split_once(" | ").unwrap_or((line, ""))).collect();
        assert_eq!(places, lines.iter().map(|(place, _)| *place).collect::<Vec<_>>(), "{}: {found:#?}", dir.display());
        for (fault, (_, words)) in found.iter().zip(&lines) {
            assert!(fault.message.contains(words), "{}: {:?} says nothing of {words:?}", dir.display(), fault.message);
        }
        seen += 1;
    }
    assert!(seen >= 10, "only {seen} folders");
}

/// Numbers of the official classes on shapes alone, by id, variant and class.
fn official() -> Vec<(String, String, String, u64)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/counts.json");
    let read: Value = serde_json::from_str(&fs::read_to_string(path).expect("a file")).expect("JSON");
    let mut list = Vec::new();
    for (id, variants) in read.as_object().expect("an object") {
        for (name, classes) in variants.as_object().expect("an object") {
            for (class, number) in classes.as_object().expect("an object") {
                let number = number.as_u64().expect("a number");
                list.push((id.clone(), name.clone(), class.clone(), number));
            }
        }
    }
    list
}

/// Whatever was counted with the official code will be compared once the class has code here: it has the name of a class
/// that the variant lists.
#[test]
fn official_counts_are_of_classes_that_the_variants_list() {
    let catalog = Catalog::built_in();
    let mut lost = Vec::new();
    for (id, name, class, _) in official() {
        let entry = catalog.entry(&id).unwrap_or_else(|error| panic!("{id}: {error}"));
        let variant = entry.variants.iter().find(|variant| variant.name == name);
        if !variant.is_some_and(|variant| variant.classes.contains(&class)) {
            lost.push(format!("{id}, {name}, {class}"));
        }
    }
    assert!(lost.is_empty(), "no variant lists these: {lost:#?}");
}

/// The catalogue stands beside the objectives, so it names them by id alone.
#[test]
fn practised_objectives_are_there() {
    let known: Vec<&str> = objectives().iter().map(|objective| objective.id()).collect();
    for Practice { ids, objective, mini } in PRACTISED {
        assert!(minis::find(mini).is_some(), "there is no mini {mini}");
        assert!(known.contains(objective), "there is no objective {objective}");
        assert!(ids.iter().all(|id| words::find(words::OBJECTIVES, id).is_some()), "{ids:?}");
    }
    // None of them is out of reach of the catalogue.
    let catalog = Catalog::built_in();
    let reached: Vec<&str> =
        catalog.entries().iter().flat_map(|entry| entry.practised()).map(|practised| practised.objective).collect();
    assert!(known.iter().all(|id| reached.contains(id)), "{known:?} {reached:?}");
    let of = |id: &str| -> Vec<String> {
        catalog.entry(id).expect("an entry").practised().iter().map(headscope::catalog::Practised::command).collect()
    };
    assert_eq!(of("bert"), ["headscope objective bert TEXT --objective bert-pretraining"]);
    assert_eq!(of("gpt-2"), ["headscope objective gpt-2 TEXT --objective causal-lm"]);
    assert_eq!(of("roberta"), ["headscope objective bert TEXT --objective masked-lm"]);
}

#[test]
fn minis_are_linked_to_their_entries() {
    let catalog = Catalog::built_in();
    for entry in catalog.entries() {
        let trained = minis::find(&entry.head.id).is_some_and(|mini| mini.is_trained());
        assert_eq!(entry.mini().is_some(), trained, "{}", entry.head.id);
        // Of some variants no config is known.
        let known = || entry.variants.iter().filter(|variant| !variant.classes.is_empty());
        let exact = |v| matches!(counts(v).first().map(|c| &c.count), Some(Count::Exact(_)));
        let coded = known().next().is_some() && known().all(exact);
        assert_eq!(entry.is_executable(), trained || coded, "{}", entry.head.id);
    }
    assert!(catalog.entry("gpt-2").is_ok_and(headscope::catalog::Entry::is_executable));
    assert!(!catalog.entry("gpt-4").is_ok_and(headscope::catalog::Entry::is_executable));
}

#[test]
fn counts_are_those_of_the_official_classes() {
    let catalog = Catalog::built_in();
    let mut compared = 0;
    for (id, name, class, number) in official() {
        let Ok(entry) = catalog.entry(&id) else { continue };
        let Some(variant) = entry.variants.iter().find(|variant| variant.name == name) else { continue };
        // One class name may belong to several architectures: ERNIE's BertModel is not BERT's.
        let model_type = variant.config.get("model_type").and_then(Value::as_str).unwrap_or_default();
        let has_code = |a: &models::Architecture| a.model_type == model_type && a.classes.contains(&class.as_str());
        if !models::architectures().iter().any(|a| has_code(a)) {
            continue;
        }
        // Whatever can be counted must be, so that nothing is passed over in silence.
        let counted = counts(variant);
        match counted.iter().find(|counted| counted.class == class).map(|counted| &counted.count) {
            Some(Count::Exact(count)) => assert_eq!(*count, number, "{id}, {name}, {class}"),
            other => panic!("{id}, {name}: {class} is not counted: {other:?}"),
        }
        compared += 1;
    }
    assert!(compared >= 8, "only {compared} were compared");
}
