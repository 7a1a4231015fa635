//! A line of the card: texts and bars at columns of their own; what comes later lies on top.

use ratatui::layout::Rect;

use crate::ui::widgets::bar;
use crate::ui::{Canvas, Tone, text};

enum Item {
    Text(u16, String, Tone),
    Right(u16, String, Tone),
    Bar(u16, u16, f32),
}

/// One line.
#[derive(Default)]
pub struct Line {
    items: Vec<Item>,
    part: Option<usize>,
}

impl Line {
    /// An empty line.
    pub fn new() -> Self {
        Self::default()
    }

    /// A text from a column on.
    #[must_use]
    pub fn text(mut self, x: u16, text: impl Into<String>, tone: Tone) -> Self {
        self.items.push(Item::Text(x, text.into(), tone));
        self
    }

    /// A text that ends before a column.
    #[must_use]
    pub fn right(mut self, end: u16, text: impl Into<String>, tone: Tone) -> Self {
        self.items.push(Item::Right(end, text.into(), tone));
        self
    }

    /// A text around a column.
    #[must_use]
    pub fn centred(self, middle: u16, words: &str, tone: Tone) -> Self {
        let x = middle.saturating_sub(text::width(words) as u16 / 2);
        self.text(x, words, tone)
    }

    /// A bar from 0 to 1.
    #[must_use]
    pub fn bar(mut self, x: u16, width: u16, fraction: f32) -> Self {
        self.items.push(Item::Bar(x, width, fraction));
        self
    }

    /// The line of the tree of steps that it leads to.
    pub fn part(&self) -> Option<usize> {
        self.part
    }

    /// Makes it lead to a line of the tree of steps.
    pub fn lead_to(&mut self, line: usize) {
        self.part = Some(line);
    }

    /// Whether these words stand in it.
    pub fn says(&self, words: &str) -> bool {
        let is = |item: &Item| matches!(item, Item::Text(_, text, _) if text.trim() == words);
        self.items.iter().any(is)
    }

    /// A section's title with what is said of it.
    pub fn title(title: &str, hint: &str) -> Self {
        Self::new().text(0, title, Tone::Title).text(text::width(title) as u16 + 2, hint, Tone::Dim)
    }

    /// Draws it in one row.
    pub fn draw(&self, canvas: &mut Canvas<'_>, row: Rect) {
        for item in &self.items {
            match item {
                Item::Text(x, words, tone) => {
                    let room = usize::from(row.width.saturating_sub(*x));
                    canvas.say(row, row.x + x, row.y, &text::fit(words, room), *tone);
                }
                Item::Right(end, words, tone) => {
                    let x = end.saturating_sub(text::width(words) as u16);
                    canvas.say(row, row.x + x, row.y, words, *tone);
                }
                Item::Bar(x, width, fraction) => {
                    bar(canvas, Rect { x: row.x + x, width: *width, ..row }, *fraction, Tone::Dim);
                }
            }
        }
    }
}
