//! Products that read the matrix in the order in which it is stored.
//!
//! A packed product copies the whole matrix first, which for a few tokens costs more than the product, and for a
//! transposed matrix much at any size. Here the matrix is read as it lies; the rows of the left side and of the result
//! stay in the cache.
// Everything below a dispatch must be inlined into it, or it is compiled without the wider instructions.
#![allow(clippy::inline_always)]

use std::array;

use pulp::{Arch, Simd, WithSimd};

/// Rows of the matrix taken together for one row of the left side: as many independent chains of sums, or terms a store.
const TOGETHER: usize = 8;
/// Rows of the left side and of the matrix in a tile of dot products, whose sums all fit into registers.
const TILE: (usize, usize) = (3, 4);
/// Columns taken together by [`combine`]: a row of the result this long and its rows fit the nearest cache.
const COLUMNS: usize = 1024;

/// `out[i][j] (+)= a[i] · b[j]`, for a matrix stored (out, in) as that of `nn.Linear`.
///
/// All rows of `a` and `b` have one length; `out` has as many rows as `a`, each as long as `b` has rows.
pub(super) fn dots(a: &[&[f32]], b: &[&[f32]], out: &mut [&mut [f32]], accumulate: bool) {
    Arch::new().dispatch(Dots { a, b, out, accumulate });
}

/// `out (+)= sum over p of a[p] · b[p]`, for a matrix stored (in, out) as that of GPT-2's `Conv1D`.
///
/// `a` is as long as `b` has rows; those are as long as `out`.
pub(super) fn combine(a: &[f32], b: &[&[f32]], out: &mut [f32], accumulate: bool) {
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
        let mut done = 0;
        if a.len() == 1 {
            for group in b.as_chunks::<TOGETHER>().0 {
                tile(simd, [a[0]], *group, out, done, accumulate);
                done += TOGETHER;
            }
        }
        for group in b[done..].as_chunks::<{ TILE.1 }>().0 {
            all_rows(simd, a, *group, out, done, accumulate);
            done += TILE.1;
        }
        for row in &b[done..] {
            all_rows(simd, a, [*row], out, done, accumulate);
            done += 1;
        }
    }
}

/// All rows of the left side with some rows of the matrix, those from number `column` on.
#[inline(always)]
fn all_rows<S: Simd, const N: usize>(
    simd: S,
    a: &[&[f32]],
    b: [&[f32]; N],
    out: &mut [&mut [f32]],
    column: usize,
    accumulate: bool,
) {
    for (a, out) in a.chunks(TILE.0).zip(out.chunks_mut(TILE.0)) {
        match *a {
            [a] => tile(simd, [a], b, out, column, accumulate),
            [a, a2] => tile(simd, [a, a2], b, out, column, accumulate),
            [a, a2, a3] => tile(simd, [a, a2, a3], b, out, column, accumulate),
            _ => unreachable!("no more rows than a tile has"),
        }
    }
}

/// The dot products of M rows with N rows.
#[inline(always)]
fn tile<S: Simd, const M: usize, const N: usize>(
    simd: S,
    a: [&[f32]; M],
    b: [&[f32]; N],
    out: &mut [&mut [f32]],
    column: usize,
    accumulate: bool,
) {
    let whole = S::as_simd_f32s(a[0]).0.len();
    let a_heads: [&[S::f32s]; M] = array::from_fn(|i| &S::as_simd_f32s(a[i]).0[..whole]);
    let b_heads: [&[S::f32s]; N] = array::from_fn(|j| &S::as_simd_f32s(b[j]).0[..whole]);
    let mut sums = [[simd.splat_f32s(0.0); N]; M];
    for p in 0..whole {
        for j in 0..N {
            for i in 0..M {
                sums[i][j] = simd.mul_add_e_f32s(a_heads[i][p], b_heads[j][p], sums[i][j]);
            }
        }
    }
    let start = whole * S::F32_LANES;
    if start < a[0].len() {
        for j in 0..N {
            let b = simd.partial_load_f32s(&b[j][start..]);
            for i in 0..M {
                sums[i][j] = simd.mul_add_e_f32s(simd.partial_load_f32s(&a[i][start..]), b, sums[i][j]);
            }
        }
    }
    for (out, sums) in out.iter_mut().zip(sums) {
        for (out, sum) in out[column..].iter_mut().zip(sums) {
            let sum = simd.reduce_sum_f32s(sum);
            *out = if accumulate { *out + sum } else { sum };
        }
    }
}

struct Combine<'x> {
    a: &'x [f32],
    b: &'x [&'x [f32]],
    out: &'x mut [f32],
    accumulate: bool,
}

impl WithSimd for Combine<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { a, b, out, accumulate } = self;
        let (factors, rest) = a.as_chunks::<TOGETHER>();
        let (groups, last) = b.as_chunks::<TOGETHER>();
        for (strip, out) in out.chunks_mut(COLUMNS).enumerate() {
            let range = strip * COLUMNS..strip * COLUMNS + out.len();
            if !accumulate {
                out.fill(0.0);
            }
            for (factors, group) in factors.iter().zip(groups) {
                add_rows(simd, *factors, group.map(|row| &row[range.clone()]), out);
            }
            for (factor, row) in rest.iter().zip(last) {
                add_rows(simd, [*factor], [&row[range.clone()]], out);
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
