//! The frame of every screen: tabs above, prompt and keys below, and what lies on top.

mod foot;
mod overlay;
mod strip;
mod tabs;
#[cfg(test)]
mod tests;

use super::{Canvas, Hits, Theme, Tone, text};
use crate::app::tour::Touring;
use crate::app::{Place, Prompt, Shell, Word};
use ratatui::{Frame, layout::Rect};
use std::ops::Range;

/// Below this nothing useful can be shown.
pub const SMALLEST: (u16, u16) = (60, 16);
/// From here on there is room for names of tabs, rules and margins.
const ROOMY: (u16, u16) = (100, 28);

/// The list number of the palette's entries, for the mouse.
pub const PALETTE_LIST: u8 = u8::MAX;

/// What the frame shows besides the shell's own state.
#[derive(Clone, Copy, Debug)]
pub struct Chrome<'a> {
    /// The state that all screens share.
    pub shell: &'a Shell,
    /// The place that the open screen is.
    pub place: Place,
    /// What is loaded: its name, then what may be left out where there is no room.
    pub loaded: &'a [String],
    /// Right of the prompt.
    pub status: &'a Status,
    /// The bytes of the text that the token under the cursor covers.
    pub token: Option<(usize, usize)>,
    /// What filters the screen, which then stands in the place of the prompt.
    pub filter: Option<&'a Prompt>,
    /// Whether there are several attentions to choose from, so that the key for that is worth a hint.
    pub streams: bool,
    /// The tour that is on.
    pub tour: Option<&'a Touring>,
    /// The bytes of the text that are words which the model never saw.
    pub unseen: &'a [Range<usize>],
}

/// What stands right of the prompt.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// A bar from 0 to 1 before the words.
    pub bar: Option<f32>,
    /// Words with their tones, written after each other.
    pub pieces: Vec<(String, Tone)>,
}

/// Where a screen draws, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Body {
    /// The area between the frame's lines.
    pub area: Rect,
    /// Whether the window is small: fewer columns for labels, no rules, no blank rows.
    pub compact: bool,
}

/// Whether a window of that size is drawn in the compact form.
pub fn is_compact(area: Rect) -> bool {
    area.width < ROOMY.0 || area.height < ROOMY.1
}

/// Draws a whole frame on the terminal: the frame's lines, the screen by `screen`, and what lies on top.
///
/// The hits of the frame before are replaced; the terminal's cursor goes where it was asked for.
pub fn draw(
    frame: &mut Frame<'_>,
    theme: &Theme,
    hits: &mut Hits,
    chrome: &Chrome<'_>,
    screen: impl FnOnce(&mut Canvas<'_>, Body),
) {
    let area = frame.area();
    hits.clear();
    let mut canvas = Canvas { buffer: frame.buffer_mut(), theme, hits, language: chrome.shell.language };
    draw_on(&mut canvas, area, chrome, screen);
    theme.fill(canvas.buffer);
    if let Some(cursor) = canvas.hits.cursor() {
        frame.set_cursor_position(cursor);
    }
}

/// As [`draw`], on a canvas of any kind.
pub fn draw_on(canvas: &mut Canvas<'_>, area: Rect, chrome: &Chrome<'_>, screen: impl FnOnce(&mut Canvas<'_>, Body)) {
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        return too_small(canvas, area);
    }
    let mut body = body(area);
    tabs::draw(canvas, area, chrome, body.compact);
    foot::draw(canvas, area, chrome, body.compact);
    let strip = strip::rows(chrome, body.area, body.compact);
    body.area.height -= strip;
    let below = Rect { y: body.area.bottom(), height: strip, ..body.area };
    strip::draw(canvas, below, chrome, body.compact);
    // The cursor of the prompt is where one types; a screen must not take it away.
    let typing = canvas.hits.cursor();
    screen(canvas, body);
    if let Some((x, y)) = typing {
        canvas.hits.set_cursor(x, y);
    }
    overlay::draw(canvas, body, chrome);
    foot::draw_verbatim(canvas, area, chrome);
}

/// What is left for the screen.
pub fn body(area: Rect) -> Body {
    let compact = is_compact(area);
    let (above, below, side) = if compact { (1, 2, 0) } else { (2, 3, 1) };
    let area = Rect {
        x: area.x + side,
        y: area.y + above,
        width: area.width.saturating_sub(2 * side),
        height: area.height.saturating_sub(above + below),
    };
    Body { area, compact }
}

/// One kind line in the middle.
fn too_small(canvas: &mut Canvas<'_>, area: Rect) {
    if area.is_empty() {
        return;
    }
    let (columns, rows) = SMALLEST;
    let long = Word::TooSmall.fill(canvas.language, &[&columns, &rows, &area.width, &area.height]);
    let short = Word::TooSmallShort.fill(canvas.language, &[&columns, &rows]);
    let room = usize::from(area.width);
    let lines = [long, short.clone()]
        .iter()
        .map(|words| text::wrap(words, room))
        .find(|lines| lines.len() <= usize::from(area.height) && lines.iter().all(|line| text::width(line) <= room));
    let lines = lines.unwrap_or_else(|| vec![text::fit(&short, room)]);
    let top = area.y + area.height.saturating_sub(lines.len() as u16) / 2;
    for (row, line) in lines.iter().enumerate() {
        let x = area.x + (area.width.saturating_sub(text::width(line) as u16)) / 2;
        canvas.say(area, x, top + row as u16, line, Tone::Text);
    }
}

impl Chrome<'_> {
    fn token_range(&self) -> Range<usize> {
        self.token.map_or(0..0, |(from, to)| from..to)
    }
}
