//! `headscope show`: everything the catalogue says of a model, from top to bottom.

use std::path::Path;

use color_eyre::eyre::bail;
use serde_json::Value;

use super::catalog::{pick, word};
use super::wrap::Paper;
use super::{catalog, open, output};
use crate::app::Language;
use crate::catalog::compare::said;
use crate::catalog::estimate::{Estimate, Unit, estimates};
use crate::catalog::{Catalog, Count, Entry, Variant, Word, citation, counts};
use crate::explore;

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// The id of a model, as `headscope list` gives it; or that of a page of the survey.
    id: String,
    /// The context for the estimates, in tokens.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    context: Option<u64>,
    /// Only this size of the model among the variants, as it is named there.
    #[arg(long)]
    variant: Option<String>,
    /// Below each estimate its numbers, and where each of them comes from.
    #[arg(long)]
    derive: bool,
    /// The language: en or zh. The locale decides where it is not given.
    #[arg(long, value_parser = ["en", "zh"])]
    lang: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Shows and prints.
///
/// # Errors
/// Where the catalogue has no such entry.
pub fn run(args: &Args, dir: Option<&Path>) -> color_eyre::Result<()> {
    let catalog = catalog::open(dir)?;
    let language = open::language(args.lang.as_deref());
    if let Some(page) = catalog.pages().into_iter().find(|page| page.id == args.id)
        && catalog.entry(&args.id).is_err()
    {
        if args.json {
            return Ok(output::print_json(&serde_json::to_value(page)?)?);
        }
        let mut paper = Paper::new(output::columns());
        paper.line(&format!(
            "{} – {}",
            pick(&page.title, language),
            language.pick("what the survey says, checked", "综述所述，逐条核对")
        ));
        claims(&mut paper, &page.survey, language);
        sources(&mut paper, &page.sources, language);
        return Ok(output::print(&paper.finish())?);
    }
    let entry = catalog.find(&args.id)?;
    let shown = shown(entry, args.variant.as_deref())?;
    if args.json {
        return Ok(output::print_json(&json(entry, &shown, args.context)?)?);
    }
    let view = View { shown, context: args.context, derive: args.derive, language };
    Ok(output::print(&plain(&catalog, entry, &view, output::columns()))?)
}

/// Everything that the catalogue says of a model, with the estimates of some of its variants at a context.
///
/// # Errors
/// Where it cannot be written as JSON.
pub fn json(entry: &Entry, shown: &[&Variant], context: Option<u64>) -> serde_json::Result<Value> {
    let mut value = serde_json::to_value(entry)?;
    value["executable"] = entry.is_executable().into();
    value["mini"] = entry.mini().map(|mini| mini.id).into();
    value["practised_objectives"] = serde_json::to_value(entry.practised())?;
    value["estimates"] = shown
        .iter()
        .map(|&variant| Ok((variant.name.clone(), serde_json::to_value(estimates(entry, variant, context))?)))
        .collect::<serde_json::Result<serde_json::Map<_, _>>>()?
        .into();
    Ok(value)
}

/// What is shown of an entry's variants, and how.
struct View<'a> {
    shown: Vec<&'a Variant>,
    context: Option<u64>,
    derive: bool,
    language: Language,
}

/// All variants, or the one that was asked for.
fn shown<'a>(entry: &'a Entry, asked: Option<&str>) -> color_eyre::Result<Vec<&'a Variant>> {
    let Some(asked) = asked else { return Ok(entry.variants.iter().collect()) };
    let found: Vec<&Variant> = entry.variants.iter().filter(|v| v.name.eq_ignore_ascii_case(asked)).collect();
    if found.is_empty() {
        let names: Vec<&str> = entry.variants.iter().map(|variant| variant.name.as_str()).collect();
        bail!("{} has no variant {asked:?}; there are: {}", entry.head.id, names.join(" | "));
    }
    Ok(found)
}

