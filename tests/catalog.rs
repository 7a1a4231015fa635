//! The catalogue: its rules, and its counts against those of the official code.

use std::fs;
use std::path::{Path, PathBuf};

use headscope::catalog::{Catalog, Count, Fault, counts};
use headscope::models;
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
#[test]
fn counts_are_those_of_the_official_classes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/counts.json");
    let official: Value = serde_json::from_str(&fs::read_to_string(path).expect("a file")).expect("JSON");
    let known: Vec<&str> = models::architectures().iter().flat_map(|a| a.classes.iter().copied()).collect();
    let catalog = Catalog::built_in();
    let mut compared = 0;
    for (id, variants) in official.as_object().expect("an object") {
        let Ok(entry) = catalog.entry(id) else { continue };
        for (name, classes) in variants.as_object().expect("an object") {
            let variant = entry.variants.iter().find(|variant| variant.name == *name);
            for (class, number) in classes.as_object().expect("an object") {
                if !known.contains(&class.as_str()) {
                    continue;
                }
                // Whatever can be counted must be, so that nothing is passed over in silence.
                let variant = variant.unwrap_or_else(|| panic!("{id} has no variant {name:?}"));
                let counted = counts(variant);
                let counted = counted.iter().find(|counted| counted.class == *class);
                match counted.map(|counted| &counted.count) {
                    Some(Count::Exact(count)) => assert_eq!(Some(*count), number.as_u64(), "{id}, {name}, {class}"),
                    other => panic!("{id}, {name}: {class} is not counted: {other:?}"),
                }
                compared += 1;
            }
        }
    }
    assert!(compared >= 8, "only {compared} were compared");
}
