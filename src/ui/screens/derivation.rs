//! Where a number comes from: the trail of derivations with the chosen term.

use ratatui::layout::Rect;

use crate::app::Trail;
use crate::explore::Pass;
use crate::ui::Canvas;

/// Draws the newest derivation of a trail, with the way to it above.
pub fn draw(_canvas: &mut Canvas<'_>, _area: Rect, _pass: &Pass, _trail: &Trail) {}
