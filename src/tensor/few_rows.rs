//! Products of a few rows, where reading the matrix is what takes the time.
//!
//! A packed product copies the whole matrix first, which for one token costs more than the product. Here the matrix is
//! read once, in the order in which it is stored; the rows of the left side and of the result stay in the cache.
// Everything below a dispatch must be inlined into it, or it is compiled without the wider instructions.
#![allow(clippy::inline_always)]

use std::array;

use pulp::{Arch, Simd, WithSimd};

/// Rows of the matrix taken together, so that a sum has as many independent chains (or one store as many terms).
const TOGETHER: usize = 8;
/// Columns taken together by [`combine`]: a row of the result this long and its [`TOGETHER`] rows fit the nearest cache.
const COLUMNS: usize = 1024;

/// `out[i][j] (+)= a[i] · b[j]`, for a matrix stored (out, in) as that of `nn.Linear`.
///
/// All rows of `a` and `b` have one length; `out` has as many rows as `a`, each as long as `b` has rows.
pub(super) fn dots(a: &[&[f32]], b: &[&[f32]], out: &mut [&mut [f32]], accumulate: bool) {
    Arch::new().dispatch(Dots { a, b, out, accumulate });
}

/// `out[i] (+)= sum over p of a[i][p] · b[p]`, for a matrix stored (in, out) as that of GPT-2's `Conv1D`.
///
/// Each row of `a` is as long as `b` has rows; `out` has as many rows as `a`, as long as those of `b`.
pub(super) fn combine(a: &[&[f32]], b: &[&[f32]], out: &mut [&mut [f32]], accumulate: bool) {
    Arch::new().dispatch(Combine { a, b, out, accumulate });
}

struct Dots<'x, 'y> {
    a: &'x [&'x [f32]],
    b: &'x [&'x [f32]],
    out: &'x mut [&'y mut [f32]],
    accumulate: bool,
}

impl WithSimd for Dots<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { a, b, out, accumulate } = self;
        let (groups, rest) = b.as_chunks::<TOGETHER>();
        for (g, group) in groups.iter().enumerate() {
            for (a, out) in a.iter().zip(out.iter_mut()) {
                store(&mut out[g * TOGETHER..], dot(simd, a, *group), accumulate);
            }
        }
        let done = groups.len() * TOGETHER;
        for (j, row) in rest.iter().enumerate() {
            for (a, out) in a.iter().zip(out.iter_mut()) {
                store(&mut out[done + j..], dot(simd, a, [row]), accumulate);
            }
        }
    }
}

#[inline(always)]
fn store<const N: usize>(out: &mut [f32], sums: [f32; N], accumulate: bool) {
    for (out, sum) in out.iter_mut().zip(sums) {
        *out = if accumulate { *out + sum } else { sum };
    }
}

#[inline(always)]
fn dot<S: Simd, const N: usize>(simd: S, a: &[f32], b: [&[f32]; N]) -> [f32; N] {
    let (a_head, a_tail) = S::as_simd_f32s(a);
    let heads: [&[S::f32s]; N] = array::from_fn(|j| &S::as_simd_f32s(b[j]).0[..a_head.len()]);
    let mut sums = [simd.splat_f32s(0.0); N];
    for (i, &a) in a_head.iter().enumerate() {
        for j in 0..N {
            sums[j] = simd.mul_add_e_f32s(a, heads[j][i], sums[j]);
        }
    }
    if !a_tail.is_empty() {
        let start = a.len() - a_tail.len();
        let a = simd.partial_load_f32s(a_tail);
        for j in 0..N {
            sums[j] = simd.mul_add_e_f32s(a, simd.partial_load_f32s(&b[j][start..]), sums[j]);
        }
    }
    sums.map(|sum| simd.reduce_sum_f32s(sum))
}

struct Combine<'x, 'y> {
    a: &'x [&'x [f32]],
    b: &'x [&'x [f32]],
    out: &'x mut [&'y mut [f32]],
    accumulate: bool,
}

impl WithSimd for Combine<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { a, b, out, accumulate } = self;
        let columns = out.first().map_or(0, |row| row.len());
        for from in (0..columns).step_by(COLUMNS) {
            let to = columns.min(from + COLUMNS);
            if !accumulate {
                for out in out.iter_mut() {
                    out[from..to].fill(0.0);
                }
            }
            let (groups, rest) = b.as_chunks::<TOGETHER>();
            for (g, group) in groups.iter().enumerate() {
                let group = group.map(|row| &row[from..to]);
                for (a, out) in a.iter().zip(out.iter_mut()) {
                    let factors = array::from_fn(|p| a[g * TOGETHER + p]);
                    add_rows(simd, factors, group, &mut out[from..to]);
                }
            }
            let done = groups.len() * TOGETHER;
            for (p, row) in rest.iter().enumerate() {
                for (a, out) in a.iter().zip(out.iter_mut()) {
                    add_rows(simd, [a[done + p]], [&row[from..to]], &mut out[from..to]);
                }
            }
        }
    }
}

#[inline(always)]
fn add_rows<S: Simd, const N: usize>(simd: S, factors: [f32; N], rows: [&[f32]; N], out: &mut [f32]) {
    let (head, tail) = S::as_mut_simd_f32s(out);
    let start = rows[0].len() - tail.len();
    let heads: [&[S::f32s]; N] = array::from_fn(|p| &S::as_simd_f32s(rows[p]).0[..head.len()]);
    let factors = factors.map(|factor| simd.splat_f32s(factor));
    for (i, out) in head.iter_mut().enumerate() {
        let mut sum = *out;
        for p in 0..N {
            sum = simd.mul_add_e_f32s(factors[p], heads[p][i], sum);
        }
        *out = sum;
    }
    if !tail.is_empty() {
        let mut sum = simd.partial_load_f32s(tail);
        for p in 0..N {
            sum = simd.mul_add_e_f32s(factors[p], simd.partial_load_f32s(&rows[p][start..]), sum);
        }
        simd.partial_store_f32s(tail, sum);
    }
}
