//! How a value looks in one column of the screen, at every depth of colour.

use super::{Ansi, ColorDepth, ENTRIES, Step, Theme};
use ratatui::style::{Color, Modifier, Style};

/// What one column of the screen shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paint {
    /// Its glyph.
    pub glyph: char,
    /// Its colours and modifiers.
    pub style: Style,
}

const BLANK: Paint = Paint { glyph: ' ', style: Style::new() };

/// The glyph of a weight where there are no colours.
fn shade(weight: f32) -> char {
    match weight {
        w if w.is_nan() => '?',
        w if w < 0.02 => '·',
        w if w < 0.15 => '░',
        w if w < 0.4 => '▒',
        w if w < 0.7 => '▓',
        _ => '█',
    }
}

/// The glyph of a signed value where there are no colours: the sign, and nothing near zero.
fn sign(value: f32) -> char {
    match value {
        v if v.is_nan() => '?',
        v if v.abs() < 0.05 => '·',
        v if v < 0.0 => '-',
        _ => '+',
    }
}

fn entry(table: &[Step], unit: f32) -> Option<Step> {
    // A value that is no number has no place on a ramp and must not look like one.
    if unit.is_nan() {
        return None;
    }
    table.get((unit.clamp(0.0, 1.0) * (ENTRIES - 1) as f32).round() as usize).copied()
}

impl Theme {
    /// A weight from 0 to 1.
    pub fn weight(&self, weight: f32) -> Paint {
        match self.depth {
            ColorDepth::None => Paint { glyph: shade(weight), style: Style::new() },
            ColorDepth::Ansi16 => self.weight16(weight),
            _ => solid(entry(&self.weights, weight)),
        }
    }

    /// A value from -1 to 1.
    pub fn signed(&self, value: f32) -> Paint {
        match self.depth {
            ColorDepth::None => Paint { glyph: sign(value), style: strong(value) },
            ColorDepth::Ansi16 => self.signed16(value),
            _ => solid(entry(&self.signed, value.midpoint(1.0))),
        }
    }

    /// Two weights one above the other; `None` is a place that shows the ground.
    pub fn weight_pair(&self, top: Option<f32>, bottom: Option<f32>) -> Paint {
        match self.depth {
            ColorDepth::None => match (top, bottom) {
                (None, None) => BLANK,
                (top, bottom) => Paint { glyph: shade(larger(top, bottom)), style: Style::new() },
            },
            _ => halves(top.map(|w| self.weight_colour(w)), bottom.map(|w| self.weight_colour(w)), '▀', '▄'),
        }
    }

    /// Two signed values one above the other.
    pub fn signed_pair(&self, top: Option<f32>, bottom: Option<f32>) -> Paint {
        self.signed_halves(top, bottom, '▀', '▄')
    }

    /// Two signed values side by side.
    pub fn signed_beside(&self, left: Option<f32>, right: Option<f32>) -> Paint {
        self.signed_halves(left, right, '▌', '▐')
    }

    fn signed_halves(&self, one: Option<f32>, two: Option<f32>, first: char, second: char) -> Paint {
        if self.is_mono() {
            return match (one, two) {
                (None, None) => BLANK,
                (one, two) => self.signed(further(one, two)),
            };
        }
        halves(one.map(|v| self.signed_colour(v)), two.map(|v| self.signed_colour(v)), first, second)
    }

    /// The style of text standing on a weight's cell.
    pub fn on_weight(&self, weight: f32) -> Style {
        match self.depth {
            ColorDepth::None => Style::new(),
            ColorDepth::Ansi16 => self.text16(weight, &self.source.weights16),
            _ => written(entry(&self.weights, weight)),
        }
    }

    /// The style of text standing on a signed value's cell.
    pub fn on_signed(&self, value: f32) -> Style {
        match self.depth {
            ColorDepth::None => Style::new(),
            ColorDepth::Ansi16 => self.text16(value.abs(), &self.source.signed16),
            _ => written(entry(&self.signed, value.midpoint(1.0))),
        }
    }

    /// The style of the cursor's own marks on a cell that has this style otherwise.
    pub fn cursor_on(&self, cell: Style) -> Style {
        if self.is_mono() {
            return Style::new().add_modifier(self.source.modifiers("cursor"));
        }
        cell.add_modifier(Modifier::BOLD)
    }

    /// The one colour of a weight, for half blocks, lines and underlines; `Reset` where there are none.
    pub fn weight_colour(&self, weight: f32) -> Color {
        match self.depth {
            ColorDepth::Ansi16 => match weight {
                w if w < 0.1 => self.quiet16(),
                w if w < 0.4 => hue(&self.source.weights16, 0),
                w if w < 0.7 => hue(&self.source.weights16, 1),
                _ => hue(&self.source.weights16, 2),
            },
            _ => entry(&self.weights, weight).map_or(Color::Reset, |step| step.colour),
        }
    }

