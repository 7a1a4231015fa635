//! What follows from a config and a few published numbers: memory, cache, work. Each estimate carries its formula, the
//! formula with the numbers put in, and what it rests on.

use serde::Serialize;

use super::count::counts;
use super::dimensions::Dimensions;
use super::entry::{Entry, Variant};
use super::values::Text;
use super::words::Word;
use crate::models::Inputs;

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

/// How many heads of keys and values are kept for each layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cache {
    /// As the model is built.
    AsBuilt,
    /// One for all heads.
    MultiQuery,
    /// One for each eight heads.
    Grouped,
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
    /// What it rests on, and what it leaves out.
    pub basis: Text,
    /// The published number, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<f64>,
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
    PER_TOKEN "flops_per_token" "work for a token" "每词元计算量";
    TRAINING "training_flops" "work of training" "训练计算量";
}

/// What estimates are made from.
struct Basis {
    parameters: f64,
    /// Whether they are counted, not published.
    counted: bool,
    /// Those that one token uses.
    active: f64,
    said: Text,
    sizes: Dimensions,
}

/// The main number of parameters of a variant and whether it is counted: counted before published.
pub fn parameters(variant: &Variant) -> Option<(f64, bool)> {
    let counted = counts(variant).first().and_then(|counted| counted.count.number());
    counted.map(|number| (number as f64, true)).or_else(|| {
        let figure = variant.published.last()?;
        Some((figure.value.single().unwrap_or(f64::midpoint(figure.value.low, figure.value.high)), false))
    })
}

