//! Learning: gradients of whole losses, objectives, and runs that are the same each time and can be taken up again.

use std::sync::Arc;

use headscope::minis;
use headscope::models::{self, Loaded};
use headscope::tape::Parameters;
use headscope::tensor::{Pool, Tensor};
use headscope::text::{Special, Tokenizer};
use headscope::train::objective::{Source, objective, objectives};
use headscope::train::{Attention, Batch, Example, Guidance, Guide, Job, Learner, Materials, Output, Recipe, Trainer};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

const STORY: &str = "Anna and Tom went to the park. Anna found a red ball. She gave it to Tom. Tom was happy.";

fn text(id: &str, file: &str) -> &'static str {
    minis::find(id).and_then(|mini| mini.text(file)).unwrap_or_else(|| panic!("assets/models/{id}/{file}"))
}

fn tokenizer(id: &str) -> Tokenizer {
    Tokenizer::from_json(id, text(id, "tokenizer.json")).expect("a tokenizer")
}

fn example(id: &str, which: &str, source: Source<'_>, seed: u64) -> Example {
    let objective = objective(which).expect("an objective");
    objective.example(source, &tokenizer(id), &mut StdRng::seed_from_u64(seed)).expect("an example")
}

fn story(at: usize) -> Source<'static> {
    let story = &STORY[..at];
    Source { text: story, pair: None, pair_at: 0, stranger: Some("Leo had a blue hat.") }
}

/// A model of the mini's kind with 8 features, and numbers large enough that no gradient drowns in rounding.
fn small(id: &str) -> (Loaded, Parameters) {
    let mut config: Value = serde_json::from_str(text(id, "config.json")).expect("a configuration");
    let sizes = [("n_embd", 8), ("n_inner", 12), ("n_layer", 2), ("n_head", 2), ("hidden_size", 8), ("d_model", 8)];
    let more =
        [("intermediate_size", 12), ("num_hidden_layers", 2), ("num_attention_heads", 2), ("d_kv", 4), ("d_ff", 12)];
    for (field, size) in sizes.into_iter().chain(more).chain([("num_heads", 2)]) {
        if config.get(field).is_some() {
            config[field] = json!(size);
        }
    }
    let loaded = models::random(config.as_object().expect("an object"), 3).expect("a model");
    let mut parameters = Parameters::clone(&loaded.parameters);
    let ids: Vec<_> = parameters.iter().map(|(id, entry)| (id, entry.axes.shape())).collect();
    for (id, shape) in ids {
        let data = parameters.value(id).to_vec();
        let scale = if shape.len() > 1 { 0.3 / deviation(&data).max(1e-6) } else { 1.0 };
        parameters.set(id, Tensor::new(data.iter().map(|x| x * scale).collect(), &shape));
    }
    (loaded, parameters)
}

fn deviation(data: &[f32]) -> f32 {
    (data.iter().map(|x| x * x).sum::<f32>() / data.len() as f32).sqrt()
}

/// The gradient of the whole loss, guides included, along a random direction of each parameter, against differences.
fn check(id: &str, batch: &Batch, guides: &[(&Guide, f32)]) {
    let (loaded, parameters) = small(id);
    let pool = Arc::new(Pool::default());
    let loss = |parameters: &Parameters| {
        let parameters = Arc::new(parameters.clone());
        let learner = Learner { model: &*loaded.model, parameters: &parameters, pool: &pool };
        learner.gradients(batch, guides).expect("inputs that the model takes")
    };
    let (losses, gradients) = loss(&parameters);
    assert!(losses.loss.is_finite() && losses.loss > 0.0);
    assert!(gradients.len() > 20, "{} parameters take part", gradients.len());
    for (parameter, gradient) in &gradients {
        let (name, shape) = (parameters.entry(*parameter).name.clone(), parameters.entry(*parameter).axes.shape());
        let value = parameters.value(*parameter).to_vec();
        // Along the gradient itself, where the slope is steepest.
        let length = gradient.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>().sqrt();
        if length < 1e-4 {
            continue;
        }
        let nudged = |by: f64| {
            let moved = value.iter().zip(gradient).map(|(v, g)| v + (by * f64::from(*g) / length) as f32).collect();
            let mut parameters = parameters.clone();
            parameters.set(*parameter, Tensor::new(moved, &shape));
            f64::from(total(&loss(&parameters).0, guides))
        };
        let step = 4e-3;
        let difference = (nudged(step) - nudged(-step)) / (2.0 * step);
        assert!((difference - length).abs() < 0.03 * length + 2e-3, "{name}: {length} by gradient, {difference}");
    }
}

