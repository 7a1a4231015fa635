//! The steps of the pass: the tree, the tensors before and after, the words and the numbers.

mod look;
mod maps;
mod numbers;
mod picture;
mod rows;
mod side;
mod table;
#[cfg(test)]
mod tests;
mod tree;

use ratatui::layout::Rect;

use super::derivation;
use crate::app::App;
use crate::explore::Pass;
use crate::ui::frame::Body;
use crate::ui::{Canvas, Tone};
use picture::Screen;

/// Rows that the newest derivation of a trail may want; below so many rows beside it the tensors go.
const TENSOR_ROWS: u16 = 10;

/// Draws the screen.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App, pass: &Pass) {
    let (tree, right) = panes(body);
    tree::draw(canvas, tree, app, pass, body.compact);
    let Some(screen) = Screen::of(app, pass) else { return };
    let foot = match app.steps.trail.newest() {
        Some((derivation, _)) => derivation::rows(pass, derivation).min(right.height),
        None => numbers::rows(right, body.compact),
    };
    let left = right.height.saturating_sub(foot + u16::from(!body.compact));
    // A derivation that leaves the tensors hardly any room takes all of it.
    let left = if left < TENSOR_ROWS && !app.steps.trail.is_empty() { 0 } else { left };
    let above = Rect { height: left, ..right };
    let mut below = Rect { y: right.y + left, height: right.height - left, ..right };
    if left > 0 {
        screen.draw(canvas, above);
        if !body.compact {
            canvas.line(below, '─', Tone::Rule);
            below = Rect { y: below.y + 1, height: below.height.saturating_sub(1), ..below };
        }
    }
    if app.steps.trail.is_empty() {
        numbers::draw(canvas, below, app, pass);
    } else {
        derivation::draw(canvas, below, pass, &app.steps.trail);
    }
}

/// The tree and what is right of it.
fn panes(body: Body) -> (Rect, Rect) {
    let area = body.area;
    let width = if body.compact { (area.width * 3 / 10).max(20) } else { (area.width / 4).clamp(30, 42) };
    let tree = Rect { width, ..area };
    let x = area.x + width + 3;
    let right = Rect { x, width: area.right().saturating_sub(x), ..area };
    (tree, right)
}
