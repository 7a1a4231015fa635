use std::sync::Arc;

use super::*;
use crate::explore::{Preset, Prompt, Subject, trial};
use crate::models::{Loaded, Predicts};
use crate::tape::{Keep, Kind, Record, vocabulary as name};
use crate::tensor::Tensor;

fn subject(loaded: Loaded) -> Subject {
    Subject::from_loaded("tiny", loaded)
}

fn edited(pass: &Pass, edits: &Edits) -> Pass {
    let pool = Arc::default();
    pass.edited(edits, Run::new(&pool)).unwrap().unwrap()
}

fn all_heads(pass: &Pass) -> Vec<HeadPlace> {
    let heads = pass.attentions.iter().enumerate();
    heads.flat_map(|(index, attention)| (0..attention.heads).map(move |head| (index, head))).collect()
}

fn painted(pass: &Pass, heads: &[HeadPlace], cells: &[((usize, usize), bool)]) -> Edits {
    let mut edits = Edits::default();
    edits.paint(pass, heads.iter().copied(), |_, _| cells.to_vec());
    edits
}

fn with_preset(pass: &Pass, preset: Preset) -> Edits {
    let mut edits = Edits::default();
    edits.paint(pass, all_heads(pass), |attention, mask| {
        let axes = mask.axes();
        let labels = |place: usize| pass.labels(axes[place].kind, axes[place].len, axes[place].stream);
        preset.cells(mask, (labels(1), labels(2)), attention.is_cross())
    });
    edits
}

/// Every value of both, bit by bit; those for which `may_differ` holds are left out.
fn assert_same(one: &Record, two: &Record, may_differ: impl Fn(&str) -> bool) {
    for (id, _) in one.graph().nodes() {
        let path = one.graph().path(id);
        if may_differ(&path) {
            continue;
        }
        let [left, right] = [one, two].map(|record| record.value(id).widened().to_vec());
        assert!(left.iter().zip(&right).all(|(a, b)| a.to_bits() == b.to_bits()), "{path}");
    }
}

/// A pass over the same tokens in which every mask is another one, built by hand.
fn with_rule(
    subject: &Subject,
    text: &str,
    hides: impl Fn(usize, usize) -> bool + Clone + Send + Sync + 'static,
) -> Pass {
    // The reference is an independent way: the graph is written anew with the model's own argument of a mask over
    // (batch, query, key) where it takes one; these take only (batch, key), so the scores are hidden value by value.
    let pass = trial::pass(subject, text);
    let mut record = None;
    for attention in &pass.attentions {
        let from: &Record = record.as_ref().unwrap_or(&pass.record);
        let scores = from.value(attention.scores.unwrap());
        let [_, heads, queries, keys] = [0, 1, 2, 3].map(|axis: usize| scores.shape()[axis]);
        let mut data = scores.to_vec();
        for (cell, number) in data.iter_mut().enumerate() {
            if hides(cell / keys % queries, cell % keys) {
                *number = f32::MIN;
            }
        }
        assert_eq!(data.len(), heads * queries * keys);
        let hidden = Tensor::new(data, scores.shape());
        // Layer by layer: what stands behind the hidden scores of one layer are the scores of the next.
        let earlier: Vec<_> = pass.attentions.iter().take_while(|other| other.layer < attention.layer).collect();
        let mut replaced: Vec<_> = earlier.iter().map(|e| e.masked.unwrap()).map(|id| (id, from.value(id))).collect();
        replaced.push((attention.masked.unwrap(), hidden));
        record = pass.record.replay(&replaced, Run::new(subject.pool()));
    }
    pass.of_record(record.unwrap(), Edits::default())
}

