//! Filling masks in: what is expected at each masked position, or in the place of the token under the cursor.

mod lists;
#[cfg(test)]
mod tests;
mod text;

use ratatui::layout::Rect;

use crate::app::fill::FillState;
use crate::app::{Action, App, Language, Place, Word};
use crate::explore::{Expected, Pass, Subject};
use crate::ui::frame::Body;
use crate::ui::{Canvas, Tone};

/// Columns of a list of candidates, and of the table of all tokens.
const LIST: u16 = 46;
const TABLE: u16 = 52;
/// Columns of either at most.
const WIDEST: u16 = 80;

/// What every part of the screen reads.
struct View<'a> {
    app: &'a App,
    subject: &'a Subject,
    pass: &'a Pass,
    language: Language,
    /// The masked positions.
    masks: Vec<usize>,
    /// The position that is looked at.
    position: usize,
    /// How undecided the model is, token by token.
    expected: &'a [Expected],
}

impl<'a> View<'a> {
    fn of(app: &'a App, pass: &'a Pass) -> Option<Self> {
        let masks = pass.predicted_positions();
        let position = app.fill.position(pass, app.cursor.query);
        let (subject, language) = (app.subject.as_deref()?, app.shell.language);
        Some(Self { app, subject, pass, language, masks, position, expected: pass.expected() })
    }

    fn word(&self, word: Word) -> &'static str {
        word.text(self.language)
    }

    /// The most undecided token's entropy.
    fn highest(&self) -> f32 {
        self.expected.iter().map(|e| e.entropy).filter(|e| e.is_finite()).fold(0.0, f32::max).max(0.1)
    }

    /// How a token is called here: with its place where it is a mask or occurs again.
    fn name(&self, position: usize) -> String {
        let labels: Vec<String> = self.pass.tokens.iter().map(|token| token.label.clone()).collect();
        super::shown::numbered(&labels, position)
    }
}

/// Draws the screen.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App, pass: &Pass) {
    let Some(view) = View::of(app, pass) else { return };
    let mut area = body.area;
    if !body.compact {
        let hint = Word::FillHint.fill(view.language, &[&format!("{:.1}", view.highest())]);
        canvas.title(area, view.word(Word::Fill), &hint, false);
        area = below(area, 2);
    }
    let used = text::draw(canvas, area, &view, area.height / 3);
    area = below(area, used + u16::from(!body.compact));
    let lists = Rect { height: area.height.saturating_sub(2), ..area };
    draw_lists(canvas, lists, &view);
    hint(canvas, below(area, area.height.saturating_sub(1)), &view);
}

/// As many masks as fit beside each other, then the table of all tokens if there is room for it.
fn draw_lists(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    let positions = FillState::positions(view.pass, view.app.cursor.query);
    let chosen = view.app.fill.mask.min(positions.len() - 1);
    let room = usize::from((area.width / LIST).max(1));
    let shown = positions.len().min(room);
    let first = crate::ui::widgets::scroll::window(chosen, positions.len(), shown);
    // What is left beside the lists goes to the table of all tokens, or else to the lists.
    let with_table = area.width >= shown as u16 * LIST + TABLE;
    let width = match (with_table, shown) {
        (true, 1) => area.width - TABLE,
        (true, _) => LIST,
        (false, _) => area.width / shown as u16,
    };
    let width = width.min(WIDEST);
    let mut x = area.x;
    for (place, &position) in positions.iter().enumerate().skip(first).take(shown) {
        lists::candidates(canvas, Rect { x, width: width - 1, ..area }, view, position, place);
        x += width;
    }
    if with_table {
        canvas.divider(x + 1, area);
        lists::tokens(canvas, Rect { x: x + 3, width: (area.right() - x - 3).min(WIDEST), ..area }, view);
    }
}

/// One line: how to mask a token, and what a number key does.
fn hint(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    if view.subject.mask_id().is_none() {
        canvas.say(area, area.x + 1, area.y, view.word(Word::NoMaskToken), Tone::Faint);
        return;
    }
    let keymap = &view.app.shell.keymap;
    let keys = keymap.keys_for(Place::Fill, Action::MaskToken, view.language);
    let Some(key) = keys.first() else { return };
    let cursor = view.app.cursor.query.min(view.pass.tokens.len().saturating_sub(1));
    let token = view.pass.tokens.get(cursor).and_then(|token| token.source.as_ref());
    let added = token.is_some_and(|token| token.sequence.is_none() && token.bytes.is_empty());
    let words = match (view.masks.is_empty(), view.masks.contains(&cursor)) {
        (true, _) if added => Word::AddedToken.fill(view.language, &[&view.name(cursor), key]),
        (false, false) if added => view.word(Word::FillWithFigure).to_owned(),
        (true, _) => Word::MaskHint.fill(view.language, &[key, &view.name(cursor)]),
        (false, false) => Word::MaskMoreHint.fill(view.language, &[key, &view.name(cursor)]),
        (false, true) => view.word(Word::FillWithFigure).to_owned(),
    };
    let words = crate::ui::text::fit(&words, usize::from(area.width.saturating_sub(1)));
    canvas.say(area, area.x + 1, area.y, &words, Tone::Faint);
}

/// What is left of an area below so many rows.
fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}
