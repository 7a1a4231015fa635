use super::*;
use crate::explore::{Lens, Subject, share, trial};

fn followed(subject: &Subject, text: &str, stream: Stream, position: usize) -> (Pass, Follow) {
    let run = Run::new(subject.pool());
    let pass = Pass::run(subject, &subject.prompt(text), run).unwrap().unwrap();
    let found = Follow::of(&pass, &pass.record, (stream, position), run).unwrap().unwrap();
    (pass, found)
}

fn names(found: &Follow) -> Vec<String> {
    let name = |stop: &Passed| match stop.layer {
        Some(layer) => format!("{layer} {}", stop.name.id),
        None => stop.name.id.to_owned(),
    };
    found.stops.iter().map(name).collect()
}

#[test]
fn every_part_of_every_layer_is_a_stop() {
    let two = ["0 attention", "0 feed_forward", "1 attention", "1 feed_forward"];
    for (loaded, stream, normed) in [
        (trial::gpt2(), Stream::DECODER, false),
        (trial::bert(), Stream::ENCODER, true),
        (trial::t5(), Stream::ENCODER, false),
    ] {
        let subject = Subject::from_loaded("tiny", loaded);
        let (pass, found) = followed(&subject, "3 1 4 1", stream, 2);
        assert_eq!(names(&found)[1..], two);
        assert_eq!(found.is_post_norm(), normed);
        assert!(found.stops[1..].iter().all(|stop| stop.normed == normed && stop.written.is_some()));
        let rows: Vec<f32> = found.stops.iter().map(|stop| stop.norm).collect();
        // The official hidden states are the vectors behind the layers.
        let name = if subject.writes_target() { "encoder_hidden_states.1" } else { "hidden_states.1" };
        if let Some(hidden) = pass.record.output(name) {
            let row = hidden.select(0, 0).select(0, 2).to_vec();
            assert!((rows[2] - length(&row)).abs() < 1e-5);
        }
    }
    let subject = Subject::from_loaded("tiny", trial::t5());
    let (_, found) = followed(&subject, "3 1 4 1 => 5 9", Stream::DECODER, 1);
    assert_eq!(names(&found)[..4], ["embeddings", "0 attention", "0 cross_attention", "0 feed_forward"]);
    assert_eq!(found.stops.len(), 7);
}

#[test]
fn what_was_written_takes_the_stream_from_one_stop_to_the_next() {
    for (loaded, stream) in [(trial::gpt2(), Stream::DECODER), (trial::t5(), Stream::DECODER)] {
        let subject = Subject::from_loaded("tiny", loaded);
        let text = if subject.writes_target() { "3 1 4 => 1 5" } else { "3 1 4 1" };
        let (pass, found) = followed(&subject, text, stream, 2);
        let spot = Spot { record: &pass.record, stream, position: 2, pool: subject.pool() };
        for two in found.stops.windows(2) {
            let written = two[1].written.as_ref().unwrap();
            let [before, added, after] = [two[0].node, written.node, two[1].node].map(|node| spot.row(node));
            let sum: Vec<f32> = before.iter().zip(&added).map(|(a, b)| a + b).collect();
            assert!(sum.iter().zip(&after).all(|(a, b)| (a - b).abs() < 1e-5));
            assert!((written.cosine - cosine(&added, &before)).abs() < 1e-6);
            assert!((two[1].cosine.unwrap() - cosine(&after, &before)).abs() < 1e-6);
        }
    }
}

