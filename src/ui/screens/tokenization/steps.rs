//! The steps of one word: a row each, the one under the cursor told below.

use ratatui::layout::Rect;

use super::{lattice, longest, merges};
use crate::app::Word as Said;
use crate::app::tokenization::{STEPS, TokenizationState, is_stepped};
use crate::app::{Language, Target};
use crate::text::{Style, Way, Word, spelled};
use crate::ui::widgets::scroll;
use crate::ui::{Canvas, Tone, text};

/// A row of words in tones: the step's parts, and what is said of it on the right.
#[derive(Debug, Default)]
pub struct Told {
    /// What stands there, from the left.
    pub parts: Vec<(String, Tone)>,
    /// The part that must be seen where not all of them fit.
    pub focus: usize,
    /// What is said of it.
    pub note: String,
    /// How that looks.
    pub note_tone: Tone,
}

impl Told {
    /// A row of one text.
    pub fn of(text: impl Into<String>, tone: Tone) -> Self {
        Self { parts: vec![(text.into(), tone)], ..Self::default() }
    }

    /// The same with something said of it.
    #[must_use]
    pub fn note(self, note: impl Into<String>, tone: Tone) -> Self {
        Self { note: note.into(), note_tone: tone, ..self }
    }
}

/// What the parts of the view need to know of a word.
pub struct Scene<'a> {
    pub word: &'a Word,
    pub step: usize,
    pub style: Style,
    pub language: Language,
}

impl Scene<'_> {
    /// A piece with everything that it spells.
    pub fn show(&self, piece: &str) -> String {
        spelled(piece, self.style)
    }

    fn told(&self, step: usize) -> Told {
        match &self.word.way {
            Way::Merges(merges) => merges::row(self, merges, step),
            Way::Longest(longest) => longest::row(self, longest, step),
            Way::BestPath(path) => lattice::row(self, path, step),
            Way::Whole => Told::of(format!("‹{}›", self.word.text), Tone::Text),
            Way::Lookup(found) => {
                let words = if *found { Said::LookupFound } else { Said::LookupMissing };
                let tone = if *found { Tone::Dim } else { Tone::Bad };
                Told::of(self.show(&self.word.text), Tone::Text).note(words.text(self.language), tone)
            }
        }
    }

    fn below(&self, rows: usize) -> Vec<Told> {
        let mut below = match &self.word.way {
            Way::Merges(merges) => merges::below(self, merges),
            Way::Longest(longest) => longest::below(self, longest),
            Way::BestPath(path) => lattice::below(self, path, rows.saturating_sub(2)),
            Way::Whole | Way::Lookup(_) => Vec::new(),
        };
        if self.step + 1 >= self.word.way.len() || !is_stepped(self.word) {
            below.push(self.result());
        }
        if !self.word.agrees {
            below.push(Told::of(Said::StepsDiffer.text(self.language), Tone::Bad));
        }
        below
    }

    /// The pieces with their numbers.
    fn result(&self) -> Told {
        let mut parts = vec![(format!("{}  ", Said::BecomesPieces.text(self.language)), Tone::Dim)];
        for piece in &self.word.pieces {
            parts.push((self.show(&piece.piece), Tone::Strong));
            parts.push((format!(" {}  ", piece.id), Tone::Dim));
        }
        Told { parts, ..Told::default() }
    }
}

fn heading(way: &Way) -> (Said, Said) {
    match way {
        Way::Merges(_) => (Said::MergesTitle, Said::MergesHow),
        Way::Longest(_) => (Said::LongestTitle, Said::LongestHow),
        Way::BestPath(_) => (Said::BestPathTitle, Said::BestPathHow),
        Way::Lookup(_) => (Said::LookupTitle, Said::None),
        Way::Whole => (Said::WholeTitle, Said::WholeHow),
    }
}

/// Draws them.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, state: &TokenizationState, word: &Word, style: Style) {
    let scene = Scene { word, step: state.step, style, language: canvas.language };
    let (title, how) = heading(&word.way);
    let title = title.text(canvas.language);
    let how = if how == Said::None { "" } else { how.text(canvas.language) };
    let room = usize::from(area.width).saturating_sub(text::width(title) + 3);
    canvas.title(Rect { height: 1, ..area }, title, &text::fit(how, room), true);
    let under = (area.height / 3).clamp(3, 10);
    let rows = Rect { y: area.y + 1, height: area.height.saturating_sub(under + 2), ..area };
    draw_rows(canvas, rows, &scene);
    let below = Rect { y: area.bottom().saturating_sub(under), height: under, ..area };
    for (line, told) in scene.below(usize::from(under)).iter().take(usize::from(under)).enumerate() {
        let row = Rect { y: below.y + line as u16, height: 1, ..below };
        draw_row(canvas, Rect { x: row.x + 1, width: row.width.saturating_sub(1), ..row }, told, None);
    }
}

fn draw_rows(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let (all, rows) = (scene.word.way.len(), usize::from(area.height));
    let first = scroll::window(scene.step, all, rows);
    for (line, step) in (first..all).take(rows).enumerate() {
        let row = Rect { y: area.y + line as u16, height: 1, ..area };
        let inner = Rect { x: row.x + 1, width: row.width.saturating_sub(1), ..row };
        // What has not happened yet is grey.
        let tone = (step > scene.step).then_some(Tone::Faint);
        draw_row(canvas, inner, &scene.told(step), tone);
        if step == scene.step {
            canvas.select(row);
            canvas.put(row, row.x, row.y, "▌", canvas.theme.cursor_label());
            canvas.hits.set_cursor(row.x, row.y);
        }
        canvas.hits.push(row, Target::Row { list: STEPS, row: step });
    }
}

/// A row; what is said of it on the right keeps its place, and of the parts those around the focus are shown.
fn draw_row(canvas: &mut Canvas<'_>, row: Rect, told: &Told, all: Option<Tone>) {
    let note = text::fit(&told.note, usize::from(row.width) / 2);
    let gap = if note.is_empty() { 0 } else { text::width(&note) as u16 + 2 };
    let room = Rect { width: row.width.saturating_sub(gap), ..row };
    let widths: Vec<usize> = told.parts.iter().map(|(part, _)| text::width(part)).collect();
    let columns = usize::from(room.width);
    let mut first = 0;
    let until: usize = widths.iter().take(told.focus + 2).sum();
    if until > columns {
        let mut used = 1;
        first = told.focus.min(widths.len());
        while first > 0 && used + widths[first] <= columns * 2 / 3 {
            used += widths[first];
            first -= 1;
        }
    }
    let mut x = room.x;
    if first > 0 {
        x = canvas.say(room, x, room.y, "…", Tone::Dim);
    }
    for (part, tone) in told.parts.iter().skip(first) {
        let left = usize::from(room.right().saturating_sub(x));
        let part = text::fit(part, left);
        x = canvas.say(room, x, room.y, &part, all.unwrap_or(*tone));
    }
    canvas.say_right(row, row.y, &note, all.unwrap_or(told.note_tone));
}
