//! The formula, what it means, and the numbers of the cell under the cursor worked through.

use ratatui::layout::Rect;

use super::tree;
use crate::app::{App, Word};
use crate::explore::Pass;
use crate::tape::{Cell, Derivation, Kind, NodeId};
use crate::ui::screens::shown::{self, Worked};
use crate::ui::{Canvas, Tone, text};

/// From this width on words and numbers stand beside each other.
const BESIDE: u16 = 72;

/// The rows that words and numbers want under the values.
pub fn rows(area: Rect, compact: bool) -> u16 {
    match area.height {
        _ if area.width < BESIDE && compact => (area.height * 2 / 5).max(5),
        height if height >= 44 => 14,
        height if height >= 28 => 7,
        height => (height / 3).max(5),
    }
}

/// Draws words and numbers.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App, pass: &Pass) {
    let Some((node, cell)) = app.steps.cell(pass, &app.cursor) else { return };
    let worked = shown::is_at_hand(&pass.record, node).then(|| pass.record.derive(node, &cell));
    if area.width >= BESIDE {
        let left = Rect { width: (area.width / 2).saturating_sub(2).min(72), ..area };
        let x = left.right() + 3;
        let right = Rect { x, width: area.right().saturating_sub(x).min(64), ..area };
        let used = draw_formula(canvas, left, app, pass, node, worked.as_ref());
        draw_meaning(canvas, below(left, used), app, pass);
        return draw_numbers(canvas, right, app, pass, (node, &cell), worked.as_ref());
    }
    let used = draw_formula(canvas, area, app, pass, node, worked.as_ref());
    let mut room = below(area, used);
    let meaning = text::wrap(meaning(app, pass, canvas), usize::from(room.width.min(72))).len() as u16;
    // The numbers keep four rows; a sentence that does not fit whole is left out.
    if meaning + 4 <= room.height {
        room = below(room, draw_meaning(canvas, room, app, pass));
    }
    draw_numbers(canvas, room, app, pass, (node, &cell), worked.as_ref());
}

fn draw_formula(
    canvas: &mut Canvas<'_>,
    area: Rect,
    app: &App,
    pass: &Pass,
    node: NodeId,
    worked: Option<&Derivation>,
) -> u16 {
    let graph = pass.record.graph();
    let made = graph.through_views(node);
    let formula = match (worked, graph.node(made).operation()) {
        (Some(worked), _) => worked.formula.clone(),
        (None, Some(operation)) => operation.formula(&graph.shapes(made)),
        (None, None) => String::new(),
    };
    let name = app.steps.line;
    // A part shows how its last step is made: the formula says whose it is.
    let whose = pass.tree.items().get(name).filter(|item| item.is_scope());
    let whose = whose.map_or_else(String::new, |_| shown::node_name(pass, node, canvas.language) + ": ");
    let whose = whose.trim_start_matches(['+', ' ']);
    let words = format!("{whose}{formula}");
    if area.height < 7 {
        canvas.say(area, area.x, area.y, &text::fit(&words, usize::from(area.width)), Tone::Focused);
        return 1;
    }
    canvas.say_wrapped(Rect { height: 2, ..area }, &words, Tone::Focused)
}

fn meaning<'p>(app: &App, pass: &'p Pass, canvas: &Canvas<'_>) -> &'p str {
    let item = pass.tree.items().get(app.steps.line);
    item.map_or("", |item| canvas.language.pick(item.name.means, item.name.means_zh))
}

fn draw_meaning(canvas: &mut Canvas<'_>, area: Rect, app: &App, pass: &Pass) -> u16 {
    let words = meaning(app, pass, canvas);
    canvas.say_wrapped(area, words, Tone::Dim)
}

fn draw_numbers(
    canvas: &mut Canvas<'_>,
    area: Rect,
    app: &App,
    pass: &Pass,
    (node, cell): (NodeId, &[usize]),
    worked: Option<&Derivation>,
) {
    draw_place(canvas, area, app, pass, node, cell);
    let next = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    let room = Rect { y: area.y + 1, height: area.height.saturating_sub(2), ..area };
    match (hidden_reason(pass, node, cell, canvas), worked) {
        (Some(reason), _) => {
            canvas.say_wrapped(room, &Word::HiddenCell.fill(canvas.language, &[&reason]), Tone::Text);
        }
        (None, Some(worked)) => draw_terms(canvas, room, pass, worked),
        (None, None) => {
            canvas.say(room, room.x, room.y, Word::Recomputed.text(canvas.language), Tone::Dim);
        }
    }
    if area.height > 2 {
        draw_next(canvas, next, app, pass);
    }
}

