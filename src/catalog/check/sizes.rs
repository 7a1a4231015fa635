//! Variants: configs that can be built, published numbers that agree with the count or are explained.

use std::collections::HashSet;

use super::{At, Found};
use crate::catalog::count::{Count, counts};
use crate::catalog::dimensions::Dimensions;
use crate::catalog::entry::{Entry, Variant};

/// The variants of an entry.
pub fn entry(entry: &Entry, found: &mut Found) {
    if entry.variants.is_empty() {
        found.add(At::new("variants"), "there is no variant");
    }
    let mut names = HashSet::new();
    for (i, variant) in entry.variants.iter().enumerate() {
        let at = At::new("variants").item(i);
        if !names.insert(&variant.name) {
            found.add(at.key("name"), format!("the name {:?} is already that of another variant", variant.name));
        }
        if variant.unknown.is_none() {
            config(variant, &at, found);
        }
    }
}

fn config(variant: &Variant, at: &At, found: &mut Found) {
    if !variant.config.get("model_type").is_some_and(serde_json::Value::is_string) {
        found.add(at.key("config"), "model_type is missing: without it nobody knows what the config builds");
    }
    let sizes = Dimensions::of(&variant.config);
    if let (Some(width), Some(heads), None) = (sizes.d_model, sizes.heads, sizes.d_head_stated)
        && width.checked_rem(heads) != Some(0)
    {
        let message =
            format!("{heads} heads do not divide the width {width}; a width of heads of its own is head_dim or d_kv");
        found.add(at.key("config"), message);
    }
    let counted = counts(variant);
    for counted in counted {
        if let Count::Refused(error) = &counted.count {
            let message = error.to_string();
            let message = message.strip_prefix("the configuration: ").unwrap_or(&message).to_owned();
            found.add(at.key("config"), format!("{} cannot be built: {message}", counted.class));
        }
    }
    let numbers: Vec<u64> = counted.iter().filter_map(|counted| counted.count.number()).collect();
    if numbers.is_empty() || variant.why_different.is_some() {
        return;
    }
    for (i, figure) in variant.published.iter().enumerate() {
        let agrees = numbers.iter().any(|&number| figure.value.agrees(number as f64));
        if !agrees && figure.note.is_none() {
            let counts: Vec<String> = counted
                .iter()
                .filter_map(|counted| Some(format!("{} {}", counted.class, counted.count.number()?)))
                .collect();
            let message = format!(
                "published {} differs from what is counted ({}), by more than its last digit and more than 1 %: \
                 say why in why_different",
                figure.value,
                counts.join(", ")
            );
            found.add(at.key("published").item(i), message);
        }
    }
}
