//! Activation functions by the names of Hugging Face's `transformers`
//! (<https://github.com/huggingface/transformers/blob/main/src/transformers/activations.py>), and their derivatives.
// Everything below a dispatch must be inlined into it, or it is compiled without the wider instructions.
#![allow(clippy::inline_always)]

use std::f32::consts::FRAC_1_SQRT_2;

use super::pointwise::{erf, exp, map, map_in_place, zip};

/// Square root of 2/π.
const SQRT_2_OVER_PI: f32 = 0.797_884_6;
/// One over the square root of 2π.
const ONE_OVER_SQRT_2_PI: f32 = 0.398_942_3;
const CUBIC: f32 = 0.044_715;
const QUICK: f32 = 1.702;
/// How much of a negative number the leaky rectifier lets through.
const LEAK: f32 = 0.01;
/// Where the Laplace function rises, and over what width (<https://arxiv.org/abs/2209.10655>); the code rounds the first.
const LAPLACE_MEAN: f32 = FRAC_1_SQRT_2;
const LAPLACE_DEVIATION: f32 = 0.282_095;
/// Past this, Mish is its argument to the last bit, and the powers of e below stay finite.
const MISH_LINEAR: f32 = 20.0;

/// An activation function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// x·Φ(x), with the error function itself.
    Gelu,
    /// GELU by a hyperbolic tangent, as in GPT-2 and the first BERT: ½x(1 + tanh(√(2/π)(x + 0.044715x³))).
    GeluNew,
    /// The same, factored: ½x(1 + tanh(0.7978845608x(1 + 0.044715x²))).
    GeluFast,
    /// GELU by a logistic function: x·σ(1.702x).
    QuickGelu,
    /// GELU, at most 10 in size.
    ClippedGelu,
    /// max(x, 0).
    Relu,
    /// max(x, 0), at most 6.
    Relu6,
    /// max(x, 0)², <https://arxiv.org/abs/2109.08668>.
    SquaredRelu,
    /// x where it is positive, else 0.01x.
    LeakyRelu,
    /// x·σ(x), also called swish.
    Silu,
    /// x·tanh(ln(1 + eˣ)), <https://arxiv.org/abs/1908.08681>.
    Mish,
    /// The hyperbolic tangent.
    Tanh,
    /// The logistic function σ(x) = 1/(1 + e⁻ˣ).
    Sigmoid,
    /// ½(1 + erf((x − 0.707107) ÷ (0.282095·√2))).
    Laplace,
    /// x itself: no bend at all.
    Linear,
}

use Activation::{
    ClippedGelu, Gelu, GeluFast, GeluNew, Laplace, LeakyRelu, Linear, Mish, QuickGelu, Relu, Relu6, Sigmoid, Silu,
    SquaredRelu, Tanh,
};

/// Names in configurations; the first of each activation is its own.
const NAMES: [(&str, Activation); 21] = [
    ("gelu", Gelu),
    ("gelu_python", Gelu),
    ("gelu_new", GeluNew),
    ("gelu_pytorch_tanh", GeluNew),
    ("gelu_python_tanh", GeluNew),
    ("gelu_accurate", GeluNew),
    ("gelu_fast", GeluFast),
    ("quick_gelu", QuickGelu),
    ("gelu_10", ClippedGelu),
    ("relu", Relu),
    ("relu6", Relu6),
    ("relu2", SquaredRelu),
    ("leaky_relu", LeakyRelu),
    ("silu", Silu),
    ("swish", Silu),
    ("mish", Mish),
    ("tanh", Tanh),
    ("sigmoid", Sigmoid),
    ("logistic", Sigmoid),
    ("laplace", Laplace),
    ("linear", Linear),
];

/// Runs `$run` with the function of an activation, each as a type of its own, so that it is inlined into the loop.
macro_rules! with_function {
    ($activation:expr, $of:ident, $function:ident => $run:expr) => {
        with_function!(@each $activation, $of, $function => $run;
            Gelu gelu, GeluNew gelu_new, GeluFast gelu_fast, QuickGelu quick_gelu, ClippedGelu clipped_gelu,
            Relu relu, Relu6 relu6, SquaredRelu squared_relu, LeakyRelu leaky_relu, Silu silu, Mish mish,
            Tanh tanh, Sigmoid sigmoid, Laplace laplace, Linear linear)
    };
    (@each $activation:expr, $of:ident, $function:ident => $run:expr; $($variant:ident $name:ident),*) => {
        match $activation {
            $($variant => {
                let $function = $of::$name;
                $run
            })*
        }
    };
}

