//! Elementwise kernels on slices, and the functions that they are made of.
//!
//! A kernel runs with the widest instructions of the processor, and on all threads when the slice is long. Products and
//! sums are rounded one by one, never fused, so that a value is the same to the bit whether it is computed alone, in a
//! row, or on another processor.
// Everything below a dispatch must be inlined into it, or it is compiled without the wider instructions; hence also plain
// loops, since `for_each` with a long body is not.
#![allow(clippy::inline_always)]

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// Elements that one thread takes at a time; shorter slices stay on the calling thread.
pub(super) const TASK: usize = 1 << 16;

/// e to the x, within 1.2e-7 of its value (relative): minus infinity gives 0, too large an x infinity.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    /// Adding this rounds to a whole number and leaves it in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    // ln 2 in two parts, the first short enough that its product with a whole number is exact.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    // Past these bounds the result is zero or infinite anyway.
    let x = x.clamp(-104.0, 89.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let r = (x - whole * LN_2_HIGH) - whole * LN_2_LOW;
    // Coefficients of Cephes' expf.
    let p = 1.987_569_1e-4;
    let p = p * r + 1.398_199_9e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 0.5;
    let p = (p * (r * r) + r) + 1.0;
    // In two steps, since 2^128 and the powers below 2^-126 have no exponent of their own.
    let n = shifted.to_bits().wrapping_sub(ROUND.to_bits()) as i32;
    let half = n >> 1;
    p * power_of_two(half) * power_of_two(n.wrapping_sub(half))
}

#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

/// The hyperbolic tangent, within 2e-7 of its value (relative).
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    let size = x.abs();
    let square = x * x;
    // Coefficients of Cephes' tanhf.
    let p = -5.704_988_7e-3;
    let p = p * square + 2.063_909e-2;
    let p = p * square - 5.373_971_6e-2;
    let p = p * square + 1.333_144_2e-1;
    let p = p * square - 3.333_328e-1;
    let near = p * square * x + x;
    let far = 1.0 - 2.0 / (exp(size + size) + 1.0);
    if size < 0.625 { near } else { far.copysign(x) }
}

/// The error function, within 1e-7 of its value (absolute).
#[inline(always)]
pub fn erf(x: f32) -> f32 {
    let size = x.abs();
    let square = x * x;
    // Two minimax polynomials by N. Juffa (https://stackoverflow.com/a/35148199): one of erf itself, one of ln(1 - erf).
    let p = -5.967_617e-4;
    let p = p * square + 4.991_194e-3;
    let p = p * square - 2.676_813_5e-2;
    let p = p * square + 1.128_199_3e-1;
    let p = p * square - 3.761_253_4e-1;
    let p = p * square + 1.283_791_7e-1;
    let near = p * x + x;
    let p = -1.728_534_7e-5 * size + 3.831_972e-4;
    let q = -3.883_964_4e-3 * size + 2.425_462e-2;
    let p = p * square + q;
    let p = p * size - 1.067_778_8e-1;
    let p = p * size - 6.348_467e-1;
    let p = p * size - 1.287_175e-1;
    let far = 1.0 - exp(p * size - size);
    if size > 0.927_734_4 { far.copysign(x) } else { near }
}

/// 1 / (1 + e to the -x), within 2e-7 of its value (relative) as long as that is no subnormal number.
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// Runs a loop as compiled for the widest instructions that the processor has.
///
/// It takes `FnMut`, since a closure called as `FnOnce` may go through a function that is not inlined.
#[inline(always)]
pub(super) fn widest(body: impl FnMut()) {
    struct Body<F>(F);
    impl<F: FnMut()> WithSimd for Body<F> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(mut self, _: S) {
            (self.0)();
        }
    }
    Arch::new().dispatch(Body(body));
}

