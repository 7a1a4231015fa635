//! Attention multiplied through the layers: the map of tokens, and the row of the token under the cursor as bars.

use super::super::shown::{numbered, numbered_within};
use super::{found, titled};
use crate::app::panel::RolloutPanel;
use crate::app::{App, Target, Word};
use crate::explore::{Pass, Rollout};
use crate::tape::Cell;
use crate::ui::frame::Body;
use crate::ui::widgets::{Heatmap, Legend, Scale, bar};
use crate::ui::{Canvas, Tone, number, text};
use ratatui::layout::Rect;

/// Columns of the legend.
const LEGEND: u16 = 13;

/// Draws the map, the bars and what they do not say.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App, pass: &Pass, panel: &RolloutPanel) {
    let language = canvas.language;
    let layers = panel.maps().map_or(0, |maps| maps.layers.len());
    let layer = panel.maps().and_then(|maps| maps.layers.get(panel.place())).map_or(0, |(layer, _)| *layer);
    let top = panel.maps().map_or(1.0, |maps| top(maps, panel.place()));
    let mut hint = Word::RolloutHint.fill(language, &[&layer, &layers]);
    if top < 1.0 && !body.compact {
        let brightest = Word::BrightestIs.fill(language, &[&number::short_weight(top)]);
        hint = format!("{hint}  ·  {brightest}");
    }
    let area = titled(canvas, body, Word::RolloutTitle, if layers > 0 { &hint } else { "" });
    let Some(maps) = found(canvas, area, panel.found.as_ref()) else { return };
    let mut notes = vec![Word::RolloutLimits];
    if maps.looks_elsewhere {
        notes.insert(0, Word::RolloutCross);
    }
    let notes: Vec<&str> = notes.into_iter().map(|note| note.text(language)).collect();
    let lines: usize = notes.iter().map(|note| text::wrap(note, usize::from(area.width.min(72))).len()).sum();
    let foot = (lines as u16).min(area.height / 3);
    let room = Rect { height: area.height.saturating_sub(foot + 1), ..area };
    let side = if body.compact { 27 } else { (area.width / 3).clamp(30, 48) };
    let map = Rect { width: room.width.saturating_sub(side + 2), ..room };
    let labels: Vec<String> = pass.stream(maps.stream).iter().map(|token| token.label.clone()).collect();
    let scene = Scene { maps, place: panel.place(), labels, cursor: (app.cursor.query, app.cursor.key), top };
    scene.draw_map(canvas, map, pass, body.compact);
    let bars = Rect { x: room.right().saturating_sub(side), width: side, ..room };
    scene.draw_row(canvas, bars, layer);
    let mut y = area.bottom().saturating_sub(foot);
    for note in notes {
        y += canvas.say_wrapped(Rect { y, height: area.bottom().saturating_sub(y), ..area }, note, Tone::Dim);
    }
}

struct Scene<'a> {
    maps: &'a Rollout,
    place: usize,
    labels: Vec<String>,
    cursor: (usize, usize),
    /// The brightest colour.
    top: f32,
}

/// The largest share that a token has of another one, rounded up to tenths: what a token keeps of itself would outshine
/// all else.
fn top(maps: &Rollout, place: usize) -> f32 {
    let rows = (1..maps.tokens).flat_map(|query| {
        let row = maps.row(place, query).iter().enumerate();
        row.filter(move |(key, _)| *key != query).map(|(_, share)| *share)
    });
    let most = rows.fold(0.0f32, f32::max);
    if most > 0.0 { (most * 10.0).ceil().clamp(1.0, 10.0) / 10.0 } else { 1.0 }
}

impl Scene<'_> {
    fn cursor(&self) -> (usize, usize) {
        let last = self.maps.tokens.saturating_sub(1);
        (self.cursor.0.min(last), self.cursor.1.min(last))
    }

    fn draw_map(&self, canvas: &mut Canvas<'_>, area: Rect, pass: &Pass, compact: bool) {
        let tokens = self.maps.tokens;
        let value = |query: usize, key: usize| self.maps.row(self.place, query).get(key).copied().unwrap_or(0.0);
        let own = pass.attentions.iter().find(|a| a.query_stream == self.maps.stream && !a.is_cross());
        let mask = own.and_then(|attention| attention.mask.as_deref());
        // What no layer lets through is hidden here for the same reason.
        let hidden = |query, key| {
            let reason = mask.and_then(|mask| mask.reason(Cell { batch: 0, query, key })).map(|reason| reason.glyph);
            reason.filter(|_| value(query, key) == 0.0)
        };
        let legend = if compact { 0 } else { LEGEND };
        let room = Rect { width: area.width.saturating_sub(legend), ..area };
        Heatmap::new(tokens, tokens, &value)
            .hidden(&hidden)
            .named(&self.labels, &self.labels)
            .compact(compact)
            .scale(Scale::Weights(self.top))
            .cursor(Some(self.cursor()))
            .draw(canvas, room);
        if legend > 0 {
            let beside = Rect { x: room.right() + 2, width: LEGEND - 2, ..area };
            Legend { title: Word::ShareColumn.text(canvas.language), scale: Scale::Weights(self.top) }
                .draw(canvas, beside);
        }
    }

    /// The row of the token under the cursor, a bar for each token.
    fn draw_row(&self, canvas: &mut Canvas<'_>, area: Rect, layer: usize) {
        let language = canvas.language;
        let (query, key) = self.cursor();
        let title = Word::RolloutRow.fill(language, &[&numbered(&self.labels, query), &layer]);
        let title = text::fit(&title, usize::from(area.width));
        let hint = Word::RolloutRowHint.text(language);
        let room = usize::from(area.width).saturating_sub(text::width(&title) + 2);
        let hint = if text::width(hint) <= room { hint } else { "" };
        canvas.title(Rect { height: area.height.min(1), ..area }, &title, hint, false);
        let row = self.maps.row(self.place, query);
        let shown = usize::from(area.height.saturating_sub(1));
        let mut tokens: Vec<(usize, f32)> = row.iter().copied().enumerate().collect();
        if tokens.len() > shown {
            // Where not all of them fit, the largest are what one looks for.
            tokens.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        }
        let most = row.iter().copied().fold(0.0f32, f32::max).max(f32::MIN_POSITIVE);
        for (line, &(token, share)) in tokens.iter().take(shown).enumerate() {
            let place = Rect { y: area.y + 1 + line as u16, height: 1, ..area };
            let tone = if token == key { Tone::Accent } else { Tone::Text };
            canvas.say(place, place.x, place.y, &numbered_within(&self.labels, token, 10), tone);
            let width = place.width.saturating_sub(16);
            bar(canvas, Rect { x: place.x + 11, width, ..place }, share / most, tone);
            canvas.say_right(place, place.y, &number::short_weight(share), tone);
            canvas.hits.push(place, Target::Row { list: 0, row: token });
        }
    }
}