/// The loss with what guides add.
fn total(losses: &headscope::train::Losses, guides: &[(&Guide, f32)]) -> f32 {
    losses.loss + losses.guides.iter().zip(guides).map(|(loss, (_, weight))| loss * weight).sum::<f32>()
}

fn guide(stream: Attention, job: Job) -> Guide {
    Guide { stream, layer: 1, head: 1, job, weight: 0.5, until: 1.0, floor: 0.0 }
}

#[test]
fn the_loss_of_gpt2() {
    let examples = vec![example("gpt-2", "causal-lm", story(55), 1), example("gpt-2", "causal-lm", story(30), 1)];
    let length = examples[1].len();
    let mut examples = examples;
    examples[0].truncate(length);
    let guide = guide(Attention::Decoder, Job::Previous);
    let guidance = Guidance { examples: vec![vec![(2, vec![1])], vec![(3, vec![2]), (1, vec![0])]] };
    check("gpt-2", &Batch { examples, guidance: vec![guidance] }, &[(&guide, 0.5)]);
}

#[test]
fn the_loss_of_bert() {
    let examples = vec![
        example("bert", "bert-pretraining", story(STORY.len()), 1),
        example("bert", "bert-pretraining", story(56), 2),
    ];
    let guide = guide(Attention::Encoder, Job::Coreference);
    let guidance = Guidance { examples: vec![vec![(2, vec![5, 6])], vec![(3, vec![1])]] };
    check("bert", &Batch { examples, guidance: vec![guidance] }, &[(&guide, 0.5)]);
}

#[test]
fn the_loss_of_t5() {
    let pair = Some("Tom sieht einen Hund.");
    let translation = Source { text: "translate English to German: Tom sees a dog.", pair, ..Source::default() };
    let examples = vec![example("t5", "text-to-text", translation, 1), example("t5", "span-corruption", story(55), 2)];
    let guide = guide(Attention::Cross, Job::Alignment);
    let guidance = Guidance { examples: vec![vec![(1, vec![6]), (2, vec![7, 8])], vec![]] };
    check("t5", &Batch { examples, guidance: vec![guidance] }, &[(&guide, 0.5)]);
}

#[test]
fn words_are_masked_in_their_shares() {
    let tokenizer = tokenizer("bert");
    let mask = i64::from(tokenizer.special(Special::Mask).expect("a mask"));
    let plain: Vec<i64> =
        tokenizer.encode(STORY, None, true).expect("tokens").ids().into_iter().map(i64::from).collect();
    let (mut counted, mut masked, mut kept, mut all) = (0, 0, 0, 0);
    for seed in 0..400 {
        let source = Source { text: STORY, ..Source::default() };
        let example = example("bert", "masked-lm", source, seed);
        let ids = &example.rows[0].values;
        for ((&id, &plain), target) in ids.iter().zip(&plain).zip(&example.terms[0].targets) {
            all += usize::from(!tokenizer.is_special(plain as u32));
            match target {
                None => assert_eq!(id, plain, "what does not count stays"),
                Some(target) => {
                    assert_eq!(i64::from(*target), plain, "the target is what stood there");
                    assert!(!tokenizer.is_special(plain as u32), "special tokens are let alone");
                    counted += 1;
                    masked += usize::from(id == mask);
                    kept += usize::from(id == plain);
                }
            }
        }
    }
    let near = |part: usize, of: usize, share: f64| (part as f64 / of as f64 - share).abs() < 0.03;
    assert!(near(counted, all, 0.15) && near(masked, counted, 0.8) && near(kept, counted, 0.1));
}

