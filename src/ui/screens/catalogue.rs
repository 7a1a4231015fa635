//! The catalogue: what the models are told apart by, the models, and the one under the cursor.

mod preview;
#[cfg(test)]
mod tests;

use ratatui::layout::Rect;

use crate::app::catalogue::{CatalogueState, FACETS, FacetRow, LIST, Pane, Row};
use crate::app::{App, Language, Word};
use crate::catalog::browse::Facet;
use crate::catalog::compare::short;
use crate::catalog::{Entry, Head};
use crate::ui::frame::{Body, Status};
use crate::ui::widgets::{self, Align, Cell, List};
use crate::ui::{Canvas, Tone};

/// Columns of the facets, and of the preview.
const FACETS_WIDTH: u16 = 25;
const PREVIEW_WIDTH: u16 = 38;
/// From here on the preview stands beside the list; from there on the facets too.
const WITH_PREVIEW: u16 = 92;
const WITH_FACETS: u16 = 116;

/// Draws the screen.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App) {
    let (area, state) = (body.area, &app.catalogue);
    let only_facets = area.width < WITH_FACETS && state.pane == Pane::Facets && !state.facets().is_empty();
    let mut middle = area;
    if area.width >= WITH_FACETS || only_facets {
        let width = if only_facets { area.width.min(40) } else { FACETS_WIDTH };
        facets(canvas, Rect { width, ..area }, state);
        canvas.divider(area.x + width, area);
        middle = Rect { x: area.x + width + 1, width: area.width - width - 1, ..area };
    }
    if area.width >= WITH_PREVIEW && !only_facets {
        // A wide window gives its room to what is read.
        let width = PREVIEW_WIDTH.max(middle.width.saturating_sub(70).min(76));
        middle.width -= width + 1;
        canvas.divider(middle.right(), area);
        if let Some(entry) = state.entry().filter(|_| state.is_ready()) {
            preview::draw(canvas, Rect { x: middle.right() + 2, width: width - 2, ..area }, state, entry);
        }
    }
    list(canvas, middle, state);
}

fn list(canvas: &mut Canvas<'_>, area: Rect, state: &CatalogueState) {
    if state.rows().is_empty() {
        canvas.say_wrapped(Rect { x: area.x + 1, ..area }, Word::NothingFits.text(canvas.language), Tone::Dim);
        return;
    }
    let columns = Columns::of(area.width);
    let heads = state.catalog().heads();
    let rows: Vec<widgets::Row> = state
        .rows()
        .iter()
        .map(|row| match row {
            Row::Group(value, count) => {
                let label = state.group.map(|facet| pick(&facet.label(value), canvas.language)).unwrap_or_default();
                widgets::Row::Heading(format!("{label} {count}"))
            }
            Row::Entry(id) => {
                let head = heads.iter().find(|head| head.id == *id);
                widgets::Row::Entry(head.map(|head| cells(head, state, &columns, canvas.language)).unwrap_or_default())
            }
        })
        .collect();
    let selected = Some(state.cursors().0);
    List { columns: &columns.list(), rows: &rows, selected, list: LIST }.draw(canvas, area);
}

/// How wide each column is.
struct Columns {
    name: u16,
    makers: u16,
    bar: u16,
}

impl Columns {
    fn of(width: u16) -> Self {
        // Mark, date and number, with a blank between any two columns.
        let rest = width.saturating_sub(1 + 2 + 8 + 9 + 1);
        let bar = match width {
            0..52 => 0,
            52..72 => 5,
            _ => 10,
        };
        let rest = rest.saturating_sub(bar + 1);
        let name = (rest * 3 / 5).min(26);
        Self { name, makers: rest.saturating_sub(name + 1).min(30), bar }
    }

    fn list(&self) -> [(u16, Align); 6] {
        let (left, right) = (Align::Left, Align::Right);
        [(1, left), (self.name, left), (self.makers, left), (7, left), (8, right), (self.bar, left)]
    }
}

