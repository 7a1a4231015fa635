//! The tokens with a strip above them: how undecided the model is at each.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::View;
use crate::app::Target;
use crate::ui::theme::Paint;
use crate::ui::widgets::scroll;
use crate::ui::{Canvas, Tone, text};

/// Lines of tokens with their strips, those around the position that is looked at; returns the rows used.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>, most: u16) -> u16 {
    let labels: Vec<String> = view.pass.tokens.iter().map(|token| text::fit(&token.label, 20)).collect();
    let lines = text::lines_of(&labels, usize::from(area.width).saturating_sub(1));
    let shown = usize::from((most / 2).max(1)).min(lines.len());
    let at = lines.iter().position(|line| line.contains(&view.position)).unwrap_or(0);
    let first = scroll::window(at, lines.len(), shown);
    for (row, line) in lines.iter().skip(first).take(shown).enumerate() {
        let mut x = area.x + 1;
        for position in line.clone() {
            let place = Rect { x, y: area.y + 2 * row as u16, ..area };
            x = draw_token(canvas, area, place, view, (position, &labels[position])) + 1;
        }
    }
    if first > 0 {
        canvas.say(area, area.x, area.y + 1, "…", Tone::Faint);
    }
    if first + shown < lines.len() {
        let y = area.y + 2 * shown as u16 - 1;
        canvas.say(area, area.right().saturating_sub(1), y, "…", Tone::Faint);
    }
    2 * shown as u16
}

fn draw_token(
    canvas: &mut Canvas<'_>,
    area: Rect,
    place: Rect,
    view: &View<'_>,
    (position, label): (usize, &str),
) -> u16 {
    let masked = view.masks.contains(&position);
    let style = match (position == view.position, masked) {
        (true, _) => canvas.theme.cursor_label().add_modifier(Modifier::UNDERLINED),
        (false, true) => canvas.theme.style(Tone::Warm).add_modifier(Modifier::UNDERLINED),
        (false, false) => canvas.theme.style(Tone::Text),
    };
    let after = canvas.put(area, place.x, place.y + 1, label, style);
    let spot = Rect { x: place.x, y: place.y, width: after - place.x, height: 2 };
    if position == view.app.cursor.query && position != view.position {
        canvas.select(Rect { y: place.y + 1, height: 1, ..spot });
    }
    let undecided = view.expected.get(position).map_or(f32::NAN, |expected| expected.entropy) / view.highest();
    let Paint { glyph, style } = canvas.theme.weight(undecided);
    for x in place.x..after {
        canvas.set(area, x, place.y, Paint { glyph, style });
    }
    canvas.hits.push(spot, Target::Cell { map: 0, row: 0, col: position });
    after
}
