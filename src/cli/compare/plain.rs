//! A comparison as running text.

use crate::app::Language;
use crate::catalog::Text;
use crate::catalog::words::{STATUSES, find};
use crate::cli::catalog::{pick, word};
use crate::cli::output;
use crate::cli::wrap::Paper;
use crate::explore::compare::{Comparison, FactRow, Lacks, Row, Side};

/// Facts, what the models take, and their parts; of one model only the latter two.
pub fn comparison(comparison: &Comparison, several: bool, language: Language) -> String {
    let mut paper = Paper::new(output::columns());
    let names: Vec<String> = comparison.sides.iter().map(name).collect();
    if several {
        facts(&mut paper, &names, &comparison.facts, language);
    }
    paper.title(language.pick("What they take", "规模与开销"));
    facts(&mut paper, &names, &comparison.figures, language);
    paper.title(language.pick("Parts, aligned by name: ≠ differs, · absent", "各部分，按名称对齐：≠ 不同，· 没有"));
    for (side, name) in comparison.sides.iter().zip(&names) {
        if let Err(lacks) = &side.form {
            paper.item(name, &lacking(lacks, language));
        }
    }
    for row in &comparison.rows {
        part(&mut paper, &names, comparison, row, language);
    }
    paper.finish()
}

fn name(side: &Side) -> String {
    match &side.variant {
        // Some sizes are published under a name that holds the model's.
        Some(variant) if variant.contains(&side.name) => variant.clone(),
        Some(variant) => format!("{} {variant}", side.name),
        None => side.name.clone(),
    }
}

/// A line of a part: what stands apart on the screen is parted here.
fn line(text: &Text, language: Language) -> String {
    pick(text, language).replace("  ", " · ")
}

/// Why nothing is said of a model's parts.
fn lacking(lacks: &Lacks, language: Language) -> String {
    match lacks {
        Lacks::Code => language.pick(
            "there is no code for this architecture yet, so its parts cannot be laid beside the others",
            "此架构还没有代码，无法与其他模型逐项对齐",
        ),
        Lacks::Config => language
            .pick("its configuration was not published, so its parts are not known", "其配置未公开，无法得知其组成"),
        Lacks::Refused(why) => why,
    }
    .to_owned()
}

fn facts(paper: &mut Paper, names: &[String], rows: &[FactRow], language: Language) {
    for row in rows {
        let mark = if row.same { "=" } else { "≠" };
        paper.line(&format!("{mark} {}", pick(&row.title, language)));
        if row.same && row.cells.windows(2).all(|pair| pair[0] == pair[1]) {
            if let Some(first) = row.cells.first() {
                paper.item(" ", pick(first, language));
            }
            continue;
        }
        for (name, (cell, status)) in names.iter().zip(row.cells.iter().zip(&row.status)) {
            let status = status.and_then(|id| find(STATUSES, id));
            let status = status.map(|status| format!(" [{}]", word(status, language))).unwrap_or_default();
            paper.item(name, &format!("{}{status}", pick(cell, language)));
        }
    }
}

fn part(paper: &mut Paper, names: &[String], comparison: &Comparison, row: &Row, language: Language) {
    let mark = if row.same { "=" } else { "≠" };
    paper.line(&format!("{mark} {}  {}", row.path, pick(&row.title, language)));
    let first = row.cells.iter().flatten().next();
    if row.same {
        if let Some(cell) = first {
            paper.item(" ", &line(&cell.line, language));
        }
        return;
    }
    for ((name, side), cell) in names.iter().zip(&comparison.sides).zip(&row.cells) {
        match cell {
            Some(cell) => paper.item(name, &line(&cell.line, language)),
            None if side.form.is_ok() => paper.item(name, "·"),
            None => {}
        }
    }
    if let Some(sentence) = &row.sentence {
        paper.item("→", pick(sentence, language));
    }
}
