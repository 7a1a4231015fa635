//! The steps of the pass: the tree, the tensors before and after, the words and the numbers.

use crate::app::App;
use crate::explore::Pass;
use crate::ui::Canvas;
use crate::ui::frame::Body;

/// Draws the screen.
pub fn draw(_canvas: &mut Canvas<'_>, _body: Body, _app: &App, _pass: &Pass) {}
