//! Where the parameters of an architecture without code lie, by formula.

use super::super::values::Text;
use super::super::words::Word;
use super::terms::{Basis, HEAD_WIDTH, HEADS, INNER, KV_HEADS, LAYERS, ROWS, Term, WIDTH};
use super::{ATTENTION, Estimate, FEED_FORWARD, TOKEN_TABLE, Unit};

/// The great matrices of one stack of layers. Two stacks, experts and towers are counted where they run: a formula for
/// one stack would mislead.
pub fn parts(basis: &Basis<'_>) -> Vec<Estimate> {
    if basis.sizes.decoder_layers.is_some() || basis.sizes.experts.is_some() {
        return Vec::new();
    }
    [token_table(basis), attention(basis), feed_forward(basis)].into_iter().flatten().collect()
}

fn part(
    what: &'static Word,
    formula: &'static str,
    terms: Vec<Term>,
    said: Text,
    value: f64,
    numbers: String,
) -> Estimate {
    Estimate::new(what, Unit::Parameters, formula, terms, said).worked(value, numbers)
}

fn token_table(basis: &Basis<'_>) -> Option<Estimate> {
    let (rows, width) = (basis.size("V", &ROWS)?, basis.size("d", &WIDTH)?);
    let (value, numbers) = (rows.value * width.value, format!("{} · {}", rows.value, width.value));
    let said = Text::new("A factorised table is smaller.", "分解的表更小。");
    Some(part(&TOKEN_TABLE, "V · d", vec![rows, width], said, value, numbers))
}

fn attention(basis: &Basis<'_>) -> Option<Estimate> {
    let (layers, width, heads) = (basis.size("L", &LAYERS)?, basis.size("d", &WIDTH)?, basis.size("h", &HEADS)?);
    let (kept, own) = (basis.size("h_kv", &KV_HEADS)?, basis.size("d_h", &HEAD_WIDTH)?);
    let value = layers.value * 2.0 * width.value * (heads.value + kept.value) * own.value;
    let numbers =
        format!("{} · 2 · {} · ({} + {}) · {}", layers.value, width.value, heads.value, kept.value, own.value);
    let said =
        Text::new("Query, key, value and output matrices, without biases.", "查询、键、值、输出矩阵，不含偏置。");
    let terms = vec![layers, width, heads, kept, own];
    Some(part(&ATTENTION, "L · 2 · d · (h + h_kv) · d_h", terms, said, value, numbers))
}

fn feed_forward(basis: &Basis<'_>) -> Option<Estimate> {
    let (layers, width, inner) = (basis.size("L", &LAYERS)?, basis.size("d", &WIDTH)?, basis.size("d_ff", &INNER)?);
    let value = layers.value * 2.0 * width.value * inner.value;
    let numbers = format!("{} · 2 · {} · {}", layers.value, width.value, inner.value);
    let said = Text::new("Two matrices a layer; a gated one has three.", "每层两个矩阵；门控的有三个。");
    Some(part(&FEED_FORWARD, "L · 2 · d · d_ff", vec![layers, width, inner], said, value, numbers))
}
