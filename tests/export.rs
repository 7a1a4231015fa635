//! `headscope export card | comparison | timeline` as somebody uses it.
#![allow(missing_docs)]

mod common;

use std::process::{Command, Output};

fn run(args: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headscope"));
    command.envs(common::ISOLATED);
    command.arg("export").args(args.split_whitespace()).env("LC_ALL", "C.UTF-8").env_remove("LANG");
    command.output().expect("headscope starts")
}

fn text(args: &str) -> String {
    let output = run(args);
    assert!(output.status.success(), "{args}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Every table has as many cells in each row as in its first, headings stand alone, nothing is left open.
fn well_formed(markdown: &str) {
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    let mut table = None;
    let lines: Vec<&str> = markdown.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        if line.starts_with('|') {
            let first = *table.get_or_insert(cells(line));
            assert_eq!(cells(line), first, "{line}");
        } else {
            table = None;
        }
        if line.starts_with('#') {
            assert!(lines.get(at + 1).is_none_or(|next| next.is_empty()), "{line}");
            assert!(at == 0 || lines[at - 1].is_empty(), "{line}");
        }
    }
    assert!(markdown.starts_with("# ") && markdown.ends_with('\n') && !markdown.contains("\n\n\n"));
}

fn is_picture(svg: &str) {
    assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n"));
    let opened = svg.matches("<text ").count();
    assert!(opened > 20 && opened == svg.matches("</text>").count());
}

#[test]
fn a_card_in_markdown_has_its_facts_and_sources() {
    let english = text("card gpt2 --md --lang en");
    well_formed(&english);
    for part in ["# GPT-2\n", "](<https://", "## Facts\n", "124,439,808", "## Sources\n", "**paper**: "] {
        assert!(english.contains(part), "{part}\n{english}");
    }
    let chinese = text("card gpt-2 --md - --lang zh");
    well_formed(&chinese);
    assert!(chinese.contains("## 来源") && !chinese.contains("## Sources"));
}

#[test]
fn every_card_is_well_formed() {
    let list = Command::new(env!("CARGO_BIN_EXE_headscope"))
        .envs(common::ISOLATED)
        .args(["list", "--json"])
        .output()
        .expect("a list");
    let list: serde_json::Value = serde_json::from_slice(&list.stdout).expect("JSON");
    let ids: Vec<&str> = list.as_array().expect("a list").iter().filter_map(|entry| entry["id"].as_str()).collect();
    assert!(ids.len() >= 45);
    for id in ids {
        well_formed(&text(&format!("card {id} --md --lang zh")));
    }
}

#[test]
fn a_comparison_names_what_differs_and_where_it_stands() {
    let markdown = text("comparison bert t5 gpt-2 --md --lang en");
    well_formed(&markdown);
    assert!(markdown.contains("|  | BERT | T5 | GPT-2 |\n| --- | --- | --- | --- |"));
    assert!(markdown.contains("| ≠ positions |") && markdown.contains("### BERT\n"));
    is_picture(&text("comparison bert t5 --svg --lang zh"));
    let twice = run("comparison bert bert --md");
    assert!(!twice.status.success() && String::from_utf8_lossy(&twice.stderr).contains("named twice"));
}

#[test]
fn the_timeline_as_a_table_and_as_a_picture() {
    let markdown = text("timeline --md --lang en");
    well_formed(&markdown);
    assert!(markdown.contains("| 2018-10-11 | BERT | Google | encoder | built on **Transformer (2017)**"));
    let built_on = text("timeline --md --lang en --built-on");
    assert!(built_on.len() < markdown.len() && !built_on.contains("takes an idea from"));
    let picture = text("timeline --svg --of gpt-3 --lang en");
    is_picture(&picture);
    for name in ["GPT-3", "InstructGPT", "SantaCoder", "Koala", "2019"] {
        assert!(picture.contains(&format!(">{name}</text>")), "{name}");
    }
    assert!(picture.contains("stroke-dasharray") && picture.contains("#ffffff"));
    assert!(text("timeline --svg --theme dark").contains("fill=\"#101418\""));
    let one = text("timeline --svg --only encoder --lang en");
    assert!(one.contains(">BERT</text>") && !one.contains(">BART</text>"));
}

#[test]
fn files_are_written_and_mistakes_are_explained() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("card.svg");
    assert_eq!(text(&format!("card bert --svg {}", file.display())), "");
    is_picture(&std::fs::read_to_string(&file).expect("the picture"));
    for (args, says) in [
        ("card bert", "--md"),
        ("card bert --md --svg", "cannot be used with"),
        ("card nobody --md", "nobody"),
        ("timeline --md --only nothing", "encoder-decoder"),
        ("timeline --md --only encoder --of gpt-3", "gpt-3 is not in the lane encoder"),
        ("card bert --md /nowhere/at/all.md", "/nowhere/at/all.md"),
    ] {
        let output = run(args);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && error.contains(says), "{args}: {error}");
    }
}
