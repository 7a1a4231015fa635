//! Kernels at the sizes that matter: GPT-2 small at 128 and 512 tokens, one token, and the minis; run with
//! `cargo bench --bench kernels`.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use half::f16;
use headscope::tensor::activation::Activation;
use headscope::tensor::product::{HalfMatrix, matmul, matmul_batched, matmul_half};
use headscope::tensor::rows::softmax_rows;
use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, Array3};

/// Rows, terms, columns.
const SIZES: [(usize, usize, usize); 13] = [
    (128, 768, 3072),
    (512, 768, 768),
    (512, 3072, 768),
    (128, 768, 50257),
    (1, 768, 50257),
    (1, 768, 3072),
    (8, 768, 3072),
    (16, 768, 3072),
    (16, 64, 192),
    (16, 64, 256),
    (1536, 64, 256),
    (64, 1536, 256),
    (512, 1024, 1024),
];

/// Heads, rows, terms, columns.
const HEADS: [(usize, usize, usize, usize); 4] =
    [(12, 128, 64, 128), (12, 512, 64, 512), (12, 512, 512, 64), (4, 16, 16, 16)];

fn noise(len: usize) -> Vec<f32> {
    (0..len).map(|i| (i.wrapping_mul(0x9E37_79B9) >> 8 & 0xFFFF) as f32 / 65536.0 - 0.5).collect()
}

fn array(rows: usize, columns: usize) -> Array2<f32> {
    Array2::from_shape_vec((rows, columns), noise(rows * columns)).expect("the size of its shape")
}

/// Products with weights stored (in, out) and (out, in), beside ndarray's own.
fn products(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("product");
    for (m, k, n) in SIZES {
        group.throughput(Throughput::Elements((2 * m * k * n) as u64));
        for transposed in [false, true] {
            let (a, mut out) = (array(m, k), array(m, n));
            let b = if transposed { array(n, k).reversed_axes() } else { array(k, n) };
            let size = format!("{m}x{k}x{n}{}", if transposed { " (out, in)" } else { "" });
            group.bench_function(BenchmarkId::new("headscope", &size), |bencher| {
                bencher.iter(|| matmul(black_box(a.view()), b.view(), out.view_mut(), false));
            });
            group.bench_function(BenchmarkId::new("ndarray", &size), |bencher| {
                bencher.iter(|| general_mat_mul(1.0, black_box(&a), &b, 0.0, &mut out));
            });
            let halves = b.mapv(f16::from_f32);
            group.bench_function(BenchmarkId::new("half", &size), |bencher| {
                bencher.iter(|| matmul_half(black_box(a.view()), HalfMatrix::F16(halves.view()), out.view_mut()));
            });
        }
    }
    group.finish();
}

/// Scores and contexts of attention heads.
fn heads(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("heads");
    for (heads, m, k, n) in HEADS {
        group.throughput(Throughput::Elements((2 * heads * m * k * n) as u64));
        for transposed in [false, true] {
            let a = Array3::from_shape_vec((heads, m, k), noise(heads * m * k)).expect("the size of its shape");
            let shape = if transposed { (heads, n, k) } else { (heads, k, n) };
            let mut b = Array3::from_shape_vec(shape, noise(heads * k * n)).expect("the size of its shape");
            if transposed {
                b.swap_axes(1, 2);
            }
            let mut out = Array3::zeros((heads, m, n));
            let size = format!("{heads} x {m}x{k}x{n}{}", if transposed { " transposed" } else { "" });
            group.bench_function(size, |bencher| {
                bencher.iter(|| matmul_batched(black_box(a.view()), b.view(), out.view_mut(), false));
            });
        }
    }
    group.finish();
}

/// Activations of a feed-forward layer at 128 tokens, and softmax of rows of several lengths.
fn pointwise(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pointwise");
    let x = noise(128 * 3072);
    let mut out = vec![0.0; x.len()];
    group.throughput(Throughput::Elements(x.len() as u64));
    for activation in [Activation::Gelu, Activation::GeluNew, Activation::Silu, Activation::Relu] {
        group.bench_function(activation.name(), |bencher| {
            bencher.iter(|| activation.forward(black_box(&x), &mut out));
        });
        group.bench_function(format!("{} backward", activation.name()), |bencher| {
            bencher.iter(|| activation.backward(black_box(&x), &x, &mut out));
        });
    }
    for columns in [16, 128, 512] {
        group.bench_function(format!("softmax of {columns}"), |bencher| {
            bencher.iter(|| softmax_rows(black_box(&x), &mut out, columns));
        });
    }
    group.finish();
}

criterion_group!(benches, products, heads, pointwise);
criterion_main!(benches);