#[test]
fn a_bert_painted_causal_is_a_bert_that_is_causal() {
    let text = "3 1 4 1 5 9";
    let painted = {
        let pass = trial::pass(&subject(trial::bert()), text);
        edited(&pass, &with_preset(&pass, Preset::Causal))
    };
    // Hidden one layer after the other, by putting numbers in.
    let by_values = with_rule(&subject(trial::bert()), text, |query, key| key > query);
    assert_same(&painted.record, &by_values.record, |_| false);
    // The same weights built as a decoder: the official way to a causal BERT.
    let config = serde_json::json!({
        "model_type": "bert", "architectures": ["BertForMaskedLM"], "vocab_size": 24, "hidden_size": 8, "is_decoder": true,
        "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32, "max_position_embeddings": 12
    });
    let mut decoder = crate::models::random(config.as_object().unwrap(), 1).unwrap();
    decoder.parameters = trial::bert().parameters;
    let official = trial::pass(&subject(decoder), text);
    assert_same(&painted.record, &official.record, |_| false);
    let own = trial::pass(&subject(trial::bert()), text);
    assert_ne!(own.logits_at(0), painted.logits_at(0));
    // The last position saw everything in the first layer as before, but not what stands behind it.
    assert_ne!(own.logits_at(5), painted.logits_at(5));
}

#[test]
fn an_opened_cell_changes_only_what_depends_on_it() {
    let pass = trial::pass(&subject(trial::gpt2()), "3 1 4 1 5");
    let opened = edited(&pass, &painted(&pass, &[(1, 0), (1, 1)], &[((1, 3), true)]));
    // Nothing before the mask of layer 1 is different, and in layer 1 only the second position.
    let behind = |path: &str| ["layer.1/", "final_norm", "logits"].iter().any(|part| path.starts_with(part));
    assert_same(&pass.record, &opened.record, behind);
    for position in [0, 2, 3, 4] {
        assert_eq!(pass.logits_at(position), opened.logits_at(position), "{position}");
    }
    assert_ne!(pass.logits_at(1), opened.logits_at(1));
    let weights = opened.record.value(opened.attentions[1].weights);
    assert!(weights.at(&[0, 0, 1, 3]) > 0.0 && weights.at(&[0, 0, 1, 2]) == 0.0);
    // In the first layer it spreads: later layers carry it to the positions behind.
    let early = edited(&pass, &painted(&pass, &[(0, 0)], &[((1, 3), true)]));
    assert_eq!(pass.logits_at(0), early.logits_at(0));
    assert!((1..5).all(|position| pass.logits_at(position) != early.logits_at(position)));
}

#[test]
fn heads_have_masks_of_their_own() {
    let pass = trial::pass(&subject(trial::gpt2()), "3 1 4 1 5");
    let one = edited(&pass, &painted(&pass, &[(0, 1)], &[((3, 0), false), ((3, 1), false)]));
    let [before, after] = [&pass, &one].map(|pass| pass.record.value(pass.attentions[0].weights).select(0, 0));
    assert_eq!(before.select(0, 0).to_vec(), after.select(0, 0).to_vec());
    assert_ne!(before.select(0, 1).to_vec(), after.select(0, 1).to_vec());
    assert_eq!((after.at(&[1, 3, 0]), after.at(&[1, 3, 1])), (0.0, 0.0));
    assert!((after.at(&[1, 3, 2]) + after.at(&[1, 3, 3]) - 1.0).abs() < 1e-6);
    let attention = &one.attentions[0];
    let reason =
        |head, query, key| attention.reason(head, crate::tape::Cell { batch: 0, query, key }).map(|reason| reason.word);
    assert_eq!((reason(Some(1), 3, 0), reason(Some(0), 3, 0), reason(None, 3, 0)), (Some("hand"), None, None));
    assert_eq!((reason(Some(1), 0, 3), reason(None, 0, 3)), (Some("future"), Some("future")));
    // Small maps and what heads do follow their own masks.
    let overview = one.overviews[0].as_ref().unwrap();
    assert!(overview.head(1)[15].is_nan() && !overview.head(0)[15].is_nan());
    assert_ne!(one.measured().head(0, 1), pass.measured().head(0, 1));
    assert_eq!(one.measured().head(0, 0), pass.measured().head(0, 0));
    // The worked example of a cell tells the reason, and the filling is the model's own.
    let hiding = attention.hiding.unwrap();
    let terms = one.record.derive(hiding, &[0, 1, 3, 0]).terms;
    assert_eq!((terms[1].term.as_str(), terms[1].value), ("⊠ hand", f32::MIN));
    // Painted alike on all heads it is one mask.
    let all = edited(&pass, &painted(&pass, &[(0, 0), (0, 1)], &[((3, 0), false)]));
    assert!(all.attentions[0].head_masks.is_empty());
}

