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
    Array2::from_elem((rows, cols).set_f(matches!(layout, Layout::Columns)), if accumulate { BEFORE } else { f32::NAN })
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
            assert!(error(a.view(), b.mapv(f32::from).view(), 0.0, out.view()) <= 1.0, "{m} {k} {n} {layout:?} half");
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
