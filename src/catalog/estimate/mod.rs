//! What follows from a config and a few published numbers: memory, cache, work. Each estimate carries its formula, the
//! formula with the numbers put in, where each of these numbers comes from, and what the whole rests on.

mod memory;
mod parts;
mod terms;
mod work;

use serde::Serialize;

use super::dimensions::Dimensions;
use super::entry::{Entry, Variant};
use super::values::Text;
use super::words::Word;
use terms::Basis;
pub use terms::{Origin, Term};

/// What an estimate is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Numbers that are learned.
    Parameters,
    /// Bytes.
    Bytes,
    /// Floating-point operations.
    Flops,
}

/// An estimate.
#[derive(Clone, Debug, Serialize)]
pub struct Estimate {
    /// What it is of.
    #[serde(rename = "id")]
    pub what: &'static Word,
    /// The number.
    pub value: f64,
    /// What it is counted in.
    pub unit: Unit,
    /// The formula.
    pub formula: &'static str,
    /// The formula with the numbers put in.
    pub worked: String,
    /// Its numbers, and where each comes from.
    pub terms: Vec<Term>,
    /// What it rests on, and what it leaves out.
    pub basis: Text,
    /// The published number, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<f64>,
    /// Where that stands.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub published_source: String,
}

impl Estimate {
    /// An estimate that nothing was published of.
    fn new(what: &'static Word, unit: Unit, formula: &'static str, terms: Vec<Term>, basis: Text) -> Self {
        Self {
            what,
            value: 0.0,
            unit,
            formula,
            worked: String::new(),
            terms,
            basis,
            published: None,
            published_source: String::new(),
        }
    }

    /// With the formula worked out: its value, and the numbers as they stand in it.
    fn worked(mut self, value: f64, numbers: String) -> Self {
        (self.value, self.worked) = (value, numbers);
        self
    }
}

macro_rules! subjects {
    ($($name:ident $id:literal $en:literal $zh:literal;)*) => {
        $(static $name: Word = Word { id: $id, en: $en, zh: $zh };)*
    };
}

subjects! {
    TOKEN_TABLE "token_table" "token table" "词元表";
    ATTENTION "attention" "attention" "注意力";
    FEED_FORWARD "feed_forward" "feed-forward" "前馈";
    FP32 "weights_fp32" "weights, fp32" "权重，fp32";
    FP16 "weights_fp16" "weights, fp16" "权重，fp16";
    INT8 "weights_int8" "weights, int8" "权重，int8";
    CACHE "cache" "keys and values, fp16" "键和值，fp16";
    CACHE_MULTI_QUERY "cache_multi_query" "the same, if multi-query" "同上，若为多查询";
    CACHE_GROUPED "cache_grouped" "the same, if eight heads shared" "同上，若每八头共用";
    CACHE_WINDOWED "cache_windowed" "the same, kept for a window" "同上，只保留窗口内";
    PER_TOKEN "flops_per_token" "work for a token" "每词元计算量";
    TRAINING "training_flops" "work of training" "训练计算量";
}

/// How many parameters a variant has, and how sure that is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// The number.
    pub number: f64,
    /// Whether it is counted, not published.
    pub counted: bool,
    /// How sure the published number is, if it is not stated.
    pub status: Option<&'static Word>,
}

impl Size {
    /// In three figures: `124M` where it is counted, `≈175B` where it was published, `≈1.8T?` where nobody who knows has
    /// said it.
    pub fn short(&self) -> String {
        let number = super::compare::short(self.number);
        match (self.counted, self.status) {
            (true, _) => number,
            (false, None) => format!("≈{number}"),
            (false, Some(_)) => format!("≈{number}?"),
        }
    }
}

/// The main number of parameters of a variant: counted before published.
pub fn parameters(variant: &Variant) -> Option<Size> {
    if let Some(number) = super::counts(variant).first().and_then(|counted| counted.count.number()) {
        return Some(Size { number: number as f64, counted: true, status: None });
    }
    let figure = variant.published.last()?;
    Some(Size { number: figure.value.middle(), counted: false, status: figure.status })
}

