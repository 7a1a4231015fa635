//! One training step of the small GPT-2: forward, backward, clipping, `AdamW` on 24 rows of 64 tokens.
//!
//! `cargo bench --bench training`. With `HEADSCOPE_PEER=/path/to/python` (one that has torch and transformers) PyTorch
//! does the same in turn on the same cores, and the ratio is printed.

mod common;

use std::sync::Arc;

use headscope::models;
use headscope::tensor::Pool;
use headscope::train::{AdamW, Batch, Constants, Example, Learner, Output, Row, Term};
use serde_json::json;

use common::{Peer, report, time};

fn main() {
    let config = json!({"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "n_layer": 3, "n_embd": 64,
        "n_head": 4, "vocab_size": 640, "n_positions": 96});
    let loaded = models::random(config.as_object().expect("an object"), 1).expect("a model");
    let mut parameters = Arc::clone(&loaded.parameters);
    let pool = Arc::new(Pool::default());
    let mut rule = AdamW::new(Constants::default(), parameters.len());
    let examples = (0..24).map(example).collect();
    let batch = Batch { examples, guidance: Vec::new() };
    let mut step = || {
        let learner = Learner { model: &*loaded.model, parameters: &parameters, pool: &pool };
        let (losses, mut gradients) = learner.gradients(&batch, &[]).expect("inputs that the model takes");
        rule.step(Arc::make_mut(&mut parameters), &mut gradients, 3e-3, &pool);
        assert!(losses.loss.is_finite());
    };
    step();
    let mut peer = Peer::start();
    if let Some(peer) = &mut peer {
        peer.ask("step");
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..61 {
        ours.extend(time(1, &mut step));
        theirs.extend(peer.as_mut().map(|peer| peer.ask("step")));
    }
    report("GPT-2 mini (3 layers), a training step of 24 x 64 tokens", ours, theirs);
}

fn example(row: usize) -> Example {
    let ids: Vec<u32> = (0..64).map(|i| (((row * 64 + i) * 7919 + 13) % 640) as u32).collect();
    let targets = ids[1..].iter().copied().map(Some).chain([None]).collect();
    Example {
        rows: vec![Row::ids("input_ids", &ids, 0)],
        terms: vec![Term { name: "next token", weight: 1.0, output: Output::Tokens, targets }],
        origins: Vec::new(),
    }
}
