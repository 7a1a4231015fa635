//! Kernels that take a slice as rows of `cols` elements each: softmax, normalisation, sums and broadcasts.
//!
//! Rows are independent, so a row's result does not depend on how the rows are divided between threads.
// Everything below a dispatch must be inlined into it, or it is compiled without the wider instructions; hence also plain
// loops, since `for_each` with a long body is not.
#![allow(clippy::inline_always)]

use rayon::prelude::*;

use super::pointwise::{TASK, exp, widest};

/// Partial sums kept side by side; their number is fixed, so that a sum is the same on every processor.
const LANES: usize = 16;

/// The softmax of each row.
///
/// Minus infinity weighs nothing; a row of nothing else is NaN, as in `PyTorch`.
///
/// # Panics
/// If the lengths differ or are no multiple of `cols`.
pub fn softmax_rows(x: &[f32], out: &mut [f32], cols: usize) {
    assert_eq!(x.len(), out.len());
    each_row(
        out,
        cols,
        cols,
        #[inline(always)]
        |row, out| {
            let x = &x[row * cols..][..cols];
            let max = max(x);
            for (&x, out) in x.iter().zip(&mut *out) {
                *out = exp(x - max);
            }
            divide_by_sum(out);
        },
    );
}

/// The softmax of each row, in place of it.
///
/// # Panics
/// If the length is no multiple of `cols`.
pub fn softmax_rows_in_place(x: &mut [f32], cols: usize) {
    each_row(
        x,
        cols,
        cols,
        #[inline(always)]
        |_, x| {
            let max = max(x);
            for x in x.iter_mut() {
                *x = exp(*x - max);
            }
            divide_by_sum(x);
        },
    );
}

/// The logarithm of the softmax of each row.
///
/// # Panics
/// If the lengths differ or are no multiple of `cols`.
pub fn log_softmax_rows(x: &[f32], out: &mut [f32], cols: usize) {
    assert_eq!(x.len(), out.len());
    each_row(
        out,
        cols,
        cols,
        #[inline(always)]
        |row, out| {
            let x = &x[row * cols..][..cols];
            let max = max(x);
            for (&x, out) in x.iter().zip(&mut *out) {
                *out = exp(x - max);
            }
            let log_sum = sum(out, |x| x).ln() as f32;
            for (&x, out) in x.iter().zip(out) {
                *out = (x - max) - log_sum;
            }
        },
    );
}

/// The gradient of a softmax: from its result and that result's gradient to the gradient of what went in.
///
/// # Panics
/// If the lengths differ or are no multiple of `cols`.
pub fn softmax_backward_rows(weights: &[f32], grad_out: &[f32], grad_in: &mut [f32], cols: usize) {
    assert_eq!((weights.len(), grad_out.len()), (grad_in.len(), grad_in.len()));
    each_row(
        grad_in,
        cols,
        cols,
        #[inline(always)]
        |row, grad_in| {
            let (weights, grad_out) = (&weights[row * cols..][..cols], &grad_out[row * cols..][..cols]);
            for ((out, &w), &grad) in grad_in.iter_mut().zip(weights).zip(grad_out) {
                *out = w * grad;
            }
            let total = sum(grad_in, |x| x) as f32;
            for ((out, &w), &grad) in grad_in.iter_mut().zip(weights).zip(grad_out) {
                *out = w * (grad - total);
            }
        },
    );
}

/// `out[r][c] = x[r][c] + row[c]`.
///
/// # Panics
/// If the lengths differ or are no multiple of the row's.
pub fn add_row(x: &[f32], row: &[f32], out: &mut [f32]) {
    assert_eq!(x.len(), out.len());
    each_row(
        out,
        row.len(),
        row.len(),
        #[inline(always)]
        |r, out| {
            let x = &x[r * row.len()..][..row.len()];
            for ((out, &x), &y) in out.iter_mut().zip(x).zip(row) {
                *out = x + y;
            }
        },
    );
}

