//! Matrix products: the one file that knows the product library.
//!
//! Weights come in two layouts, (in, out) and, as a transposed view, (out, in); both are used as they lie in memory.
//! How a product is divided between threads depends on its shape alone, so that its result does not depend on how many
//! threads there are. Called from one of rayon's own threads, a product saves waking them up.
// Views are passed by value, like the slices that they are.
#![allow(clippy::needless_pass_by_value)]
// A loop below a dispatch must be inlined into it.
#![allow(clippy::inline_always)]

use half::{bf16, f16};
use ndarray::{ArrayView2, ArrayView3, ArrayViewMut2, ArrayViewMut3, Axis, Slice};
use smallvec::SmallVec;

use super::{few_rows, pointwise::widest};

/// From this many terms on, a transposed matrix is cheaper to read as it lies, row by row, than to pack.
const MANY_TERMS: usize = 256;
/// Rows and terms of the left side that dot products keep in a core's own cache. Rows so long do not lie a power of two
/// apart once copied, which would make them compete for the same places of the cache.
const KEPT: (usize, usize) = (96, 1040);
/// Multiplications worth a thread of their own; to read an element of the matrix counts as [`READ`] of them.
const TASK: usize = 1 << 21;
const READ: usize = 4;
/// Columns of a piece are a multiple of this, where there are so many.
const COLUMNS: usize = 64;
/// Elements widened at a time: for one row, to stay in the nearest cache, and for more, to stay in the next.
const BLOCK: (usize, usize) = (1 << 13, 1 << 16);

/// out (m, n) = a (m, k) · b (k, n), added to what `out` holds if `accumulate` is set.
///
/// The views may have any strides. Without any terms (k = 0) the product is zero.
///
/// # Panics
/// If the shapes do not fit together.
pub fn matmul(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>, out: ArrayViewMut2<'_, f32>, accumulate: bool) {
    let ((m, k), n) = (a.dim(), b.ncols());
    assert_eq!((k, (m, n)), (b.nrows(), out.dim()), "a product of {:?} and {:?}", a.dim(), b.dim());
    if n == 1 && m > 1 {
        // The transposed product: one column is one row.
        divide(b.reversed_axes(), a.reversed_axes(), out.reversed_axes(), &|a, b, out| serial(a, b, out, accumulate));
    } else {
        divide(a, b, out, &|a, b, out| serial(a, b, out, accumulate));
    }
}

/// out (batch, m, n) = a (batch, m, k) · b (batch, k, n), added to what `out` holds if `accumulate` is set.
///
/// Any strides will do, among them a batch stride of zero (one key head shared by all query heads).
///
/// # Panics
/// If the shapes do not fit together.
pub fn matmul_batched(
    a: ArrayView3<'_, f32>,
    b: ArrayView3<'_, f32>,
    mut out: ArrayViewMut3<'_, f32>,
    accumulate: bool,
) {
    let ((batch, m, k), n) = (a.dim(), b.dim().2);
    assert_eq!(((batch, k, n), (batch, m, n)), (b.dim(), out.dim()), "a product of {:?} and {:?}", a.dim(), b.dim());
    if batch > 1 && batch * (m + READ) * k * n >= 2 * TASK {
        let (a_left, a_right) = a.split_at(Axis(0), batch / 2);
        let (b_left, b_right) = b.split_at(Axis(0), batch / 2);
        let (out_left, out_right) = out.split_at(Axis(0), batch / 2);
        rayon::join(
            || matmul_batched(a_left, b_left, out_left, accumulate),
            || matmul_batched(a_right, b_right, out_right, accumulate),
        );
    } else {
        let pairs = a.outer_iter().zip(b.outer_iter());
        pairs.zip(out.outer_iter_mut()).for_each(|((a, b), out)| matmul(a, b, out, accumulate));
    }
}

