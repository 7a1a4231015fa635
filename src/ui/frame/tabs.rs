//! The numbered tabs, and what is loaded.

use super::Chrome;
use crate::{
    app::{Action, Place, Screen, Target, Word},
    ui::{Canvas, Tone, text},
};
use ratatui::{layout::Rect, style::Modifier};

const GAP: u16 = 3;

pub(super) fn draw(canvas: &mut Canvas<'_>, area: Rect, chrome: &Chrome<'_>, compact: bool) {
    let names = names(canvas);
    let needed =
        1 + text::width("headscope") as u16 + names.iter().map(|name| text::width(name) as u16 + GAP).sum::<u16>();
    let help = help_width(canvas, chrome);
    let loaded = chrome.loaded.first().map_or(0, |name| text::width(name) as u16);
    let roomy = !compact && needed + GAP + loaded + GAP + help < area.width;
    let right = draw_right(canvas, area, chrome, if roomy { GAP } else { 2 }, if roomy { needed } else { 26 });
    let left = Rect { width: right.saturating_sub(area.x), ..area };
    let (from, to) =
        if roomy { draw_names(canvas, left, chrome, &names) } else { draw_digits(canvas, left, chrome, &names) };
    if !compact {
        let rule = Rect { y: area.y + 1, height: 1, ..area };
        canvas.line(rule, '─', Tone::Rule);
        canvas.line(Rect { x: from, width: to - from, ..rule }, '━', Tone::Accent);
    }
}

fn names(canvas: &Canvas<'_>) -> Vec<String> {
    Screen::ALL.iter().map(|tab| format!("{} {}", tab.number(), tab.word().text(canvas.language))).collect()
}

/// Name and all tabs; returns where the open one lies.
fn draw_names(canvas: &mut Canvas<'_>, area: Rect, chrome: &Chrome<'_>, names: &[String]) -> (u16, u16) {
    let style = canvas.theme.style(Tone::Dim).add_modifier(Modifier::BOLD);
    let mut x = canvas.put(area, area.x + 1, area.y, "headscope", style) + GAP;
    let mut open = (x, x);
    for (tab, name) in Screen::ALL.iter().zip(names) {
        let is_open = *tab == chrome.shell.screen;
        let end = draw_tab(canvas, area, x, name, is_open);
        canvas.hits.push(Rect { x, y: area.y, width: end - x, height: 1 }, Target::Tab(tab.number()));
        if is_open {
            open = (x, end);
        }
        x = end + GAP;
    }
    open
}

/// Only the figures, and the name of the open tab.
fn draw_digits(canvas: &mut Canvas<'_>, area: Rect, chrome: &Chrome<'_>, names: &[String]) -> (u16, u16) {
    let mut x = area.x + 1;
    let mut open = (x, x);
    for (tab, name) in Screen::ALL.iter().zip(names) {
        let is_open = *tab == chrome.shell.screen;
        let shown = if is_open { name } else { &name[..1] };
        let end = draw_tab(canvas, area, x, shown, is_open);
        canvas.hits.push(Rect { x, y: area.y, width: end - x, height: 1 }, Target::Tab(tab.number()));
        if is_open {
            // No rule below: the name itself is underlined.
            let name = Rect { x: x + 2, y: area.y, width: (end - x).saturating_sub(2), height: 1 };
            canvas.buffer.set_style(name, ratatui::style::Style::new().add_modifier(Modifier::UNDERLINED));
            open = (x, end);
        }
        x = end + 2;
    }
    open
}

fn draw_tab(canvas: &mut Canvas<'_>, area: Rect, x: u16, name: &str, open: bool) -> u16 {
    let (digit, word) = name.split_at(1);
    let digit_style = if open { canvas.theme.cursor_label() } else { canvas.theme.style(Tone::Faint) };
    let x = canvas.put(area, x, area.y, digit, digit_style);
    canvas.say(area, x, area.y, word, if open { Tone::Focused } else { Tone::Dim })
}

fn help_keys(canvas: &Canvas<'_>, chrome: &Chrome<'_>) -> (String, &'static str) {
    let keys = chrome.shell.keymap.keys_for(Place::Global, Action::Help, canvas.language);
    (keys.into_iter().next().unwrap_or_default(), Word::HelpHint.text(canvas.language))
}

fn help_width(canvas: &Canvas<'_>, chrome: &Chrome<'_>) -> u16 {
    let (key, word) = help_keys(canvas, chrome);
    (text::width(&key) + 1 + text::width(word)) as u16
}

/// What is loaded and the help, right-aligned; what finds no room after the tabs is left out. Returns its left edge.
fn draw_right(canvas: &mut Canvas<'_>, area: Rect, chrome: &Chrome<'_>, gap: u16, tabs: u16) -> u16 {
    let (key, word) = help_keys(canvas, chrome);
    let help = help_width(canvas, chrome);
    let end = area.right().saturating_sub(1);
    let help_x = end.saturating_sub(help);
    let x = canvas.say(area, help_x, area.y, &key, Tone::Accent);
    canvas.say(area, x + 1, area.y, word, Tone::Dim);
    canvas.hits.push(Rect { x: help_x, y: area.y, width: help, height: 1 }, Target::Key(Action::Help));

    let room = usize::from(help_x.saturating_sub(area.x + tabs + 2 * gap));
    let mut parts: Vec<String> = chrome.loaded.to_vec();
    let total = |parts: &[String]| parts.iter().map(|part| text::width(part) + usize::from(gap)).sum::<usize>();
    while parts.len() > 1 && total(&parts) > room {
        parts.pop();
    }
    if parts.is_empty() {
        parts.push(Word::NothingLoaded.text(canvas.language).to_owned());
    }
    if let [only] = parts.as_mut_slice() {
        *only = text::fit(only, room);
    }
    let mut x = help_x.saturating_sub(total(&parts) as u16);
    let left = x;
    for (index, part) in parts.iter().enumerate() {
        let named = index == 0 && !chrome.loaded.is_empty();
        x = canvas.say(area, x, area.y, part, if named { Tone::Text } else { Tone::Dim }) + gap;
    }
    left
}
