//! A place to draw on: the buffer, the theme and the hits together, with everything clipped to an area.

use super::{
    Hits,
    text::{self, char_width},
    theme::{Paint, Theme, Tone},
};
use crate::app::Language;
use ratatui::{buffer::Buffer, layout::Rect, style::Style};
use unicode_segmentation::UnicodeSegmentation;

/// What every widget draws on.
pub struct Canvas<'a> {
    /// The cells of the screen.
    pub buffer: &'a mut Buffer,
    /// How things look.
    pub theme: &'a Theme,
    /// What was drawn where.
    pub hits: &'a mut Hits,
    /// The language of the interface.
    pub language: Language,
}

impl Canvas<'_> {
    /// Writes at most to the right edge of an area, and nothing outside of it; returns the column after the text.
    pub fn put(&mut self, area: Rect, x: u16, y: u16, text: &str, style: Style) -> u16 {
        let area = area.intersection(self.buffer.area);
        let mut at = x;
        for grapheme in text.graphemes(true) {
            let columns = text::width(grapheme) as u16;
            if columns == 0 {
                continue;
            }
            let end = at.saturating_add(columns);
            if end > area.right() {
                break;
            }
            if at >= area.x && (area.y..area.bottom()).contains(&y) {
                self.free(at, y);
                self.buffer[(at, y)].set_symbol(grapheme).set_style(style);
                for follower in at + 1..end {
                    self.buffer[(follower, y)].reset();
                    self.buffer[(follower, y)].set_style(style);
                }
            }
            at = end;
        }
        at
    }

    /// Before something is written over the second half of a wide character its first half goes: a terminal would draw
    /// it over what is written.
    fn free(&mut self, x: u16, y: u16) {
        if x > self.buffer.area.x && text::width(self.buffer[(x - 1, y)].symbol()) > 1 {
            self.buffer[(x - 1, y)].set_symbol(" ");
        }
    }

    /// Writes in a tone of the theme.
    pub fn say(&mut self, area: Rect, x: u16, y: u16, text: &str, tone: Tone) -> u16 {
        self.put(area, x, y, text, self.theme.style(tone))
    }

    /// Writes pieces of different tones after each other.
    pub fn say_all(&mut self, area: Rect, x: u16, y: u16, pieces: &[(&str, Tone)]) -> u16 {
        pieces.iter().fold(x, |x, (text, tone)| self.say(area, x, y, text, *tone))
    }

    /// Writes so that the text ends at the right edge of the area.
    pub fn say_right(&mut self, area: Rect, y: u16, text: &str, tone: Tone) -> u16 {
        let x = area.right().saturating_sub(text::width(text) as u16).max(area.x);
        self.say(area, x, y, text, tone)
    }

    /// Writes lines broken at the area's width; returns how many rows they took.
    pub fn say_wrapped(&mut self, area: Rect, text: &str, tone: Tone) -> u16 {
        // Longer lines are hard to read, however wide the window is.
        let lines = text::wrap(text, usize::from(area.width.min(72)));
        for (row, line) in lines.iter().take(usize::from(area.height)).enumerate() {
            self.say(area, area.x, area.y + row as u16, line, tone);
        }
        (lines.len() as u16).min(area.height)
    }

    /// Sets one column.
    pub fn set(&mut self, area: Rect, x: u16, y: u16, paint: Paint) {
        if area.intersection(self.buffer.area).contains((x, y).into()) {
            self.free(x, y);
            self.buffer[(x, y)].set_char(paint.glyph).set_style(paint.style);
        }
    }

    /// Repeats a glyph along a row.
    pub fn line(&mut self, area: Rect, glyph: char, tone: Tone) {
        let style = self.theme.style(tone);
        debug_assert_eq!(char_width(glyph), 1);
        for x in area.x..area.right() {
            self.set(Rect { height: area.height.min(1), ..area }, x, area.y, Paint { glyph, style });
        }
    }

    /// The faint line between two panes.
    pub fn divider(&mut self, x: u16, area: Rect) {
        let style = self.theme.style(Tone::Rule);
        for y in area.y..area.bottom() {
            self.set(area, x, y, Paint { glyph: '│', style });
        }
    }

    /// A section's title, with words in grey on how to read what follows; the focused pane has a bar and a white title.
    pub fn title(&mut self, area: Rect, title: &str, hint: &str, focused: bool) {
        let x = if focused {
            self.put(area, area.x, area.y, "▌", self.theme.cursor_label());
            area.x + 1
        } else {
            area.x
        };
        let tone = if focused { Tone::Focused } else { Tone::Title };
        let x = self.say(area, x, area.y, title, tone);
        self.say(area, x + 2, area.y, hint, Tone::Dim);
    }

    /// Lays the ground of a chosen row under what is written there.
    pub fn select(&mut self, area: Rect) {
        let area = area.intersection(self.buffer.area);
        self.buffer.set_style(area, self.theme.selected());
    }

    /// Empties an area, for what lies on top of a screen.
    pub fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.buffer.area);
        for y in area.y..area.bottom() {
            self.free(area.x, y);
            for x in area.x..area.right() {
                self.buffer[(x, y)].reset();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::{Canvas, Hits, Tone};
    use crate::app::Language;
    use crate::ui::{ColorDepth, Theme};

    #[test]
    fn no_wide_character_is_left_in_half() {
        let area = Rect::new(0, 0, 8, 1);
        let mut buffer = Buffer::empty(area);
        let theme = Theme::named("dark", ColorDepth::TrueColor).expect("a theme");
        let mut hits = Hits::new();
        let mut canvas = Canvas { buffer: &mut buffer, theme: &theme, hits: &mut hits, language: Language::Zh };
        canvas.say(area, 0, 0, "注意力头", Tone::Text);
        canvas.say(area, 1, 0, "x", Tone::Text);
        canvas.clear(Rect { x: 5, width: 2, ..area });
        let symbols: Vec<&str> = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(symbols, [" ", "x", "意", " ", " ", " ", " ", " "]);
    }
}
