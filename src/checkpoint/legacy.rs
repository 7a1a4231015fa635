//! Other spellings under which a file may hold a tensor: the ones that transformers accepts when it loads.
//!
//! - A base model's tensors carry a prefix (`bert.`, `transformer.`) in the files of models with a head, and none in
//!   the files of the bare model; either is loaded into either.
//! - Files converted from TensorFlow call the weight and bias of a layer norm `gamma` and `beta`.

/// The spellings to try in order; `name` itself comes first, so that the exact one wins.
pub(super) fn spellings(base_prefix: &str, name: &str) -> Vec<String> {
    let mut spellings = vec![name.to_owned()];
    if !base_prefix.is_empty() {
        spellings.push(match name.strip_prefix(base_prefix) {
            Some(bare) => bare.to_owned(),
            None => format!("{base_prefix}{name}"),
        });
    }
    let older: Vec<String> = spellings.iter().filter_map(|name| older_norm(name)).collect();
    spellings.extend(older);
    spellings
}

/// The older name of a layer norm's parameter.
fn older_norm(name: &str) -> Option<String> {
    let (module, parameter) = name.rsplit_once('.')?;
    match parameter {
        "weight" => Some(format!("{module}.gamma")),
        "bias" => Some(format!("{module}.beta")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::spellings;

    #[test]
    fn exact_then_prefix_then_older() {
        assert_eq!(
            spellings("bert.", "embeddings.LayerNorm.weight"),
            [
                "embeddings.LayerNorm.weight",
                "bert.embeddings.LayerNorm.weight",
                "embeddings.LayerNorm.gamma",
                "bert.embeddings.LayerNorm.gamma"
            ]
        );
        assert_eq!(spellings("transformer.", "transformer.wte.table"), ["transformer.wte.table", "wte.table"]);
        assert_eq!(spellings("", "ln.bias"), ["ln.bias", "ln.beta"]);
        assert_eq!(spellings("", "weight"), ["weight"]);
    }
}
