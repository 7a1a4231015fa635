//! What a prediction rests on: the tokens, each on a ground of its share, and the strongest ones.

use super::super::shown::numbered_within;
use super::{found, place_words, titled, with_sign};
use crate::app::panel::AttributionPanel;
use crate::app::{App, Target, Word};
use crate::explore::{Attributed, Attribution, Pass};
use crate::tape::Kind;
use crate::ui::frame::Body;
use crate::ui::widgets::{Align, Cell, List, Row, Scale, bar, scroll};
use crate::ui::{Canvas, Tone, number, text};
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// Draws the strip of tokens, the candidates and the strongest tokens.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App, pass: &Pass, panel: &AttributionPanel) {
    let language = canvas.language;
    let area = titled(canvas, body, Word::AttributionTitle, Word::AttributionHint.text(language));
    let Some(attribution) = found(canvas, area, panel.found.as_ref()) else { return };
    let Some(subject) = &app.subject else { return };
    let asked = pass.output_tokens().get(attribution.position).map_or("", |token| token.label.as_str());
    let asked = format!("{asked}{}", text::subscript(attribution.position));
    let place = place_words(pass, &asked, language);
    let [logit, probability] = [number::significant(attribution.logit, 4), number::weight(attribution.probability)];
    let words = Word::RestsOn.fill(language, &[&subject.label(attribution.token), &place, &logit, &probability]);
    canvas.say(area, area.x, area.y, &words, Tone::Title);
    let scale = Scale::signed_for(attribution.streams.iter().flat_map(|stream| stream.shares.iter().copied()));
    let mut y = area.y + 2;
    for stream in &attribution.streams {
        let most = (area.height / 3).max(2);
        let strip = Rect { y, height: area.bottom().saturating_sub(y).min(most), ..area };
        y += draw_tokens(canvas, strip, pass, (stream, attribution), scale) + 1;
    }
    draw_legend(canvas, Rect { y: y - 1, height: 1, ..area }, scale);
    let rest = Rect { y: y + 1, height: area.bottom().saturating_sub(y + 1), ..area };
    let list = Rect { width: (area.width * 2 / 5).clamp(24, 40), ..rest };
    draw_candidates(canvas, list, app, pass, panel);
    let strongest = Rect { x: list.right() + 3, width: area.width.saturating_sub(list.width + 3), ..rest };
    draw_strongest(canvas, strongest, pass, attribution, scale);
}

/// The tokens of a stream in lines, those around the asked position; returns the rows used.
fn draw_tokens(
    canvas: &mut Canvas<'_>,
    area: Rect,
    pass: &Pass,
    (stream, attribution): (&Attributed, &Attribution),
    scale: Scale,
) -> u16 {
    let labels: Vec<String> = pass
        .labels(Kind::Token, stream.shares.len(), stream.stream)
        .iter()
        .map(|token| text::fit(&token.label, 20))
        .collect();
    let lines = text::lines_of(&labels, usize::from(area.width).saturating_sub(1));
    let shown = usize::from(area.height).min(lines.len());
    let at = lines.iter().position(|line| line.contains(&attribution.position)).unwrap_or(0);
    let first = scroll::window(at, lines.len(), shown);
    for (row, line) in lines.iter().skip(first).take(shown).enumerate() {
        let mut x = area.x;
        for token in line.clone() {
            let share = scale.place(stream.shares[token]);
            let style = canvas.theme.on_signed(share);
            let asked = token == attribution.position;
            let style = if asked { style.add_modifier(Modifier::UNDERLINED | Modifier::BOLD) } else { style };
            let y = area.y + row as u16;
            // Where there are no colours a sign says what the ground would.
            let sign =
                if canvas.theme.is_mono() { canvas.theme.signed(share).glyph.to_string() } else { String::new() };
            let end = canvas.put(area, x, y, &format!("{}{sign}", labels[token]), style);
            let place = Rect { x, y, width: end - x, height: 1 };
            canvas.hits.push(place, Target::Cell { map: 0, row: 0, col: token });
            if asked {
                canvas.hits.set_cursor(x, y);
            }
            x = end + 1;
        }
    }
    shown as u16
}

/// The two ends of the colours in words.
fn draw_legend(canvas: &mut Canvas<'_>, area: Rect, scale: Scale) {
    let language = canvas.language;
    let (Scale::Signed(end) | Scale::Weights(end)) = scale;
    let words = [Word::PushesUp, Word::PushesDown].map(|word| word.text(language));
    let mut x = area.x;
    for (place, words, sign) in [(1.0, words[0], "+"), (-1.0, words[1], "-")] {
        x = canvas.put(
            area,
            x,
            area.y,
            &format!(" {sign}{} ", number::significant(end, 2)),
            canvas.theme.on_signed(place),
        );
        x = canvas.say(area, x + 1, area.y, words, Tone::Dim) + 3;
    }
}

/// What else could be asked about at this position.
fn draw_candidates(canvas: &mut Canvas<'_>, area: Rect, app: &App, pass: &Pass, panel: &AttributionPanel) {
    let Some(subject) = &app.subject else { return };
    let columns = [(area.width.saturating_sub(17), Align::Left), (7, Align::Right), (5, Align::Right)];
    let row = |candidate: crate::explore::Candidate| {
        Row::Entry(vec![
            Cell::text(subject.label(candidate.id)),
            Cell::dim(number::significant(candidate.logit, 4)),
            Cell::text(number::weight(candidate.probability)),
        ])
    };
    let rows: Vec<Row> = panel.candidates(pass).into_iter().map(row).collect();
    canvas.say(area, area.x + 1, area.y, Word::CandidatesShort.text(canvas.language), Tone::Dim);
    let list = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    List { columns: &columns, rows: &rows, selected: Some(panel.candidate), list: 0 }.draw(canvas, list);
}

/// The tokens with the largest shares, for and against.
fn draw_strongest(canvas: &mut Canvas<'_>, area: Rect, pass: &Pass, attribution: &Attribution, scale: Scale) {
    let mut all: Vec<(usize, usize, f32)> = Vec::new();
    for (place, stream) in attribution.streams.iter().enumerate() {
        all.extend(stream.shares.iter().enumerate().map(|(token, &share)| (place, token, share)));
    }
    all.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()));
    for (row, &(place, token, share)) in all.iter().take(usize::from(area.height)).enumerate() {
        let stream = &attribution.streams[place];
        let labels: Vec<String> = pass
            .labels(Kind::Token, stream.shares.len(), stream.stream)
            .iter()
            .map(|token| token.label.clone())
            .collect();
        let line = Rect { y: area.y + row as u16, height: 1, ..area };
        let tone = if share < 0.0 { Tone::Dim } else { Tone::Text };
        canvas.say(line, line.x, line.y, &numbered_within(&labels, token, 12), tone);
        let width = line.width.saturating_sub(23).min(30);
        bar(canvas, Rect { x: line.x + 13, width, ..line }, scale.place(share).abs(), tone);
        canvas.say(line, line.x + 14 + width, line.y, &with_sign(share), tone);
    }
}