/// `out[i] = function(x[i])`.
#[inline(always)]
pub(super) fn map(x: &[f32], out: &mut [f32], function: impl Fn(f32) -> f32 + Copy + Sync) {
    assert_eq!(x.len(), out.len());
    let run = |x: &[f32], out: &mut [f32]| {
        widest(
            #[inline(always)]
            || {
                for (&x, out) in x.iter().zip(out.iter_mut()) {
                    *out = function(x);
                }
            },
        );
    };
    if x.len() > TASK {
        x.par_chunks(TASK).zip(out.par_chunks_mut(TASK)).for_each(|(x, out)| run(x, out));
    } else {
        run(x, out);
    }
}

/// `x[i] = function(x[i])`.
#[inline(always)]
pub(super) fn map_in_place(x: &mut [f32], function: impl Fn(f32) -> f32 + Copy + Sync) {
    let run = |x: &mut [f32]| {
        widest(
            #[inline(always)]
            || {
                for x in x.iter_mut() {
                    *x = function(*x);
                }
            },
        );
    };
    if x.len() > TASK {
        x.par_chunks_mut(TASK).for_each(run);
    } else {
        run(x);
    }
}

/// `out[i] = function(x[i], y[i])`.
#[inline(always)]
pub(super) fn zip(x: &[f32], y: &[f32], out: &mut [f32], function: impl Fn(f32, f32) -> f32 + Copy + Sync) {
    assert_eq!((x.len(), y.len()), (out.len(), out.len()));
    let run = |x: &[f32], y: &[f32], out: &mut [f32]| {
        widest(
            #[inline(always)]
            || {
                for ((&x, &y), out) in x.iter().zip(y).zip(out.iter_mut()) {
                    *out = function(x, y);
                }
            },
        );
    };
    if x.len() > TASK {
        let pairs = x.par_chunks(TASK).zip(y.par_chunks(TASK));
        pairs.zip(out.par_chunks_mut(TASK)).for_each(|((x, y), out)| run(x, y, out));
    } else {
        run(x, y, out);
    }
}

/// `out[i] = function(out[i], x[i])`.
#[inline(always)]
pub(super) fn zip_in_place(out: &mut [f32], x: &[f32], function: impl Fn(f32, f32) -> f32 + Copy + Sync) {
    assert_eq!(x.len(), out.len());
    let run = |out: &mut [f32], x: &[f32]| {
        widest(
            #[inline(always)]
            || {
                for (&x, out) in x.iter().zip(out.iter_mut()) {
                    *out = function(*out, x);
                }
            },
        );
    };
    if x.len() > TASK {
        out.par_chunks_mut(TASK).zip(x.par_chunks(TASK)).for_each(|(out, x)| run(out, x));
    } else {
        run(out, x);
    }
}

/// `out = x + y`.
pub fn add(x: &[f32], y: &[f32], out: &mut [f32]) {
    zip(x, y, out, |x, y| x + y);
}

/// `out += x`.
pub fn add_assign(out: &mut [f32], x: &[f32]) {
    zip_in_place(out, x, |out, x| out + x);
}

/// `out = x - y`.
pub fn sub(x: &[f32], y: &[f32], out: &mut [f32]) {
    zip(x, y, out, |x, y| x - y);
}

/// `out = x · y`, element by element.
pub fn mul(x: &[f32], y: &[f32], out: &mut [f32]) {
    zip(x, y, out, |x, y| x * y);
}

/// `out = factor · x`.
pub fn scale(x: &[f32], factor: f32, out: &mut [f32]) {
    map(x, out, |x| factor * x);
}

/// `out *= x`, element by element.
pub fn mul_assign(out: &mut [f32], x: &[f32]) {
    zip_in_place(out, x, |out, x| out * x);
}

/// `out *= factor`.
pub fn scale_assign(out: &mut [f32], factor: f32) {
    map_in_place(out, |x| factor * x);
}

