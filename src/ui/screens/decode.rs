//! Writing token by token: the candidates, the settings, the cache.

use crate::app::App;
use crate::ui::Canvas;
use crate::ui::frame::{Body, Status};

/// Draws the screen.
pub fn draw(_canvas: &mut Canvas<'_>, _body: Body, _app: &App) {}

/// Right of the prompt.
pub fn status(_app: &App) -> Status {
    Status::default()
}
