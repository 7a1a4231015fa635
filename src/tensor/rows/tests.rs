use proptest::prelude::*;

use super::*;

fn exact_softmax(row: &[f32]) -> Vec<f64> {
    let max = row.iter().fold(f64::NEG_INFINITY, |max, &x| max.max(x as f64));
    let powers: Vec<f64> = row.iter().map(|&x| (x as f64 - max).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.into_iter().map(|x| x / sum).collect()
}

/// Whether a weight is as close as the rounding of x less its maximum allows: that is an error of the exponent.
fn close_weight(weight: f32, exact: f64) -> bool {
    (weight as f64 - exact).abs() <= exact * (3e-7 + 6e-8 * exact.ln().abs())
}

fn close(value: f32, exact: f64, bound: f64) -> bool {
    (value as f64 - exact).abs() <= bound * exact.abs().max(1.0)
}

fn softmax(row: &[f32]) -> Vec<f32> {
    let (mut out, mut in_place) = (vec![0.0; row.len()], row.to_vec());
    softmax_rows(row, &mut out, row.len());
    softmax_rows_in_place(&mut in_place, row.len());
    assert!(out.iter().zip(&in_place).all(|(x, y)| x.to_bits() == y.to_bits()));
    out
}

/// Whole rows: their number, their length and their numbers.
fn rows() -> impl Strategy<Value = (usize, usize, Vec<f32>)> {
    (1..6_usize, 1..90_usize)
        .prop_flat_map(|(rows, cols)| (Just(rows), Just(cols), prop::collection::vec(-20.0_f32..20.0, rows * cols)))
}

proptest! {
    #[test]
    fn softmax_and_its_logarithm((_, cols, x) in rows()) {
        let (mut out, mut logs) = (vec![f32::NAN; x.len()], vec![f32::NAN; x.len()]);
        softmax_rows(&x, &mut out, cols);
        log_softmax_rows(&x, &mut logs, cols);
        for ((x, out), logs) in x.chunks(cols).zip(out.chunks(cols)).zip(logs.chunks(cols)) {
            for ((exact, &out), &log) in exact_softmax(x).into_iter().zip(out).zip(logs) {
                prop_assert!(close_weight(out, exact), "{} {}", out, exact);
                prop_assert!(close(log, exact.ln(), 3e-7), "{} {}", log, exact.ln());
            }
        }
    }

    #[test]
    fn softmax_gradient_equals_central_differences((_, cols, x) in rows(), at in any::<prop::sample::Index>()) {
        let x: Vec<f32> = x.iter().map(|x| x / 5.0).collect();
        let grad_out: Vec<f32> = x.iter().map(|x| (x * 3.0).sin()).collect();
        let (mut weights, mut grad_in) = (vec![0.0; x.len()], vec![f32::NAN; x.len()]);
        softmax_rows(&x, &mut weights, cols);
        softmax_backward_rows(&weights, &grad_out, &mut grad_in, cols);
        let at = at.index(x.len());
        let row = at / cols * cols;
        let loss = |step: f64| -> f64 {
            let mut powers: Vec<f64> = x[row..][..cols].iter().map(|&x| x as f64).collect();
            powers[at - row] += step;
            for x in &mut powers {
            *x = x.exp();
        }
            let sum: f64 = powers.iter().sum();
            powers.iter().zip(&grad_out[row..]).map(|(x, &g)| x / sum * g as f64).sum()
        };
        let slope = (loss(1e-5) - loss(-1e-5)) / 2e-5;
        prop_assert!(close(grad_in[at], slope, 1e-6), "{} {}", grad_in[at], slope);
    }

    #[test]
    fn sums_means_and_norms((rows, cols, x) in rows()) {
        let (mut sums, mut means, mut deviations) = (vec![0.0; cols], vec![0.0; rows], vec![0.0; rows]);
        sum_rows(&x, &mut sums);
        for (column, &sum) in sums.iter().enumerate() {
            prop_assert!(close(sum, x.iter().skip(column).step_by(cols).map(|&x| x as f64).sum(), 1e-7));
        }
        mean_rows(&x, &mut means, cols);
        deviation_rows(&x, &means, 1e-5, &mut deviations, cols);
        let (scale, shift) = (vec![1.5; cols], vec![-0.5; cols]);
        let mut out = vec![f32::NAN; x.len()];
        normalise_rows(&x, &means, &deviations, &scale, &shift, &mut out);
        for (row, x) in x.chunks(cols).enumerate() {
            let mean = x.iter().map(|&x| x as f64).sum::<f64>() / cols as f64;
            let variance = x.iter().map(|&x| (x as f64 - mean).powi(2)).sum::<f64>() / cols as f64;
            let deviation = (variance + 1e-5).sqrt();
            prop_assert!(close(means[row], mean, 1e-7));
            prop_assert!(close(deviations[row], deviation, 1e-6));
            // A row that hardly varies is divided by little, and so is what rounded its mean.
            let bound = 1e-6 * (1.0 + mean.abs() / deviation);
            for (&x, &out) in x.iter().zip(&out[row * cols..]) {
                prop_assert!(close(out, (x as f64 - mean) / deviation * 1.5 - 0.5, bound));
            }
        }
    }

    #[test]
    fn a_row_is_spread_over_rows((_, cols, x) in rows()) {
        let row: Vec<f32> = (0..cols).map(|c| c as f32 - 3.5).collect();
        let (mut sum, mut product, mut in_place) = (vec![0.0; x.len()], vec![0.0; x.len()], x.clone());
        add_row(&x, &row, &mut sum);
        mul_row(&x, &row, &mut product);
        add_row_assign(&mut in_place, &row);
        for (i, &x) in x.iter().enumerate() {
            prop_assert_eq!((sum[i], product[i], in_place[i]), (x + row[i % cols], x * row[i % cols], x + row[i % cols]));
        }
    }
}

#[test]
fn hidden_places_weigh_nothing() {
    let hidden = f32::NEG_INFINITY;
    assert_eq!(softmax(&[hidden, 2.0, hidden, 2.0]), [0.0, 0.5, 0.0, 0.5]);
    let mut logs = [0.0; 2];
    log_softmax_rows(&[hidden, 2.0], &mut logs, 2);
    assert_eq!(logs, [hidden, 0.0]);
}

#[test]
fn rows_hidden_whole() {
    for cols in [1, 3, 16, 40] {
        assert!(softmax(&vec![f32::NEG_INFINITY; cols]).iter().all(|x| x.is_nan()));
        let weights = softmax(&vec![f32::MIN; cols]);
        assert!(weights.iter().all(|&x| x == 1.0 / cols as f32), "{weights:?}");
    }
}

#[test]
fn infinity_and_nan_spoil_their_row_alone() {
    for bad in [f32::NAN, f32::INFINITY] {
        let mut rows = vec![1.0; 40];
        rows[17] = bad;
        softmax_rows_in_place(&mut rows, 20);
        assert!(rows[..20].iter().all(|x| x.is_nan()) && rows[20..].iter().all(|&x| x == 0.05));
    }
}

#[test]
fn a_vocabulary_stays_exact() {
    let x: Vec<f32> = (0..50_257).map(|i| ((i * 7919) % 1000) as f32 * 0.01).collect();
    for (out, exact) in softmax(&x).into_iter().zip(exact_softmax(&x)) {
        assert!(close_weight(out, exact), "{out} {exact}");
    }
}

/// More than one task, the last of them shorter.
#[test]
fn many_rows_are_divided_without_gaps() {
    let (rows, cols) = (2 * TASK / 48 + 5, 48);
    let x: Vec<f32> = (0..rows * cols).map(|i| (i % 13) as f32).collect();
    let (mut out, mut alone, mut means) = (vec![0.0; x.len()], vec![0.0; cols], vec![f32::NAN; rows]);
    softmax_rows(&x, &mut out, cols);
    mean_rows(&x, &mut means, cols);
    for (row, (x, out)) in x.chunks(cols).zip(out.chunks(cols)).enumerate() {
        softmax_rows(x, &mut alone, cols);
        assert_eq!(out, alone);
        assert!(close(means[row], x.iter().sum::<f32>() as f64 / cols as f64, 1e-6));
    }
    let mut sums = vec![0.0; cols];
    sum_rows(&x, &mut sums);
    assert!((0..cols).all(|c| sums[c] == x.iter().skip(c).step_by(cols).sum::<f32>()));
}

#[test]
fn no_rows_are_no_work() {
    softmax_rows_in_place(&mut [], 5);
    softmax_rows_in_place(&mut [], 0);
    let mut sums = [1.0; 3];
    sum_rows(&[], &mut sums);
    assert_eq!(sums, [0.0; 3]);
}