/// `out += factor · x`.
pub fn axpy(factor: f32, x: &[f32], out: &mut [f32]) {
    zip_in_place(out, x, |out, x| out + factor * x);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The error function in f64: a power series near zero, a continued fraction of 1 - erf further out.
    pub fn exact_erf(x: f64) -> f64 {
        let size = x.abs();
        if size < 3.0 {
            let (mut term, mut sum) = (x, x);
            for n in 1..120 {
                term *= -x * x / n as f64;
                sum += term / (2 * n + 1) as f64;
            }
            return sum * std::f64::consts::FRAC_2_SQRT_PI;
        }
        let fraction = (1..60).rev().fold(size, |below, n| size + n as f64 / 2.0 / below);
        (1.0 - (-x * x).exp() / (fraction * std::f64::consts::PI.sqrt())).copysign(x)
    }

    fn relative(value: f32, exact: f64) -> f64 {
        (value as f64 - exact).abs() / exact.abs().max(f32::MIN_POSITIVE as f64)
    }

    #[test]
    fn functions_are_as_exact_as_they_say() {
        for i in -100_000..=100_000 {
            let x = i as f32 * 8.7e-4;
            let wide = x as f64;
            assert!(relative(exp(x), wide.exp()) < 1.2e-7, "exp {x}");
            assert!(relative(sigmoid(x), 1.0 / (1.0 + (-wide).exp())) < 2e-7, "sigmoid {x}");
            for x in [x, x / 8.0, x / 1e6] {
                let wide = x as f64;
                assert!(relative(tanh(x), wide.tanh()) < 2e-7, "tanh {x}");
                assert!((erf(x) as f64 - exact_erf(wide)).abs() < 1e-7, "erf {x}");
            }
        }
    }

    #[test]
    fn functions_at_their_ends() {
        assert_eq!([exp(f32::NEG_INFINITY), exp(-200.0), exp(0.0), exp(-0.0)], [0.0, 0.0, 1.0, 1.0]);
        assert_eq!([exp(f32::INFINITY), exp(88.73), exp(f32::MAX)], [f32::INFINITY; 3]);
        assert!(exp(88.72).is_finite() && exp(-103.0) > 0.0);
        assert_eq!([tanh(f32::INFINITY), tanh(-50.0), erf(f32::INFINITY), erf(-9.0)], [1.0, -1.0, 1.0, -1.0]);
        assert_eq!([sigmoid(f32::INFINITY), sigmoid(f32::NEG_INFINITY), sigmoid(0.0)], [1.0, 0.0, 0.5]);
        assert!([exp(f32::NAN), tanh(f32::NAN), erf(f32::NAN), sigmoid(f32::NAN)].iter().all(|x| x.is_nan()));
    }

    proptest! {
        /// Also past the ends of registers.
        #[test]
        fn slices_equal_their_elements(x in prop::collection::vec((-9.0_f32..9.0, -9.0_f32..9.0), 0..70)) {
            let (x, y): (Vec<f32>, Vec<f32>) = x.into_iter().unzip();
            let pairs = || x.iter().zip(&y);
            let mut out = vec![f32::NAN; x.len()];
            add(&x, &y, &mut out);
            prop_assert_eq!(&out, &pairs().map(|(x, y)| x + y).collect::<Vec<_>>());
            sub(&x, &y, &mut out);
            prop_assert_eq!(&out, &pairs().map(|(x, y)| x - y).collect::<Vec<_>>());
            mul(&x, &y, &mut out);
            prop_assert_eq!(&out, &pairs().map(|(x, y)| x * y).collect::<Vec<_>>());
            scale(&x, 0.3, &mut out);
            prop_assert_eq!(&out, &x.iter().map(|x| 0.3 * x).collect::<Vec<_>>());
            out.copy_from_slice(&y);
            add_assign(&mut out, &x);
            prop_assert_eq!(&out, &pairs().map(|(x, y)| y + x).collect::<Vec<_>>());
            out.copy_from_slice(&y);
            axpy(0.3, &x, &mut out);
            prop_assert_eq!(&out, &pairs().map(|(x, y)| y + 0.3 * x).collect::<Vec<_>>());
        }
    }

    #[test]
    fn long_slices_are_divided_without_gaps() {
        let x: Vec<f32> = (0..2 * TASK + 17).map(|i| i as f32).collect();
        let mut out = vec![f32::NAN; x.len()];
        add(&x, &x, &mut out);
        add_assign(&mut out, &x);
        map_in_place(&mut out, |x| x / 3.0);
        assert_eq!(out, x);
    }
}
