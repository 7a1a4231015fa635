//! The model: what it is, how large, where its parameters are, what a pass costs.

use crate::app::App;
use crate::explore::Pass;
use crate::ui::Canvas;
use crate::ui::frame::Body;

/// Draws the screen.
pub fn draw(_canvas: &mut Canvas<'_>, _body: Body, _app: &App, _pass: &Pass) {}
