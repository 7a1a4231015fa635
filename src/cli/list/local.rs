//! `headscope list --local`: the checkpoints of the Hugging Face cache, and which of them can be opened.

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;

use color_eyre::eyre::bail;
use serde_json::{Value, json};

use crate::app::{Language, opening};
use crate::cli::output::{self, bytes, grouped};
use crate::cli::table::{Align, Table};
use crate::cli::wrap::Paper;
use crate::local::{Found, Hub};

/// Looks and prints; with a query only those whose name, class or architecture holds it.
///
/// # Errors
/// Where the cache is there and cannot be read.
pub fn run(query: &str, language: Language, json: bool) -> color_eyre::Result<()> {
    let hub = Hub::from_environment();
    let scan = hub.scan(&AtomicBool::new(false));
    if let Some(fault) = scan.fault {
        bail!("{fault}");
    }
    if scan.more {
        output::warn("the cache holds more than 10,000 entries; the rest was not looked at");
    }
    let query = query.to_lowercase();
    let texts = |found: &Found| [Some(found.name.clone()), found.model_type.clone(), found.class.clone()];
    let fits = |found: &&Found| texts(found).iter().flatten().any(|text| text.to_lowercase().contains(&query));
    let found: Vec<&Found> = scan.found.iter().filter(fits).collect();
    if json {
        return Ok(output::print_json(&found.iter().map(|found| json_of(found)).collect())?);
    }
    Ok(output::print(&plain(&found, &hub, language, output::columns()))?)
}

fn json_of(found: &Found) -> Value {
    let why = found.why.as_ref();
    json!({"name": found.name, "path": found.dir, "revision": found.revision, "model_type": found.model_type,
        "class": found.class, "parameters": found.parameters, "bytes": found.bytes, "opens": why.is_none(),
        "reason": why.map(crate::local::Why::id), "why": why.map(|why| opening::said(why, Language::En))})
}

fn plain(found: &[&Found], hub: &Hub, language: Language, columns: usize) -> String {
    let mut table = Table::new(&[
        (language.pick("name", "名称"), Align::Left),
        (language.pick("class", "类"), Align::Left),
        (language.pick("parameters", "参数量"), Align::Right),
        (language.pick("on disk", "占磁盘"), Align::Right),
        (language.pick("opens", "可打开"), Align::Left),
    ]);
    for found in found {
        let class = found.class.clone().or_else(|| found.model_type.clone());
        let opens = if found.why.is_none() { language.pick("yes", "是") } else { language.pick("no", "否") };
        table.row([
            found.name.clone(),
            class.unwrap_or_else(|| "–".to_owned()),
            found.parameters.map_or_else(|| "–".to_owned(), grouped),
            bytes(found.bytes),
            opens.to_owned(),
        ]);
    }
    let mut text = if found.is_empty() { String::new() } else { table.render(columns) + "\n" };
    for (found, why) in found.iter().filter_map(|found| Some((found, found.why.as_ref()?))) {
        let mut page = Paper::new(columns);
        page.item("-", &format!("{}: {}", found.name, opening::said(why, language)));
        text.push_str(&page.finish());
    }
    if found.iter().any(|found| found.why.is_some()) {
        text.push('\n');
    }
    let _ = writeln!(text, "{}", summary(found, hub, language));
    text
}

/// How many there are, where, and how they are opened.
fn summary(found: &[&Found], hub: &Hub, language: Language) -> String {
    let (all, open) = (found.len(), found.iter().filter(|found| found.why.is_none()).count());
    let place = hub.root().map_or_else(String::new, |root| root.display().to_string());
    match (language, all) {
        (Language::En, 0) => format!("no checkpoint in the Hugging Face cache {place}"),
        (Language::Zh, 0) => format!("Hugging Face 缓存 {place} 中没有检查点"),
        (Language::En, _) => format!("{open} of {all} in {place} can be opened: headscope open NAME"),
        (Language::Zh, _) => format!("{place} 中 {all} 个检查点，{open} 个可打开：headscope open 名称"),
    }
}
