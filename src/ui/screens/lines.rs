//! Attention as lines between the tokens, and the same query in every head.

mod across;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::attention::Scene;
use super::shown::{axis_labels, numbered_within, stream_word};
use crate::app::attention::THRESHOLDS;
use crate::app::{App, Language, Target, Word};
use crate::explore::Pass;
use crate::tape::{Kind, Reason};
use crate::ui::frame::Body;
use crate::ui::theme::Paint;
use crate::ui::widgets::heatmap::hidden_paint;
use crate::ui::widgets::scroll;
use crate::ui::{Canvas, Tone, number, text};

/// The weight from which on other queries than the chosen one have a line.
const OTHERS: f32 = 0.62;
/// Columns left of a sentence.
const GUTTER: u16 = 13;

/// Where each token stands on the line.
struct Sentence {
    labels: Vec<String>,
    /// The first column of each token, counted from the start of the sentence.
    starts: Vec<u16>,
    /// The first column that is shown.
    from: u16,
    area: Rect,
}

impl Sentence {
    fn new(labels: Vec<String>, cursor: usize, area: Rect) -> Self {
        let mut at = 0;
        let starts = labels
            .iter()
            .map(|label| {
                let start = at;
                at += (text::width(label) as u16).max(3) + 1;
                start
            })
            .collect::<Vec<u16>>();
        let centre = starts.get(cursor).copied().unwrap_or(0);
        let from =
            if at <= area.width { 0 } else { scroll::window(centre.into(), at.into(), area.width.into()) as u16 };
        Self { labels, starts, from, area }
    }

    /// The column of a token's first letter, where it is shown.
    fn column(&self, token: usize) -> Option<u16> {
        let at = self.starts.get(token)?.checked_sub(self.from)?;
        (at < self.area.width).then_some(self.area.x + at)
    }

    /// The column on which lines end.
    fn foot(&self, token: usize) -> Option<u16> {
        self.column(token).map(|x| (x + 1).min(self.area.right() - 1))
    }
}

/// A line from a query to a key.
struct Arc {
    ends: (u16, u16),
    heavy: bool,
    weight: f32,
}

/// Draws the screen.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App, pass: &Pass) {
    let Some(scene) = Scene::new(app, pass) else {
        canvas.say(body.area, body.area.x, body.area.y, Word::Recomputing.text(canvas.language), Tone::Dim);
        return;
    };
    let area = body.area;
    if scene.attention.is_cross() {
        return across::draw(canvas, area, &scene);
    }
    let labels = axis_labels(pass, scene.attention.weights, Kind::Key);
    let past = scene.past();
    let cursor = app.cursor.query.min(scene.size().0 - 1);
    draw_title(canvas, Rect { height: 1, ..area }, &scene, &labels, cursor + past);

    let flat = Rect { x: area.x + GUTTER, width: area.width - GUTTER, height: 1, ..area };
    let mut sentence = Sentence::new(labels, cursor + past, flat);
    let most = (area.height.saturating_sub(6) / 2).clamp(3, 12);
    let arcs = stacked(collect(&scene, &sentence, cursor, past), most);
    let height = arcs.iter().map(|(_, row)| row + 1).max().unwrap_or(0).max(3);
    let line = area.y + 2 + height;
    sentence.area.y = line;
    draw_outside(canvas, Rect { y: area.y + 1, height: 1, ..area }, &scene, &sentence, cursor);
    draw_arcs(canvas, Rect { y: area.y + 2, height, ..flat }, &arcs);
    draw_sentence(canvas, &sentence, Some(cursor + past), |token| (token.saturating_sub(past), token));
    draw_row(canvas, Rect { y: line + 1, height: 1, ..area }, &scene, &sentence, cursor);
    let below = Rect { y: line + 3, height: area.bottom().saturating_sub(line + 3), ..area };
    draw_heads(canvas, below, &scene, &sentence, cursor);
}

fn draw_title(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>, labels: &[String], query: usize) {
    let language = canvas.language;
    let title = head_title(scene, language);
    let name = labels.get(query).cloned().unwrap_or_default();
    let least = THRESHOLDS[scene.app.attention.threshold];
    let hint = Word::LinesHint.fill(language, &[&name, &least, &OTHERS.max(least)]);
    canvas.title(area, &title, &hint, true);
}