impl Activation {
    /// The activation that a configuration calls `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|&(_, activation)| activation)
    }

    /// Its name in configurations.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|&&(_, activation)| activation == self).map_or("", |&(name, _)| name)
    }

    /// The value for one number: to the bit that which [`forward`](Self::forward) gives (but for the bits of NaN).
    pub fn value(self, x: f32) -> f32 {
        with_function!(self, value, function => function(x))
    }

    /// `out[i]` = activation of `x[i]`.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn forward(self, x: &[f32], out: &mut [f32]) {
        with_function!(self, value, function => map(x, out, function));
    }

    /// `x[i]` = activation of `x[i]`.
    pub fn forward_in_place(self, x: &mut [f32]) {
        with_function!(self, value, function => map_in_place(x, function));
    }

    /// `grad_in[i]` = `grad_out[i]` times the derivative at `x[i]`.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn backward(self, x: &[f32], grad_out: &[f32], grad_in: &mut [f32]) {
        with_function!(self, slope, function => {
            zip(x, grad_out, grad_in, #[inline(always)] |x, grad| grad * function(x));
        });
    }
}

mod value {
    use super::{
        CUBIC, FRAC_1_SQRT_2, LAPLACE_DEVIATION, LAPLACE_MEAN, LEAK, MISH_LINEAR, QUICK, SQRT_2_OVER_PI, erf, exp,
    };
    pub use crate::tensor::pointwise::{sigmoid, tanh};

    #[inline(always)]
    pub fn gelu(x: f32) -> f32 {
        x * 0.5 * (1.0 + erf(x * FRAC_1_SQRT_2))
    }

    #[inline(always)]
    pub fn gelu_new(x: f32) -> f32 {
        0.5 * x * (1.0 + tanh(SQRT_2_OVER_PI * (x + CUBIC * (x * x * x))))
    }

    #[inline(always)]
    pub fn gelu_fast(x: f32) -> f32 {
        0.5 * x * (1.0 + tanh(x * SQRT_2_OVER_PI * (1.0 + CUBIC * x * x)))
    }

    #[inline(always)]
    pub fn quick_gelu(x: f32) -> f32 {
        x * sigmoid(QUICK * x)
    }

    #[inline(always)]
    pub fn relu(x: f32) -> f32 {
        // Not `max`, which would turn NaN into zero.
        if x < 0.0 { 0.0 } else { x }
    }

    #[inline(always)]
    pub fn clipped_gelu(x: f32) -> f32 {
        gelu(x).clamp(-10.0, 10.0)
    }

    #[inline(always)]
    pub fn relu6(x: f32) -> f32 {
        x.clamp(0.0, 6.0)
    }

    #[inline(always)]
    pub fn squared_relu(x: f32) -> f32 {
        relu(x) * relu(x)
    }

    #[inline(always)]
    pub fn leaky_relu(x: f32) -> f32 {
        if x < 0.0 { LEAK * x } else { x }
    }

    #[inline(always)]
    pub fn silu(x: f32) -> f32 {
        x * sigmoid(x)
    }

    /// tanh(ln(1 + eˣ)), with neither the tangent nor the logarithm.
    #[inline(always)]
    pub fn mish_gate(x: f32) -> f32 {
        let e = exp(x.min(MISH_LINEAR));
        let n = e * (e + 2.0);
        n / (n + 2.0)
    }

    #[inline(always)]
    pub fn mish(x: f32) -> f32 {
        x * mish_gate(x)
    }

    #[inline(always)]
    pub fn laplace(x: f32) -> f32 {
        0.5 * (1.0 + erf((x - LAPLACE_MEAN) * (FRAC_1_SQRT_2 / LAPLACE_DEVIATION)))
    }

    #[inline(always)]
    pub fn linear(x: f32) -> f32 {
        x
    }
}