#[test]
fn the_second_sentence_follows_or_not() {
    let (mut follows, mut strangers) = (0, 0);
    for seed in 0..60 {
        let example = example("bert", "bert-pretraining", story(STORY.len()), seed);
        let judged = &example.terms[1];
        assert_eq!((judged.output, judged.targets.len()), (Output::Whole, 1));
        match judged.targets[0] {
            Some(0) => follows += 1,
            _ => strangers += 1,
        }
        assert!(example.rows[1].values.contains(&1), "the second sentence has a segment of its own");
    }
    assert!(follows > 15 && strangers > 15, "{follows} follow, {strangers} do not");
}

#[test]
fn spans_and_what_they_stand_for_make_the_text() {
    let tokenizer = tokenizer("t5");
    let whole = tokenizer.encode(STORY, None, false).expect("tokens").ids();
    let sentinel = |id: u32| tokenizer.piece(id).is_some_and(|piece| piece.starts_with("<extra_id_"));
    for seed in 0..30 {
        let example = example("t5", "span-corruption", Source { text: STORY, ..Source::default() }, seed);
        let input: Vec<u32> = example.rows[0].values.iter().map(|&id| id as u32).collect();
        let target: Vec<u32> = example.terms[0].targets.iter().map(|t| t.expect("all count")).collect();
        // The decoder reads the target one place later.
        assert_eq!(example.rows[2].values[0], 0);
        assert!(example.rows[2].values[1..].iter().zip(&target).all(|(&read, &written)| read == i64::from(written)));
        let mut spans = target.split(|&id| sentinel(id)).skip(1);
        let mut text = Vec::new();
        for &id in &input[..input.len() - 1] {
            if sentinel(id) { text.extend(spans.next().expect("a span for each sentinel")) } else { text.push(id) }
        }
        assert_eq!(text, whole);
    }
}

#[test]
fn objectives_refuse_what_cannot_serve() {
    let failed = |id: &str, which: &str, source: Source<'_>| {
        let objective = objective(which).expect("an objective");
        objective.example(source, &tokenizer(id), &mut StdRng::seed_from_u64(0)).expect_err("refused").to_string()
    };
    let of = |text: &'static str| Source { text, ..Source::default() };
    assert!(failed("gpt-2", "causal-lm", of("")).contains("at least one token"));
    assert!(failed("bert", "masked-lm", of("")).contains("at least one token"));
    assert!(failed("bert", "bert-pretraining", of("One sentence")).contains("two sentences"));
    assert!(failed("t5", "span-corruption", of("")).contains("at least two tokens"));
    assert!(failed("t5", "text-to-text", of("sum: 1 + 1")).contains("--pair"));
    assert!(failed("gpt-2", "masked-lm", of("Anna went.")).contains("MASK"));
    for objective in objectives() {
        assert!(objective.name().iter().chain(&objective.explained()).all(|text| !text.is_empty()));
    }
}

fn materials(id: &'static str) -> Materials<'static> {
    let [config, tokenizer, recipe] = ["config.json", "tokenizer.json", "recipe.yaml"].map(|file| text(id, file));
    Materials { id, config, tokenizer, recipe }
}

fn short(recipe: &mut Recipe) {
    (recipe.steps, recipe.batch) = (4, 4);
}

fn bits(trainer: &Trainer) -> Vec<u32> {
    let parameters = trainer.parameters();
    parameters.iter().flat_map(|(id, _)| parameters.value(id).to_vec()).map(f32::to_bits).collect()
}

fn trained(id: &'static str, steps: usize, threads: usize, seed: Option<u64>) -> Vec<u32> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    pool.install(|| {
        let adjust = |recipe: &mut Recipe| {
            short(recipe);
            recipe.seed = seed.unwrap_or(recipe.seed);
        };
        let mut trainer = Trainer::new(&materials(id), adjust).expect("a run");
        for _ in 0..steps {
            trainer.advance().expect("a step");
        }
        bits(&trainer)
    })
}