/// A matrix of half-precision numbers, as it lies in a file.
#[derive(Clone, Copy, Debug)]
pub enum HalfMatrix<'a> {
    /// IEEE half precision.
    F16(ArrayView2<'a, f16>),
    /// The upper half of single precision.
    Bf16(ArrayView2<'a, bf16>),
}

/// out (m, n) = a (m, k) · b (k, n), b widened block by block.
///
/// # Panics
/// If the shapes do not fit together.
pub fn matmul_half(a: ArrayView2<'_, f32>, b: HalfMatrix<'_>, out: ArrayViewMut2<'_, f32>) {
    match b {
        HalfMatrix::F16(b) => divide(a, b, out, &|a, b, out| by_blocks(a, b, out, widen_f16)),
        HalfMatrix::Bf16(b) => divide(a, b, out, &|a, b, out| by_blocks(a, b, out, widen_bf16)),
    }
}

/// Widens half precision to single, exactly.
///
/// # Panics
/// If the lengths differ.
pub fn widen_f16(halves: &[f16], out: &mut [f32]) {
    /// 2¹¹², what exponents differ by when the bits of the one are taken for the other.
    const REBIAS: f32 = f32::from_bits((127 + 112) << 23);
    assert_eq!(halves.len(), out.len());
    widest(
        #[inline(always)]
        || {
            for (half, out) in halves.iter().zip(out.iter_mut()) {
                let bits = u32::from(half.to_bits());
                let size = f32::from_bits((bits & 0x7FFF) << 13) * REBIAS;
                // What comes out from 2¹⁶ up was infinite or NaN, which have the highest exponent.
                let special = if size >= 65536.0 { 0x7F80_0000 } else { 0 };
                *out = f32::from_bits(size.to_bits() | special | (bits & 0x8000) << 16);
            }
        },
    );
}

/// Widens the upper half of single precision to the whole, exactly.
///
/// # Panics
/// If the lengths differ.
pub fn widen_bf16(halves: &[bf16], out: &mut [f32]) {
    assert_eq!(halves.len(), out.len());
    widest(
        #[inline(always)]
        || {
            for (half, out) in halves.iter().zip(out.iter_mut()) {
                *out = f32::from_bits(u32::from(half.to_bits()) << 16);
            }
        },
    );
}

/// Divides a product's columns, or its rows if there are many more, until a piece is one thread's work.
fn divide<B: Sync>(
    a: ArrayView2<'_, f32>,
    b: ArrayView2<'_, B>,
    out: ArrayViewMut2<'_, f32>,
    run: &(impl Fn(ArrayView2<'_, f32>, ArrayView2<'_, B>, ArrayViewMut2<'_, f32>) + Sync),
) {
    let ((m, k), n) = (a.dim(), b.ncols());
    assert_eq!((k, (m, n)), (b.nrows(), out.dim()), "a product of {:?} and {:?}", a.dim(), b.dim());
    let by_columns = n * 4 >= m && n > COLUMNS;
    let long = if by_columns { n } else { m };
    let middle = long.div_ceil(2).next_multiple_of(COLUMNS);
    if (m + READ) * k * n < 2 * TASK || middle >= long {
        return run(a, b, out);
    }
    if by_columns {
        let (b, b2) = b.split_at(Axis(1), middle);
        let (out, out2) = out.split_at(Axis(1), middle);
        rayon::join(|| divide(a, b, out, run), || divide(a, b2, out2, run));
    } else {
        let (a, a2) = a.split_at(Axis(0), middle);
        let (out, out2) = out.split_at(Axis(0), middle);
        rayon::join(|| divide(a, b, out, run), || divide(a2, b, out2, run));
    }
}

/// A product on this thread.
fn serial(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>, mut out: ArrayViewMut2<'_, f32>, accumulate: bool) {
    let ((m, k), n) = (a.dim(), b.ncols());
    // An axis of length one may have any stride.
    let by_rows = n > 1 && b.strides()[1] == 1;
    let by_columns = !by_rows && b.strides()[0] == 1;
    if by_rows && m == 1 {
        let copy = a.as_standard_layout();
        if let (Some(a), Some(b), Some(out)) = (copy.as_slice(), rows_of(b), out.row_mut(0).into_slice()) {
            return few_rows::combine(a, &b, out, accumulate);
        }
    } else if by_columns && k >= MANY_TERMS && out.strides()[1] == 1 {
        return long_dots(a, b, out, accumulate);
    }
    packed(a, b, out, accumulate);
}

/// A product on this thread with a matrix whose columns lie in one piece each, as those of the result's rows do.
fn long_dots(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>, mut out: ArrayViewMut2<'_, f32>, accumulate: bool) {
    let (m, k) = a.dim();
    for left in (0..k).step_by(KEPT.1) {
        let terms = Slice::from(left..k.min(left + KEPT.1));
        let columns = rows_of(b.slice_axis_move(Axis(0), terms).reversed_axes()).expect("columns in one piece");
        for top in (0..m).step_by(KEPT.0) {
            let rows = Slice::from(top..m.min(top + KEPT.0));
            let copy = a.slice_axis_move(Axis(0), rows).slice_axis_move(Axis(1), terms);
            let copy = copy.as_standard_layout();
            let a = rows_of(copy.view()).expect("a copy's rows are in one piece");
            let mut out = out.slice_axis_mut(Axis(0), rows);
            let mut out = rows_of_mut(&mut out).expect("rows in one piece");
            few_rows::dots(&a, &columns, &mut out, accumulate || left > 0);
        }
    }
}

/// A product on this thread that reads the matrix in blocks of its stored rows, widened into a buffer.
fn by_blocks<B: Copy>(
    a: ArrayView2<'_, f32>,
    b: ArrayView2<'_, B>,
    mut out: ArrayViewMut2<'_, f32>,
    widen: fn(&[B], &mut [f32]),
) {
    let by_columns = b.strides()[0].abs() < b.strides()[1].abs();
    // Columns of a transposed matrix, else rows, whose products add up.
    let (axis, length) = if by_columns { (Axis(1), b.nrows()) } else { (Axis(0), b.ncols()) };
    let block = if a.nrows() == 1 { BLOCK.0 } else { BLOCK.1 };
    let (count, together) = (b.len_of(axis), (block / length.max(1)).max(8));
    let mut buffer = vec![0.0; together.min(count) * length];
    if b.nrows() == 0 {
        out.fill(0.0);
        return;
    }
    for start in (0..count).step_by(together) {
        let range = Slice::from(start..count.min(start + together));
        let block = b.slice_axis(axis, range);
        let stored = if by_columns { block.reversed_axes() } else { block };
        fill(stored, &mut buffer, widen);
        let wide =
            ArrayView2::from_shape(stored.raw_dim(), &buffer[..stored.len()]).expect("as long as its shape says");
        if by_columns {
            serial(a, wide.reversed_axes(), out.slice_axis_mut(Axis(1), range), false);
        } else {
            serial(a.slice_axis(Axis(1), range), wide, out.view_mut(), start > 0);
        }
    }
}

/// Widens a matrix row by row.
fn fill<B: Copy>(from: ArrayView2<'_, B>, rows: &mut [f32], widen: fn(&[B], &mut [f32])) {
    for (from, to) in from.outer_iter().zip(rows.chunks_mut(from.ncols().max(1))) {
        match from.to_slice() {
            Some(from) => widen(from, to),
            None => from.iter().zip(to).for_each(|(&from, to)| widen(&[from], std::slice::from_mut(to))),
        }
    }
}

/// The rows of a matrix, if each lies in one piece.
fn rows_of(matrix: ArrayView2<'_, f32>) -> Option<SmallVec<[&[f32]; 8]>> {
    (0..matrix.nrows()).map(|row| matrix.index_axis_move(Axis(0), row).to_slice()).collect()
}

/// The rows of a matrix to be written, if each lies in one piece.
fn rows_of_mut<'x>(matrix: &'x mut ArrayViewMut2<'_, f32>) -> Option<SmallVec<[&'x mut [f32]; 8]>> {
    matrix.outer_iter_mut().map(ndarray::ArrayViewMut1::into_slice).collect()
}

/// The library's product, on this thread, for any strides and sizes.
#[allow(unsafe_code)]
fn packed(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>, mut out: ArrayViewMut2<'_, f32>, accumulate: bool) {
    let ((m, k), n) = (a.dim(), b.ncols());
    assert_eq!((k, (m, n)), (b.nrows(), out.dim()));
    let (a_strides, b_strides) = (a.strides(), b.strides());
    let (row, column) = (out.strides()[0], out.strides()[1]);
    // SAFETY: the pointers, sizes and strides are those of live views, whose shapes were just found to fit together;
    // `out` is borrowed mutably, so neither `a` nor `b` overlaps it.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            column,
            row,
            accumulate,
            a.as_ptr(),
            a_strides[1],
            a_strides[0],
            b.as_ptr(),
            b_strides[1],
            b_strides[0],
            1.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

#[cfg(test)]
mod tests;