fn cells(head: &Head, state: &CatalogueState, columns: &Columns, language: Language) -> Vec<Cell> {
    let marked = state.marked.contains(&head.id);
    let entry = state.catalog().entry(&head.id).ok().filter(|_| state.is_ready());
    // What can be opened at once is told from what can only be read of.
    let mini = entry.is_some_and(|entry| entry.mini().is_some());
    let name = if mini { format!("{} ▸", head.name) } else { head.name.clone() };
    let mut cells = vec![
        Cell::Text(if marked { "●" } else { " " }.to_owned(), Tone::Accent),
        Cell::text(name),
        Cell::dim(head.organisations.join(", ")),
        Cell::dim(head.released.month()),
    ];
    match entry.map(|entry| (entry, entry.parameters())) {
        None => cells.push(Cell::Empty),
        Some((entry, None)) => cells.push(Cell::Text(pick(&entry.unknown_size(), language), Tone::Faint)),
        Some((_, Some(figure))) => {
            // What nobody who knows has said is marked wherever it stands.
            let guess = if figure.status.is_some() { "?" } else { "" };
            cells.push(Cell::text(format!("{}{guess}", short(figure.value.high))));
            if columns.bar > 0 {
                cells.push(Cell::Bar(scale(figure.value.high), Tone::Dim));
            }
        }
    }
    cells
}

/// From ten million to two million million on a logarithmic scale.
fn scale(parameters: f64) -> f32 {
    ((parameters.max(1.0).log10() - 7.0) / 5.3).clamp(0.0, 1.0) as f32
}

fn facets(canvas: &mut Canvas<'_>, area: Rect, state: &CatalogueState) {
    let most = |wanted: Facet| {
        let counts = state.facets().iter().filter_map(|row| match row {
            FacetRow::Value { facet, count, .. } if *facet == wanted => Some(*count),
            _ => None,
        });
        counts.max().unwrap_or(1)
    };
    let rows: Vec<widgets::Row> = state
        .facets()
        .iter()
        .map(|row| match row {
            FacetRow::Title(facet) => widgets::Row::Heading(pick(&facet.text(), canvas.language)),
            FacetRow::Value { facet, value, count } => {
                let chosen = state.chosen.contains(&(*facet, value.clone()));
                widgets::Row::Entry(vec![
                    Cell::Text(
                        if chosen { "■" } else { "·" }.to_owned(),
                        if chosen { Tone::Accent } else { Tone::Faint },
                    ),
                    Cell::text(pick(&facet.label(value), canvas.language)),
                    Cell::dim(count.to_string()),
                    Cell::Bar(*count as f32 / most(*facet) as f32, Tone::Dim),
                ])
            }
        })
        .collect();
    let name = area.width.saturating_sub(1 + 2 + 3 + 5 + 1);
    let columns = [(1, Align::Left), (name, Align::Left), (2, Align::Right), (4, Align::Left)];
    let focused = state.pane == Pane::Facets && !state.filtering;
    let selected = focused.then_some(state.cursors().1);
    List { columns: &columns, rows: &rows, selected, list: FACETS }.draw(canvas, area);
}

/// A text in the language.
pub fn pick(text: &crate::catalog::Text, language: Language) -> String {
    language.pick(&text.en, &text.zh).clone()
}

/// Right of the filter: how the list is arranged.
pub fn status(app: &App) -> Status {
    let (state, language) = (&app.catalogue, app.shell.language);
    if !state.is_ready() {
        return Status { bar: None, pieces: vec![(Word::ReadingCatalogue.text(language).to_owned(), Tone::Dim)] };
    }
    let order = pick(&state.order.text(), language);
    let words = match state.group {
        Some(facet) => Word::GroupedBy.fill(language, &[&pick(&facet.text(), language), &order]),
        None => Word::SortedBy.fill(language, &[&order]),
    };
    Status { bar: None, pieces: vec![(words, Tone::Dim)] }
}

/// Right of the tabs: how many are shown and marked.
pub fn loaded(app: &App) -> Vec<String> {
    let (state, language) = (&app.catalogue, app.shell.language);
    let mut parts = vec![Word::SomeOfAll.fill(language, &[&state.shown(), &state.catalog().len()])];
    if !state.marked.is_empty() {
        parts.push(Word::MarkedCount.fill(language, &[&state.marked.len()]));
    }
    parts
}

/// The name of an entry, or its id where it cannot be read.
pub fn name_of(state: &CatalogueState, id: &str) -> String {
    state.catalog().entry(id).map_or_else(|_| id.to_owned(), |entry: &Entry| entry.head.name.clone())
}
