//! What lies on top of a screen: the keys of a place, the command palette.

use super::{Body, Chrome, PALETTE_LIST};
use crate::{
    app::{
        Action, Place, Prompt, Target, Word,
        keys::HelpRow,
        palette::{Found, Palette},
        prompt::shown,
        shell::Overlay,
    },
    ui::{Canvas, Tone, text, widgets::scroll},
};
use ratatui::{layout::Rect, style::Modifier};
use unicode_segmentation::UnicodeSegmentation;

pub(super) fn draw(canvas: &mut Canvas<'_>, body: Body, chrome: &Chrome<'_>) {
    match &chrome.shell.overlay {
        None => {}
        Some(Overlay::Help(place, scroll)) => draw_help(canvas, body, chrome, *place, *scroll),
        Some(Overlay::Palette(palette)) => draw_palette(canvas, body, palette),
        Some(Overlay::OtherText(text)) => draw_other_text(canvas, body, chrome, text),
    }
}

/// Empties the whole width: what shines through beside a list would be read with it.
fn take(canvas: &mut Canvas<'_>, area: Rect) {
    canvas.clear(Rect { x: area.x.saturating_sub(1), width: area.width + 2, ..area });
    canvas.hits.push(area, Target::Pane(PALETTE_LIST));
}

/// The place's own keys, then those that hold everywhere: side by side where there is room.
fn draw_help(canvas: &mut Canvas<'_>, body: Body, chrome: &Chrome<'_>, place: Place, scrolled: usize) {
    take(canvas, body.area);
    let area = inner(body);
    let rows = chrome.shell.keymap.help(place, canvas.language);
    let (own, everywhere): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.own);
    let note = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    let notes = [(0, Word::CountsNote), (1, Word::SeparatorsNote)];
    for (up, words) in notes {
        let note = Rect { y: note.y.saturating_sub(up), ..note };
        canvas.say(note, note.x, note.y, &text::fit(words.text(canvas.language), note.width.into()), Tone::Dim);
    }
    let area = Rect { height: area.height.saturating_sub(3), ..area };
    let hint = Word::KeysOf.text(canvas.language);
    if area.width < 100 {
        let mut all = vec![Line::Title(place.word().text(canvas.language), hint)];
        all.extend(own.iter().map(Line::Row));
        all.extend([Line::Blank, Line::Title(Word::Everywhere.text(canvas.language), "")]);
        all.extend(everywhere.iter().map(Line::Row));
        return draw_lines(canvas, area, &all, scrolled);
    }
    let half = area.width / 2;
    let left = Rect { width: half - 1, ..area };
    let right = Rect { x: area.x + half + 2, width: area.width - half - 2, ..area };
    canvas.divider(area.x + half, area);
    for (area, place, rows) in [(left, place, &own), (right, Place::Global, &everywhere)] {
        let mut lines = vec![Line::Title(place.word().text(canvas.language), hint), Line::Blank];
        lines.extend(rows.iter().map(Line::Row));
        draw_lines(canvas, area, &lines, scrolled);
    }
}

fn inner(body: Body) -> Rect {
    // In small windows the screens use every column; text needs a margin still.
    let side = u16::from(body.compact);
    Rect { x: body.area.x + side, width: body.area.width.saturating_sub(2 * side), ..body.area }
}

enum Line<'a> {
    Title(&'static str, &'static str),
    Row(&'a HelpRow),
    Blank,
}

fn draw_lines(canvas: &mut Canvas<'_>, area: Rect, lines: &[Line<'_>], scrolled: usize) {
    let height = usize::from(area.height);
    let first = scrolled.min(lines.len().saturating_sub(height));
    for (row, line) in lines.iter().skip(first).take(height).enumerate() {
        let place = Rect { y: area.y + row as u16, height: 1, ..area };
        match line {
            Line::Title(title, hint) => canvas.title(place, title, hint, false),
            Line::Row(help) => draw_help_row(canvas, place, help),
            Line::Blank => {}
        }
    }
    let below = lines.len().saturating_sub(first + height);
    if below > 0 {
        // The last line shown gives its place to the count, so it counts too.
        let place = Rect { y: area.bottom() - 1, height: 1, ..area };
        canvas.clear(place);
        let more = format!("▾ {}", Word::More.fill(canvas.language, &[&(below + 1)]));
        canvas.say(place, place.x, place.y, &more, Tone::Dim);
    }
}

fn draw_help_row(canvas: &mut Canvas<'_>, place: Rect, help: &HelpRow) {
    const KEYS: u16 = 16;
    let keys = text::fit(&help.keys, usize::from(KEYS - 1));
    canvas.say(place, place.x, place.y, &keys, Tone::Accent);
    let room = place.width.saturating_sub(KEYS);
    canvas.say(place, place.x + KEYS, place.y, &text::fit(help.sentence, room.into()), Tone::Text);
    canvas.hits.push(place, Target::Help(help.action));
}

