//! The panels over a screen: heads ranked, layers asked, predictions traced back, values exchanged.

mod attribution;
mod contributions;
mod follow;
mod grid;
mod heads;
mod lens;
mod patching;
mod rollout;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use ratatui::layout::Rect;

use crate::app::panel::Panel;
use crate::app::{App, Language, Word};
use crate::explore::Pass;
use crate::models::Predicts;
use crate::ui::frame::Body;
use crate::ui::{Canvas, Tone, number, text};

/// Draws the open panel.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App, pass: &Pass) {
    match &app.panel {
        Some(Panel::Heads(panel)) => heads::draw(canvas, body, app, pass, panel),
        Some(Panel::Lens(panel)) => lens::draw(canvas, body, app, pass, panel),
        Some(Panel::Attribution(panel)) => attribution::draw(canvas, body, app, pass, panel),
        Some(Panel::Follow(panel)) => follow::draw(canvas, body, app, pass, panel),
        Some(Panel::Contributions(panel)) => contributions::draw(canvas, body, app, pass, panel),
        Some(Panel::Rollout(panel)) => rollout::draw(canvas, body, app, pass, panel),
        Some(Panel::Patching(panel)) => patching::draw(canvas, body, app, pass, panel),
        None => {}
    }
}

/// Title and hint; returns what is left below, after a blank row where there is room.
fn titled(canvas: &mut Canvas<'_>, body: Body, title: Word, hint: &str) -> Rect {
    let area = body.area;
    let title = title.text(canvas.language);
    let room = usize::from(area.width).saturating_sub(text::width(title) + 3);
    canvas.title(Rect { height: 1, ..area }, title, &text::fit(hint, room), true);
    let above = if body.compact { 1 } else { 2 };
    Rect { y: area.y + above, height: area.height.saturating_sub(above), ..area }
}

/// What was found; where nothing was, why not or that it is coming.
fn found<'a, T>(canvas: &mut Canvas<'_>, area: Rect, found: Option<&'a Result<Arc<T>, String>>) -> Option<&'a T> {
    match found {
        Some(Ok(found)) => return Some(found),
        Some(Err(fault)) => canvas.say_wrapped(area, fault, Tone::Warm),
        None => canvas.say_wrapped(area, Word::Running.text(canvas.language), Tone::Dim),
    };
    None
}

/// Where a prediction stands: after a token, or in its place.
fn place_words(pass: &Pass, token: &str, language: Language) -> String {
    let word = if pass.predicts() == Predicts::Next { Word::AfterToken } else { Word::InPlaceOf };
    word.fill(language, &[&token])
}

/// A number with its sign, to two digits.
fn with_sign(value: f32) -> String {
    let number = number::significant(value, 2);
    if value > 0.0 { format!("+{number}") } else { number }
}
