//! Matrix products: the one file that knows the product library.
//!
//! Weights come in two layouts, (in, out) and, as a transposed view, (out, in); both are used as they lie in memory.
//! How a product is divided between threads depends on its shape alone, so that its result does not depend on how many
//! threads there are. Called from one of rayon's own threads, a product saves waking them up.
// Views are passed by value, like the slices that they are.
#![allow(clippy::needless_pass_by_value)]

use half::{bf16, f16, slice::HalfFloatSliceExt};
use ndarray::{ArrayView2, ArrayView3, ArrayViewMut2, ArrayViewMut3, Axis, Slice};
use smallvec::SmallVec;

use super::few_rows;

/// Products of up to this many rows read the matrix in its stored order instead of packing it.
const FEW_ROWS: usize = 4;
/// Multiplications worth handing to another thread.
const TASK: usize = 1 << 20;
/// Halves widened at a time, so that they stay in a core's own cache.
const BLOCK: usize = 1 << 16;

/// out (m, n) = a (m, k) · b (k, n), added to what `out` holds if `accumulate` is set.
///
/// The views may have any strides. Without any terms (k = 0) the product is zero.
///
/// # Panics
/// If the shapes do not fit together.
pub fn matmul(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>, out: ArrayViewMut2<'_, f32>, accumulate: bool) {
    let ((m, k), n) = (a.dim(), b.ncols());
    assert_eq!((k, (m, n)), (b.nrows(), out.dim()), "a product of {:?} and {:?}", a.dim(), b.dim());
    if n < m && n <= FEW_ROWS || n * 2 < m {
        // The transposed product: the long side is divided, and few columns are few rows.
        divide(b.reversed_axes(), a.reversed_axes(), out.reversed_axes(), accumulate);
    } else {
        divide(a, b, out, accumulate);
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
    if batch > 1 && batch * m * k * n >= 2 * TASK {
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
/// Which of the two layouts b has, (in, out) or the transposed view of (out, in), may make no difference but in speed.
///
/// # Panics
/// If the shapes do not fit together.
pub fn matmul_half(a: ArrayView2<'_, f32>, b: HalfMatrix<'_>, out: ArrayViewMut2<'_, f32>) {
    match b {
        HalfMatrix::F16(b) => halves(a, b, out, widen_f16),
        HalfMatrix::Bf16(b) => halves(a, b, out, widen_bf16),
    }
}

/// Divides the columns of b and out like `divide`; a piece widens its blocks into one buffer.
fn halves<H: Copy + Sync>(
    a: ArrayView2<'_, f32>,
    b: ArrayView2<'_, H>,
    mut out: ArrayViewMut2<'_, f32>,
    widen: fn(&[H], &mut [f32]),
) {
    let ((m, k), n) = (a.dim(), b.ncols());
    assert_eq!((k, (m, n)), (b.nrows(), out.dim()), "a product of {:?} and {:?}", a.dim(), b.dim());
    let middle = n.div_ceil(2).next_multiple_of(64);
    if m * k * n >= 2 * TASK && middle < n {
        let (left, right) = b.split_at(Axis(1), middle);
        let (out_left, out_right) = out.split_at(Axis(1), middle);
        rayon::join(|| halves(a, left, out_left, widen), || halves(a, right, out_right, widen));
        return;
    }
    if k == 0 || out.is_empty() {
        return out.fill(0.0);
    }
    // Blocks of whole stored rows: columns of a transposed matrix, else rows, whose products add up.
    let transposed = b.strides()[0].abs() < b.strides()[1].abs();
    let (axis, width) = if transposed { (Axis(1), k) } else { (Axis(0), n) };
    let together = (BLOCK / width.max(1)).max(8);
    let mut buffer = vec![0.0; together.min(b.len_of(axis)) * width];
    for start in (0..b.len_of(axis)).step_by(together) {
        let range = Slice::from(start..b.len_of(axis).min(start + together));
        let block = b.slice_axis(axis, range);
        let stored = if transposed { block.reversed_axes() } else { block };
        let wide = &mut buffer[..stored.len()];
        for (row, wide) in stored.outer_iter().zip(wide.chunks_exact_mut(width)) {
            match row.to_slice() {
                Some(row) => widen(row, wide),
                None => row.iter().zip(wide.chunks_exact_mut(1)).for_each(|(&x, wide)| widen(&[x], wide)),
            }
        }
        let Ok(wide) = ArrayView2::from_shape(stored.raw_dim(), wide) else { unreachable!("of the same size") };
        if transposed {
            serial(a, wide.reversed_axes(), out.slice_axis_mut(Axis(1), range), false);
        } else {
            serial(a.slice_axis(Axis(1), range), wide, out.view_mut(), start > 0);
        }
    }
}

/// Widens half precision to single, exactly.
///
/// # Panics
/// If the lengths differ.
pub fn widen_f16(halves: &[f16], out: &mut [f32]) {
    halves.convert_to_f32_slice(out);
}

/// Widens the upper half of single precision to the whole, exactly.
///
/// # Panics
/// If the lengths differ.
pub fn widen_bf16(halves: &[bf16], out: &mut [f32]) {
    halves.convert_to_f32_slice(out);
}

/// Divides the columns of b and out until a piece is one thread's work.
fn divide(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>, out: ArrayViewMut2<'_, f32>, accumulate: bool) {
    let (m, k) = a.dim();
    let n = b.ncols();
    let middle = n.div_ceil(2).next_multiple_of(64);
    if m * k * n < 2 * TASK || middle >= n {
        return serial(a, b, out, accumulate);
    }
    let (left, right) = b.split_at(Axis(1), middle);
    let (out_left, out_right) = out.split_at(Axis(1), middle);
    rayon::join(|| divide(a, left, out_left, accumulate), || divide(a, right, out_right, accumulate));
}

/// A product on this thread.
fn serial(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>, mut out: ArrayViewMut2<'_, f32>, accumulate: bool) {
    if a.nrows() <= FEW_ROWS {
        let copy = a.as_standard_layout();
        if let (Some(a), Some(mut out)) = (rows_of(copy.view()), rows_of_mut(&mut out)) {
            if let Some(b) = rows_of(b.reversed_axes()) {
                return few_rows::dots(&a, &b, &mut out, accumulate);
            }
            if let Some(b) = rows_of(b) {
                return few_rows::combine(&a, &b, &mut out, accumulate);
            }
        }
    }
    packed(a, b, out, accumulate);
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
mod tests {
    use ndarray::{Array2, Array3, ShapeBuilder};
    use proptest::prelude::*;

    use super::*;

    /// What the result holds before it is added to.
    const BEFORE: f32 = 0.25;

    /// How a test matrix lies in memory.
    #[derive(Clone, Copy, Debug)]
    enum Layout {
        Rows,
        Columns,
        EverySecond,
        Backwards,
        OneRow,
        OneColumn,
    }

    fn layout() -> impl Strategy<Value = Layout> {
        use Layout::{Backwards, Columns, EverySecond, OneColumn, OneRow, Rows};
        prop_oneof![4 => Just(Rows), 4 => Just(Columns), 1 => Just(EverySecond), 1 => Just(Backwards),
            1 => Just(OneRow), 1 => Just(OneColumn)]
    }

    /// Numbers that look random, none of them special.
    fn noise(seed: usize, index: usize) -> f32 {
        let mixed = ((index + 1).wrapping_mul(0x9E37_79B9).wrapping_add(seed * 7919)) as u32;
        (mixed ^ (mixed >> 15)).wrapping_mul(0x2C1B_3C6D) as f32 / u32::MAX as f32 - 0.5
    }

    fn stored(seed: usize, rows: usize, cols: usize, layout: Layout) -> Array2<f32> {
        let (rows, cols) = match layout {
            Layout::EverySecond => (rows * 2, cols * 2),
            Layout::OneRow => (1, cols),
            Layout::OneColumn => (rows, 1),
            _ => (rows, cols),
        };
        let values = (0..rows * cols).map(|i| noise(seed, i)).collect();
        Array2::from_shape_vec((rows, cols).set_f(matches!(layout, Layout::Columns)), values).unwrap()
    }

    fn seen(matrix: &Array2<f32>, rows: usize, cols: usize, layout: Layout) -> ArrayView2<'_, f32> {
        match layout {
            Layout::EverySecond => matrix.slice(ndarray::s![..;2, ..;2]),
            Layout::Backwards => matrix.slice(ndarray::s![..;-1, ..;-1]),
            _ => matrix.broadcast((rows, cols)).unwrap(),
        }
    }

    /// The largest difference to the product in f64, as a part of what rounding may do.
    fn error(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>, before: f32, out: ArrayView2<'_, f32>) -> f64 {
        let mut worst = 0.0_f64;
        for ((i, j), &value) in out.indexed_iter() {
            let terms = (0..a.ncols()).map(|p| a[(i, p)] as f64 * b[(p, j)] as f64);
            let size = 1e-30 + before.abs() as f64 + terms.clone().map(f64::abs).sum::<f64>();
            let allowed = size * f32::EPSILON as f64 * (a.ncols() + 1) as f64;
            let difference = value as f64 - terms.sum::<f64>() - before as f64;
            worst = worst.max(if difference.is_nan() { f64::INFINITY } else { difference.abs() / allowed });
        }
        worst
    }

    fn result(rows: usize, cols: usize, layout: Layout, accumulate: bool) -> Array2<f32> {
        // What is not added to must not be read.
        Array2::from_elem(
            (rows, cols).set_f(matches!(layout, Layout::Columns)),
            if accumulate { BEFORE } else { f32::NAN },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn products_equal_the_plain_sum(
            m in prop_oneof![0..10_usize, 0..70_usize], k in prop_oneof![0..4_usize, 0..90_usize], n in 0..100_usize,
            of_a in layout(), of_b in layout(), of_out in layout(), accumulate: bool,
        ) {
            let (a, b) = (stored(1, m, k, of_a), stored(2, k, n, of_b));
            let (a, b) = (seen(&a, m, k, of_a), seen(&b, k, n, of_b));
            let mut out = result(m, n, of_out, accumulate);
            let view = if matches!(of_out, Layout::Backwards) { out.slice_mut(ndarray::s![..;-1, ..;-1]) } else { out.view_mut() };
            matmul(a, b, view, accumulate);
            if matches!(of_out, Layout::Backwards) {
                out.invert_axis(Axis(0));
                out.invert_axis(Axis(1));
            }
            let before = if accumulate { BEFORE } else { 0.0 };
            prop_assert!(error(a, b, before, out.view()) <= 1.0);
        }

        #[test]
        fn halves_equal_their_widened_matrix(
            m in 1..9_usize, k in 0..90_usize, n in 1..100_usize, of_b in layout(), bf: bool,
        ) {
            let (a, b) = (stored(1, m, k, Layout::Rows), stored(2, k, n, of_b));
            let mut out = result(m, n, Layout::Rows, false);
            let (b16, bbf) = (b.mapv(f16::from_f32), b.mapv(bf16::from_f32));
            let (shape, step) = (b.raw_dim(), if matches!(of_b, Layout::EverySecond) { 2 } else { 1 });
            let (v16, vbf) = if shape == ndarray::Dim([k * step, n * step]) {
                (b16.slice(ndarray::s![..;step, ..;step]), bbf.slice(ndarray::s![..;step, ..;step]))
            } else {
                (b16.broadcast((k, n)).unwrap(), bbf.broadcast((k, n)).unwrap())
            };
            let wide = if bf { vbf.mapv(f32::from) } else { v16.mapv(f32::from) };
            matmul_half(a.view(), if bf { HalfMatrix::Bf16(vbf) } else { HalfMatrix::F16(v16) }, out.view_mut());
            prop_assert!(error(a.view(), wide.view(), 0.0, out.view()) <= 1.0);
        }

        #[test]
        fn batches_equal_their_products(
            batch in 0..5_usize, m in 0..20_usize, k in 0..20_usize, n in 0..20_usize, shared: bool, accumulate: bool,
        ) {
            let a = Array3::from_shape_fn((batch, m, k), |(i, j, l)| noise(3, (i * m + j) * k + l));
            let b = Array3::from_shape_fn((if shared { 1 } else { batch }, k, n), |(i, j, l)| noise(4, (i * k + j) * n + l));
            let b = b.broadcast((batch, k, n)).unwrap();
            let mut out = Array3::from_elem((batch, m, n), if accumulate { BEFORE } else { f32::NAN });
            matmul_batched(a.view(), b, out.view_mut(), accumulate);
            let before = if accumulate { BEFORE } else { 0.0 };
            for ((a, b), out) in a.outer_iter().zip(b.outer_iter()).zip(out.outer_iter()) {
                prop_assert!(error(a, b, before, out) <= 1.0);
            }
        }
    }

    /// Large enough to be divided between threads; few rows, few columns, both layouts.
    #[test]
    fn divided_products_equal_the_plain_sum() {
        let sizes = [(1, 700, 5000), (3, 130, 9000), (5000, 700, 1), (7, 260, 2500), (150, 120, 170), (12, 5000, 40)];
        for (m, k, n) in sizes {
            for layout in [Layout::Rows, Layout::Columns] {
                let (a, b) = (stored(1, m, k, Layout::Rows), stored(2, k, n, layout));
                let mut out = result(m, n, Layout::Rows, false);
                matmul(a.view(), b.view(), out.view_mut(), false);
                assert!(error(a.view(), b.view(), 0.0, out.view()) <= 1.0, "{m} {k} {n} {layout:?}");
                let b = b.mapv(f16::from_f32);
                out.fill(f32::NAN);
                matmul_half(a.view(), HalfMatrix::F16(b.view()), out.view_mut());
                assert!(
                    error(a.view(), b.mapv(f32::from).view(), 0.0, out.view()) <= 1.0,
                    "{m} {k} {n} {layout:?} half"
                );
            }
        }
    }

    #[test]
    fn every_half_is_widened_exactly() {
        let bits: Vec<u16> = (0..=u16::MAX).collect();
        let (halves, uppers): (Vec<f16>, Vec<bf16>) =
            bits.iter().map(|&bits| (f16::from_bits(bits), bf16::from_bits(bits))).unzip();
        let mut wide = vec![0.0; bits.len()];
        widen_f16(&halves, &mut wide);
        for (half, &wide) in halves.iter().zip(&wide) {
            assert!(half.to_f64() == wide as f64 || half.is_nan() && wide.is_nan(), "{half:?} {wide}");
        }
        widen_bf16(&uppers, &mut wide);
        for (half, &wide) in uppers.iter().zip(&wide) {
            assert!(half.to_f64() == wide as f64 || half.is_nan() && wide.is_nan(), "{half:?} {wide}");
        }
    }
}