fn plain(catalog: &Catalog, entry: &Entry, view: &View<'_>, columns: usize) -> String {
    let language = view.language;
    let mut paper = Paper::new(columns);
    let head = &entry.head;
    let by = head.organisations.join(", ");
    paper.line(&format!("{}  {by}  {}  {}", head.name, head.released, word(head.kind, language)));
    let place = head.paper.arxiv.as_ref().map(|number| format!("arXiv:{number}")).or_else(|| head.paper.url.clone());
    paper.line(&[Some(head.paper.title.clone()), place].into_iter().flatten().collect::<Vec<_>>().join("  "));
    paper.line(word(head.section, language));
    if let Some(mini) = entry.mini() {
        let words = language.pick("small trained model", "训练好的小模型");
        paper.line(&format!("▸ {words}: headscope open {}", mini.id));
    }
    if let Some(note) = &head.released_note {
        paper.line(pick(note, language));
    }
    if let Some(note) = &entry.confidence_note {
        let sure = language.pick("how sure", "可信度");
        paper.line(&format!("{sure}: {}. {}", word(entry.confidence, language), pick(note, language)));
    }
    paper.title("");
    paper.line(pick(&entry.summary, language));
    paper.title(language.pick("What sets it apart", "独到之处"));
    entry.ideas.iter().for_each(|idea| paper.item("·", pick(idea, language)));
    lineage(&mut paper, catalog, entry, language);
    facts(&mut paper, entry, language);
    paper.title(language.pick("Objectives", "训练目标"));
    for objective in &entry.objectives {
        let text = objective.text.as_ref().map(|text| format!(": {}", pick(text, language))).unwrap_or_default();
        paper.item("·", &format!("{}{text}{}", word(objective.word, language), sure(objective.status, language)));
    }
    for practised in entry.practised() {
        let words = language.pick("try it: ", "试一试：");
        paper.item("▸", &format!("{words}{}", practised.command()));
    }
    variants(&mut paper, entry, view);
    if !entry.survey.is_empty() {
        paper.title(language.pick("What the survey says, checked", "综述所述，逐条核对"));
        claims(&mut paper, &entry.survey, language);
    }
    for (title, texts) in
        [(["Left out of the survey", "综述未提"], &entry.omitted), (["Worth knowing", "值得注意"], &entry.notes)]
    {
        if !texts.is_empty() {
            paper.title(language.pick(title[0], title[1]));
            for text in texts {
                paper.item("·", pick(text, language));
            }
        }
    }
    sources(&mut paper, &entry.sources, language);
    paper.finish()
}

/// How sure a statement is, in brackets; nothing where a source states it.
fn sure(status: Option<&'static Word>, language: Language) -> String {
    status.map(|status| format!(" [{}]", word(status, language))).unwrap_or_default()
}