/// The sizes of a variant: of its config, else those that are known by themselves.
pub fn sizes(variant: &Variant) -> Dimensions {
    let mut sizes = Dimensions::of(&variant.config);
    if let Some(built) = variant.classes.first().and_then(|class| variant.shapes(class).ok()) {
        // The code knows what the config leaves to its defaults.
        let built = built.model.sizes();
        let fill = |place: &mut Option<u64>, size: usize| *place = place.or(Some(size as u64));
        fill(&mut sizes.layers, built.layers);
        fill(&mut sizes.d_model, built.d_model);
        fill(&mut sizes.heads, built.heads);
        fill(&mut sizes.kv_heads, built.key_heads);
        fill(&mut sizes.d_ff, built.d_ff);
        fill(&mut sizes.vocabulary, built.vocabulary);
        if built.decoder_layers > 0 {
            fill(&mut sizes.decoder_layers, built.decoder_layers);
        }
        // RoBERTa has more places than a text can have tokens.
        sizes.context = built.context.map(|context| context as u64).or(sizes.context);
    }
    let stated = |id: &str| variant.sizes.iter().find(|(word, _)| word.id == id).and_then(|(_, size)| size.whole());
    let fill = |place: &mut Option<u64>, id: &str| *place = place.or_else(|| stated(id));
    fill(&mut sizes.layers, "layers");
    fill(&mut sizes.decoder_layers, "decoder_layers");
    fill(&mut sizes.d_model, "d_model");
    fill(&mut sizes.heads, "heads");
    fill(&mut sizes.kv_heads, "kv_heads");
    fill(&mut sizes.d_head_stated, "d_head");
    fill(&mut sizes.d_ff, "d_ff");
    fill(&mut sizes.vocabulary, "vocabulary");
    fill(&mut sizes.context, "context");
    fill(&mut sizes.experts, "experts");
    sizes.kv_heads = sizes.kv_heads.or(sizes.heads);
    sizes
}

/// The longest text of a variant: that of its config, else that of the entry.
pub fn context(entry: &Entry, variant: &Variant) -> Option<u64> {
    sizes(variant).context.or_else(|| entry.fact("context")?.value.as_ref()?.whole())
}

/// The estimates of a variant for a context of so many tokens; without it that of the config.
pub fn estimates(entry: &Entry, variant: &Variant, context: Option<u64>) -> Vec<Estimate> {
    let Some(basis) = Basis::of(variant) else { return Vec::new() };
    let context = basis.context(entry, context);
    // Where there is code, parts are counted with it and no formula is needed.
    let mut list = if basis.class.is_some() { Vec::new() } else { parts::parts(&basis) };
    list.extend(memory::weights(&basis));
    if writes(entry) {
        list.extend(context.as_ref().map(|context| memory::caches(entry, &basis, context)).unwrap_or_default());
    }
    list.extend(context.as_ref().and_then(|context| work::per_token(&basis, context)));
    list.extend(work::training(entry, &basis));
    list
}

/// Whether it writes token by token, so that keys and values are kept.
fn writes(entry: &Entry) -> bool {
    entry.words("masking").iter().any(|word| matches!(word.id, "causal" | "prefix"))
}