/// The cell in words: `She token 15   feature 55`.
fn draw_place(canvas: &mut Canvas<'_>, area: Rect, app: &App, pass: &Pass, node: NodeId, cell: &[usize]) {
    place_of_cell(canvas, area, app.subject.as_ref().map(|s| move |id| s.label(id)), pass, node, cell);
}

/// As above, the entry of a vocabulary by its label.
fn place_of_cell(
    canvas: &mut Canvas<'_>,
    area: Rect,
    label: Option<impl Fn(u32) -> String>,
    pass: &Pass,
    node: NodeId,
    cell: &[usize],
) {
    let mut x = area.x;
    for (words, is_label) in shown::cell_words(pass, node, cell, canvas.language) {
        x = if is_label {
            let style = canvas.theme.cursor_label();
            canvas.put(area, x, area.y, &text::fit(&words, 12), style) + 1
        } else {
            canvas.say(area, x, area.y, &words, Tone::Dim) + 3
        };
    }
    let axes = &pass.record.graph().node(node).axes;
    if let (Some(place), Some(label)) = (axes.find(Kind::Vocabulary), label) {
        let label = label(cell[place] as u32);
        if label != cell[place].to_string() {
            canvas.put(area, x.saturating_sub(2), area.y, &text::fit(&label, 16), canvas.theme.cursor_label());
        }
    }
}

/// Why the cell is hidden, in the sentence of its mask.
fn hidden_reason(pass: &Pass, node: NodeId, cell: &[usize], canvas: &Canvas<'_>) -> Option<&'static str> {
    let attention = pass.attentions.iter().find(|a| a.weights == node || a.masked == Some(node))?;
    let axes = &pass.record.graph().node(node).axes;
    let at = |kind| axes.find(kind).map(|place| cell[place]);
    let hidden = Cell { batch: 0, query: at(Kind::Query)?, key: at(Kind::Key)? };
    let reason = attention.reason(Some(at(Kind::Head).unwrap_or(0)), hidden)?;
    Some(canvas.language.pick(reason.en, reason.zh))
}

/// The terms with their numbers under each other; the result is bright.
fn draw_terms(canvas: &mut Canvas<'_>, area: Rect, pass: &Pass, worked: &Derivation) {
    let lines = shown::worked_lines(pass, worked, canvas.language);
    let rows = usize::from(area.height);
    let Some((result, terms)) = lines.split_last() else { return };
    let fits = lines.len() <= rows;
    let kept = if fits { terms.len() } else { rows.saturating_sub(2) };
    let row = |y: usize| Rect { y: area.y + y as u16, height: 1, ..area };
    for (y, term) in terms.iter().take(kept).enumerate() {
        draw_term(canvas, row(y), term, Tone::Text);
    }
    if !fits && rows > 1 {
        let more = Word::MoreTerms.fill(canvas.language, &[&(terms.len() - kept)]);
        canvas.say(area, area.x, area.y + kept as u16, &more, Tone::Faint);
    }
    if rows > 0 {
        draw_term(canvas, row(kept + usize::from(!fits && rows > 1)), result, Tone::Focused);
    }
}

/// One term on the left, what stands behind it, its number on the right.
fn draw_term(canvas: &mut Canvas<'_>, line: Rect, worked: &Worked, tone: Tone) {
    let figure = shown::figure(worked.value);
    let room = usize::from(line.width).saturating_sub(text::width(&figure) + 1);
    let x = canvas.say(line, line.x, line.y, &text::fit(&worked.term, room), Tone::Dim).max(line.x + 4) + 1;
    let room = (usize::from(line.x) + room).saturating_sub(usize::from(x));
    if room > 3 {
        canvas.say(line, x, line.y, &shown::fit_path(&worked.source, room), Tone::Faint);
    }
    canvas.say_right(line, line.y, &figure, tone);
}

fn draw_next(canvas: &mut Canvas<'_>, area: Rect, app: &App, pass: &Pass) {
    let language = canvas.language;
    let Some(next) = app.steps.next(pass) else {
        canvas.say(area, area.x, area.y, Word::PassEnds.text(language), Tone::Faint);
        return;
    };
    let items = pass.tree.items();
    let mut parts = vec![tree::label(&items[next], language).trim_start_matches(['+', ' ']).to_owned()];
    let mut at = items[next].parent;
    while let Some(line) = at {
        parts.push(tree::label(&items[line], language));
        at = items[line].parent;
    }
    parts.reverse();
    let x = canvas.say(area, area.x, area.y, Word::StepNext.text(language), Tone::Faint) + 1;
    let room = usize::from(area.right().saturating_sub(x));
    canvas.say_right(
        Rect { x, width: area.right().saturating_sub(x), ..area },
        area.y,
        &shown::fit_path(&parts.join(" › "), room),
        Tone::Dim,
    );
}

fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}
