//! Forward passes: a small model recorded whole, GPT-2 small with every attention kept, decoding, counting.
//!
//! `cargo bench --bench passes`. With `HEADSCOPE_PEER=/path/to/python` (one that has torch and transformers) the same
//! passes are run by PyTorch eager in turn with ours, on the same cores, and the ratios are printed.

mod common;

use std::sync::Arc;
use std::time::Instant;

use headscope::explore::{Edits, Pass, Scheme, Subject};
use headscope::models::{self, Inputs, Loaded};
use headscope::nn::Cache;
use headscope::tape::{Graph, Keep, Run};
use headscope::tensor::Pool;
use serde_json::{Value, json};

use common::{Peer, median, report, time};

fn main() {
    counting();
    mini();
    gpt2_small();
}

fn ids(count: usize, vocabulary: usize) -> Vec<u32> {
    (0..count).map(|i| ((i * 7919 + 13) % vocabulary) as u32).collect()
}

fn gpt2(layers: usize, width: usize, heads: usize, vocabulary: usize, positions: usize) -> Value {
    json!({"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "n_layer": layers, "n_embd": width,
        "n_head": heads, "vocab_size": vocabulary, "n_positions": positions})
}

fn load(config: &Value) -> Loaded {
    models::random(config.as_object().expect("an object"), 1).expect("a model")
}

fn counting() {
    let config = gpt2(48, 1600, 25, 50257, 1024);
    let times = time(21, || {
        let loaded = models::shapes(config.as_object().expect("an object")).expect("a model");
        assert_eq!(loaded.parameters.count(), 1_557_611_200);
        let graph = loaded.model.graph(&Inputs::ids(&ids(1024, 50257))).expect("a pass");
        assert!(graph.cost() > 3_000_000_000_000);
    });
    println!("count GPT-2 XL, parameters and FLOPs of 1024 tokens   {:9.3} ms", median(times));
}

fn mini() {
    let subject = Subject::from_loaded("mini", load(&gpt2(2, 64, 4, 640, 128)));
    let inputs = Inputs::ids(&ids(16, 640));
    let run = || {
        let graph = subject.model().graph(&inputs).expect("a pass");
        graph.run(subject.parameters(), &Keep::Everything, Run::new(subject.pool())).expect("not cancelled")
    };
    drop(run());
    let times = time(501, || drop(run()));
    println!("mini (2 layers, 64 wide), 16 tokens, built and recorded {:9.3} ms", median(times));
    by_hand(&subject);
}

/// What a stroke on the mask costs: every head of every layer painted, all that follows computed, small maps and what the
/// heads do measured anew.
fn by_hand(subject: &Subject) {
    let line: Vec<String> = ids(40, 640).iter().map(u32::to_string).collect();
    let prompt = subject.prompt(&line.join(" "));
    let pass = Pass::run(subject, &prompt, Run::new(subject.pool())).expect("a text").expect("not cancelled");
    let mut edits = Edits { positions: Some(Scheme::Reversed), ..Edits::default() };
    let heads = pass.attentions.iter().enumerate();
    let heads: Vec<_> = heads.flat_map(|(index, a)| (0..a.heads).map(move |head| (index, head))).collect();
    edits.paint(&pass, heads, |_, _| vec![((39, 0), false), ((3, 20), true)]);
    let times = time(201, || {
        let edited = pass.edited(&edits, Run::new(subject.pool())).expect("it fits").expect("not cancelled");
        edited.measured();
    });
    println!("mini, 40 tokens, mask and positions changed by hand     {:9.3} ms", median(times));
}

fn gpt2_small() {
    let loaded = load(&gpt2(12, 768, 12, 50257, 1024));
    let weights = loaded.parameters.count() * 4;
    let pool = Arc::new(Pool::default());
    let mut peer = Peer::start();
    for tokens in [128, 512] {
        let inputs = Inputs::ids(&ids(tokens, 50257));
        let run = || {
            let graph: Arc<Graph> = loaded.model.graph(&inputs).expect("a pass");
            graph.run(&loaded.parameters, &Keep::Outputs, Run::new(&pool)).expect("not cancelled")
        };
        drop(run());
        let question = format!("pass {tokens}");
        if let Some(peer) = &mut peer {
            peer.ask(&question);
        }
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..if tokens > 200 { 11 } else { 21 } {
            ours.extend(time(1, || drop(run())));
            theirs.extend(peer.as_mut().map(|peer| peer.ask(&question)));
        }
        report(&format!("GPT-2 124M, {tokens} tokens, every attention kept"), ours, theirs);
        let above = peak_memory().saturating_sub(weights) >> 20;
        println!("    peak memory: the weights ({} MiB) and {above} MiB", weights >> 20);
    }
    decode(&loaded, &pool, peer.as_mut());
}

fn decode(loaded: &Loaded, pool: &Arc<Pool>, mut peer: Option<&mut Peer>) {
    let layers = loaded.model.sizes().layers;
    let step = |tokens: &[u32], cache: Cache| {
        let graph = loaded.model.graph(&Inputs::ids(tokens).with_cache(cache)).expect("a pass");
        let record = graph.run(&loaded.parameters, &Keep::Outputs, Run::new(pool)).expect("not cancelled");
        let layers = (0..layers).map(|layer| {
            let [key, value] = Cache::outputs(layer).map(|name| record.output(&name).expect("a cache"));
            (key, value)
        });
        Cache { layers: layers.collect(), ..Cache::default() }
    };
    let mut cache = step(&ids(128, 50257), Cache::default());
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for token in 0..32u32 {
        let start = Instant::now();
        cache = step(&[token], cache);
        ours.push(start.elapsed().as_secs_f64() * 1e3);
    }
    if let Some(peer) = &mut peer {
        theirs = (0..32).map(|_| peer.ask("decode")).collect();
    }
    report("GPT-2 124M, one token after 128 with the cache", ours, theirs);
}

/// The most memory that this process ever had, in bytes.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) * 1024
}
