//! What the tests of widgets share: a screen without a terminal, and data that looks like attention.

use super::{Canvas, ColorDepth, Hits, Theme, dump};
use crate::app::Language;
use ratatui::{buffer::Buffer, layout::Rect};

/// The words of the example text.
pub fn words() -> Vec<String> {
    "‹s› Anna and Tom went to the park . Anna found a red ball . She gave it to Tom ."
        .split(' ')
        .map(str::to_owned)
        .collect()
}

/// A causal head: each query looks at itself, at the token before and at an earlier name.
pub fn weight(row: usize, col: usize) -> f32 {
    let all: f32 = (0..=row).map(|c| score(row, c)).sum();
    if col > row { 0.0 } else { score(row, col) / all }
}

fn score(row: usize, col: usize) -> f32 {
    let mix = ((row * 31 + col * 17) % 23) as f32 / 23.0;
    match col {
        1 if row % 4 == 3 => 20.0,
        c if c + 1 == row => 2.0 + 4.0 * mix,
        _ => mix * mix + 0.02,
    }
}

/// The glyph of a causal mask.
pub fn causal(row: usize, col: usize) -> Option<char> {
    (col > row).then_some('╱')
}

/// Values of both signs.
pub fn value(row: usize, col: usize) -> f32 {
    (((row * 37 + col * 101) % 41) as f32 / 20.0 - 1.0) * (1.0 + (col % 7) as f32 / 3.0)
}

/// Draws on an empty screen.
pub fn drawn(
    size: (u16, u16),
    theme: &Theme,
    language: Language,
    draw: impl FnOnce(&mut Canvas<'_>, Rect),
) -> (Buffer, Hits) {
    let area = Rect::new(0, 0, size.0, size.1);
    let mut buffer = Buffer::empty(area);
    let mut hits = Hits::new();
    draw(&mut Canvas { buffer: &mut buffer, theme, hits: &mut hits, language }, area);
    (buffer, hits)
}

/// The picture of what is drawn in the dark theme.
pub fn picture(size: (u16, u16), draw: impl FnOnce(&mut Canvas<'_>, Rect)) -> String {
    dump::dump(&drawn(size, &dark(), Language::En, draw).0)
}

/// The picture without colours.
pub fn mono_picture(size: (u16, u16), draw: impl FnOnce(&mut Canvas<'_>, Rect)) -> String {
    let theme = Theme::named("mono", ColorDepth::None).unwrap();
    dump::dump(&drawn(size, &theme, Language::En, draw).0)
}

/// The dark theme in true colour.
pub fn dark() -> Theme {
    Theme::named("dark", ColorDepth::TrueColor).unwrap()
}
