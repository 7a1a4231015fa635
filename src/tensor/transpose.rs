//! Transposition of a few rows, for the blocks that a product packs.
// Everything below a dispatch must be inlined into it, or it is compiled without the wider instructions.
#![allow(clippy::inline_always)]

/// Rows and columns transposed together.
pub(super) const TILE: usize = 8;

/// Writes [`TILE`] rows as columns of a buffer whose rows lie `stride` apart.
///
/// The length of the rows is a multiple of [`TILE`].
pub(super) fn transpose(rows: &[f32], length: usize, out: &mut [f32], stride: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = pulp::x86::V3::try_new() {
        return pulp::Simd::vectorize(simd, wide::Transpose { simd, rows, length, out, stride });
    }
    plain(rows, length, out, stride);
}

/// The same on any processor: left to itself, the compiler makes no shuffles of it.
fn plain(rows: &[f32], length: usize, out: &mut [f32], stride: usize) {
    for (row, from) in rows.chunks_exact(length).take(TILE).enumerate() {
        for (column, &value) in from.iter().enumerate() {
            out[column * stride + row] = value;
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::{arch::x86_64::__m256, array};

    use pulp::{Simd, WithSimd, cast, x86::V3};

    use super::TILE;

    pub(super) struct Transpose<'x> {
        pub simd: V3,
        pub rows: &'x [f32],
        pub length: usize,
        pub out: &'x mut [f32],
        pub stride: usize,
    }

    impl WithSimd for Transpose<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            let Self { simd, rows, length, out, stride } = self;
            let rows: [&[[f32; TILE]]; TILE] = array::from_fn(|row| rows[row * length..][..length].as_chunks().0);
            for start in 0..length / TILE {
                let tile = transposed(simd, rows.map(|row| cast(row[start])));
                for (column, values) in tile.into_iter().enumerate() {
                    let values: [f32; TILE] = cast(values);
                    out[(start * TILE + column) * stride..][..TILE].copy_from_slice(&values);
                }
            }
        }
    }

    /// First pairs of numbers, then pairs of pairs, then the halves of the registers change places.
    #[inline(always)]
    fn transposed(simd: V3, r: [__m256; TILE]) -> [__m256; TILE] {
        let avx = simd.avx;
        let low = |i: usize| avx._mm256_unpacklo_ps(r[i], r[i + 1]);
        let high = |i: usize| avx._mm256_unpackhi_ps(r[i], r[i + 1]);
        let fours = |i: usize| {
            let (a, b, c, d) = (low(i), low(i + 2), high(i), high(i + 2));
            [
                avx._mm256_shuffle_ps::<0x44>(a, b),
                avx._mm256_shuffle_ps::<0xEE>(a, b),
                avx._mm256_shuffle_ps::<0x44>(c, d),
                avx._mm256_shuffle_ps::<0xEE>(c, d),
            ]
        };
        let (upper, lower) = (fours(0), fours(4));
        array::from_fn(|i| match i {
            0..4 => avx._mm256_permute2f128_ps::<0x20>(upper[i], lower[i]),
            _ => avx._mm256_permute2f128_ps::<0x31>(upper[i - 4], lower[i - 4]),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_transpose() {
        let (length, stride) = (24, 11);
        let rows: Vec<f32> = (0..TILE * length).map(|i| i as f32).collect();
        let mut out = [vec![-1.0; length * stride], vec![-1.0; length * stride]];
        transpose(&rows, length, &mut out[0], stride);
        plain(&rows, length, &mut out[1], stride);
        assert_eq!(out[0], out[1]);
        assert!((0..length * TILE).all(|i| out[0][i / TILE * stride + i % TILE] == rows[i % TILE * length + i / TILE]));
    }
}