fn lineage(paper: &mut Paper, catalog: &Catalog, entry: &Entry, language: Language) {
    let heirs: Vec<(&Entry, &'static Word)> = catalog
        .entries()
        .into_iter()
        .filter_map(|heir| {
            let link = heir.lineage.iter().find(|link| link.from.as_deref() == Some(&entry.head.id))?;
            Some((heir, link.how))
        })
        .collect();
    if entry.lineage.is_empty() && heirs.is_empty() {
        return;
    }
    paper.title(language.pick("Lineage", "谱系"));
    for link in &entry.lineage {
        let named = link.from.as_ref().map(|id| catalog.entry(id).map_or_else(|_| id.clone(), |e| e.head.name.clone()));
        let name =
            named.or_else(|| link.outside.as_ref().map(|name| pick(name, language).to_owned())).unwrap_or_default();
        let text = link.text.as_ref().map(|text| format!(": {}", pick(text, language))).unwrap_or_default();
        paper.item("←", &format!("{} {name}{text}{}", word(link.how, language), sure(link.status, language)));
    }
    for (heir, how) in heirs {
        paper.item("→", &format!("{} ({})", heir.head.name, word(how, language)));
    }
}

fn facts(paper: &mut Paper, entry: &Entry, language: Language) {
    paper.title(language.pick("Facts", "事实"));
    for (field, fact) in &entry.facts {
        let text = pick(&said(fact), language).to_owned();
        let source = if fact.source.is_empty() { String::new() } else { format!(" ({})", citation(&fact.source)) };
        let title = language.pick(format!("{}:", field.en), format!("{}：", field.zh));
        paper.item(&title, &format!("{text}{}{source}", sure(fact.status, language)));
        for part in &fact.parts {
            let cells = [Some(&part.name), part.size.as_ref(), part.share.as_ref()];
            let cells: Vec<&str> = cells.into_iter().flatten().map(|text| pick(text, language)).collect();
            paper.item("  ·", &cells.join(", "));
        }
    }
}

fn variants(paper: &mut Paper, entry: &Entry, view: &View<'_>) {
    let language = view.language;
    paper.title(language.pick("Variants", "各档规模"));
    for &variant in &view.shown {
        let about = variant.about.as_ref().map(|text| format!(": {}", pick(text, language))).unwrap_or_default();
        paper.item("▪", &format!("{}{about}", variant.name));
        for line in numbers(variant, language) {
            paper.item("   ", &line);
        }
        if let Some(line) = components(variant, language) {
            paper.item("   ", &line);
        }
        for estimate in estimates(entry, variant, view.context) {
            paper.item("   ", &estimate_line(&estimate, language));
            if view.derive {
                derivation(paper, &estimate, language);
            }
        }
    }
}

/// Counted and published numbers, and why they differ.
fn numbers(variant: &Variant, language: Language) -> Vec<String> {
    let mut lines = Vec::new();
    for counted in counts(variant) {
        let what = match &counted.count {
            Count::Exact(number) => output::grouped(*number),
            Count::NotYet => language.pick("not executable yet", "尚不可运行").to_owned(),
            Count::Refused(error) => error.to_string(),
        };
        lines.push(format!("{} {}: {what}", language.pick("counted", "计数"), counted.class));
    }
    for (title, figures) in [(["published", "公布"], &variant.published), (["active", "激活"], &variant.active)] {
        for figure in figures {
            let note = figure.note.as_ref().map(|note| format!(", {}", pick(note, language))).unwrap_or_default();
            let source =
                if figure.source.is_empty() { String::new() } else { format!(" ({})", citation(&figure.source)) };
            let title = language.pick(title[0], title[1]);
            lines.push(format!("{title} {}{note}{}{source}", figure.value, sure(figure.status, language)));
        }
    }
    lines.extend(variant.why_different.as_ref().map(|why| pick(why, language).to_owned()));
    lines.extend(variant.unknown.as_ref().map(|why| pick(why, language).to_owned()));
    if !variant.sizes.is_empty() {
        let size = |(word, size): &(&'static Word, _)| format!("{} {size}", language.pick(word.en, word.zh));
        let sizes = variant.sizes.iter().map(size).collect::<Vec<_>>().join(", ");
        lines.push(format!("{sizes}{}", sure(variant.sizes_status, language)));
    }
    for (title, fact) in [(["tokens", "词元"], &variant.tokens), (["compute", "计算量"], &variant.compute)] {
        if let Some(fact) = fact {
            let title = language.pick(title[0], title[1]);
            lines.push(format!("{title}: {}{}", pick(&said(fact), language), sure(fact.status, language)));
        }
    }
    lines
}

/// Where the parameters are, where there is code that says it.
fn components(variant: &Variant, language: Language) -> Option<String> {
    let loaded = variant.shapes(variant.classes.first()?).ok()?;
    let parts = explore::components(&loaded).ok()?;
    let part = |part: &explore::Component| {
        let names: Vec<&str> = part.scopes.iter().map(|name| language.pick(name.en, name.zh)).collect();
        let times = if part.times > 1 { format!(" × {}", part.times) } else { String::new() };
        format!("{}{times} {}", names.join(" / "), output::grouped(part.parameters))
    };
    Some(parts.iter().map(part).collect::<Vec<_>>().join(" · "))
}

/// The numbers of an estimate, where each comes from, and what the whole rests on.
fn derivation(paper: &mut Paper, estimate: &Estimate, language: Language) {
    for term in &estimate.terms {
        let means = word(term.means, language);
        let value = if term.value < 1e13 { output::grouped(term.value as u64) } else { format!("{:.3e}", term.value) };
        let from = term.from.text();
        paper.item("      ", &format!("{} = {value}  {means}; {}", term.symbol, pick(&from, language)));
    }
    paper.item("      ", pick(&estimate.basis, language));
    if estimate.published.is_some() && !estimate.published_source.is_empty() {
        let title = language.pick("published in", "公布于");
        paper.item("      ", &format!("{title} {}", estimate.published_source));
    }
}

/// An estimate with its formula and the numbers put in.
fn estimate_line(estimate: &Estimate, language: Language) -> String {
    let value = match estimate.unit {
        Unit::Bytes => output::bytes(estimate.value as u64),
        Unit::Parameters => output::grouped(estimate.value as u64),
        Unit::Flops => format!("{:.2e} FLOPs", estimate.value),
    };
    let published = estimate.published.map(|number| format!("; {} {number:.2e}", language.pick("published", "公布")));
    format!(
        "≈ {}: {value} = {} = {}{}",
        word(estimate.what, language),
        estimate.formula,
        estimate.worked,
        published.unwrap_or_default()
    )
}

fn claims(paper: &mut Paper, claims: &[crate::catalog::Claim], language: Language) {
    for claim in claims {
        let mark = match claim.verdict.id {
            "correct" => "✓",
            "imprecise" => "≈",
            "wrong" => "✗",
            _ => "?",
        };
        paper.item(mark, &format!("{} [{}]", pick(&claim.says, language), word(claim.verdict, language)));
        let source = if claim.source.is_empty() { String::new() } else { format!(" ({})", citation(&claim.source)) };
        paper.item("   ", &format!("{}{source}", pick(&claim.primary, language)));
    }
}

fn sources(paper: &mut Paper, sources: &[crate::catalog::Source], language: Language) {
    paper.title(language.pick("Sources", "来源"));
    for source in sources {
        let access =
            if source.access.id == "read" { String::new() } else { format!(" [{}]", word(source.access, language)) };
        paper.item(
            &source.key,
            &format!("{}, {}{access}", pick(&source.title, language), pick(&source.place, language)),
        );
    }
}
