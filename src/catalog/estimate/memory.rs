//! Memory: of the weights in several formats, and of the keys and values that a text leaves behind.

use super::super::dimensions::Dimensions;
use super::super::entry::Entry;
use super::super::values::Text;
use super::terms::{BYTES, Basis, FULL_LAYERS, HEAD_WIDTH, KV_HEADS, LOCAL_LAYERS, Origin, Term, WINDOW};
use super::{CACHE, CACHE_GROUPED, CACHE_MULTI_QUERY, CACHE_WINDOWED, Estimate, FP16, FP32, INT8, Unit, grouped};

/// The window that is supposed where none was published: the stride of the Sparse Transformer.
const STRIDE: u64 = 128;

fn bytes(value: f64) -> Term {
    Term { symbol: "b", means: &BYTES, value, from: Origin::Format }
}

/// The weights, four, two and one byte a number.
pub fn weights(basis: &Basis<'_>) -> Vec<Estimate> {
    let said = Text::new(
        "Without what quantised formats keep beside, and without gradients and the optimiser's state.",
        "不含量化格式的附加信息，也不含梯度和优化器状态。",
    );
    let of = |(what, size): (_, f64)| {
        let terms = vec![basis.parameters.clone(), bytes(size)];
        let numbers = format!("{size:.0} · {}", grouped(basis.parameters.value));
        Estimate::new(what, Unit::Bytes, "b · N", terms, said.clone()).worked(size * basis.parameters.value, numbers)
    };
    [(&FP32, 4.0), (&FP16, 2.0), (&INT8, 1.0)].into_iter().map(of).collect()
}

/// What is kept of a text, two bytes a number: as the model is built, and as it would be with fewer heads kept or with
/// a window.
pub fn caches(entry: &Entry, basis: &Basis<'_>, context: &Term) -> Vec<Estimate> {
    let mut list = Vec::new();
    let Some(Kept { layers, heads, width }) = Kept::of(basis) else { return list };
    let all = basis.sizes.heads.unwrap_or(0);
    let supposed = |value: u64, en: &str, zh: &str| Term {
        value: value as f64,
        from: Origin::Supposed { why: Text::new(en, zh) },
        ..heads.clone()
    };
    let built = heads.value as u64;
    let mut kinds = vec![(&CACHE, heads.clone())];
    if built > 1 {
        kinds.push((&CACHE_MULTI_QUERY, supposed(1, "supposed: one for all heads", "假设：所有头共用一个")));
    }
    if all.div_ceil(8) < built && all.div_ceil(8) > 1 {
        kinds.push((&CACHE_GROUPED, supposed(all.div_ceil(8), "supposed: one for eight heads", "假设：每八头一个")));
    }
    let said = Text::new(
        "For one text, all of whose tokens are kept; what a decoder keeps of its encoder comes on top.",
        "一段文本，保留全部词元；解码器保留的编码器键值另计。",
    );
    for (what, heads) in kinds {
        let value: f64 = [2.0, layers.value, heads.value, width.value, context.value, 2.0].iter().product();
        let numbers = format!("2 · {} · {} · {} · {} · 2", layers.value, heads.value, width.value, context.value);
        let terms = vec![layers.clone(), heads, width.clone(), context.clone(), bytes(2.0)];
        let estimate = Estimate::new(what, Unit::Bytes, "2 · L · h_kv · d_h · n · b", terms, said.clone());
        list.push(estimate.worked(value, numbers));
    }
    list.extend(windowed(entry, basis, context, &Kept { layers, heads, width }));
    list
}

/// What keys and values are kept of: layers, heads of each, numbers of a head.
struct Kept {
    layers: Term,
    heads: Term,
    width: Term,
}

impl Kept {
    fn of(basis: &Basis<'_>) -> Option<Self> {
        Some(Self {
            layers: basis.decoder_layers()?,
            heads: basis.size("h_kv", &KV_HEADS)?,
            width: basis.size("d_h", &HEAD_WIDTH)?,
        })
    }
}

/// Layers whose attention is sparse or local keep the last tokens alone. Where full ones stand between them, as in
/// GPT-3, they are every other layer.
fn windowed(entry: &Entry, basis: &Basis<'_>, context: &Term, kept: &Kept) -> Option<Estimate> {
    let has = |id: &str| entry.words("attention").iter().any(|word| word.id == id);
    if !(has("sparse") || has("local")) || has("convolution") {
        return None;
    }
    let config = &basis.variant.config;
    let stated = Dimensions::stated(config, "window").zip(Dimensions::field(config, "window"));
    let (window, from) = stated.map_or_else(
        || {
            let why = Text::new(
                "supposed: the stride of the Sparse Transformer, as none was published",
                "假设：未公布，取 Sparse Transformer 的步长",
            );
            (STRIDE, Origin::Supposed { why })
        },
        |(window, field)| (window, Origin::Config { field }),
    );
    let window = Term { symbol: "w", means: &WINDOW, value: window as f64, from };
    let full = if has("full") { (kept.layers.value / 2.0).ceil() } else { 0.0 };
    let layers = |symbol, means, value, formula| Term { symbol, means, value, from: Origin::Derived { formula } };
    let (full, local) = if has("full") {
        (layers("L_f", &FULL_LAYERS, full, "L / 2"), layers("L_w", &LOCAL_LAYERS, kept.layers.value - full, "L − L_f"))
    } else {
        (layers("L_f", &FULL_LAYERS, 0.0, "0"), Term { symbol: "L_w", means: &LOCAL_LAYERS, ..kept.layers.clone() })
    };
    let positions = full.value * context.value + local.value * context.value.min(window.value);
    let value = 2.0 * positions * kept.heads.value * kept.width.value * 2.0;
    let numbers = format!(
        "2 · ({} · {} + {} · min({}, {})) · {} · {} · 2",
        full.value, context.value, local.value, context.value, window.value, kept.heads.value, kept.width.value
    );
    let said = Text::new(
        "If a sparse layer kept its last w tokens alone. Patterns that also look at every w-th token, or at summaries, keep more.",
        "假设稀疏层只保留最近 w 个词元；还看每第 w 个词元或摘要位置的模式会保留更多。",
    );
    let terms = vec![full, local, context.clone(), window, kept.heads.clone(), kept.width.clone(), bytes(2.0)];
    let formula = "2 · (L_f · n + L_w · min(n, w)) · h_kv · d_h · b";
    Some(Estimate::new(&CACHE_WINDOWED, Unit::Bytes, formula, terms, said).worked(value, numbers))
}
