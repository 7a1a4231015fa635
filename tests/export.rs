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
        ("card bert", "--svg"),
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

const STORY: &str = "Anna found a ball. She gave it to Tom.";

fn attention(form: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headscope"));
    command.args(["export", "attention", "gpt-2", STORY, "--layer", "2", "--head", "0", "--lang", "en"]).arg(form);
    command.output().expect("headscope starts")
}

fn attention_text(form: &str) -> String {
    String::from_utf8(attention(form).stdout).expect("UTF-8")
}

#[test]
fn a_head_in_every_form() {
    let picture = attention_text("--svg");
    is_picture(&picture);
    assert!(picture.contains(">Anna</text>") && picture.contains("#ffffff"));
    let markdown = attention_text("--md");
    well_formed(&markdown);
    assert!(markdown.starts_with("# gpt-2: layer 2, head 0, decoder\n") && markdown.contains("- ╱ "));
    // A row for each of the tokens, and a column beside the names.
    let json: serde_json::Value = serde_json::from_slice(&attention("--json").stdout).expect("JSON");
    let queries = json["queries"].as_array().expect("queries").len();
    assert_eq!(markdown.lines().filter(|line| line.starts_with('|')).count(), queries + 2);
    let mut command = Command::new(env!("CARGO_BIN_EXE_headscope"));
    let same = command.args(["attention", "gpt-2", STORY, "--layer", "2", "--head", "0", "--json"]).output();
    assert_eq!(json, serde_json::from_slice::<serde_json::Value>(&same.expect("headscope").stdout).expect("JSON"));
    let refused = run("attention gpt-2 Anna --layer 9 --head 0 --md");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("there is no layer 9"));
}

#[test]
fn pixels_are_twice_as_many_as_units_and_look_alike_everywhere() {
    let png = attention("--png").stdout;
    let size = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    // 120 columns of 8.4 and 36 rows of 17.
    assert_eq!((size(16), size(20)), (2016, 1224));
    assert_eq!(attention("--png").stdout, png);
}

#[test]
fn a_page_is_whole_and_needs_nothing_else() {
    let head = attention_text("--html");
    for page in
        [&head, &text("card bert --html --lang zh"), &text("timeline --html"), &text("comparison bert t5 --html")]
    {
        assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"") && page.ends_with("</html>\n"));
        for tag in ["svg", "table", "h1", "div", "td"] {
            let opened = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
            assert!(opened > 0 && opened == page.matches(&format!("</{tag}>")).count(), "{tag}");
        }
        assert!(!page.contains("src=") && !page.contains("<script") && page.contains("role=\"img\""));
    }
    assert!(head.contains("<title>gpt-2: layer 2, head 0, decoder</title>"));
}

#[test]
fn numbers_are_those_of_the_commands() {
    let of = |args: &str| -> serde_json::Value {
        let output = Command::new(env!("CARGO_BIN_EXE_headscope")).args(args.split_whitespace()).output();
        serde_json::from_slice(&output.expect("headscope starts").stdout).expect("JSON")
    };
    assert_eq!(of("export card t5 --json"), of("show t5 --json"));
    let (exported, compared) = (of("export comparison bert t5 --json"), of("compare bert t5 --json"));
    assert_eq!((&exported["models"], &exported["facts"]), (&compared["models"], &compared["facts"]));
    let timeline = of("export timeline --json");
    let bert = timeline.as_array().expect("models").iter().find(|model| model["id"] == "bert").expect("BERT");
    assert_eq!(
        (&bert["released"], &bert["lineage"][0]["how"]),
        (&"2018-10-11".into(), &of("show bert --json")["lineage"][0]["how"])
    );
    assert!(bert["lineage"].as_array().is_some_and(|links| !links.is_empty()));
}

#[test]
fn a_screen_has_a_picture_but_no_table() {
    let picture = text("screen gpt-2 --keys 3 --svg --theme dark --lang en");
    is_picture(&picture);
    let output = run("screen gpt-2 --keys 3 --md");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("a picture or a page shows it"));
}