/// The derivatives.
mod slope {
    use super::{
        CUBIC, FRAC_1_SQRT_2, LAPLACE_DEVIATION, LAPLACE_MEAN, LEAK, ONE_OVER_SQRT_2_PI, QUICK, SQRT_2_OVER_PI, erf,
        exp, value,
    };

    #[inline(always)]
    pub fn gelu(x: f32) -> f32 {
        0.5 * (1.0 + erf(x * FRAC_1_SQRT_2)) + x * (ONE_OVER_SQRT_2_PI * exp(-0.5 * x * x))
    }

    #[inline(always)]
    pub fn gelu_new(x: f32) -> f32 {
        let square = x * x;
        let t = value::tanh(SQRT_2_OVER_PI * (x + CUBIC * (square * x)));
        let inner = SQRT_2_OVER_PI * (1.0 + 3.0 * CUBIC * square);
        0.5 * (1.0 + t) + 0.5 * x * ((1.0 - t * t) * inner)
    }

    pub use gelu_new as gelu_fast;

    #[inline(always)]
    pub fn quick_gelu(x: f32) -> f32 {
        let s = value::sigmoid(QUICK * x);
        s + QUICK * x * (s * (1.0 - s))
    }

    #[inline(always)]
    pub fn relu(x: f32) -> f32 {
        if x > 0.0 { 1.0 } else { 0.0 }
    }

    #[inline(always)]
    pub fn clipped_gelu(x: f32) -> f32 {
        if value::gelu(x).abs() > 10.0 { 0.0 } else { gelu(x) }
    }

    #[inline(always)]
    pub fn relu6(x: f32) -> f32 {
        if x > 0.0 && x < 6.0 { 1.0 } else { 0.0 }
    }

    #[inline(always)]
    pub fn squared_relu(x: f32) -> f32 {
        2.0 * value::relu(x)
    }

    #[inline(always)]
    pub fn leaky_relu(x: f32) -> f32 {
        if x > 0.0 { 1.0 } else { LEAK }
    }

    #[inline(always)]
    pub fn mish(x: f32) -> f32 {
        let t = value::mish_gate(x);
        t + x * ((1.0 - t * t) * value::sigmoid(x))
    }

    #[inline(always)]
    pub fn laplace(x: f32) -> f32 {
        let z = (x - LAPLACE_MEAN) / LAPLACE_DEVIATION;
        ONE_OVER_SQRT_2_PI / LAPLACE_DEVIATION * exp(-0.5 * z * z)
    }

    #[inline(always)]
    pub fn linear(_: f32) -> f32 {
        1.0
    }

    #[inline(always)]
    pub fn silu(x: f32) -> f32 {
        let s = value::sigmoid(x);
        s + x * (s * (1.0 - s))
    }

    #[inline(always)]
    pub fn tanh(x: f32) -> f32 {
        let t = value::tanh(x);
        1.0 - t * t
    }