#[test]
fn a_row_that_is_hidden_whole_is_filled_as_the_model_fills() {
    let row: Vec<((usize, usize), bool)> = (0..4).map(|key| ((2, key), false)).collect();
    for loaded in [trial::bert(), trial::gpt2()] {
        let pass = trial::pass(&subject(loaded), "3 1 4 1");
        let hidden = edited(&pass, &painted(&pass, &all_heads(&pass), &row));
        let weights = hidden.record.value(hidden.attentions[0].weights);
        // The lowest number everywhere: the softmax makes them equal.
        assert!((0..4).all(|key| weights.at(&[0, 0, 2, key]) == 0.25), "{:?}", weights.to_vec());
    }
}

#[test]
fn edits_act_together_and_undone_they_leave_nothing() {
    let pass = trial::pass(&subject(trial::gpt2()), "3 1 4 1 5");
    let mut edits = painted(&pass, &[(0, 0), (0, 1)], &[((4, 0), false)]);
    edits.off = [(0, 0), (1, 1)].into();
    edits.positions = Some(Scheme::Reversed);
    let all = edited(&pass, &edits);
    // One after another by values: each head that is off, where what it would give depends on the rest.
    let mut rest = edits.clone();
    rest.off.remove(&(1, 1));
    let first = edited(&pass, &rest);
    let context = first.record.value(first.attentions[1].context.unwrap());
    let axes = first.record.graph().node(first.attentions[1].context.unwrap()).axes.clone();
    let head = axes.find(Kind::Head).unwrap();
    let after = all.record.value(all.attentions[1].context.unwrap());
    assert_eq!(context.select(head, 0).to_vec(), after.select(head, 0).to_vec());
    assert!(after.select(head, 1).to_vec().iter().all(|x| *x == 0.0));
    assert_eq!(all.edits, edits);
    // The pass itself is untouched, and no edits are the pass itself.
    let again = edited(&pass, &Edits::default());
    assert_same(&pass.record, &again.record, |_| false);
    edits.paint(&pass, all_heads(&pass), |_, _| vec![((4, 0), true)]);
    assert!(edits.masks.is_empty());
}

/// Two heads off in different layers: the later one sees that the earlier one is off.
#[test]
fn heads_that_are_off_are_off_for_later_layers() {
    let pass = trial::pass(&subject(trial::gpt2()), "3 1 4 1 5");
    let both = edited(&pass, &Edits::without_heads([(0, 0), (1, 0)]));
    let first = edited(&pass, &Edits::without_heads([(0, 0)]));
    let weights = |pass: &Pass| pass.record.value(pass.attentions[1].weights).to_vec();
    assert_eq!(weights(&both), weights(&first));
    assert_ne!(weights(&both), weights(&pass));
    let gradients =
        crate::explore::Attribution::of(&both, crate::explore::Question::default(), Run::new(&Arc::default()));
    assert!(gradients.is_ok());
}

/// A model whose parameters of that name are zero.
fn zeroed(mut loaded: Loaded, ending: &str) -> Loaded {
    let parameters = Arc::get_mut(&mut loaded.parameters).unwrap();
    let found: Vec<_> = parameters.iter().filter(|(_, entry)| entry.name.ends_with(ending)).map(|(id, _)| id).collect();
    assert!(!found.is_empty(), "{ending}");
    for id in found {
        let shape = parameters.entry(id).value.clone().unwrap().shape().to_vec();
        parameters.set(id, Tensor::zeros(&shape));
    }
    loaded
}