/// `Head 1.2`, and its stream where there are several.
fn head_title(scene: &Scene<'_>, language: Language) -> String {
    let title = format!("{} {}", Word::HeadTitle.text(language), scene.head_name());
    let several = scene.pass.streams().len() > 1;
    if several { format!("{title} {}", stream_word(scene.attention.stream(), language)) } else { title }
}

/// The strongest keys of the chosen query that stand where the sentence is not shown.
fn draw_outside(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>, sentence: &Sentence, cursor: usize) {
    const MOST: usize = 4;
    let state = &scene.app.attention;
    let keys = scene.size().1;
    let row = scene.row(cursor);
    let least = THRESHOLDS[state.threshold];
    let mut outside: Vec<usize> =
        (0..keys).filter(|&key| row[key] >= least && sentence.column(key).is_none()).collect();
    if outside.is_empty() {
        return;
    }
    outside.sort_by(|&a, &b| row[b].total_cmp(&row[a]));
    let mut x = canvas.say(area, area.x + 1, area.y, Word::OutsideWindow.text(canvas.language), Tone::Warm) + 2;
    for &key in outside.iter().take(MOST) {
        let name = numbered_within(&sentence.labels, key, 12);
        let arrow = if sentence.starts[key] < sentence.from { "◂" } else { "▸" };
        let words = format!("{arrow} {name} {}", number::short_weight(row[key]));
        if usize::from(area.right().saturating_sub(x)) < text::width(&words) {
            break;
        }
        x = canvas.say(area, x, area.y, &words, Tone::Text) + 3;
    }
}

/// The tokens, the chosen one marked; `cell` is the query and key that a click on one means.
fn draw_sentence(
    canvas: &mut Canvas<'_>,
    sentence: &Sentence,
    chosen: Option<usize>,
    cell: impl Fn(usize) -> (usize, usize),
) {
    let area = sentence.area;
    for (token, label) in sentence.labels.iter().enumerate() {
        let Some(x) = sentence.column(token) else { continue };
        let style = match token {
            t if Some(t) == chosen => canvas.theme.cursor_label(),
            t if t % 2 == 0 => canvas.theme.style(Tone::Label),
            _ => canvas.theme.style(Tone::LabelDim),
        };
        let end = canvas.put(area, x, area.y, label, style);
        let (row, col) = cell(token);
        canvas
            .hits
            .push(Rect { x, y: area.y, width: end.saturating_sub(x), height: 1 }, Target::Cell { map: 0, row, col });
        if Some(token) == chosen {
            canvas.hits.set_cursor(x, area.y);
        }
    }
}

fn collect(scene: &Scene<'_>, sentence: &Sentence, cursor: usize, past: usize) -> Vec<Arc> {
    let state = &scene.app.attention;
    let weights = scene.shown();
    let (queries, keys) = scene.size();
    let least = THRESHOLDS[state.threshold];
    // Lines end at tokens that are seen: of a long text only these are read.
    let seen: Vec<(usize, u16)> = (0..keys).filter_map(|key| Some((key, sentence.foot(key)?))).collect();
    let mut arcs = Vec::new();
    for query in 0..queries {
        let heavy = query == cursor;
        let from = if heavy { least } else { OTHERS.max(least) };
        let Some(a) = sentence.foot(query + past) else { continue };
        for &(key, b) in &seen {
            let weight = weights.at(query, key);
            if weight >= from && key != query + past {
                arcs.push(Arc { ends: (a.min(b), a.max(b)), heavy, weight });
            }
        }
    }
    // Short ones lie lowest; among the longest the strongest are drawn last, on top.
    arcs.sort_by(|a, b| (a.ends.1 - a.ends.0).cmp(&(b.ends.1 - b.ends.0)).then(a.weight.total_cmp(&b.weight)));
    arcs
}

/// Each line as a bridge on the lowest row where it crosses no other bridge's deck; those for which there is no row
/// left are the longest and are not drawn.
fn stacked(arcs: Vec<Arc>, rows: u16) -> Vec<(Arc, u16)> {
    let mut decks: Vec<Vec<(u16, u16)>> = vec![Vec::new(); usize::from(rows)];
    let mut placed = Vec::new();
    for arc in arcs {
        let free = decks.iter().position(|deck| deck.iter().all(|&(a, b)| arc.ends.1 < a || arc.ends.0 > b));
        if let Some(row) = free {
            decks[row].push(arc.ends);
            placed.push((arc, row as u16));
        }
    }
    // The chosen query's own lie on top.
    placed.sort_by_key(|(arc, _)| arc.heavy);
    placed
}