fn draw_palette(canvas: &mut Canvas<'_>, body: Body, palette: &Palette) {
    take(canvas, body.area);
    let area = inner(body);
    let widest = if palette.heading.is_some() { 116 } else { 76 };
    let area = Rect { width: area.width.min(widest), ..area };
    canvas.put(area, area.x, area.y, "❯", canvas.theme.cursor_label());
    let room = Rect { x: area.x + 2, width: area.width.saturating_sub(2), height: 1, ..area };
    let typed = palette.query.shown();
    let heading = palette.heading.unwrap_or(Word::TypeToFind).text(canvas.language);
    if typed.is_empty() {
        canvas.say(room, room.x, room.y, heading, Tone::Faint);
    }
    // The end of what is typed is what is being typed.
    let hidden = palette.query.column().saturating_sub(usize::from(room.width.saturating_sub(1)));
    canvas.say(room, room.x, room.y, text::skip(&typed, hidden), Tone::Text);
    let cursor = room.x + (palette.query.column() - hidden) as u16;
    canvas.line(Rect { y: area.y + 1, height: 1, ..area }, '─', Tone::Rule);
    if let Some(note) = palette.note {
        let free = usize::from(room.width).saturating_sub(text::width(&typed).max(text::width(heading)) + 3);
        canvas.say_right(room, room.y, &text::fit(note.text(canvas.language), free), Tone::Dim);
    }
    let list = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    draw_found(canvas, list, palette);
    canvas.hits.set_cursor(cursor, area.y);
}

/// The text of the prompt, and below it the other one that is being typed, character under character.
fn draw_other_text(canvas: &mut Canvas<'_>, body: Body, chrome: &Chrome<'_>, other: &Prompt) {
    take(canvas, body.area);
    let area = inner(body);
    let language = canvas.language;
    canvas.title(Rect { height: 1, ..area }, Word::OtherTextTitle.text(language), "", true);
    let key = chrome.shell.keymap.keys_for(Place::OtherText, Action::Accept, language).into_iter().next();
    let hint = Word::OtherTextHint.fill(language, &[&key.unwrap_or_default()]);
    canvas.say(area, area.x, area.y + 1, &hint, Tone::Dim);
    let room = Rect { x: area.x + 2, y: area.y + 3, width: area.width.saturating_sub(2), height: 2 };
    let hidden = other.column().saturating_sub(usize::from(room.width.saturating_sub(1)));
    canvas.say(room, room.x, room.y, text::skip(&chrome.shell.prompt.shown(), hidden), Tone::Dim);
    canvas.put(area, area.x, room.y + 1, "❯", canvas.theme.cursor_label());
    canvas.say(room, room.x, room.y + 1, text::skip(&other.shown(), hidden), Tone::Text);
    canvas.hits.push_prompt(Rect { y: room.y + 1, height: 1, ..room }, hidden);
    canvas.hits.set_cursor(room.x + (other.column() - hidden) as u16, room.y + 1);
}

fn draw_found(canvas: &mut Canvas<'_>, area: Rect, palette: &Palette) {
    let found = palette.found();
    if found.is_empty() {
        canvas.say(area, area.x + 2, area.y, Word::NothingFound.text(canvas.language), Tone::Dim);
    }
    // A list of one kind of thing says more of each.
    let rows = if palette.has_details() { 2 } else { 1 };
    let room = usize::from(area.height / rows);
    let first = scroll::window(palette.selected(), found.len(), room);
    for (line, (index, found)) in found.iter().enumerate().skip(first).take(room).enumerate() {
        let place = Rect { y: area.y + line as u16 * rows, height: 1, ..area };
        if rows == 2 {
            draw_detail(canvas, Rect { y: place.y + 1, ..place }, palette, found);
        }
        draw_entry(canvas, place, palette, found, index == palette.selected());
        canvas.hits.push(Rect { height: rows, ..place }, Target::Row { list: PALETTE_LIST, row: index });
    }
}

/// The second line of an entry.
fn draw_detail(canvas: &mut Canvas<'_>, place: Rect, palette: &Palette, found: &Found) {
    let detail: String = palette.entry(found).detail.chars().map(shown).collect();
    let room = usize::from(place.width.saturating_sub(4));
    canvas.say(place, place.x + 4, place.y, &text::fit(&detail, room), Tone::Dim);
}

/// The title with the matching characters in the accent, what it is on the right.
fn draw_entry(canvas: &mut Canvas<'_>, place: Rect, palette: &Palette, found: &Found, selected: bool) {
    let entry = palette.entry(found);
    let note = text::fit(&entry.note, usize::from(place.width / 3));
    let title_room = Rect { width: place.width.saturating_sub(text::width(&note) as u16 + 2), ..place };
    let plain = canvas.theme.style(if selected { Tone::Focused } else { Tone::Text });
    let marked = canvas.theme.cursor_label().add_modifier(Modifier::UNDERLINED);
    let mut x = place.x + 2;
    for (index, grapheme) in entry.title.graphemes(true).enumerate() {
        let style = if found.marks.contains(&(index as u32)) { marked } else { plain };
        x = canvas.put(title_room, x, place.y, grapheme, style);
    }
    canvas.say_right(place, place.y, &note, Tone::Dim);
    if selected {
        canvas.select(place);
        canvas.put(place, place.x, place.y, "▌", canvas.theme.cursor_label());
    }
}