/// A whole number with its thousands apart.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Origin, Unit, estimates};
    use crate::catalog::Catalog;

    fn value(id: &str, variant: usize, what: &str, context: Option<u64>) -> f64 {
        let catalog = Catalog::built_in();
        let entry = catalog.entry(id).expect("an entry");
        let list = estimates(entry, &entry.variants[variant], context);
        list.iter().find(|estimate| estimate.what.id == what).unwrap_or_else(|| panic!("{what} of {id}")).value
    }

    #[test]
    fn gpt2_small_by_hand() {
        assert_eq!(value("gpt-2", 0, "weights_fp16", None), 2.0 * 124_439_808.0);
        // 2 (key, value) x 12 layers x 768 numbers x 1024 tokens x 2 bytes: 36 MiB.
        assert_eq!(value("gpt-2", 0, "cache", None), 36.0 * 1024.0 * 1024.0);
        assert_eq!(value("gpt-2", 0, "cache_multi_query", None), 3.0 * 1024.0 * 1024.0);
        let measured = value("gpt-2", 0, "flops_per_token", Some(128));
        // Twice the parameters that multiply (all but the position table), and the attention over 128 tokens.
        let expected = 2.0 * (124_439_808.0 - 786_432.0) + 4.0 * 12.0 * 128.0 * 768.0;
        assert!((measured / expected - 1.0).abs() < 0.02, "{measured} {expected}");
    }

    #[test]
    fn each_estimate_is_its_terms_put_in() {
        let catalog = Catalog::built_in();
        for entry in catalog.entries() {
            for (variant, context) in entry.variants.iter().zip([None, Some(4096)].into_iter().cycle()) {
                for estimate in estimates(entry, variant, context) {
                    let place = format!("{}, {}, {}", entry.head.id, variant.name, estimate.what.id);
                    assert!(estimate.value > 0.0 && !estimate.terms.is_empty(), "{place}");
                    for term in &estimate.terms {
                        let (formula, means) = (estimate.formula, term.means.id);
                        assert!(
                            formula.contains(term.symbol),
                            "{place}: {} ({means}) is not in {formula}",
                            term.symbol
                        );
                        assert!(!term.from.text().en.is_empty() && !term.from.text().zh.is_empty(), "{place}");
                    }
                }
            }
        }
    }

    #[test]
    fn numbers_say_where_they_come_from() {
        let catalog = Catalog::built_in();
        let entry = catalog.entry("gpt-2").expect("an entry");
        let list = estimates(entry, &entry.variants[0], Some(2048));
        let cache = list.iter().find(|estimate| estimate.what.id == "cache").expect("an estimate");
        let from = |symbol: &str| {
            let term = cache.terms.iter().find(|term| term.symbol == symbol);
            term.map(|term| term.from.text().en).expect("a term")
        };
        assert_eq!((from("L").as_str(), from("n").as_str()), ("config: n_layer", "chosen here"));
        let memory = list.iter().find(|estimate| estimate.what.id == "weights_fp32").expect("an estimate");
        assert!(matches!(&memory.terms[0].from, Origin::Counted { class } if class == "GPT2LMHeadModel"));
        // What was only published says where.
        let entry = catalog.entry("gpt-3").expect("an entry");
        let list = estimates(entry, entry.variants.last().expect("a variant"), None);
        let memory = list.iter().find(|estimate| estimate.what.id == "weights_fp32").expect("an estimate");
        assert!(memory.terms[0].from.text().en.starts_with("published: "), "{:?}", memory.terms[0]);
    }

    #[test]
    fn sparse_layers_keep_a_window() {
        // Half of the 96 layers keep 2048 tokens, half of them 128; 96 heads of 128, key and value, two bytes.
        let catalog = Catalog::built_in();
        let last = catalog.entry("gpt-3").expect("an entry").variants.len() - 1;
        let kept = 2.0 * (48.0 * 2048.0 + 48.0 * 128.0) * 96.0 * 128.0 * 2.0;
        assert_eq!(value("gpt-3", last, "cache_windowed", Some(2048)), kept);
        assert_eq!(value("gpt-3", last, "cache_windowed", Some(64)), value("gpt-3", last, "cache", Some(64)));
    }

    #[test]
    fn parts_by_formula() {
        let catalog = Catalog::built_in();
        let last = catalog.entry("gpt-3").expect("an entry").variants.len() - 1;
        // 96 layers of two matrices of 12288 by 49152, and of four of 12288 by 12288.
        assert_eq!(value("gpt-3", last, "feed_forward", None), 96.0 * 2.0 * 12288.0 * 49152.0);
        assert_eq!(value("gpt-3", last, "attention", None), 96.0 * 4.0 * 12288.0 * 12288.0);
    }

    #[test]
    fn work_of_training_is_near_the_published_estimate() {
        let catalog = Catalog::built_in();
        let entry = catalog.entry("t5").expect("an entry");
        let last = entry.variants.last().expect("a variant");
        let list = estimates(entry, last, None);
        let training = list.iter().find(|estimate| estimate.what.id == "training_flops").expect("an estimate");
        assert_eq!(training.unit, Unit::Flops);
        let published = training.published.expect("a published number");
        assert!((0.9..1.1).contains(&(training.value / published)), "{} {published}", training.value);
    }
}