fn draw_arcs(canvas: &mut Canvas<'_>, sky: Rect, arcs: &[(Arc, u16)]) {
    for (arc, row) in arcs {
        bridge(canvas, sky, arc, sky.bottom() - 1 - row);
    }
}

fn bridge(canvas: &mut Canvas<'_>, sky: Rect, arc: &Arc, deck: u16) {
    let style = if arc.heavy {
        Style::new().fg(canvas.theme.weight_colour(arc.weight.max(0.5)))
    } else {
        canvas.theme.style(Tone::Faint)
    };
    let [left, right, flat, down] = if arc.heavy { ['┏', '┓', '━', '┃'] } else { ['╭', '╮', '─', '│'] };
    let (a, b) = arc.ends;
    for x in a + 1..b {
        canvas.set(sky, x, deck, Paint { glyph: flat, style });
    }
    for y in deck + 1..sky.bottom() {
        canvas.set(sky, a, y, Paint { glyph: down, style });
        canvas.set(sky, b, y, Paint { glyph: down, style });
    }
    canvas.set(sky, a, deck, Paint { glyph: left, style });
    canvas.set(sky, b, deck, Paint { glyph: right, style });
}

/// The weights of the chosen query under its keys.
fn draw_row(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>, sentence: &Sentence, cursor: usize) {
    let labels = axis_labels(scene.pass, scene.attention.weights, Kind::Query);
    let name = labels.get(cursor).cloned().unwrap_or_default();
    canvas.put(area, area.x, area.y, &format!("{} →", text::fit(&name, 9)), canvas.theme.cursor_label());
    let reason = |query, key| scene.reason(query, key);
    draw_weights(canvas, area.y, sentence, cursor, (&scene.row(cursor), 0.0), &reason);
}

/// Numbers, or the glyph of the reason, under each token.
fn draw_weights(
    canvas: &mut Canvas<'_>,
    y: u16,
    sentence: &Sentence,
    query: usize,
    (row, least): (&[f32], f32),
    reason: &dyn Fn(usize, usize) -> Option<&'static Reason>,
) {
    let area = Rect { y, ..sentence.area };
    let theme = canvas.theme;
    for (key, &weight) in row.iter().enumerate() {
        let Some(x) = sentence.column(key) else { continue };
        if let Some(hidden) = reason(query, key) {
            for column in x..x + (text::width(&sentence.labels[key]) as u16).max(3) {
                canvas.set(area, column, y, hidden_paint(theme, hidden.glyph));
            }
        } else if weight >= least {
            canvas.put(area, x, y, &number::short_weight(weight), theme.on_weight(weight));
        }
    }
}

/// Every head's weights for the chosen query.
fn draw_heads(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>, sentence: &Sentence, cursor: usize) {
    if area.height < 3 {
        return;
    }
    let language = canvas.language;
    canvas.title(Rect { height: 1, ..area }, Word::SameQuery.text(language), Word::SameQueryHint.text(language), false);
    let state = &scene.app.attention;
    let heads_of = |index: usize| (0..scene.pass.attentions[index].heads).map(move |head| (index, head));
    let heads: Vec<(usize, usize)> = state.of_stream(scene.pass).into_iter().flat_map(heads_of).collect();
    let chosen = heads.iter().position(|&at| at == (state.index, state.head)).unwrap_or(0);
    let room = usize::from(area.height - 1);
    let first = scroll::window(chosen, heads.len(), room);
    for (line, &(index, head)) in heads.iter().skip(first).take(room).enumerate() {
        let y = area.y + 1 + line as u16;
        let attention = &scene.pass.attentions[index];
        let Some(weights) = scene.record.get(attention.weights) else { continue };
        let here = (index, head) == (state.index, state.head);
        let name = format!("{}{}.{head}", if here { "▸" } else { " " }, attention.layer);
        let style = if here { canvas.theme.cursor_label() } else { canvas.theme.style(Tone::Dim) };
        canvas.put(area, area.x, y, &name, style);
        canvas.hits.push(Rect { y, height: 1, ..area }, Target::Head { layer: index, head });
        let query = cursor.min(weights.shape()[2].saturating_sub(1));
        let row = weights.select(0, 0).select(0, head).select(0, query).to_vec();
        let reason = |query, key| scene.reason_of(index, head, query, key);
        draw_weights(canvas, y, sentence, query, (&row, 0.1), &reason);
    }
}
