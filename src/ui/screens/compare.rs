//! Models side by side: a few figures, their parts aligned by name, and maps that move together.

mod maps;
mod rows;
#[cfg(test)]
mod tests;

use ratatui::layout::Rect;

use crate::app::compare::{CompareState, MODELS, Pane, View};
use crate::app::{App, Language, Target, Word};
use crate::explore::compare::Side;
use crate::ui::frame::Body;
use crate::ui::frame::Status;
use crate::ui::{Canvas, Tone, text};

/// Columns of names and marks on the left, where there is room and where there is little.
const NAMES: (u16, u16) = (15, 14);
/// The least rows that maps are worth.
const LEAST_MAPS: u16 = 8;

/// Where the columns of the models lie.
#[derive(Clone, Copy)]
pub(super) struct Columns {
    /// The whole.
    pub area: Rect,
    /// Columns of the names, the mark among them.
    pub names: u16,
    /// Columns of one model.
    pub width: u16,
    gap: u16,
}

impl Columns {
    fn new(area: Rect, compact: bool, count: usize) -> Self {
        let names = if compact { NAMES.1 } else { NAMES.0 };
        let gap = 2;
        let room = area.width.saturating_sub(names + 2);
        let width = (room / (count.max(1) as u16)).saturating_sub(gap);
        Self { area, names, width, gap }
    }

    /// The left edge of a model's column.
    pub fn x(&self, column: usize) -> u16 {
        self.area.x + self.names + 2 + column as u16 * (self.width + self.gap)
    }

    /// A model's column over some rows.
    pub fn of(&self, column: usize, rows: Rect) -> Rect {
        Rect { x: self.x(column), width: self.width, ..rows }
    }
}

/// Draws the screen.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App) {
    let state = &app.compare;
    let area = body.area;
    if let Some(fault) = state.fault() {
        canvas.say_wrapped(area, fault, Tone::Bad);
        return;
    }
    let columns = Columns::new(area, body.compact, state.column_ids().len());
    header(canvas, &columns, app);
    let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let (list, maps) = split(state, app.shell.prompt.text(), below, body.compact);
    if !list.is_empty() {
        rows::draw(canvas, list, &columns, app);
    }
    if !maps.is_empty() {
        maps::draw(canvas, maps, &columns, app);
    }
}

/// Where the rows go and where the maps. In a small window only what has the keys is shown.
fn split(state: &CompareState, text: &str, area: Rect, compact: bool) -> (Rect, Rect) {
    let none = Rect { height: 0, ..area };
    match (state.view, state.pane) {
        (View::Parts | View::Facts, _) => (area, none),
        (View::Together, Pane::Rows) if compact => (area, none),
        (View::Together, Pane::Maps) if compact => (none, area),
        (View::Together, pane) => {
            let wanted = state.lines().len() as u16 + 2;
            // An opened row needs room for what it says.
            let wanted = if state.open { wanted + 4 } else { wanted };
            let tokens = (0..state.column_ids().len()).filter_map(|at| state.column(at, text)).map(|c| c.size.0).max();
            // Two tokens a line, the title, and the mark of the key: what has the keys gets its room first.
            let whole = (tokens.unwrap_or(0) as u16).div_ceil(2) + 2;
            let most = if pane == Pane::Maps { area.height * 3 / 5 } else { area.height * 2 / 5 };
            let least = whole.max(LEAST_MAPS).min(most);
            let list = wanted.min(area.height.saturating_sub(least + 1));
            let maps = Rect { y: area.y + list + 1, height: area.height.saturating_sub(list + 1), ..area };
            (Rect { height: list, ..area }, maps)
        }
    }
}

/// What a kind of model is drawn as: what its mask lets through.
fn glyph(kind: &str) -> &'static str {
    match kind {
        "encoder" => "■",
        "decoder" => "◣",
        "encoder-decoder" => "◧",
        "experts" => "▦",
        "image-text" => "◨",
        "image-generator" => "▒",
        _ => "·",
    }
}

fn header(canvas: &mut Canvas<'_>, columns: &Columns, app: &App) {
    let (state, language) = (&app.compare, canvas.language);
    let row = Rect { height: 1, ..columns.area };
    let sides = state.comparison().map_or(&[][..], |found| &found.sides);
    for (column, id) in state.column_ids().iter().enumerate() {
        let place = columns.of(column, row);
        let focused = state.pane == Pane::Maps && state.lead == column;
        if focused {
            canvas.put(row, place.x.saturating_sub(1), place.y, "▌", canvas.theme.cursor_label());
        }
        canvas.hits.push(place, Target::Row { list: MODELS, row: column });
        let side = sides.get(column);
        let name = side.map_or(id.as_str(), |side| side.name.as_str());
        let tone = if focused { Tone::Focused } else { Tone::Title };
        let x = canvas.say(place, place.x, place.y, &text::fit(name, place.width.into()), tone);
        if state.on_two_texts() {
            let words = if column == 0 { app.shell.prompt.text() } else { state.other.as_deref().unwrap_or_default() };
            let room = usize::from(place.right().saturating_sub(x + 2));
            canvas.say(place, x + 2, place.y, &text::fit(words, room), Tone::Dim);
        } else if let Some(side) = side {
            draw_side(canvas, place, x, side, language);
        }
    }
}

/// Behind the name of a model: its size, and its kind with the glyph of that.
fn draw_side(canvas: &mut Canvas<'_>, place: Rect, x: u16, side: &Side, language: Language) {
    let kind = side.kind.map(|kind| (glyph(kind.id), language.pick(kind.en, kind.zh)));
    let kind_width = kind.map_or(0, |(_, word)| text::width(word) as u16 + 4);
    let mut x = x + 2;
    if let Some(variant) = &side.variant {
        // Some sizes are published under a name that holds the model's.
        let variant = variant.strip_prefix(&side.name).unwrap_or(variant).trim_start_matches(['-', ' ']);
        let room = usize::from(place.right().saturating_sub(x + kind_width));
        if room > 3 {
            x = canvas.say(place, x, place.y, &text::fit(variant, room), Tone::Dim) + 2;
        }
    }
    if let Some((glyph, word)) = kind {
        let x = canvas.say(place, x, place.y, glyph, Tone::Accent) + 1;
        let room = usize::from(place.right().saturating_sub(x));
        canvas.say(place, x, place.y, &text::fit(word, room), Tone::Dim);
    }
}

/// What is compared, for the head of the frame.
pub fn loaded(app: &App) -> Vec<String> {
    vec![Word::ModelCount.fill(app.shell.language, &[&app.compare.models.len()])]
}

/// Right of the prompt: whether all read the same text.
pub fn status(app: &App) -> Status {
    let word = if app.compare.on_two_texts() { Word::TwoTexts } else { Word::SameTextOwnTokens };
    Status { bar: None, pieces: vec![(word.text(app.shell.language).to_owned(), Tone::Dim)] }
}