impl Basis {
    fn of(variant: &Variant) -> Option<Self> {
        let (parameters, counted) = parameters(variant)?;
        let said = if counted {
            Text::new("N is counted from the config", "N 由配置计数得出")
        } else {
            Text::new("N is the published number", "N 为公布的数字")
        };
        let active = variant.active.last().and_then(|figure| figure.value.single()).unwrap_or(parameters);
        Some(Self { parameters, counted, active, said, sizes: sizes(variant) })
    }
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
        sizes.context = sizes.context.or(built.context.map(|context| context as u64));
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

/// The estimates of a variant for a context of so many tokens; without it that of the config.
pub fn estimates(entry: &Entry, variant: &Variant, context: Option<u64>) -> Vec<Estimate> {
    let Some(basis) = Basis::of(variant) else { return Vec::new() };
    let context = context.or(basis.sizes.context).or_else(|| entry.fact("context")?.value.as_ref()?.whole());
    // Where there is code, parts are counted with it and no formula is needed.
    let mut list = if basis.counted { Vec::new() } else { components(&basis.sizes) };
    list.extend([(&FP32, 4.0, "4 · N"), (&FP16, 2.0, "2 · N"), (&INT8, 1.0, "1 · N")].map(|(what, bytes, formula)| {
        Estimate {
            what,
            value: bytes * basis.parameters,
            unit: Unit::Bytes,
            formula,
            worked: format!("{bytes:.0} · {}", grouped(basis.parameters)),
            basis: Text::new(
                format!("{}; bytes a number, without what quantised formats keep beside.", basis.said.en),
                format!("{}；每个数的字节数，不含量化格式的附加信息。", basis.said.zh),
            ),
            published: None,
        }
    }));
    if writes(entry) {
        let kinds = [Cache::AsBuilt, Cache::MultiQuery, Cache::Grouped];
        list.extend(kinds.into_iter().filter_map(|kind| cache(&basis.sizes, context?, kind)));
    }
    list.extend(context.and_then(|context| per_token(&basis, variant, context)));
    list.extend(training(entry, variant, &basis));
    list
}

/// Whether it writes token by token, so that keys and values are kept.
fn writes(entry: &Entry) -> bool {
    entry.words("masking").iter().any(|word| matches!(word.id, "causal" | "prefix"))
}

fn components(sizes: &Dimensions) -> Vec<Estimate> {
    let said =
        |en: &str, zh: &str| Text::new(format!("From the config's sizes; {en}."), format!("由配置的尺寸得出；{zh}。"));
    let one = |what, value: u64, formula, worked: String, said| Estimate {
        what,
        value: value as f64,
        unit: Unit::Parameters,
        formula,
        worked,
        basis: said,
        published: None,
    };
    let mut list = Vec::new();
    // Two stacks, experts and towers are counted where they run; a formula for one stack would mislead.
    if sizes.decoder_layers.is_some() || sizes.experts.is_some() {
        return list;
    }
    if let (Some(rows), Some(width)) = (sizes.vocabulary, sizes.d_model) {
        let said = said("a factorised table is smaller", "分解的表更小");
        list.push(one(&TOKEN_TABLE, rows.saturating_mul(width), "V · d", format!("{rows} · {width}"), said));
    }
    if let (Some(layers), Some(width), Some(heads), Some(kv), Some(d)) =
        (sizes.layers, sizes.d_model, sizes.heads, sizes.kv_heads, sizes.d_head())
    {
        let own = [2, width, heads.saturating_add(kv), d, layers].into_iter().fold(1u64, u64::saturating_mul);
        let worked = format!("{layers} · 2 · {width} · ({heads} + {kv}) · {d}");
        list.push(one(&ATTENTION, own, "L · 2 · d · (h + h_kv) · d_h", worked, said("without biases", "不含偏置")));
    }
    if let (Some(layers), Some(width), Some(inner)) = (sizes.layers, sizes.d_model, sizes.d_ff) {
        let own = [2, width, inner, layers].into_iter().fold(1u64, u64::saturating_mul);
        let worked = format!("{layers} · 2 · {width} · {inner}");
        let said = said("two matrices; a gated one has three", "两个矩阵；门控的有三个");
        list.push(one(&FEED_FORWARD, own, "L · 2 · d · d_ff", worked, said));
    }
    list
}

/// Bytes of keys and values for a text of so many tokens, two bytes a number.
pub fn cache(sizes: &Dimensions, context: u64, kind: Cache) -> Option<Estimate> {
    let layers = sizes.decoder_layers.or(sizes.layers)?;
    let (built, width) = (sizes.kv_heads?, sizes.d_head()?);
    let heads = sizes.heads?;
    let (what, kept) = match kind {
        Cache::AsBuilt => (&CACHE, built),
        Cache::MultiQuery => (&CACHE_MULTI_QUERY, 1),
        Cache::Grouped => (&CACHE_GROUPED, heads.div_ceil(8)),
    };
    if kind != Cache::AsBuilt && kept >= built {
        return None;
    }
    Some(Estimate {
        what,
        value: [2.0, layers as f64, kept as f64, width as f64, context as f64, 2.0].iter().product(),
        unit: Unit::Bytes,
        formula: "2 · L · h_kv · d_h · n · 2 bytes",
        worked: format!("2 · {layers} · {kept} · {width} · {context} · 2"),
        basis: Text::new(
            format!(
                "For one text of {context} tokens, all of which are kept; what a decoder keeps of its encoder comes on top."
            ),
            format!("一段 {context} 个词元的文本，全部保留；解码器保留的编码器键值另计。"),
        ),
        published: None,
    })
}

/// Work of one token at the end of a text: measured on the shapes where there is code, else by formula.
fn per_token(basis: &Basis, variant: &Variant, context: u64) -> Option<Estimate> {
    if let Some(whole) = pass_cost(variant, context) {
        return Some(Estimate {
            what: &PER_TOKEN,
            value: whole as f64 / context as f64,
            unit: Unit::Flops,
            formula: "F(n) / n",
            worked: format!("{} / {context}", grouped(whole as f64)),
            basis: Text::new(
                format!("Operations of a whole pass over {context} tokens, counted on its shapes, per token."),
                format!("对 {context} 个词元做一次前向，按形状统计全部运算，再平均到每个词元。"),
            ),
            published: None,
        });
    }
    let sizes = &basis.sizes;
    let layers = sizes.layers?.saturating_add(sizes.decoder_layers.unwrap_or(0));
    let width = sizes.heads?.saturating_mul(sizes.d_head()?);
    let attention = [4.0, layers as f64, context as f64, width as f64].iter().product::<f64>();
    Some(Estimate {
        what: &PER_TOKEN,
        value: 2.0 * basis.active + attention,
        unit: Unit::Flops,
        formula: "2 · N + 4 · L · n · h · d_h",
        worked: format!("2 · {} + 4 · {layers} · {context} · {width}", grouped(basis.active)),
        basis: Text::new(
            format!(
                "{}, of which a token uses each once; scores and sums over a context of {context}. Tables that are only \
                 looked up are counted too.",
                basis.said.en
            ),
            format!(
                "{}，每个词元各用一次；另加 {context} 个词元上的分数与加权和。只查不乘的表也计算在内。",
                basis.said.zh
            ),
        ),
        published: None,
    })
}

/// Operations of a pass over so many tokens, where the architecture runs and reads one text.
fn pass_cost(variant: &Variant, tokens: u64) -> Option<u64> {
    let loaded = variant.shapes(variant.classes.first()?).ok()?;
    let tokens = usize::try_from(tokens).ok().filter(|&n| (1..=1 << 16).contains(&n))?;
    Some(loaded.model.graph(&Inputs::ids(&vec![0; tokens])).ok()?.cost())
}

fn training(entry: &Entry, variant: &Variant, basis: &Basis) -> Option<Estimate> {
    let own = |fact: Option<&super::Fact>| fact?.value.as_ref()?.single();
    let tokens = own(variant.tokens.as_ref()).or_else(|| own(entry.fact("tokens")))?;
    let published = own(variant.compute.as_ref()).or_else(|| {
        // A number for the whole entry is that of its only size.
        if entry.variants.len() == 1 { own(entry.fact("compute")) } else { None }
    });
    // A token of an encoder-decoder passes one of the two stacks, half of the parameters.
    let two_stacks = basis.sizes.decoder_layers.is_some();
    let (factor, formula) = if two_stacks { (3.0, "3 · N · D") } else { (6.0, "6 · N · D") };
    let half = if two_stacks {
        ["each token passes one of the two stacks, half of N", "每个词元只经过两个堆叠之一，即 N 的一半"]
    } else {
        ["forward takes twice N a token, backward twice that", "每个词元前向 2N，反向再加倍"]
    };
    Some(Estimate {
        what: &TRAINING,
        value: factor * basis.active * tokens,
        unit: Unit::Flops,
        formula,
        worked: format!("{factor:.0} · {} · {tokens:.3e}", grouped(basis.active)),
        basis: Text::new(
            format!(
                "{}, D is the number of training tokens; {}. Attention's own work is left out.",
                basis.said.en, half[0]
            ),
            format!("{}，D 为训练词元数；{}。不含注意力本身的计算。", basis.said.zh, half[1]),
        ),
        published,
    })
}

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
    use super::{Dimensions, Unit, estimates};
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
    fn parts_by_formula() {
        let config = serde_json::json!({"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12,
            "intermediate_size": 3072, "vocab_size": 30522});
        let list = super::components(&Dimensions::of(config.as_object().expect("an object")));
        let values: Vec<f64> = list.iter().map(|estimate| estimate.value).collect();
        assert_eq!(values, [23_440_896.0, 28_311_552.0, 56_623_104.0]);
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
