//! Each layer uses only those below it: the table of ARCHITECTURE.md, held against the `use crate::` lines.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The layers from the lowest on; those on one line do not use each other.
const LAYERS: &[&[&str]] = &[
    &["tensor"],
    &["tape", "checkpoint", "text", "minis"],
    &["nn", "world"],
    &["models"],
    &["catalog", "train", "local"],
    &["explore"],
    &["app"],
    &["ui"],
    &["term"],
    &["cli"],
];

/// What stands beside the layering, with the reason.
const ALLOWED: &[(&str, &str, &str)] = &[];

fn level(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|names| names.contains(&layer))
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a directory of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The layers named behind `crate::` anywhere in a text, tests included, comments not.
fn used(text: &str) -> Vec<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut names = Vec::new();
    for rest in code.split("crate::").skip(1) {
        // `use crate::{app::Word, ui::Canvas}` names several.
        let list = rest.strip_prefix('{').map(|list| list.split('}').next().unwrap_or_default());
        match list {
            None => names.push(rest.to_owned()),
            Some(list) => names.extend(list.split(',').map(|item| item.trim().to_owned())),
        }
    }
    names.iter().map(|name| name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()).collect()
}

#[test]
fn arrows_point_downwards() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut wrong = BTreeMap::new();
    let mut arrows = 0;
    for file in &files {
        let inside = file.strip_prefix(&root).expect("a file of the sources");
        let own = inside.components().next().expect("a path").as_os_str().to_string_lossy().replace(".rs", "");
        let Some(own_level) = level(&own) else {
            assert!(["lib", "main"].contains(&own.as_str()), "{own} stands in no layer: add it to the table");
            continue;
        };
        for name in used(&fs::read_to_string(file).expect("a source")) {
            let Some(other) = level(&name) else { continue };
            arrows += 1;
            let below = other < own_level || name == own;
            let allowed = ALLOWED.iter().any(|(from, to, _)| *from == own && *to == name);
            if !below && !allowed {
                wrong.insert(inside.display().to_string(), name);
            }
        }
    }
    assert!(arrows > 50, "only {arrows} arrows were found: the reading is broken");
    assert!(wrong.is_empty(), "these use a layer that is not below them: {wrong:#?}");
}