#[test]
fn heads_and_bias_make_up_what_their_attention_wrote() {
    for (loaded, stream, bias) in [
        (trial::gpt2(), Stream::DECODER, Some("h.1.attn.c_proj.bias")),
        (trial::bert(), Stream::ENCODER, Some("encoder.layer.1.attention.output.dense.bias")),
        (trial::t5(), Stream::DECODER, None),
    ] {
        // A bias that is not zero.
        let loaded = match bias {
            Some(bias) => trial::spoiled(loaded, bias, 0.7),
            None => loaded,
        };
        let subject = Subject::from_loaded("tiny", loaded);
        let text = if subject.writes_target() { "3 1 4 => 1 5" } else { "3 1 4 1" };
        let (pass, found) = followed(&subject, text, stream, 2);
        let spot = Spot { record: &pass.record, stream, position: 2, pool: subject.pool() };
        let stop = found.stops.iter().find(|stop| stop.layer == Some(1) && stop.name == &name::ATTENTION).unwrap();
        let written = stop.written.as_ref().unwrap();
        let attention = &pass.attentions[written.attention.unwrap()];
        assert_eq!((attention.layer, attention.query_stream, written.heads.len()), (1, stream, 2));
        let vectors = vectors_of_heads(&spot, attention.context.unwrap(), written.node).unwrap();
        let whole = spot.row(written.node);
        let mut sum = vec![0.0f32; whole.len()];
        for row in &vectors {
            sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        }
        sum[0] += if bias.is_some() { 0.7 } else { 0.0 };
        assert!(sum.iter().zip(&whole).all(|(a, b)| (a - b).abs() < 1e-5), "{sum:?} {whole:?}");
        let shares: f32 = written.heads.iter().map(|head| head.share).sum();
        let of_bias = if bias.is_some() { 0.7 * whole[0] / dot(&whole, &whole) as f32 } else { 0.0 };
        assert!((shares + of_bias - 1.0).abs() < 1e-4, "{shares} {of_bias}");
        assert!(written.heads[0].norm >= written.heads[1].norm);
        for head in &written.heads {
            let (key, weight) = head.from[0];
            assert_eq!(weight, pass.record.value(attention.weights).at(&[0, head.head, 2, key]));
        }
    }
}

#[test]
fn the_summands_of_the_embeddings_are_told() {
    let subject = Subject::from_loaded("tiny", trial::bert());
    let (pass, found) = followed(&subject, "3 1 4", Stream::ENCODER, 1);
    let summands = &found.stops[0].summands;
    assert_eq!(summands.iter().map(|summand| summand.name.id).collect::<Vec<_>>(), ["token", "segment", "position"]);
    let row = pass.record.value(summands[2].node).select(0, 0).select(0, 1).to_vec();
    assert_eq!(summands[2].norm, length(&row));
    // What follows the embeddings is their sum, normed.
    assert!(found.stops[0].normed && (found.stops[0].norm - 8f32.sqrt()).abs() < 1e-2);
}

/// The rows of the lens are the predictions behind each layer.
#[test]
fn predictions_are_those_of_the_lens() {
    for (loaded, stream) in
        [(trial::gpt2(), Stream::DECODER), (trial::bert(), Stream::ENCODER), (trial::t5(), Stream::DECODER)]
    {
        let subject = Subject::from_loaded("tiny", loaded);
        // One position is asked about more depths than there are positions.
        for (text, position) in [("3 1 4 1 5 => 9 2", 1), ("3", 0)] {
            let text = if subject.writes_target() { text } else { text.split(" =>").next().unwrap() };
            let (pass, found) = followed(&subject, text, stream, position);
            let lens = Lens::of(&pass, &pass.record, Run::new(subject.pool())).unwrap().unwrap();
            let ends = found.stops.iter().filter(|stop| stop.layer.is_none() || stop.name == &name::FEED_FORWARD);
            for (stop, row) in ends.zip(&lens.rows) {
                let cell = row.cells[position];
                assert_eq!(stop.predicted[0].0, cell.id);
                assert!((stop.predicted[0].1 - cell.probability).abs() < 1e-5);
                assert!(stop.predicted.windows(2).all(|two| two[0].1 >= two[1].1));
            }
            let own = pass.logits_at(position).unwrap();
            let (id, probability) = found.stops.last().unwrap().predicted[1];
            assert!((share(&own, id) - probability).abs() < 1e-5);
        }
    }
}

#[test]
fn an_encoder_that_no_head_reads_predicts_nothing() {
    let subject = Subject::from_loaded("tiny", trial::t5());
    let (_, found) = followed(&subject, "3 1 => 4", Stream::ENCODER, 1);
    assert!(found.stops.iter().all(|stop| stop.predicted.is_empty()));
}

#[test]
fn positions_that_are_not_there_are_refused() {
    let subject = Subject::from_loaded("tiny", trial::gpt2());
    let pass = trial::pass(&subject, "3 1");
    let run = Run::new(subject.pool());
    let fault = |at| Follow::of(&pass, &pass.record, at, run).unwrap_err().to_string();
    assert!(fault((Stream::DECODER, 2)).contains("there is no position 2"));
    assert!(fault((Stream::ENCODER, 0)).contains("encoder"));
}