/// `out[r][c] += row[c]`.
///
/// # Panics
/// If the length is no multiple of the row's.
pub fn add_row_assign(out: &mut [f32], row: &[f32]) {
    each_row(
        out,
        row.len(),
        row.len(),
        #[inline(always)]
        |_, out| {
            for (out, &y) in out.iter_mut().zip(row) {
                *out += y;
            }
        },
    );
}

/// `out[r][c] = x[r][c] · row[c]`.
///
/// # Panics
/// If the lengths differ or are no multiple of the row's.
pub fn mul_row(x: &[f32], row: &[f32], out: &mut [f32]) {
    assert_eq!(x.len(), out.len());
    each_row(
        out,
        row.len(),
        row.len(),
        #[inline(always)]
        |r, out| {
            let x = &x[r * row.len()..][..row.len()];
            for ((out, &x), &y) in out.iter_mut().zip(x).zip(row) {
                *out = x * y;
            }
        },
    );
}

/// `out[c]` = the sum of `x[r][c]` over all rows.
///
/// # Panics
/// If the length of `x` is no multiple of that of `out`.
pub fn sum_rows(x: &[f32], out: &mut [f32]) {
    /// Columns summed together.
    const STRIP: usize = 64;
    let cols = out.len();
    let rows = row_count(x, cols);
    // Each strip of columns is a "row" of the result; the last one may be narrower, hence the index of its start.
    let run = |strip: usize, out: &mut [f32]| {
        widest(
            #[inline(always)]
            || {
                let mut sums = [0.0_f64; STRIP];
                for row in 0..rows {
                    let x = &x[row * cols + strip * STRIP..][..out.len()];
                    for (sum, &x) in sums.iter_mut().zip(x) {
                        *sum += x as f64;
                    }
                }
                for (out, sum) in out.iter_mut().zip(sums) {
                    *out = sum as f32;
                }
            },
        );
    };
    if x.len() > TASK {
        out.par_chunks_mut(STRIP).enumerate().for_each(|(strip, out)| run(strip, out));
    } else {
        out.chunks_mut(STRIP).enumerate().for_each(|(strip, out)| run(strip, out));
    }
}

/// `out[r]` = the mean of row r.
///
/// # Panics
/// If `x` does not hold `cols` elements for each of `out`.
pub fn mean_rows(x: &[f32], out: &mut [f32], cols: usize) {
    assert_eq!(x.len(), out.len() * cols);
    each_row(
        out,
        1,
        cols,
        #[inline(always)]
        |row, out| out[0] = (sum(&x[row * cols..][..cols], |x| x) / cols as f64) as f32,
    );
}

/// `out[r]` = √(variance + `epsilon`) of row r around its mean, the variance divided by `cols` (not one less).
///
/// # Panics
/// If `x` does not hold `cols` elements for each of `mean` and of `out`.
pub fn deviation_rows(x: &[f32], mean: &[f32], epsilon: f32, out: &mut [f32], cols: usize) {
    assert_eq!((x.len(), mean.len()), (out.len() * cols, out.len()));
    each_row(
        out,
        1,
        cols,
        #[inline(always)]
        |row, out| {
            let mean = mean[row];
            let squares = sum(
                &x[row * cols..][..cols],
                #[inline(always)]
                |x| (x - mean) * (x - mean),
            );
            out[0] = (squares / cols as f64 + epsilon as f64).sqrt() as f32;
        },
    );
}

/// `out[r][c] = (x[r][c] - mean[r]) / deviation[r] · scale[c] + shift[c]`.
///
/// # Panics
/// If `x` and `out` do not hold a row as long as `scale` and `shift` for each mean and deviation.
pub fn normalise_rows(x: &[f32], mean: &[f32], deviation: &[f32], scale: &[f32], shift: &[f32], out: &mut [f32]) {
    let cols = scale.len();
    assert_eq!((x.len(), shift.len()), (out.len(), cols));
    assert_eq!((mean.len() * cols, deviation.len() * cols), (x.len(), x.len()));
    each_row(
        out,
        cols,
        cols,
        #[inline(always)]
        |row, out| {
            let (mean, factor) = (mean[row], 1.0 / deviation[row]);
            let terms = x[row * cols..][..cols].iter().zip(scale).zip(shift);
            for (out, ((&x, &g), &b)) in out.iter_mut().zip(terms) {
                *out = (x - mean) * factor * g + b;
            }
        },
    );
}