    /// The one colour of a signed value.
    pub fn signed_colour(&self, value: f32) -> Color {
        match self.depth {
            ColorDepth::Ansi16 => match value {
                v if v < -0.5 => hue(&self.source.signed16, 0),
                v if v < -0.1 => hue(&self.source.signed16, 1),
                v if v < 0.1 => self.quiet16(),
                v if v < 0.5 => hue(&self.source.signed16, 2),
                _ => hue(&self.source.signed16, 3),
            },
            _ => entry(&self.signed, value.midpoint(1.0)).map_or(Color::Reset, |step| step.colour),
        }
    }

    /// Zero in a terminal of sixteen colours.
    fn quiet16(&self) -> Color {
        self.colour("ground").unwrap_or(Color::Reset)
    }

    /// Three hues; shades between them, so that eight steps can be told apart.
    fn weight16(&self, weight: f32) -> Paint {
        let [low, middle, high] = [0, 1, 2].map(|i| hue(&self.source.weights16, i));
        let on = |glyph, fg, bg| Paint { glyph, style: Style::new().fg(fg).bg(bg) };
        match weight {
            w if w.is_nan() => Paint { glyph: '?', style: Style::new() },
            w if w < 0.02 => on('·', low, Color::Reset),
            w if w < 0.08 => on('░', low, Color::Reset),
            w if w < 0.18 => on('▒', low, Color::Reset),
            w if w < 0.3 => on('▓', low, Color::Reset),
            w if w < 0.45 => on('▒', middle, low),
            w if w < 0.6 => on('█', middle, middle),
            w if w < 0.75 => on('▒', high, middle),
            w if w < 0.9 => on('▓', high, middle),
            _ => on('█', high, high),
        }
    }

    fn signed16(&self, value: f32) -> Paint {
        let hues = &self.source.signed16;
        let (outer, inner) = if value < 0.0 { (hue(hues, 0), hue(hues, 1)) } else { (hue(hues, 3), hue(hues, 2)) };
        let on = |glyph, fg, bg| Paint { glyph, style: Style::new().fg(fg).bg(bg) };
        match value.abs() {
            v if v.is_nan() => Paint { glyph: '?', style: Style::new() },
            v if v < 0.03 => BLANK,
            v if v < 0.15 => on('░', inner, Color::Reset),
            v if v < 0.3 => on('▒', inner, Color::Reset),
            v if v < 0.5 => on('▓', inner, Color::Reset),
            v if v < 0.7 => on('█', inner, inner),
            v if v < 0.85 => on('▒', outer, inner),
            _ => on('█', outer, outer),
        }
    }

    /// Text on a cell of sixteen colours: only the brightest step is a ground that needs dark ink.
    fn text16(&self, amount: f32, hues: &[Ansi]) -> Style {
        let strongest = hue(hues, hues.len().saturating_sub(1));
        if amount >= 0.7 { Style::new().fg(self.quiet16()).bg(strongest) } else { Style::new().fg(Color::Reset) }
    }
}

fn hue(hues: &[Ansi], index: usize) -> Color {
    hues.get(index).map_or(Color::Reset, |ansi| ansi.colour())
}

fn solid(step: Option<Step>) -> Paint {
    step.map_or(Paint { glyph: '?', style: Style::new() }, |step| Paint { glyph: ' ', style: written(Some(step)) })
}

fn written(step: Option<Step>) -> Style {
    step.map_or(Style::new(), |step| Style::new().fg(step.ink).bg(step.colour))
}

fn halves(one: Option<Color>, two: Option<Color>, first: char, second: char) -> Paint {
    match (one, two) {
        (Some(one), Some(two)) => Paint { glyph: first, style: Style::new().fg(one).bg(two) },
        (Some(one), None) => Paint { glyph: first, style: Style::new().fg(one) },
        (None, Some(two)) => Paint { glyph: second, style: Style::new().fg(two) },
        (None, None) => BLANK,
    }
}

/// Large signed values are bold where there are no colours.
fn strong(value: f32) -> Style {
    if value.abs() > 0.5 { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() }
}

fn larger(one: Option<f32>, two: Option<f32>) -> f32 {
    one.unwrap_or(f32::NEG_INFINITY).max(two.unwrap_or(f32::NEG_INFINITY))
}

fn further(one: Option<f32>, two: Option<f32>) -> f32 {
    let (one, two) = (one.unwrap_or(0.0), two.unwrap_or(0.0));
    if two.abs() > one.abs() { two } else { one }
}
