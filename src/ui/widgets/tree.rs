//! A tree as an indented list with folds and figures on the right.

use super::scroll;
use crate::{
    app::Target,
    ui::{Canvas, Tone, text},
};
use ratatui::layout::Rect;

/// One visible line of a tree.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TreeRow {
    /// How deep it lies.
    pub depth: usize,
    /// Whether something is folded inside: `Some(true)` open, `Some(false)` shut.
    pub fold: Option<bool>,
    /// Its name.
    pub label: String,
    /// A figure on the right.
    pub size: String,
    /// How the name looks.
    pub tone: Tone,
}

/// A tree whose visible lines are given in order.
#[derive(Clone, Copy, Debug)]
pub struct Tree<'a> {
    /// The visible lines.
    pub rows: &'a [TreeRow],
    /// The line under the cursor.
    pub selected: usize,
    /// Which list of the screen this is, for the mouse.
    pub list: u8,
}

impl Tree<'_> {
    /// Draws the lines around the selected one. Returns the first line shown.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) -> usize {
        let area = area.intersection(canvas.buffer.area);
        let shown = usize::from(area.height);
        let first = scroll::window(self.selected, self.rows.len(), shown);
        for (line, (index, row)) in self.rows.iter().enumerate().skip(first).take(shown).enumerate() {
            let place = Rect { y: area.y + line as u16, height: 1, ..area };
            self.draw_row(canvas, place, index, row);
        }
        first
    }

    fn draw_row(&self, canvas: &mut Canvas<'_>, place: Rect, index: usize, row: &TreeRow) {
        let selected = index == self.selected;
        let tone = if selected { Tone::Focused } else { row.tone };
        let size_tone = if row.tone == Tone::Faint { Tone::Faint } else { Tone::Dim };
        let x = place.x.saturating_add(1 + 2 * row.depth.min(20) as u16);
        let glyph = match row.fold {
            Some(true) => "▾",
            Some(false) => "▸",
            None => " ",
        };
        canvas.say(place, x, place.y, glyph, size_tone);
        let size_width = text::width(&row.size) as u16;
        let room = place.right().saturating_sub(x + 2 + size_width + u16::from(size_width > 0));
        canvas.say(place, x + 2, place.y, &text::fit(&row.label, usize::from(room)), tone);
        canvas.say_right(place, place.y, &row.size, size_tone);
        if selected {
            canvas.select(place);
            canvas.put(place, place.x, place.y, "▌", canvas.theme.cursor_label());
            canvas.hits.set_cursor(place.x, place.y);
        }
        canvas.hits.push(place, Target::Row { list: self.list, row: index });
    }
}
