//! Work: of a token, and of the whole training.

use super::super::entry::{Entry, Variant};
use super::super::values::Text;
use super::terms::{Basis, HEAD_WIDTH, HEADS, LAYERS, Origin, PASS, Term};
use super::{Estimate, PER_TOKEN, TRAINING, Unit, grouped};
use crate::models::Inputs;

/// Work of one token at the end of a text: measured on the shapes where there is code, else by formula.
pub fn per_token(basis: &Basis<'_>, context: &Term) -> Option<Estimate> {
    measured(basis, context).or_else(|| by_formula(basis, context))
}

fn measured(basis: &Basis<'_>, context: &Term) -> Option<Estimate> {
    let class = basis.class.clone()?;
    let whole = pass_cost(basis.variant, &class, context.value as u64)? as f64;
    let pass = Term { symbol: "F", means: &PASS, value: whole, from: Origin::Counted { class } };
    let said = Text::new(
        "Operations of a whole pass over the text, counted on its shapes, per token.",
        "对全文做一次前向，按形状统计全部运算，再平均到每个词元。",
    );
    let numbers = format!("{} / {}", grouped(whole), context.value);
    let estimate = Estimate::new(&PER_TOKEN, Unit::Flops, "F(n) / n", vec![pass, context.clone()], said);
    Some(estimate.worked(whole / context.value, numbers))
}

fn by_formula(basis: &Basis<'_>, context: &Term) -> Option<Estimate> {
    let (heads, own) = (basis.size("h", &HEADS)?, basis.size("d_h", &HEAD_WIDTH)?);
    let mut layers = basis.size("L", &LAYERS)?;
    layers.value += basis.sizes.decoder_layers.unwrap_or(0) as f64;
    let attention: f64 = [4.0, layers.value, context.value, heads.value, own.value].iter().product();
    let numbers = format!(
        "2 · {} + 4 · {} · {} · {} · {}",
        grouped(basis.active.value),
        layers.value,
        context.value,
        heads.value,
        own.value
    );
    let said = Text::new(
        "A token uses each parameter once, a multiplication and an addition; then scores and sums over the text. Tables \
         that are only looked up are counted too.",
        "每个词元把每个参数各用一次（一乘一加），再加全文的分数与加权和。只查不乘的表也计算在内。",
    );
    let terms = vec![basis.active.clone(), layers, context.clone(), heads, own];
    let estimate = Estimate::new(&PER_TOKEN, Unit::Flops, "2 · N + 4 · L · n · h · d_h", terms, said);
    Some(estimate.worked(2.0 * basis.active.value + attention, numbers))
}

/// Operations of a pass over so many tokens, where the architecture runs and reads one text.
fn pass_cost(variant: &Variant, class: &str, tokens: u64) -> Option<u64> {
    let loaded = variant.shapes(class).ok()?;
    let tokens = usize::try_from(tokens).ok().filter(|&n| (1..=1 << 16).contains(&n))?;
    Some(loaded.model.graph(&Inputs::ids(&vec![0; tokens])).ok()?.cost())
}

/// Six operations for each parameter and token, beside the published figure where there is one.
pub fn training(entry: &Entry, basis: &Basis<'_>) -> Option<Estimate> {
    let tokens = basis.tokens(entry)?;
    // A token of an encoder-decoder passes one of the two stacks, half of the parameters.
    let (factor, formula, said) = if basis.sizes.decoder_layers.is_some() {
        let said = Text::new(
            "Each token passes one of the two stacks, half of N. Attention's own work is left out.",
            "每个词元只经过两个堆叠之一，即 N 的一半。不含注意力本身的计算。",
        );
        (3.0, "3 · N · D", said)
    } else {
        let said = Text::new(
            "Forward takes twice N a token, backward twice that. Attention's own work is left out.",
            "每个词元前向 2N，反向再加倍。不含注意力本身的计算。",
        );
        (6.0, "6 · N · D", said)
    };
    let numbers = format!("{factor:.0} · {} · {:.3e}", grouped(basis.active.value), tokens.value);
    let value = factor * basis.active.value * tokens.value;
    let terms = vec![basis.active.clone(), tokens];
    let mut estimate = Estimate::new(&TRAINING, Unit::Flops, formula, terms, said).worked(value, numbers);
    if let Some((published, source)) = basis.published_work(entry) {
        (estimate.published, estimate.published_source) = (Some(published), source);
    }
    Some(estimate)
}
