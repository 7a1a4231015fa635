//! `OKLab`, the space in which colours are mixed and compared: equal steps there look equal.

/// A colour as the terminal takes it.
pub type Rgb = (u8, u8, u8);

/// A colour in `OKLab`: lightness 0 to 1, and two axes of hue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lab {
    /// Lightness.
    pub l: f32,
    /// Green to red.
    pub a: f32,
    /// Blue to yellow.
    pub b: f32,
}

fn linear(channel: u8) -> f32 {
    let c = f32::from(channel) / 255.0;
    if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
}

fn gamma(linear: f32) -> u8 {
    let c = if linear <= 0.003_130_8 { linear * 12.92 } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 };
    (c.clamp(0.0, 1.0) * 255.0).round() as u8
}

impl From<Rgb> for Lab {
    fn from((r, g, b): Rgb) -> Self {
        let (r, g, b) = (linear(r), linear(g), linear(b));
        let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
        let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
        let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
        Self {
            l: 0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
            a: 1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
            b: 0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
        }
    }
}

impl Lab {
    /// The nearest colour a screen can show.
    pub fn rgb(self) -> Rgb {
        let l = (self.l + 0.396_337_78 * self.a + 0.215_803_76 * self.b).powi(3);
        let m = (self.l - 0.105_561_346 * self.a - 0.063_854_17 * self.b).powi(3);
        let s = (self.l - 0.089_484_18 * self.a - 1.291_485_5 * self.b).powi(3);
        (
            gamma(4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s),
            gamma(-1.268_438 * l + 2.609_757_4 * m - 0.341_319_4 * s),
            gamma(-0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s),
        )
    }

    /// The colour `t` of the way to `other`.
    #[must_use]
    pub fn mix(self, other: Self, t: f32) -> Self {
        let at = |from: f32, to: f32| from + (to - from) * t;
        Self { l: at(self.l, other.l), a: at(self.a, other.a), b: at(self.b, other.b) }
    }

    /// Squared distance as the eye has it.
    pub fn distance(self, other: Self) -> f32 {
        (self.l - other.l).powi(2) + (self.a - other.a).powi(2) + (self.b - other.b).powi(2)
    }
}

/// A table of `n` colours running through the stops, which stand at even distances.
pub fn gradient(stops: &[Rgb], n: usize) -> Vec<Rgb> {
    let stops: Vec<Lab> = stops.iter().map(|&stop| stop.into()).collect();
    let last = stops.len().saturating_sub(1);
    (0..n)
        .map(|i| {
            let at = i as f32 / (n.max(2) - 1) as f32 * last as f32;
            let low = (at as usize).min(last.saturating_sub(1));
            stops[low].mix(stops[(low + 1).min(last)], at - low as f32).rgb()
        })
        .collect()
}

/// The nearest of the 240 colours of the 256 that do not depend on the terminal's settings.
pub fn nearest_256(colour: Rgb) -> u8 {
    let wanted = Lab::from(colour);
    let far = |index: u8| Lab::from(xterm(index)).distance(wanted);
    (16..=255u8).min_by(|&a, &b| far(a).total_cmp(&far(b))).unwrap_or(16)
}

/// What xterm shows for a colour from 16 on: a cube of 6 x 6 x 6, then 24 greys.
pub fn xterm(index: u8) -> Rgb {
    if index >= 232 {
        let grey = 8 + 10 * (index - 232);
        return (grey, grey, grey);
    }
    let level = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
    let i = index.saturating_sub(16);
    (level(i / 36), level(i / 6 % 6), level(i % 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for colour in [(0, 0, 0), (255, 255, 255), (22, 33, 46), (255, 232, 115), (95, 215, 191)] {
            let (r, g, b) = Lab::from(colour).rgb();
            assert!(r.abs_diff(colour.0) <= 1 && g.abs_diff(colour.1) <= 1 && b.abs_diff(colour.2) <= 1);
        }
    }

    #[test]
    fn a_gradient_ends_at_its_stops() {
        let table = gradient(&[(0, 0, 0), (10, 200, 30), (255, 255, 255)], 256);
        assert_eq!((table[0], table[255]), ((0, 0, 0), (255, 255, 255)));
    }

    #[test]
    fn nearest_finds_the_same_colour() {
        for index in 16..=255u8 {
            assert_eq!(xterm(nearest_256(xterm(index))), xterm(index));
        }
    }
}
