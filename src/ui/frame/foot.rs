//! The foot: the prompt with its status, and the keys, a message or progress.

use super::Chrome;
use crate::{
    app::{
        Action, Place, Prompt, Target, Word,
        keys::Hint,
        prompt::shown,
        shell::{Gravity, Notice, Progress},
    },
    ui::{Canvas, Tone, text, widgets::bar},
};
use ratatui::{layout::Rect, style::Modifier};
use unicode_segmentation::UnicodeSegmentation;

/// Columns of the bar before the status.
const STATUS_BAR: u16 = 16;

pub(super) fn draw(canvas: &mut Canvas<'_>, area: Rect, chrome: &Chrome<'_>, compact: bool) {
    let line = |from_bottom: u16| Rect { y: area.bottom() - from_bottom, height: 1, ..area };
    if !compact {
        canvas.line(line(3), '─', Tone::Rule);
    }
    let row = line(2);
    // In a small window the text comes first.
    let urgent = chrome.status.pieces.iter().any(|(_, tone)| *tone == Tone::Warm);
    let crowded =
        compact && !urgent && text::width(&chrome.shell.prompt.shown()) + status_width(chrome) + 7 > row.width.into();
    let edge = if crowded { row.right() } else { draw_status(canvas, row, chrome) };
    draw_prompt(canvas, Rect { width: edge.saturating_sub(row.x + 2), ..row }, chrome);
    let row = line(1);
    match (&chrome.shell.notice, &chrome.shell.progress) {
        (Some(notice), _) => draw_notice(canvas, row, notice),
        (None, Some(progress)) if progress.is_shown() => draw_progress(canvas, row, chrome, progress),
        _ => draw_hints(canvas, row, chrome, if compact { 2 } else { 3 }),
    }
}

fn status_width(chrome: &Chrome<'_>) -> usize {
    let words: usize = chrome.status.pieces.iter().map(|(piece, _)| text::width(piece)).sum();
    words + chrome.status.bar.map_or(0, |_| usize::from(STATUS_BAR) + 1)
}

/// Right of the prompt; returns its left edge. A status that leaves the prompt no room is not shown.
fn draw_status(canvas: &mut Canvas<'_>, row: Rect, chrome: &Chrome<'_>) -> u16 {
    let end = row.right().saturating_sub(1);
    let width = status_width(chrome) as u16;
    if width == 0 || width > row.width / 2 {
        return end;
    }
    let mut x = end - width;
    let left = x;
    if let Some(fraction) = chrome.status.bar {
        bar(canvas, Rect { x, width: STATUS_BAR, ..row }, fraction, Tone::Accent);
        x += STATUS_BAR + 1;
    }
    for (piece, tone) in &chrome.status.pieces {
        x = canvas.say(row, x, row.y, piece, *tone);
    }
    left
}

fn draw_prompt(canvas: &mut Canvas<'_>, row: Rect, chrome: &Chrome<'_>) {
    let shell = chrome.shell;
    canvas.put(row, row.x + 1, row.y, "❯", canvas.theme.cursor_label());
    let room = Rect { x: row.x + 3, width: row.width.saturating_sub(3), ..row };
    // The text that models read comes back as soon as it is edited.
    if let Some(filter) = chrome.filter.filter(|_| !shell.is_editing()) {
        return draw_filter(canvas, room, filter, chrome.place == Place::CatalogueFilter);
    }
    if shell.prompt.text().is_empty() && !shell.is_editing() {
        let keys = shell.keymap.keys_for(Place::Global, Action::EditPrompt, canvas.language);
        if let Some(key) = keys.first() {
            canvas.say(room, room.x, room.y, &Word::PressToEdit.fill(canvas.language, &[key]), Tone::Faint);
        }
        canvas.hits.push_prompt(room, 0);
        return;
    }
    let first = first_column(chrome, usize::from(room.width));
    draw_text(canvas, room, chrome, first);
    canvas.hits.push_prompt(room, first);
    if shell.is_editing() {
        let column = shell.prompt.column().saturating_sub(first) as u16;
        canvas.hits.set_cursor((room.x + column).min(room.right().saturating_sub(1)), room.y);
    }
}

