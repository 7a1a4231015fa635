//! One token followed through all layers: a line for each part that wrote, and what the chosen one wrote.

use super::super::shown::{name_of, numbered, numbered_within};
use super::{found, titled};
use crate::app::panel::FollowPanel;
use crate::app::{App, Language, Word};
use crate::explore::{Follow, Pass, Passed};
use crate::tape::Kind;
use crate::ui::frame::Body;
use crate::ui::widgets::{Align, Cell, List, Row, bar};
use crate::ui::{Canvas, Tone, number, text};
use ratatui::layout::Rect;

/// From so many columns on what was written stands beside the list, else below it.
const WIDE: u16 = 116;
/// Columns of the list where something stands beside it.
const LIST: u16 = 76;
/// Rows that the chosen part takes below the list.
const BELOW: u16 = 7;

struct Scene<'a> {
    way: &'a Follow,
    app: &'a App,
    pass: &'a Pass,
}

/// Draws the list and the chosen part.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App, pass: &Pass, panel: &FollowPanel) {
    let language = canvas.language;
    let (stream, position) = panel.place(pass, &app.cursor);
    let labels: Vec<String> = pass.stream(stream).iter().map(|token| token.label.clone()).collect();
    let hint = Word::FollowHint.fill(language, &[&numbered(&labels, position)]);
    let area = titled(canvas, body, Word::FollowTitle, &hint);
    let Some(way) = found(canvas, area, panel.found.as_ref()) else { return };
    let Some(stop) = way.stops.get(panel.row.min(way.stops.len().saturating_sub(1))) else { return };
    let scene = Scene { way, app, pass };
    let notes = scene.notes(language, body.compact);
    let wide = area.width >= WIDE;
    let lines = notes.iter().map(|note| text::wrap(note, usize::from(area.width.min(72))).len() as u16).sum::<u16>();
    let foot = lines.min(area.height / 4);
    let room = Rect { height: area.height - foot, ..area };
    let list = if wide {
        Rect { width: LIST, ..room }
    } else {
        Rect { height: room.height.saturating_sub(BELOW + 1).max(4).min(way.stops.len() as u16 + 1), ..room }
    };
    scene.draw_list(canvas, list, panel.row);
    let used = list.height.min(way.stops.len() as u16 + 1);
    let beside = if wide {
        Rect { x: list.right() + 3, width: room.width - LIST - 3, ..room }
    } else {
        Rect { y: room.y + used + 1, height: room.height.saturating_sub(used + 1), ..room }
    };
    scene.draw_stop(canvas, beside, stop);
    let mut y = if wide { room.y + used + 1 } else { room.bottom() };
    y = y.min(area.bottom() - foot);
    for note in notes {
        y += canvas.say_wrapped(Rect { y, height: area.bottom().saturating_sub(y), ..area }, &note, Tone::Dim);
    }
}

