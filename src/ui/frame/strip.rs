//! The strip of a tour: what to look at, where one is on the tour, and the keys that lead on.

use ratatui::layout::Rect;

use super::Chrome;
use crate::app::tour::Touring;
use crate::app::{Action, Place, Target, Word};
use crate::ui::{Canvas, Tone, text};

/// Lines of words are no longer than this, however wide the window.
const WIDEST: u16 = 110;

/// The words of a stop in a width, and the keys to try.
fn lines(touring: &Touring, chrome: &Chrome<'_>, width: u16) -> Vec<(String, Tone)> {
    let language = chrome.shell.language;
    let (stop, width) = (touring.stop(), usize::from(width.min(WIDEST)));
    let words = language.pick(&stop.words.en, &stop.words.zh);
    let mut lines: Vec<(String, Tone)> = text::wrap(words, width).into_iter().map(|line| (line, Tone::Text)).collect();
    if let Some(keys) = &stop.keys {
        let keys = format!("{} {}", Word::TourTry.text(language), language.pick(&keys.en, &keys.zh));
        lines.extend(text::wrap(&keys, width).into_iter().map(|line| (line, Tone::Dim)));
    }
    lines
}

/// How many rows the strip takes of a body: a head line, the words, and never more than a good third.
pub(super) fn rows(chrome: &Chrome<'_>, area: Rect, compact: bool) -> u16 {
    let Some(touring) = chrome.tour else { return 0 };
    let rule = u16::from(!compact);
    let wanted = lines(touring, chrome, area.width.saturating_sub(2)).len() as u16 + 1 + rule;
    wanted.min(area.height * 2 / 5)
}

pub(super) fn draw(canvas: &mut Canvas<'_>, area: Rect, chrome: &Chrome<'_>, compact: bool) {
    let Some(touring) = chrome.tour.filter(|_| area.height > 0) else { return };
    let mut area = area;
    if !compact {
        canvas.line(Rect { height: 1, ..area }, '─', Tone::Rule);
        area = Rect { y: area.y + 1, height: area.height - 1, ..area };
    }
    let room = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    draw_head(canvas, Rect { height: 1, ..room }, chrome, touring);
    let lines = lines(touring, chrome, room.width);
    let below = usize::from(room.height.saturating_sub(1));
    for (row, (line, tone)) in lines.iter().take(below).enumerate() {
        // Words that find no room are cut where one sees it.
        let cut = row + 1 == below && lines.len() > below;
        let shown = if cut {
            format!("{} …", text::take(line, usize::from(room.width).saturating_sub(2)))
        } else {
            line.clone()
        };
        canvas.say(room, room.x, room.y + 1 + row as u16, &shown, *tone);
    }
}

/// The title, the stop, and the keys.
fn draw_head(canvas: &mut Canvas<'_>, row: Rect, chrome: &Chrome<'_>, touring: &Touring) {
    let language = chrome.shell.language;
    let mut end = row.right();
    for (action, word) in [
        (Action::Tours, Word::TourLeave.text(language)),
        (Action::NextStop, Action::NextStop.word(language)),
        (Action::PreviousStop, Action::PreviousStop.word(language)),
    ] {
        let key = chrome.shell.keymap.keys_for(Place::Global, action, language).into_iter().next().unwrap_or_default();
        let width = (text::width(&key) + 1 + text::width(word)) as u16;
        let Some(x) = end.checked_sub(width).filter(|x| *x > row.x) else { break };
        let after = canvas.say(row, x, row.y, &key, Tone::Accent);
        canvas.say(row, after + 1, row.y, word, Tone::Dim);
        canvas.hits.push(Rect { x, width, height: 1, ..row }, Target::Key(action));
        end = x.saturating_sub(3);
    }
    let left = Rect { width: end.saturating_sub(row.x), ..row };
    let stop = Word::TourStop.fill(language, &[&(touring.at + 1), &touring.tour.stops.len()]);
    let title = language.pick(&touring.tour.title.en, &touring.tour.title.zh);
    let room = usize::from(left.width).saturating_sub(text::width(&stop) + 3);
    let x = canvas.say(left, left.x, left.y, &text::fit(title, room), Tone::Title);
    canvas.say(left, x + 2, left.y, &stop, Tone::Dim);
}