fn draw_filter(canvas: &mut Canvas<'_>, room: Rect, filter: &Prompt, typing: bool) {
    if filter.text().is_empty() && !typing {
        canvas.say(room, room.x, room.y, Word::TypeToFilter.text(canvas.language), Tone::Faint);
    }
    let all = filter.shown();
    // The end is what is being typed.
    let first = (filter.column() + 1).saturating_sub(room.width.into());
    let shown: String = all.chars().skip(first).collect();
    canvas.say(room, room.x, room.y, &shown, Tone::Text);
    if typing {
        canvas.hits.set_cursor(room.x + filter.column().saturating_sub(first) as u16, room.y);
    }
    canvas.hits.push(room, Target::Key(Action::Filter));
}

/// The first column of the text that is shown, so that the cursor or the token under it is seen.
fn first_column(chrome: &Chrome<'_>, room: usize) -> usize {
    let prompt = &chrome.shell.prompt;
    let all = text::width(&prompt.shown());
    let focus = if chrome.shell.is_editing() { prompt.column() } else { token_end(chrome) };
    // One column more than the text, for the cursor behind it.
    if all < room || focus + 1 < room {
        return 0;
    }
    (focus + 1).saturating_sub(room / 2).min((all + 1).saturating_sub(room))
}

fn token_end(chrome: &Chrome<'_>) -> usize {
    let end = chrome.token_range().end;
    let before = chrome.shell.prompt.text().get(..end).unwrap_or_default();
    text::width(&before.chars().map(shown).collect::<String>())
}

fn draw_text(canvas: &mut Canvas<'_>, room: Rect, chrome: &Chrome<'_>, first: usize) {
    let token = chrome.token_range();
    let token_style = canvas.theme.cursor_label().add_modifier(Modifier::UNDERLINED);
    let unseen_style = canvas.theme.style(Tone::Warm).add_modifier(Modifier::UNDERLINED | Modifier::ITALIC);
    let mut column = 0;
    for (at, grapheme) in chrome.shell.prompt.text().grapheme_indices(true) {
        let seen: String = grapheme.chars().map(shown).collect();
        let width = text::width(&seen);
        // A blank at the token's start belongs to it, but a line under it would not look like one word.
        let inside = token.contains(&at) && !(at == token.start && seen == " ");
        let unseen = chrome.unseen.iter().any(|word| word.contains(&at));
        let style = match (inside, unseen, seen.as_str()) {
            (true, false, _) => token_style,
            (true, true, _) => token_style.add_modifier(Modifier::ITALIC),
            (false, true, _) => unseen_style,
            (false, false, "⏎" | "→") => canvas.theme.style(Tone::Faint),
            (false, false, _) => canvas.theme.style(Tone::Text),
        };
        if column >= first {
            canvas.put(room, room.x + (column - first).min(u16::MAX.into()) as u16, room.y, &seen, style);
        }
        column += width;
        if column >= first + usize::from(room.width) {
            break;
        }
    }
    if first > 0 {
        canvas.say(room, room.x, room.y, "…", Tone::Dim);
    }
}

fn draw_hints(canvas: &mut Canvas<'_>, row: Rect, chrome: &Chrome<'_>, gap: u16) {
    let shell = chrome.shell;
    let pending = shell.pending().shown();
    let end = row.right().saturating_sub(1 + text::width(&pending) as u16);
    canvas.say(row, end, row.y, &pending, Tone::Accent);
    let end = draw_unseen(canvas, Rect { width: end.saturating_sub(row.x), ..row }, chrome, gap);
    let mut x = row.x + 1;
    let useful = |hint: &Hint| hint.action != Action::NextStream || chrome.streams;
    for hint in shell.keymap.hints(shell.place(chrome.place), canvas.language).into_iter().filter(useful) {
        let width = (text::width(&hint.keys) + 1 + text::width(hint.word)) as u16;
        if x + width > end {
            break;
        }
        let after = canvas.say(row, x, row.y, &hint.keys, Tone::Accent);
        canvas.say(row, after + 1, row.y, hint.word, Tone::Dim);
        canvas.hits.push(Rect { x, width, ..row }, Target::Key(hint.action));
        x += width + gap;
    }
}