impl Scene<'_> {
    /// What has to be said of this stream, and how to read the list.
    fn notes(&self, language: Language, compact: bool) -> Vec<String> {
        let mut notes = Vec::new();
        if self.way.is_post_norm() {
            notes.push(Word::FollowPostNorm);
        }
        if self.way.stops.iter().all(|stop| stop.predicted.is_empty()) {
            notes.push(Word::FollowUnread);
        }
        if !compact {
            notes.push(Word::FollowLegend);
        }
        notes.into_iter().map(|note| note.text(language).to_owned()).collect()
    }

    fn name(stop: &Passed, language: Language) -> String {
        let name = name_of(stop.name, language);
        stop.layer.map_or_else(|| name.to_owned(), |layer| format!("{layer} {name}"))
    }

    fn draw_list(&self, canvas: &mut Canvas<'_>, area: Rect, chosen: usize) {
        let language = canvas.language;
        let wide = area.width >= 72;
        let columns = [
            (18, Align::Left),
            (if wide { 8 } else { 0 }, Align::Left),
            (6, Align::Right),
            (5, Align::Right),
            (7, Align::Right),
            (5, Align::Right),
            (area.width.saturating_sub(if wide { 56 } else { 48 }), Align::Left),
        ];
        let words = [
            Some(Word::FollowPart),
            None,
            Some(Word::FollowWrote),
            Some(Word::FollowCosine),
            Some(Word::FollowVector),
            Some(Word::FollowCosine),
            Some(Word::PredictsHere),
        ];
        let mut x = area.x + 1;
        for (word, &(width, align)) in words.iter().zip(&columns) {
            let words = word.map_or("", |word| word.text(language));
            let place = Rect { x, width: width.min(area.right().saturating_sub(x)), height: 1, ..area };
            match align {
                Align::Left => canvas.say(place, x, area.y, words, Tone::Faint),
                Align::Right => canvas.say_right(place, area.y, words, Tone::Faint),
            };
            x += width + 1;
        }
        let most = self.way.stops.iter().filter_map(|stop| stop.written.as_ref()).fold(0.0f32, |m, w| m.max(w.norm));
        let rows: Vec<Row> = self.way.stops.iter().map(|stop| self.row(stop, most, language)).collect();
        let rest = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        List { columns: &columns, rows: &rows, selected: Some(chosen), list: 0 }.draw(canvas, rest);
    }

    fn row(&self, stop: &Passed, most: f32, language: Language) -> Row {
        let figure = |value: f32| number::significant(value, 3);
        let [share, wrote, turned] = match &stop.written {
            Some(written) => [
                Cell::Bar(written.norm / most.max(f32::MIN_POSITIVE), Tone::Text),
                Cell::text(figure(written.norm)),
                Cell::dim(number::short_weight(written.cosine)),
            ],
            None => [Cell::Empty, Cell::Empty, Cell::Empty],
        };
        let turn = stop.cosine.map_or(Cell::Empty, |cosine| Cell::dim(number::short_weight(cosine)));
        let predicted = match (stop.predicted.first(), &self.app.subject) {
            (Some((id, probability)), Some(subject)) => {
                Cell::text(format!("{} {}", subject.label(*id), number::short_weight(*probability)))
            }
            _ => Cell::Empty,
        };
        let name = Cell::text(Self::name(stop, language));
        Row::Entry(vec![name, share, wrote, turned, Cell::text(figure(stop.norm)), turn, predicted])
    }

    /// What the chosen part wrote, and what the head would read behind it.
    fn draw_stop(&self, canvas: &mut Canvas<'_>, area: Rect, stop: &Passed) {
        let half = if area.width >= 64 { area.width / 2 + 6 } else { area.width };
        let side = half < area.width;
        let first = Rect { width: half.min(area.width), ..area };
        let used = self.draw_writers(canvas, first, stop);
        let second = if side {
            Rect { x: area.x + half + 2, width: area.width - half - 2, ..area }
        } else {
            Rect { y: area.y + used + 1, height: area.height.saturating_sub(used + 1), ..area }
        };
        self.draw_predicted(canvas, second, stop);
    }

    /// The summands, or the heads; returns the rows used.
    fn draw_writers(&self, canvas: &mut Canvas<'_>, area: Rect, stop: &Passed) -> u16 {
        let language = canvas.language;
        let name = Self::name(stop, language);
        let heads = stop.written.as_ref().map_or(&[][..], |written| &written.heads);
        let attends = stop.written.as_ref().is_some_and(|written| written.attention.is_some());
        let (title, hint) = match &stop.written {
            None => (Word::FollowSummands.text(language), Word::FollowCosine.text(language)),
            Some(_) if attends && heads.is_empty() => (name.as_str(), Word::FollowNoHeads.text(language)),
            Some(_) if attends => (Word::FollowHeads.text(language), Word::FollowHeadsHint.text(language)),
            Some(_) => (name.as_str(), meaning(stop, language)),
        };
        let line = Rect { height: area.height.min(1), ..area };
        canvas.title(line, title, "", false);
        let title_width = text::width(title) as u16 + 2;
        let rest = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        if !attends && stop.written.is_some() {
            return 1 + canvas.say_wrapped(rest, hint, Tone::Dim);
        }
        let beside = Rect { x: line.x + title_width, width: line.width.saturating_sub(title_width), ..line };
        let fits = text::fit(hint, usize::from(beside.width));
        canvas.say(beside, beside.x, beside.y, &fits, Tone::Dim);
        let mut lines = summand_lines(stop, language);
        lines.extend(self.head_lines(stop, usize::from(area.width)));
        for (row, words) in lines.iter().take(usize::from(rest.height)).enumerate() {
            canvas.say(rest, rest.x, rest.y + row as u16, words, Tone::Text);
        }
        1 + (lines.len() as u16).min(rest.height)
    }

    fn head_lines(&self, stop: &Passed, width: usize) -> Vec<String> {
        let Some(written) = &stop.written else { return Vec::new() };
        let Some(index) = written.attention else { return Vec::new() };
        let attention = &self.pass.attentions[index];
        let keys = self.pass.record.graph().node(attention.weights).axes.len_of(Kind::Key);
        let labels = self.pass.labels(Kind::Key, keys, attention.key_stream);
        let labels: Vec<String> = labels.iter().map(|token| token.label.clone()).collect();
        let line = |head: &crate::explore::HeadWrite| {
            let norm = text::right(&number::significant(head.norm, 3), 7);
            let share = text::right(&number::short_weight(head.share), 5);
            let mut words = format!("{}{norm} {share} ", text::left(&format!("{}.{}", attention.layer, head.head), 5));
            for &(key, weight) in &head.from {
                let more = format!(" {} {}", numbered_within(&labels, key, 12), number::short_weight(weight));
                if text::width(&words) + text::width(&more) <= width {
                    words.push_str(&more);
                }
            }
            words
        };
        written.heads.iter().map(line).collect()
    }

    fn draw_predicted(&self, canvas: &mut Canvas<'_>, area: Rect, stop: &Passed) {
        let Some(subject) = &self.app.subject else { return };
        if stop.predicted.is_empty() || area.height < 2 {
            return;
        }
        let title = text::fit(Word::FollowReads.text(canvas.language), usize::from(area.width));
        canvas.title(Rect { height: 1, ..area }, &title, "", false);
        for (row, (id, probability)) in stop.predicted.iter().take(usize::from(area.height - 1)).enumerate() {
            let line = Rect { y: area.y + 1 + row as u16, height: 1, ..area };
            canvas.say(line, line.x, line.y, &text::fit(&subject.label(*id), 12), Tone::Text);
            let width = line.width.saturating_sub(19).min(24);
            bar(canvas, Rect { x: line.x + 13, width, ..line }, *probability, Tone::Text);
            canvas.say(line, line.x + 14 + width, line.y, &number::weight(*probability), Tone::Text);
        }
    }
}

/// What the embeddings are the sum of, a line each.
fn summand_lines(stop: &Passed, language: Language) -> Vec<String> {
    let line = |summand: &crate::explore::Summand| {
        let name = text::left(name_of(summand.name, language), 12);
        let norm = text::right(&number::significant(summand.norm, 3), 7);
        format!("{name}{norm} {}", text::right(&number::short_weight(summand.cosine), 5))
    };
    stop.summands.iter().map(line).collect()
}

/// What the part does, in words.
fn meaning(stop: &Passed, language: Language) -> &'static str {
    language.pick(stop.name.means, stop.name.means_zh)
}