#[test]
fn no_positions_are_a_table_of_zeros() {
    for (make, table) in [
        (trial::gpt2 as fn() -> Loaded, "wpe.weight"),
        (trial::bert, "position_embeddings.weight"),
        (trial::t5, "relative_attention_bias.weight"),
    ] {
        let text = "3 1 4 1 5 => 2 7 1";
        let text = if table.starts_with("rel") { text } else { "3 1 4 1 5" };
        let read = |loaded| {
            let subject = subject(loaded);
            let prompt = subject.prompt(text);
            Pass::run(&subject, &prompt, Run::new(subject.pool())).unwrap().unwrap()
        };
        let pass = read(make());
        let none = edited(&pass, &Edits { positions: Some(Scheme::None), ..Edits::default() });
        let zeros = read(zeroed(make(), table));
        // The tables themselves differ, of course.
        assert_same(&none.record, &zeros.record, |path| path.ends_with("parameter") || path.ends_with("gather"));
        assert_ne!(none.logits_at(1), pass.logits_at(1), "{table}");
    }
}

fn positions(pass: &Pass, scheme: Scheme) -> Tensor {
    let found = edited(pass, &Edits { positions: Some(scheme), ..Edits::default() });
    let graph = found.record.graph();
    let node = graph
        .nodes()
        .find(|(_, node)| node.name == Some(&name::POSITION_EMBEDDING) || node.name == Some(&name::RELATIVE_BIAS));
    found.record.value(node.unwrap().0)
}

#[test]
fn absolute_positions_in_another_order() {
    let subject = subject(trial::gpt2());
    let pass = trial::pass(&subject, "3 1 4 1 5");
    let own = pass
        .record
        .value(pass.record.graph().nodes().find(|(_, node)| node.name == Some(&name::POSITION_EMBEDDING)).unwrap().0);
    let row = |value: &Tensor, token: usize| value.select(0, 0).select(0, token).to_vec();
    let reversed = positions(&pass, Scheme::Reversed);
    assert!((0..5).all(|token| row(&reversed, token) == row(&own, 4 - token)));
    let shuffled = positions(&pass, Scheme::Shuffled(1));
    let mut found: Vec<usize> =
        (0..5).map(|token| (0..5).position(|from| row(&own, from) == row(&shuffled, token)).unwrap()).collect();
    assert_ne!(found, [0, 1, 2, 3, 4]);
    found.sort_unstable();
    assert_eq!(found, [0, 1, 2, 3, 4]);
    let shifted = positions(&pass, Scheme::Shifted(2));
    assert_eq!(row(&shifted, 1), row(&own, 3));
    // As long as its own, and waves: the first place is 0 1 0 1.
    let waves = positions(&pass, Scheme::Sinusoidal);
    let length = |value: &Tensor, token| row(value, token).iter().map(|x| x * x).sum::<f32>().sqrt();
    let mean = (0..5).map(|token| length(&own, token)).sum::<f32>() / 5.0;
    assert!((0..5).all(|token| (length(&waves, token) - mean).abs() < 1e-5));
    let first = row(&waves, 0);
    assert!(first.iter().step_by(2).all(|x| *x == 0.0) && first[1] == first[3] && first[1] > 0.0);
    let scale = first[1];
    assert!((row(&waves, 3)[2] - scale * (3.0f32 / 10f32.powf(4.0 * 2.0 / 8.0)).sin()).abs() < 1e-6);
}

#[test]
fn biases_of_the_scores() {
    let subject = subject(trial::t5());
    let prompt = Prompt::of("3 1 4 1 5");
    let pass = Pass::run(&subject, &prompt, Run::new(subject.pool())).unwrap().unwrap();
    let own = pass
        .record
        .value(pass.record.graph().nodes().find(|(_, node)| node.name == Some(&name::RELATIVE_BIAS)).unwrap().0);
    let reversed = positions(&pass, Scheme::Reversed);
    assert!((0..25).all(|cell| reversed.at(&[1, cell / 5, cell % 5]) == own.at(&[1, cell % 5, cell / 5])));
    assert_ne!(reversed.to_vec(), own.to_vec());
    let alibi = positions(&pass, Scheme::Alibi);
    // Two heads: 2^-4 and 2^-8.
    assert_eq!((alibi.at(&[0, 4, 1]), alibi.at(&[1, 1, 4]), alibi.at(&[0, 2, 2])), (-3.0 / 16.0, -3.0 / 256.0, 0.0));
}

