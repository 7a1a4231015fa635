//! Text that is read from top to bottom: paragraphs, marked items and figures, broken at the width there is.

use ratatui::layout::Rect;

use crate::ui::{Canvas, Tone, text};

/// A row: pieces after each other, and one that ends at the right edge.
#[derive(Clone, Debug, Default)]
pub struct Line {
    pieces: Vec<(String, Tone)>,
    right: Option<(String, Tone)>,
}

/// Rows of a page.
#[derive(Clone, Debug)]
pub struct Page {
    width: usize,
    lines: Vec<Line>,
}

impl Page {
    /// A page of so many columns.
    pub fn new(width: u16) -> Self {
        Self { width: usize::from(width), lines: Vec::new() }
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// How many columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// An empty row.
    pub fn blank(&mut self) {
        self.lines.push(Line::default());
    }

    /// A title, with what is said of it.
    pub fn title(&mut self, title: &str, hint: &str) {
        if !self.lines.is_empty() {
            self.blank();
        }
        self.row(&[(title, Tone::Title), ("  ", Tone::Text), (hint, Tone::Dim)], None);
    }

    /// One row of pieces; what does not fit is cut: on the right first, which keeps half of the row at least.
    pub fn row(&mut self, pieces: &[(&str, Tone)], right: Option<(&str, Tone)>) {
        let own: usize = pieces.iter().map(|(words, _)| text::width(words)).sum();
        let most = self.width.saturating_sub(own + 1).max(self.width / 2);
        let right = right.map(|(words, tone)| (text::fit(words, most), tone));
        let mut room = self.width.saturating_sub(right.as_ref().map_or(0, |(words, _)| text::width(words) + 1));
        let mut fitted = Vec::new();
        for (words, tone) in pieces {
            let words = text::fit(words, room);
            room -= text::width(&words).min(room);
            fitted.push((words, *tone));
        }
        self.lines.push(Line { pieces: fitted, right });
    }

    /// A paragraph.
    pub fn text(&mut self, words: &str, tone: Tone) {
        self.item("", words, Tone::Text, tone);
    }

    /// A paragraph behind a mark, under which its rows stand.
    pub fn item(&mut self, mark: &str, words: &str, mark_tone: Tone, tone: Tone) {
        let indent = if mark.is_empty() { 0 } else { text::width(mark) + 1 };
        for (at, line) in text::wrap(words, self.width.saturating_sub(indent).max(1)).into_iter().enumerate() {
            let start = if at == 0 && indent > 0 { format!("{mark} ") } else { " ".repeat(indent) };
            self.lines.push(Line { pieces: vec![(start, mark_tone), (line, tone)], right: None });
        }
    }

    /// Draws from a row on; says how many rows follow where there is no room for them.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, scroll: usize, below: &dyn Fn(usize) -> String) {
        let rows = usize::from(area.height);
        let first = scroll.min(self.lines.len().saturating_sub(rows));
        let more = first + rows < self.lines.len();
        let shown = if more { rows.saturating_sub(1) } else { rows };
        for (row, line) in self.lines.iter().skip(first).take(shown).enumerate() {
            let y = area.y + row as u16;
            let mut x = area.x;
            for (words, tone) in &line.pieces {
                x = canvas.say(area, x, y, words, *tone);
            }
            if let Some((words, tone)) = &line.right {
                canvas.say_right(area, y, words, *tone);
            }
        }
        if more {
            let words = below(self.lines.len() - first - shown);
            canvas.say(area, area.x, area.y + shown as u16, &words, Tone::Accent);
        }
    }
}