    #[inline(always)]
    pub fn sigmoid(x: f32) -> f32 {
        let s = value::sigmoid(x);
        s * (1.0 - s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Activation; 15] = [
        Gelu,
        GeluNew,
        GeluFast,
        QuickGelu,
        ClippedGelu,
        Relu,
        Relu6,
        SquaredRelu,
        LeakyRelu,
        Silu,
        Mish,
        Tanh,
        Sigmoid,
        Laplace,
        Linear,
    ];

    /// The definitions in f64; the error function by Simpson's rule.
    fn exact(activation: Activation, x: f64) -> f64 {
        let logistic = |x: f64| 1.0 / (1.0 + (-x).exp());
        let tanh_form = |cubic: f64| 0.5 * x * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * cubic).tanh());
        // Φ, the integral of the normal density.
        let below = |x: f64| {
            let (steps, density) = (400, |t: f64| (-t * t / 2.0).exp());
            let inner: f64 = (1..steps).map(|i| (2 + 2 * (i % 2)) as f64 * density(x * i as f64 / steps as f64)).sum();
            let integral = x / steps as f64 / 3.0 * (density(0.0) + inner + density(x));
            0.5 + integral / (2.0 * std::f64::consts::PI).sqrt()
        };
        match activation {
            Gelu => x * below(x),
            ClippedGelu => (x * below(x)).clamp(-10.0, 10.0),
            Relu6 => x.clamp(0.0, 6.0),
            SquaredRelu => x.max(0.0).powi(2),
            LeakyRelu => x.max(0.01 * x),
            Mish => x * (1.0 + x.exp()).ln().tanh(),
            Laplace if (x - LAPLACE_MEAN as f64).abs() > 2.4 => {
                if x > 0.0 {
                    1.0
                } else {
                    0.0
                }
            }
            Laplace => below((x - LAPLACE_MEAN as f64) / LAPLACE_DEVIATION as f64),
            Linear => x,
            GeluNew => tanh_form(x + 0.044_715 * x.powi(3)),
            GeluFast => tanh_form(x * (1.0 + 0.044_715 * x * x)),
            QuickGelu => x * logistic(1.702 * x),
            Relu => x.max(0.0),
            Silu => x * logistic(x),
            Tanh => x.tanh(),
            Sigmoid => logistic(x),
        }
    }

    fn points() -> Vec<f32> {
        // None at zero, where relu has no derivative.
        (-2000..2000).map(|i| i as f32 * 0.005 + 0.001).collect()
    }

    #[test]
    fn values_follow_their_definitions() {
        let x = points();
        let mut out = vec![f32::NAN; x.len()];
        for activation in ALL {
            activation.forward(&x, &mut out);
            for (&x, &out) in x.iter().zip(&out) {
                let exact = exact(activation, x as f64);
                let error = (out as f64 - exact).abs() / exact.abs().max(x.abs() as f64).max(1.0);
                assert!(error < 2.5e-7, "{activation:?} of {x}: {out}, not {exact}");
            }
        }
    }

    #[test]
    fn one_value_equals_that_of_a_slice() {
        // All lengths, so that an element is met in a whole register and in the rest.
        for length in 0..70 {
            let x: Vec<f32> = points().into_iter().step_by(53).take(length).chain([f32::NAN, -0.0, 1e30]).collect();
            for activation in ALL {
                let (mut out, mut in_place) = (vec![0.0; x.len()], x.clone());
                activation.forward(&x, &mut out);
                activation.forward_in_place(&mut in_place);
                for ((&x, out), in_place) in x.iter().zip(out).zip(in_place) {
                    // The bits of NaN are the compiler's to choose.
                    let value = activation.value(x);
                    let same = |other: f32| value.to_bits() == other.to_bits() || value.is_nan() && other.is_nan();
                    assert!(same(out) && same(in_place), "{activation:?} of {x}: {value}, {out}, {in_place}");
                }
            }
        }
    }

    #[test]
    fn slopes_equal_central_differences() {
        let x = points();
        let grad_out: Vec<f32> = x.iter().map(|x| x * 0.25 + 1.0).collect();
        let mut grad_in = vec![f32::NAN; x.len()];
        let step = 1e-5;
        for activation in ALL {
            activation.backward(&x, &grad_out, &mut grad_in);
            for ((&x, &grad_out), &grad_in) in x.iter().zip(&grad_out).zip(&grad_in) {
                let x = x as f64;
                let slope = (exact(activation, x + step) - exact(activation, x - step)) / (2.0 * step);
                // As x grows, so does the part of 1 - σ(x) that rounding takes away.
                let bound = 3e-7 * (1.0 + x.abs()) * grad_out.abs().max(1.0) as f64;
                assert!((grad_in as f64 - slope * grad_out as f64).abs() < bound, "{activation:?} at {x}: {grad_in}");
            }
        }
    }

    #[test]
    fn not_a_number_stays_so() {
        assert!(ALL.iter().all(|activation| activation.value(f32::NAN).is_nan()));
    }

    #[test]
    fn names_are_those_of_configurations() {
        assert!(ALL.iter().all(|&activation| Activation::from_name(activation.name()) == Some(activation)));
        assert_eq!(Activation::from_name("gelu_pytorch_tanh"), Some(GeluNew));
        assert_eq!(Activation::from_name("swish"), Some(Silu));
        assert_eq!(Activation::from_name("none_of_them"), None);
    }
}