#[test]
fn what_does_not_fit_says_why() {
    use crate::explore::Misfit;
    let gpt2 = trial::pass(&subject(trial::gpt2()), "1 2 3");
    let t5 = trial::pass(&subject(trial::t5()), "1 2 3");
    let misfit = |pass: &Pass, scheme: Scheme| scheme.edits(&pass.record).err();
    assert_eq!(misfit(&gpt2, Scheme::Alibi), Some(Misfit::NoBias));
    assert_eq!(misfit(&gpt2, Scheme::Shifted(10)), Some(Misfit::Table(12, 12)));
    assert_eq!(misfit(&gpt2, Scheme::Shifted(-1)), Some(Misfit::Table(12, -1)));
    assert_eq!(misfit(&gpt2, Scheme::Shifted(9)), None);
    assert_eq!(misfit(&t5, Scheme::Sinusoidal), Some(Misfit::NotAbsolute));
    assert_eq!(Scheme::fitting(&t5), [Scheme::None, Scheme::Reversed, Scheme::Alibi]);
    assert_eq!(Scheme::fitting(&gpt2).len(), 5);
    let edits = Edits { positions: Some(Scheme::Alibi), ..Edits::default() };
    let pool = Arc::default();
    let error = gpt2.edited(&edits, Run::new(&pool)).err().unwrap().to_string();
    assert!(error.contains("alibi") && error.contains("not a bias"), "{error}");
}

#[test]
fn edits_fit_a_shorter_text_as_far_as_they_can() {
    let subject = subject(trial::gpt2());
    let [long, short] = ["1 2 3 4 5", "1 2 3"].map(|text| trial::pass(&subject, text));
    let mut edits = painted(&long, &all_heads(&long), &[((2, 0), false), ((4, 1), false), ((0, 1), true)]);
    edits.off = [(0, 1)].into();
    edits.positions = Some(Scheme::Shifted(7));
    assert_eq!(edits.fit(&long), (0, false));
    assert_eq!(edits.fit(&short), (1, false));
    assert_eq!((edits.masks.len(), edits.painting(1, 1).unwrap().len()), (4, 2));
    let shared: Vec<_> = edits.masks.values().collect();
    assert!(shared.iter().all(|painting| Arc::ptr_eq(painting, shared[0])));
    let longer = trial::pass(&subject, "1 2 3 4 5 6");
    assert_eq!(edits.fit(&longer), (0, true));
    assert_eq!((edits.positions, edits.off.len()), (None, 1));
    // A model without such heads keeps nothing.
    let other = trial::pass(&Subject::from_loaded("none", of_no_layers()), "1 2 3");
    assert_eq!(edits.fit(&other).0, 2);
    assert!(edits.is_empty());
}

fn of_no_layers() -> Loaded {
    let config = serde_json::json!({"model_type": "gpt2", "vocab_size": 24, "n_positions": 12, "n_embd": 8, "n_layer": 0, "n_head": 2});
    crate::models::random(config.as_object().unwrap(), 1).unwrap()
}

#[test]
fn what_was_not_kept_is_recomputed_as_it_was_changed() {
    let subject = subject(trial::gpt2());
    let whole = trial::pass(&subject, "3 1 4 1 5");
    let record = whole.record.graph().run(subject.parameters(), &Keep::Outputs, Run::new(subject.pool())).unwrap();
    let bare = whole.of_record(record, Edits::default());
    let edits = painted(&whole, &[(0, 0)], &[((4, 0), false)]);
    assert_same(&edited(&whole, &edits).record, &edited(&bare, &edits).record, |_| false);
    assert_eq!(whole.predicts(), Predicts::Next);
}