/// Right of the hints: which words the model never saw. Returns where it begins.
fn draw_unseen(canvas: &mut Canvas<'_>, row: Rect, chrome: &Chrome<'_>, gap: u16) -> u16 {
    let text = chrome.shell.prompt.text();
    let mut words: Vec<&str> = Vec::new();
    for word in chrome.unseen.iter().filter_map(|range| text.get(range.clone())) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let said = match words.as_slice() {
        [] => return row.right(),
        [_] => Word::UnseenWord,
        _ => Word::UnseenWords,
    };
    let note = format!("≈ {}", said.fill(canvas.language, &[&words.join(", ")]));
    // The keys keep a third of the line.
    let note = text::fit(&note, usize::from(row.width * 2 / 3));
    canvas.say_right(row, row.y, &note, Tone::Warm);
    row.right().saturating_sub(text::width(&note) as u16 + gap)
}

fn draw_notice(canvas: &mut Canvas<'_>, row: Rect, notice: &Notice) {
    let (mark, tone) = match notice.gravity {
        Gravity::Info => ("·", Tone::Text),
        Gravity::Warning => ("≈", Tone::Warm),
        Gravity::Error => ("✗", Tone::Bad),
    };
    canvas.say(row, row.x + 1, row.y, mark, tone);
    let line: String = notice.text.chars().map(shown).collect();
    let room = usize::from(row.width.saturating_sub(4));
    canvas.say(row, row.x + 3, row.y, &text::fit(&line, room), tone);
}

/// A message and, whole below it, what it is about: from the first column on, so that it can be selected row by row.
/// It takes as many rows as it needs, from the bottom up.
pub(super) fn draw_verbatim(canvas: &mut Canvas<'_>, area: Rect, chrome: &Chrome<'_>) {
    let Some(Notice { text: words, verbatim: Some(verbatim), .. }) = &chrome.shell.notice else { return };
    let mut lines = Vec::new();
    let mut rest = verbatim.as_str();
    while !rest.is_empty() {
        let line = text::take(rest, area.width.into());
        lines.push(line);
        rest = &rest[line.len().max(rest.chars().next().map_or(1, char::len_utf8))..];
    }
    let rows = (lines.len() as u16 + 1).min(area.height);
    let room = Rect { y: area.bottom() - rows, height: rows, ..area };
    canvas.clear(room);
    canvas.say(room, room.x + 1, room.y, "·", Tone::Accent);
    canvas.say(room, room.x + 3, room.y, &text::fit(words, usize::from(area.width.saturating_sub(4))), Tone::Dim);
    for (row, line) in lines.iter().take(usize::from(rows) - 1).enumerate() {
        canvas.say(room, room.x, room.y + 1 + row as u16, line, Tone::Text);
    }
}

/// What is being done, how far it is, and how to stop it.
fn draw_progress(canvas: &mut Canvas<'_>, row: Rect, chrome: &Chrome<'_>, progress: &Progress) {
    let keys = chrome.shell.keymap.keys_for(Place::Global, Action::Back, canvas.language);
    let key = keys.into_iter().next().unwrap_or_default();
    let word = Word::Cancel.text(canvas.language);
    let width = (text::width(&key) + 1 + text::width(word)) as u16;
    let x = row.right().saturating_sub(1 + width);
    let after = canvas.say(row, x, row.y, &key, Tone::Accent);
    canvas.say(row, after + 1, row.y, word, Tone::Dim);
    canvas.hits.push(Rect { x, width, ..row }, Target::Key(Action::Back));

    let room = Rect { width: x.saturating_sub(row.x + 2), ..row };
    let label = text::fit(&progress.label, usize::from(room.width / 2));
    let x = canvas.say(room, room.x + 1, room.y, &label, Tone::Text) + 2;
    let Some((done, all)) = progress.done.filter(|(_, all)| *all > 0) else {
        let seconds = format!("{} s", progress.elapsed.as_secs());
        canvas.say(room, x, room.y, &seconds, Tone::Dim);
        return;
    };
    let fraction = done as f32 / all as f32;
    let columns = room.right().saturating_sub(x + 6).min(24);
    bar(canvas, Rect { x, width: columns, ..room }, fraction, Tone::Accent);
    let percent = format!("{:.0} %", fraction.clamp(0.0, 1.0) * 100.0);
    canvas.say(room, x + columns + 1, room.y, &percent, Tone::Dim);
}
