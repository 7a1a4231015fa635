//! Figures, facts and parts in rows; what a row means is read below them where it is open.

use ratatui::layout::Rect;

use super::super::catalogue::pick;
use super::Columns;
use crate::app::compare::{CompareState, Line, Pane, ROWS, View};
use crate::app::{App, Language, Target, Word};
use crate::explore::compare::{Comparison, FactRow, Lacks, Row, Section};
use crate::ui::widgets::scroll;
use crate::ui::{Canvas, Tone, text};

/// A row of the screen: the place of its row among those that can be chosen, and what stands in it.
struct Drawn {
    row: Option<usize>,
    name: (String, Tone),
    mark: Option<bool>,
    /// Each model's text; nothing is a gap.
    cells: Vec<Option<(String, Tone)>>,
    /// Whether the lines that stand for a model's stream run through it.
    is_part: bool,
    title: Option<(String, String)>,
}

/// Draws the rows, and under them what the chosen one says where it is open.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, columns: &Columns, app: &App) {
    let state = &app.compare;
    let Some(found) = state.comparison() else {
        canvas.say(area, area.x, area.y, Word::ComparingModels.text(canvas.language), Tone::Dim);
        return;
    };
    let said = if state.open { opened(state, found, columns, canvas.language) } else { Vec::new() };
    let below = (said.len() as u16).min(area.height / 2);
    let list = Rect { height: area.height - below, ..area };
    let lines = drawn(state, found, columns, canvas.language);
    if lines.is_empty() {
        canvas.say(list, list.x, list.y, Word::NothingDiffers.text(canvas.language), Tone::Dim);
    }
    let chosen = lines.iter().position(|line| line.row == Some(state.row)).unwrap_or(0);
    let first = scroll::window(chosen, lines.len(), list.height.into());
    for (y, line) in lines.iter().skip(first).take(list.height.into()).enumerate() {
        draw_line(canvas, Rect { y: list.y + y as u16, height: 1, ..list }, columns, state, line);
    }
    for (y, (words, tone)) in said.iter().take(below.into()).enumerate() {
        canvas.say(area, area.x, list.bottom() + y as u16, words, *tone);
    }
}

fn draw_line(canvas: &mut Canvas<'_>, place: Rect, columns: &Columns, state: &CompareState, line: &Drawn) {
    if let Some((title, hint)) = &line.title {
        return canvas.title(place, title, hint, false);
    }
    let selected = line.row == Some(state.row) && state.pane == Pane::Rows;
    let names = Rect { width: columns.names, ..place };
    let name_tone = if selected { Tone::Focused } else { line.name.1 };
    let room = usize::from(names.width.saturating_sub(3));
    canvas.say(names, names.x, names.y, &text::fit(&line.name.0, room), name_tone);
    let (mark, mark_tone) = match line.mark {
        Some(true) => ("=", Tone::Faint),
        Some(false) => ("≠", Tone::Warm),
        None => ("", Tone::Dim),
    };
    canvas.say(place, place.x + columns.names.saturating_sub(2), place.y, mark, mark_tone);
    for (column, cell) in line.cells.iter().enumerate() {
        let area = columns.of(column, place);
        if line.is_part {
            let glyph = if cell.is_some() { "│" } else { "┊" };
            canvas.say(place, area.x.saturating_sub(2), area.y, glyph, Tone::Faint);
        }
        let (words, tone) = cell.as_ref().map_or(("·", Tone::Faint), |(words, tone)| (words.as_str(), *tone));
        canvas.say(area, area.x, area.y, &text::fit(words, area.width.into()), tone);
    }
    if selected {
        canvas.select(place);
        canvas.hits.set_cursor(place.x, place.y);
    }
    if let Some(row) = line.row {
        canvas.hits.push(place, Target::Row { list: ROWS, row });
    }
}

fn drawn(state: &CompareState, found: &Comparison, columns: &Columns, language: Language) -> Vec<Drawn> {
    let mut drawn = Vec::new();
    let mut row = 0;
    for line in state.lines() {
        match line {
            Line::Title(section) => {
                drawn.extend(title(state, found, section, language));
                continue;
            }
            Line::Fact(fact) if state.view == View::Facts => drawn.extend(whole(fact, row, columns, language)),
            Line::Fact(fact) => drawn.push(fact_line(fact, row, language)),
            Line::Part(part) => drawn.push(part_line(part, row, found, language)),
        }
        row += 1;
    }
    drawn
}