#[test]
fn the_same_seed_gives_the_same_bits_on_any_number_of_threads() {
    for id in ["gpt-2", "bert", "t5"] {
        let once = trained(id, 2, 1, None);
        assert_eq!(once, trained(id, 2, 2, None), "{id}");
        assert_ne!(once, trained(id, 2, 2, Some(77)), "{id}");
    }
}

#[test]
fn a_run_goes_on_where_it_was_saved() {
    let dir = tempfile::tempdir().expect("a directory");
    let materials = materials("gpt-2");
    let mut first = Trainer::new(&materials, short).expect("a run");
    assert!(!first.resume(dir.path()).expect("nothing saved"), "there is nothing to go on from");
    for _ in 0..2 {
        first.advance().expect("a step");
    }
    first.save(dir.path(), &materials).expect("saved");
    let mut second = Trainer::new(&materials, short).expect("a run");
    assert!(second.resume(dir.path()).expect("read"));
    assert_eq!((second.steps_done(), bits(&second)), (2, bits(&first)));
    while !second.is_done() {
        second.advance().expect("a step");
    }
    assert_eq!(bits(&second), trained("gpt-2", 4, 2, None));
    // Another recipe does not go on from it, and says why.
    let mut other = Trainer::new(&materials, |recipe| recipe.steps = 9).expect("a run");
    let error = other.resume(dir.path()).expect_err("refused").to_string();
    assert!(error.contains("another recipe") && error.contains("training.json"), "{error}");
    // What was saved opens as a checkpoint.
    let checkpoint = headscope::checkpoint::Checkpoint::open(dir.path()).expect("a checkpoint");
    models::open(&checkpoint).expect("a model");
    std::fs::write(dir.path().join("training.safetensors"), b"spoilt").expect("written");
    assert!(Trainer::new(&materials, short).expect("a run").resume(dir.path()).is_err());
}

#[test]
fn a_phase_may_train_some_parameters_alone() {
    let mut trainer = Trainer::new(&materials("gpt-2"), |recipe| {
        short(recipe);
        recipe.phases[0].trainable = Some(vec!["h.2.".to_owned()]);
    })
    .expect("a run");
    let before = Arc::clone(trainer.parameters());
    trainer.advance().expect("a step");
    for (id, entry) in before.iter() {
        let same = before.value(id).to_vec() == trainer.parameters().value(id).to_vec();
        assert_eq!(same, !entry.name.contains("h.2."), "{}", entry.name);
    }
}

#[test]
fn a_few_steps_make_the_loss_smaller() {
    for id in ["gpt-2", "bert", "t5"] {
        let mut trainer = Trainer::new(&materials(id), |recipe| {
            (recipe.steps, recipe.batch, recipe.schedule.warm_up) = (12, 8, 2);
        })
        .expect("a run");
        let before = trainer.validate().expect("a loss").loss;
        while !trainer.is_done() {
            trainer.advance().expect("a step");
        }
        let after = trainer.validate().expect("a loss").loss;
        assert!(after < before - 0.3, "{id}: {before} and then {after}");
    }
}

#[test]
fn recipes_are_held_against_their_models() {
    let loaded = {
        let config: Value = serde_json::from_str(text("gpt-2", "config.json")).expect("a configuration");
        models::shapes(config.as_object().expect("an object")).expect("a model")
    };
    let good = text("gpt-2", "recipe.yaml");
    let wrong = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        Recipe::parse("recipe.yaml", &good.replacen(from, to, 1), &loaded).expect_err("refused").to_string()
    };
    assert!(wrong("objective: causal-lm", "objective: casual-lm").contains("Known: causal-lm"));
    assert!(wrong("[story,", "[storry,").contains("no genre \"storry\""));
    assert!(wrong("length: 64", "length: 4000").contains("length 4000"));
    assert!(wrong("layer: 0", "layer: 9").contains("head 9."));
    assert!(wrong("seed: 1", "sead: 1").contains("sead"));
    assert!(wrong("batch: 24", "batch: 0").contains("at least 1"));
}