/// `out[r]` = √(the mean square of row r + `epsilon`).
///
/// # Panics
/// If `x` does not hold `cols` elements for each of `out`.
pub fn root_mean_square_rows(x: &[f32], epsilon: f32, out: &mut [f32], cols: usize) {
    assert_eq!(x.len(), out.len() * cols);
    each_row(
        out,
        1,
        cols,
        #[inline(always)]
        |row, out| {
            let squares = sum(
                &x[row * cols..][..cols],
                #[inline(always)]
                |x| x * x,
            );
            out[0] = (squares / cols as f64 + epsilon as f64).sqrt() as f32;
        },
    );
}

/// `out[r][c] = x[r][c] / size[r] · scale[c]`.
///
/// # Panics
/// If `x` and `out` do not hold a row as long as `scale` for each of `size`.
pub fn rescale_rows(x: &[f32], size: &[f32], scale: &[f32], out: &mut [f32]) {
    let cols = scale.len();
    assert_eq!((x.len(), size.len() * cols), (out.len(), x.len()));
    each_row(
        out,
        cols,
        cols,
        #[inline(always)]
        |row, out| {
            let factor = 1.0 / size[row];
            let terms = x[row * cols..][..cols].iter().zip(scale);
            for (out, (&x, &g)) in out.iter_mut().zip(terms) {
                *out = x * factor * g;
            }
        },
    );
}

/// Runs `body` with the number and the elements of every row of `out`, `width` long and worth `work` elements.
#[inline(always)]
fn each_row(out: &mut [f32], width: usize, work: usize, body: impl Fn(usize, &mut [f32]) + Sync) {
    let rows = row_count(out, width);
    let run = |first: usize, out: &mut [f32]| {
        widest(
            #[inline(always)]
            || {
                for (row, out) in out.chunks_exact_mut(width).enumerate() {
                    body(first + row, out);
                }
            },
        );
    };
    if rows * work > TASK {
        let together = (TASK / work).max(1);
        out.par_chunks_mut(together * width).enumerate().for_each(|(task, out)| run(task * together, out));
    } else if rows > 0 {
        run(0, out);
    }
}

/// How many rows of `cols` elements there are.
fn row_count(x: &[f32], cols: usize) -> usize {
    let rows = x.len().checked_div(cols).unwrap_or(0);
    assert_eq!(x.len(), rows * cols, "rows of {cols}");
    rows
}

/// The largest element, NaN passed over; minus infinity if there is none.
#[inline(always)]
fn max(x: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let (chunks, rest) = x.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane = lane.max(x);
        }
    }
    for (lane, &x) in lanes.iter_mut().zip(rest) {
        *lane = lane.max(x);
    }
    reduce(lanes, f32::max)
}

/// The sum of a function of each element.
#[inline(always)]
fn sum(x: &[f32], function: impl Fn(f32) -> f32) -> f64 {
    let mut lanes = [0.0_f64; LANES];
    let (chunks, rest) = x.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane += function(x) as f64;
        }
    }
    for (lane, &x) in lanes.iter_mut().zip(rest) {
        *lane += function(x) as f64;
    }
    reduce(lanes, |x, y| x + y)
}

/// Folds the lanes in halves, which waits less than one after the other.
#[inline(always)]
fn reduce<T: Copy>(mut lanes: [T; LANES], function: impl Fn(T, T) -> T) -> T {
    let mut half = LANES / 2;
    while half > 0 {
        for i in 0..half {
            lanes[i] = function(lanes[i], lanes[i + half]);
        }
        half /= 2;
    }
    lanes[0]
}

/// Divides the elements by their sum.
#[inline(always)]
fn divide_by_sum(x: &mut [f32]) {
    let factor = (1.0 / sum(x, |x| x)) as f32;
    for x in x {
        *x *= factor;
    }
}

#[cfg(test)]
mod tests;