fn title(state: &CompareState, found: &Comparison, section: Section, language: Language) -> Vec<Drawn> {
    let word = match section {
        Section::Stacks => Word::StacksTitle,
        Section::Input => Word::InputTitle,
        Section::Block => Word::OneBlock,
        Section::Output => Word::OutputTitle,
    };
    let mut hint = if section == Section::Block || section == Section::Stacks {
        Word::AlignedByName.text(language).to_owned()
    } else {
        String::new()
    };
    let hidden = state.hidden(section);
    if hidden > 0 {
        hint = format!("{hint}   {}", Word::EqualHidden.fill(language, &[&hidden]));
    }
    let blank = || Drawn {
        row: None,
        name: (String::new(), Tone::Dim),
        mark: None,
        cells: Vec::new(),
        is_part: false,
        title: None,
    };
    let titled = Drawn { title: Some((word.text(language).to_owned(), hint)), ..blank() };
    let mut lines = vec![blank(), titled];
    // Where a model has no parts to show, its column says why.
    let whys: Vec<Option<(String, Tone)>> = found
        .sides
        .iter()
        .map(|side| side.form.as_ref().err().map(|lacks| (lacking(lacks, language), Tone::Faint)))
        .collect();
    if whys.iter().any(Option::is_some) && section == Section::Block {
        let cells = whys.into_iter().map(|why| Some(why.unwrap_or_default())).collect();
        lines.push(Drawn { cells, ..blank() });
    }
    lines
}

/// Why nothing is shown of a model's parts.
pub fn lacking(lacks: &Lacks, language: Language) -> String {
    match lacks {
        Lacks::Code => Word::LacksCode.text(language).to_owned(),
        Lacks::Config => Word::LacksConfig.text(language).to_owned(),
        Lacks::Refused(why) => why.clone(),
    }
}

fn fact_line(fact: &FactRow, row: usize, language: Language) -> Drawn {
    let tone = if fact.same { Tone::Dim } else { Tone::Text };
    let cells = fact.cells.iter().map(|cell| Some((pick(cell, language), tone))).collect();
    let name = (pick(&fact.title, language), Tone::Dim);
    Drawn { row: Some(row), name, mark: Some(fact.same), cells, is_part: false, title: None }
}

/// A fact in as many lines as its longest cell takes.
fn whole(fact: &FactRow, row: usize, columns: &Columns, language: Language) -> Vec<Drawn> {
    let tone = if fact.same { Tone::Dim } else { Tone::Text };
    let width = usize::from(columns.width.max(1));
    let cells: Vec<Vec<String>> =
        fact.cells.iter().enumerate().map(|(at, _)| text::wrap(&told(fact, at, language), width)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
    let lines = (0..height).map(|y| {
        let of = |cell: &Vec<String>| Some((cell.get(y).cloned().unwrap_or_default(), tone));
        let name = if y == 0 { pick(&fact.title, language) } else { String::new() };
        let mark = (y == 0).then_some(fact.same);
        let row = (y == 0).then_some(row);
        Drawn { row, name: (name, Tone::Dim), mark, cells: cells.iter().map(of).collect(), is_part: false, title: None }
    });
    lines.collect()
}

/// A fact of one model, with how sure it is.
fn told(fact: &FactRow, at: usize, language: Language) -> String {
    let status = fact.status.get(at).copied().flatten();
    let status = status.and_then(|id| crate::catalog::words::find(crate::catalog::words::STATUSES, id));
    let status = status.map(|word| format!(" [{}]", language.pick(word.en, word.zh))).unwrap_or_default();
    fact.cells.get(at).map_or_else(String::new, |cell| pick(cell, language)) + &status
}

fn part_line(part: &Row, row: usize, found: &Comparison, language: Language) -> Drawn {
    let tone = if part.same { Tone::Dim } else { Tone::Text };
    let cells = part.cells.iter().zip(&found.sides).map(|(cell, side)| match cell {
        Some(cell) => Some((pick(&cell.line, language), tone)),
        None if side.form.is_err() => Some((String::new(), Tone::Faint)),
        None => None,
    });
    let main = matches!(part.path.as_str(), "layer/attention" | "layer/cross_attention" | "layer/feed_forward");
    let name = (pick(&part.title, language), if main { Tone::Text } else { Tone::Dim });
    Drawn { row: Some(row), name, mark: Some(part.same), cells: cells.collect(), is_part: true, title: None }
}

/// What the chosen row says: its cells whole, where they come from, and what a difference means.
fn opened(state: &CompareState, found: &Comparison, columns: &Columns, language: Language) -> Vec<(String, Tone)> {
    let width = usize::from(columns.area.width).min(100);
    let mut lines: Vec<(String, Tone)> = Vec::new();
    let mut say = |words: &str, tone: Tone| lines.extend(text::wrap(words, width).into_iter().map(|line| (line, tone)));
    match state.chosen() {
        Some(Line::Part(part)) => {
            if let Some(sentence) = &part.sentence {
                say(&pick(sentence, language), Tone::Text);
            }
            for (side, cell) in found.sides.iter().zip(&part.cells) {
                let Some(cell) = cell else { continue };
                if text::width(&pick(&cell.line, language)) > usize::from(columns.width) {
                    say(&format!("{}: {}", side.name, pick(&cell.line, language)), Tone::Dim);
                }
            }
        }
        Some(Line::Fact(fact)) => {
            for (at, side) in found.sides.iter().enumerate() {
                let source = fact.sources.get(at).filter(|source| !source.is_empty());
                let source = source.map(|source| format!(" ({source})")).unwrap_or_default();
                say(&format!("{}: {}{source}", side.name, told(fact, at, language)), Tone::Dim);
            }
        }
        _ => {}
    }
    lines
}
