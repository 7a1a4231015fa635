//! Gradients against central differences: each operation, then whole models.

use std::sync::Arc;

use headscope::models::{self, Inputs};
use headscope::tape::{
    Axes, Axis, Cell, Effect, FUTURE, Graph, Ids, Keep, Kind, Look, Looks, Mask, NodeId, PADDING, Parameters, Rule,
    Run, Stream, Tape, Targets, Var,
};
use headscope::tensor::{Activation, Pool, Tensor};
use serde_json::json;

/// Numbers that look random and are the same every time, between -1 and 1.
fn noise(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

fn axes(list: &[(Kind, usize)]) -> Axes {
    Axes::new(list.iter().map(|&(kind, len)| Axis::new(kind, len)))
}

/// Checks the gradient of `Σ r·f(inputs)` with respect to every number of every input, for a fixed random `r`.
fn check(inputs: &[Axes], build: impl for<'t> Fn(&'t Tape, &[Var<'t>]) -> Var<'t>) {
    let values: Vec<Tensor> =
        inputs.iter().enumerate().map(|(i, a)| Tensor::new(noise(i as u64 + 7, a.size()), &a.shape())).collect();
    let make = |values: &[Tensor]| -> (Arc<Graph>, Vec<NodeId>) {
        let tape = Tape::new();
        let vars: Vec<Var<'_>> =
            values.iter().zip(inputs).map(|(value, axes)| tape.given(value.clone(), axes.clone())).collect();
        let out = build(&tape, &vars);
        tape.output("y", out);
        let ids = vars.iter().map(|var| var.id()).collect();
        (tape.finish(), ids)
    };
    let pool = Arc::new(Pool::default());
    let none = Arc::new(Parameters::default());
    let run = |values: &[Tensor]| {
        let (graph, ids) = make(values);
        (graph.run(&none, &Keep::Learning, Run::new(&pool)).expect("not cancelled"), ids)
    };
    let (record, ids) = run(&values);
    let y = record.output("y").expect("the output");
    let r = noise(99, y.len());
    let total = |values: &[Tensor]| -> f64 {
        let y = run(values).0.output("y").expect("the output").to_vec();
        y.iter().zip(&r).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    };
    let seed = (record.graph().output("y").expect("the output"), Tensor::new(r.clone(), y.shape()));
    let gradients = record.gradients(&[seed], &ids, &pool);
    for (which, id) in ids.iter().enumerate() {
        let gradient = gradients.value(*id).unwrap_or_else(|| panic!("no gradient for input {which}")).to_vec();
        let scale = gradient.iter().fold(0.1f32, |m, g| m.max(g.abs()));
        for place in 0..gradient.len() {
            let nudged = |by: f32| {
                let mut values = values.clone();
                let mut data = values[which].to_vec();
                data[place] += by;
                values[which] = Tensor::new(data, values[which].shape());
                total(&values)
            };
            let step = 4e-3f32;
            let difference = ((nudged(step) - nudged(-step)) / (2.0 * f64::from(step))) as f32;
            let error = (difference - gradient[place]).abs() / scale;
            assert!(
                error < 5e-3,
                "input {which} at {place}: {difference} by differences, {} by gradient",
                gradient[place]
            );
        }
    }
}

#[test]
fn linear_in_both_layouts() {
    let x = axes(&[(Kind::Batch, 2), (Kind::Token, 3), (Kind::Feature, 4)]);
    let bias = axes(&[(Kind::Inner, 5)]);
    for weight in [axes(&[(Kind::Inner, 5), (Kind::Feature, 4)]), axes(&[(Kind::Feature, 4), (Kind::Inner, 5)])] {
        check(&[x.clone(), weight, bias.clone()], |_, v| v[0].linear(v[1], Some(v[2]), Kind::Inner));
    }
}

#[test]
fn products_with_shared_and_lone_axes() {
    let query = axes(&[(Kind::Batch, 2), (Kind::Query, 3), (Kind::Head, 2), (Kind::Channel, 4)]);
    let key = axes(&[(Kind::Batch, 2), (Kind::Key, 5), (Kind::Head, 2), (Kind::Channel, 4)]);
    check(&[query.clone(), key.clone()], |_, v| v[0].product(v[1], Kind::Channel, 0.5));
    // one key head for all query heads: an axis that only one side has
    let shared = axes(&[(Kind::Batch, 2), (Kind::Key, 5), (Kind::Channel, 4)]);
    check(&[query.clone(), shared], |_, v| v[0].product(v[1], Kind::Channel, 1.0));
    // relative positions: query and key are shared in turn
    let distance = axes(&[(Kind::Query, 3), (Kind::Key, 5), (Kind::Channel, 4)]);
    check(&[query, distance.clone()], |_, v| v[0].product(v[1], Kind::Channel, 1.0));
    check(&[key, distance], |_, v| v[0].product(v[1], Kind::Channel, 1.0));
}

#[test]
fn sums_and_products_with_axes_that_run_along() {
    let large = axes(&[(Kind::Batch, 2), (Kind::Head, 2), (Kind::Query, 3), (Kind::Key, 4)]);
    for small in [
        large.clone(),
        axes(&[(Kind::Key, 4)]),
        axes(&[(Kind::Head, 2), (Kind::Query, 3), (Kind::Key, 4)]),
        axes(&[(Kind::Key, 4), (Kind::Batch, 2), (Kind::Head, 2), (Kind::Query, 3)]),
        axes(&[(Kind::Query, 3), (Kind::Batch, 2)]),
    ] {
        check(&[large.clone(), small.clone()], |_, v| v[0] + v[1]);
        check(&[small.clone(), large.clone()], |_, v| v[0] + v[1]);
        check(&[large.clone(), small], |_, v| v[0] * v[1]);
    }
    check(std::slice::from_ref(&large), |_, v| v[0] * 0.3);
    check(&[large], |_, v| v[0] + v[0]);
}

#[test]
fn norm_from_its_three_steps() {
    let x = axes(&[(Kind::Batch, 2), (Kind::Token, 3), (Kind::Feature, 6)]);
    let row = axes(&[(Kind::Feature, 6)]);
    check(&[x, row.clone(), row], |_, v| {
        let mean = v[0].mean();
        v[0].normalise(mean, v[0].deviation(mean, 1e-2), v[1], v[2])
    });
}

#[test]
fn root_mean_square_norm_from_its_two_steps() {
    let x = axes(&[(Kind::Batch, 2), (Kind::Token, 3), (Kind::Feature, 6)]);
    let row = axes(&[(Kind::Feature, 6)]);
    check(std::slice::from_ref(&x), |_, v| v[0].root_mean_square(1e-2));
    check(&[x, row], |_, v| v[0].rescale(v[0].root_mean_square(1e-2), v[1]));
}

#[test]
fn softmax_masks_and_functions() {
    use Activation::{
        ClippedGelu, Gelu, GeluFast, GeluNew, Laplace, Linear, Mish, QuickGelu, Sigmoid, Silu, SquaredRelu, Tanh,
    };
    let scores = axes(&[(Kind::Batch, 2), (Kind::Head, 2), (Kind::Query, 3), (Kind::Key, 3)]);
    check(std::slice::from_ref(&scores), |_, v| v[0].softmax());
    check(std::slice::from_ref(&scores), |_, v| v[0].log_softmax());
    let position = Axis::along(Kind::Token, 3, Stream::NONE);
    for effect in [Effect::Replace(-5.0), Effect::Add(-5.0)] {
        let rule = || Rule::new(&FUTURE, effect, |cell: Cell| cell.key > cell.query + cell.batch);
        check(std::slice::from_ref(&scores), |_, v| {
            v[0].masked(&Mask::new(2, &position, &position, vec![rule()])).softmax()
        });
    }
    for function in
        [Gelu, GeluNew, GeluFast, QuickGelu, ClippedGelu, SquaredRelu, Silu, Mish, Tanh, Sigmoid, Laplace, Linear]
    {
        check(&[axes(&[(Kind::Feature, 9)])], |_, v| v[0].activation(function));
    }
}

#[test]
fn changes_of_axes() {
    let x = axes(&[(Kind::Batch, 2), (Kind::Token, 3), (Kind::Heads, 4)]);
    check(std::slice::from_ref(&x), |_, v| {
        let split = v[0].split(Kind::Heads, Axis::new(Kind::Head, 2), Axis::new(Kind::Channel, 2));
        split.rename(Kind::Token, Kind::Query).slice(Kind::Query, 1..3, Kind::Key)
    });
    let heads = axes(&[(Kind::Batch, 2), (Kind::Head, 2), (Kind::Token, 3), (Kind::Channel, 2)]);
    check(&[heads], |_, v| v[0].merge(Kind::Head, Kind::Channel, Kind::Heads));
    check(std::slice::from_ref(&x), |_, v| v[0].select(Kind::Token, 1));
    check(std::slice::from_ref(&x), |_, v| v[0].arrange(&[Kind::Heads, Kind::Batch, Kind::Token]) * 0.7);
    check(&[x.clone(), axes(&[(Kind::Batch, 2), (Kind::Token, 2), (Kind::Heads, 4)])], |_, v| {
        v[0].append(v[1], Kind::Token)
    });
}

#[test]
fn picked_shifted_and_zeroed() {
    use Kind::{Batch, Channel, Distance, Head, Key, Query, Token};
    let ids = |list: &[(Kind, usize)], values: &[u32]| Ids::new(axes(list), values.to_vec());
    // Distances over queries: each query has its own row of places; some are picked twice, some never.
    let scores = axes(&[(Batch, 2), (Head, 2), (Query, 3), (Distance, 5)]);
    let rows = ids(&[(Query, 3), (Key, 3)], &[2, 1, 0, 3, 2, 1, 4, 4, 2]);
    check(std::slice::from_ref(&scores), |_, v| v[0].pick(&rows, Distance));
    // The same ids where the value has the other of their axes, in the middle, or neither.
    check(&[axes(&[(Key, 3), (Distance, 5), (Head, 2)])], |_, v| v[0].pick(&rows, Distance));
    check(&[axes(&[(Distance, 5), (Head, 2)])], |_, v| v[0].pick(&rows, Distance));
    let of_batch = ids(&[(Batch, 2), (Query, 3), (Key, 2)], &[0, 1, 1, 0, 0, 0, 1, 1, 0, 1, 0, 0]);
    check(&[axes(&[(Head, 2), (Query, 3), (Batch, 2), (Distance, 2)])], |_, v| v[0].pick(&of_batch, Distance));
    let sequence = axes(&[(Batch, 2), (Token, 4), (Channel, 2)]);
    for by in [-5, -1, 0, 2] {
        check(std::slice::from_ref(&sequence), |_, v| v[0].shifted(Token, by));
    }
    let table = axes(&[(Kind::Position, 3), (Kind::Feature, 4)]);
    let some = ids(&[(Batch, 1), (Token, 4)], &[2, Ids::NONE, 0, 2]);
    check(std::slice::from_ref(&table), |_, v| v[0].rows(&some));
    let position = Axis::along(Kind::Token, 3, Stream::NONE);
    let rule = Rule::new(&PADDING, Effect::Replace(f32::MIN), |cell: Cell| cell.key == 2 || cell.query == 1);
    let mask = Mask::new(2, &position, &position, vec![rule]);
    let scores = axes(&[(Batch, 2), (Head, 2), (Query, 3), (Key, 3)]);
    check(&[scores], |_, v| v[0].masked(&mask).softmax_of_visible());
}

/// The derivative along a random direction of every parameter, by gradient and by differences.
fn check_model(config: &serde_json::Value, inputs: &Inputs, output: &str) {
    let config = config.as_object().expect("a configuration");
    let loaded = models::random(config, 5).expect("a model");
    let graph = loaded.model.graph(inputs).expect("a pass");
    let pool = Arc::new(Pool::default());
    // Larger than at the start of training, so that no gradient drowns in rounding.
    let mut parameters = Parameters::clone(&loaded.parameters);
    let ids: Vec<_> = parameters.iter().map(|(id, entry)| (id, entry.name.clone(), entry.axes.shape())).collect();
    let norms = ["ayerNorm.weight", "ln_", "layer_norm"];
    for (id, name, shape) in &ids {
        let spread: Vec<f32> = noise(u64::from(id.0) + 1, shape.iter().product())
            .into_iter()
            .map(|x| if norms.iter().any(|norm| name.contains(norm)) { 1.0 + 0.3 * x } else { 0.4 * x })
            .collect();
        parameters.set(*id, Tensor::new(spread, shape));
    }
    let run = |parameters: &Parameters| {
        graph.run(&Arc::new(parameters.clone()), &Keep::Learning, Run::new(&pool)).expect("not cancelled")
    };
    let record = run(&parameters);
    let y = record.output(output).expect("the output");
    let r = noise(3, y.len());
    let magnitude: f64 = y.to_vec().iter().zip(&r).map(|(y, r)| f64::from((y * r).abs())).sum();
    let seed = (graph.output(output).expect("the output"), Tensor::new(r.clone(), y.shape()));
    let gradients = record.gradients(&[seed], &[], &pool);
    for (id, name, shape) in &ids {
        let Some(gradient) = gradients.parameter(*id) else {
            let heads =
                ["pooler", "seq_relationship", "predictions", "position_embeddings", "output.dense_ent", "Norm_ent"];
            assert!(heads.iter().any(|head| name.contains(head)), "{name} takes no part");
            continue;
        };
        let value = parameters.value(*id).to_vec();
        let direction = noise(u64::from(id.0) + 1000, value.len());
        let along: f64 = gradient.to_vec().iter().zip(&direction).map(|(g, d)| f64::from(*g) * f64::from(*d)).sum();
        let nudged = |by: f32| -> f64 {
            let mut parameters = parameters.clone();
            let data = value.iter().zip(&direction).map(|(v, d)| v + by * d).collect();
            parameters.set(*id, Tensor::new(data, shape));
            let y = run(&parameters).output(output).expect("the output").to_vec();
            y.iter().zip(&r).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
        };
        let size = gradient.to_vec().iter().map(|g| f64::from(*g).powi(2)).sum::<f64>().sqrt().max(1e-2);
        // A shorter step too: between the ends of a long one a relu may bend.
        let close = [3e-3f32, 3e-4].map(|step| {
            let difference = (nudged(step) - nudged(-step)) / (2.0 * f64::from(step));
            let rounding = magnitude * f64::from(f32::EPSILON) / (4.0 * f64::from(step));
            (difference, (along - difference).abs() < 2e-2 * size + rounding)
        });
        assert!(close.iter().any(|(_, close)| *close), "{name}: {along} by gradient, {close:?} by differences");
    }
}

#[test]
fn whole_gpt2() {
    let config = json!({"model_type": "gpt2", "vocab_size": 11, "n_positions": 8, "n_embd": 8, "n_layer": 2,
        "n_head": 2, "architectures": ["GPT2LMHeadModel"]});
    let inputs = Inputs::default().with("input_ids", vec![2, 4], vec![1, 2, 3, 4, 5, 6, 7, 1]).with(
        "attention_mask",
        vec![2, 4],
        // On the right: where a row is hidden whole, differences see nothing of scores that vanish beside f32::MIN.
        vec![1, 1, 1, 1, 1, 1, 1, 0],
    );
    check_model(&config, &inputs, "logits");
}

#[test]
fn whole_bert() {
    for position in ["absolute", "relative_key_query"] {
        let config = json!({"model_type": "bert", "vocab_size": 11, "max_position_embeddings": 8, "hidden_size": 8,
            "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 12,
            "position_embedding_type": position, "layer_norm_eps": 1e-5, "architectures": ["BertForPreTraining"]});
        let inputs = Inputs::default().with("input_ids", vec![2, 4], vec![1, 2, 3, 4, 5, 6, 7, 1]).with(
            "token_type_ids",
            vec![2, 4],
            vec![0, 0, 1, 1, 0, 0, 0, 1],
        );
        check_model(&config, &inputs, "prediction_logits");
        check_model(&config, &inputs, "seq_relationship_logits");
    }
}

#[test]
fn whole_albert() {
    // One set of weights runs three times, so its gradients are sums.
    let config = json!({"model_type": "albert", "vocab_size": 11, "embedding_size": 6, "max_position_embeddings": 8,
        "hidden_size": 8, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 12,
        "layer_norm_eps": 1e-5, "architectures": ["AlbertForPreTraining"]});
    let inputs = Inputs::default().with("input_ids", vec![2, 4], vec![1, 2, 3, 4, 5, 6, 7, 1]);
    check_model(&config, &inputs, "prediction_logits");
    check_model(&config, &inputs, "sop_logits");
}

#[test]
fn whole_electra_and_xlm() {
    let inputs = || Inputs::default().with("input_ids", vec![2, 4], vec![1, 2, 3, 4, 5, 6, 7, 1]);
    let electra = json!({"model_type": "electra", "vocab_size": 11, "embedding_size": 6, "max_position_embeddings": 8,
        "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 12,
        "layer_norm_eps": 1e-5, "architectures": ["ElectraForPreTraining"]});
    check_model(&electra, &inputs(), "logits");
    let xlm = json!({"model_type": "xlm", "vocab_size": 11, "emb_dim": 8, "n_layers": 2, "n_heads": 2, "n_langs": 2,
        "max_position_embeddings": 8, "layer_norm_eps": 1e-5, "summary_type": "mean",
        "architectures": ["XLMForSequenceClassification"]});
    let masked = inputs().with("attention_mask", vec![2, 4], vec![1, 1, 1, 1, 1, 1, 1, 0]).with(
        "langs",
        vec![2, 4],
        vec![0, 0, 1, 1, 1, 1, 0, 0],
    );
    check_model(&xlm, &masked, "logits");
}

#[test]
fn whole_t5() {
    let inputs = || {
        Inputs::default()
            .with("input_ids", vec![2, 5], vec![1, 2, 3, 4, 5, 6, 7, 1, 9, 10])
            .with("attention_mask", vec![2, 5], vec![1, 1, 1, 1, 1, 1, 1, 1, 1, 0])
            .with("decoder_input_ids", vec![2, 4], vec![0, 2, 8, 3, 0, 6, 7, 5])
            .with("decoder_attention_mask", vec![2, 4], vec![1, 1, 1, 1, 1, 1, 1, 0])
    };
    for (feed_forward, tied) in [("gelu", true), ("gated-gelu", false)] {
        let config = json!({"model_type": "t5", "vocab_size": 11, "d_model": 8, "d_kv": 3, "d_ff": 12, "num_layers": 2,
            "num_decoder_layers": 1, "num_heads": 2, "relative_attention_num_buckets": 6,
            "relative_attention_max_distance": 4, "layer_norm_epsilon": 1e-3, "feed_forward_proj": feed_forward,
            "tie_word_embeddings": tied});
        check_model(&config, &inputs(), "logits");
    }
}

#[test]
fn whole_deberta() {
    let ids = || Inputs::default().with("input_ids", vec![2, 4], vec![1, 2, 3, 4, 5, 6, 7, 1]);
    let first = json!({"model_type": "deberta", "vocab_size": 11, "hidden_size": 8, "num_hidden_layers": 2,
        "num_attention_heads": 2, "intermediate_size": 12, "relative_attention": true, "max_relative_positions": 3,
        "pos_att_type": ["c2p", "p2c"], "layer_norm_eps": 1e-5, "architectures": ["DebertaForMaskedLM"]});
    check_model(&first, &ids(), "logits");
    let second = json!({"model_type": "deberta-v2", "vocab_size": 11, "hidden_size": 8, "num_hidden_layers": 2,
        "num_attention_heads": 2, "intermediate_size": 12, "relative_attention": true, "position_buckets": 4,
        "share_att_key": true, "norm_rel_ebd": "layer_norm", "pos_att_type": ["c2p", "p2c"], "conv_kernel_size": 3,
        "conv_groups": 2, "layer_norm_eps": 1e-3, "architectures": ["DebertaV2Model"]});
    let padded = ids().with("attention_mask", vec![2, 4], vec![1, 1, 1, 1, 1, 1, 1, 0]);
    check_model(&second, &padded, "last_hidden_state");
}

#[test]
fn whole_transformer_xl() {
    let config = json!({"model_type": "transfo-xl", "vocab_size": 11, "cutoffs": [3, 7], "d_model": 8, "d_embed": 8,
        "n_head": 2, "d_head": 3, "d_inner": 12, "div_val": 2, "n_layer": 2, "mem_len": 3, "clamp_len": 3,
        "layer_norm_epsilon": 1e-3, "architectures": ["TransfoXLLMHeadModel"]});
    let inputs = (0..2).fold(Inputs::ids(&[1, 4, 9, 2]), |inputs, layer| {
        inputs.with_real(&format!("mems.{layer}"), vec![2, 1, 8], noise(layer, 16))
    });
    check_model(&config, &inputs, "prediction_scores");
}

#[test]
fn whole_xlnet() {
    let config = json!({"model_type": "xlnet", "vocab_size": 11, "d_model": 8, "n_layer": 2, "n_head": 2, "d_inner": 12,
        "layer_norm_eps": 1e-3, "architectures": ["XLNetLMHeadModel"]});
    let order = vec![1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0];
    let inputs = Inputs::ids(&[1, 2, 3])
        .with("token_type_ids", vec![1, 3], vec![0, 0, 1])
        .with_real("perm_mask", vec![1, 3, 3], order)
        .with_real("target_mapping", vec![1, 2, 3], vec![0.0, 1.0, 0.0, 1.0, 0.0, 0.0]);
    check_model(&config, &inputs, "logits");
}

#[test]
fn whole_ernie() {
    let config = json!({"model_type": "ernie_thu", "vocab_size": 11, "hidden_size": 8, "num_hidden_layers": 3,
        "num_attention_heads": 2, "intermediate_size": 12, "max_position_embeddings": 8,
        "layer_types": ["norm", "mix", "norm"], "architectures": ["BertForPreTraining"]});
    let inputs = Inputs::ids(&[1, 2, 3, 4])
        .with_real("input_ent", vec![1, 4, 100], noise(3, 400))
        .with("ent_mask", vec![1, 4], vec![0, 1, 0, 1])
        .with_real("candidate", vec![1, 3, 100], noise(4, 300));
    check_model(&config, &inputs, "prediction_scores");
    check_model(&config, &inputs, "prediction_scores_ent");
}

#[test]
fn losses() {
    let logits = axes(&[(Kind::Batch, 2), (Kind::Token, 3), (Kind::Vocabulary, 5)]);
    let targets = Targets::mean(vec![Some(1), None, Some(4), None, Some(0), Some(0)]);
    check(std::slice::from_ref(&logits), |_, v| v[0].cross_entropy(&targets));
    check(&[axes(&[(Kind::Batch, 2), (Kind::Class, 3)])], |_, v| {
        v[0].cross_entropy(&Targets::mean(vec![Some(2), Some(0)])) * 0.5
    });
    let scores = axes(&[(Kind::Batch, 2), (Kind::Head, 2), (Kind::Query, 3), (Kind::Key, 3)]);
    let look = |batch, query, keys: &[usize]| Look { batch, query, keys: keys.to_vec() };
    let wanted = Arc::new(Looks { head: 1, looks: vec![look(0, 1, &[0]), look(1, 2, &[0, 2])], divisor: 2.0 });
    check(&[scores], |_, v| v[0].softmax().focus(&wanted));
    // A sum of weighted terms.
    check(&[logits], |_, v| v[0].cross_entropy(&targets) * 0.3 + (v[0] * 2.0).cross_entropy(&targets));
}

#[test]
fn no_gradient_passes_what_is_detached() {
    let tape = Tape::new();
    let axes = axes(&[(Kind::Feature, 3)]);
    let mut parameters = Parameters::default();
    let x = parameters.add("x".to_owned(), axes.clone(), Some(Tensor::new(vec![1.0, 2.0, 3.0], &[3])));
    let x = tape.parameter(&x);
    tape.output("y", x * x.detached());
    let graph = tape.finish();
    let pool = Arc::new(Pool::default());
    let record = graph.run(&Arc::new(parameters), &Keep::Learning, Run::new(&pool)).expect("not cancelled");
    let y = graph.output("y").expect("an output");
    let gradients = record.gradients(&[(y, Tensor::new(vec![1.0; 3], &[3]))], &[], &pool);
    // Of x², whose derivative is 2x, one half.
    assert_eq!(gradients.parameters()[0].1.to_vec(), [1.0, 2.0, 3.0]);
}
