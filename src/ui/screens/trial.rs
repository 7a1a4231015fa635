//! Whole screens as text, for tests.

use crate::app::App;
use crate::ui::testing::{dark, drawn};
use crate::ui::{ColorDepth, Hits, Theme, dump};

/// The sizes that every screen is looked at in.
pub const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 60)];

/// The glyphs of a screen.
pub fn glyphs(app: &App, size: (u16, u16)) -> String {
    screen(app, size, &dark()).0
}

/// The glyphs in a theme, and where the mouse meets what.
pub fn screen(app: &App, size: (u16, u16), theme: &Theme) -> (String, Hits) {
    let (buffer, hits) = drawn(size, theme, app.shell.language, |canvas, area| super::draw_on(canvas, area, app));
    (dump::glyphs(&buffer), hits)
}

/// Draws at many sizes and in all themes: nothing may panic.
pub fn draw_everywhere(app: &App) {
    let depths = [ColorDepth::None, ColorDepth::Ansi16, ColorDepth::Indexed256, ColorDepth::TrueColor];
    for depth in depths {
        for name in ["dark", "light", "mono"] {
            screen(app, (120, 36), &Theme::named(name, depth).unwrap());
        }
    }
    for width in [60, 61, 75, 80, 99, 100, 101, 130, 200] {
        for height in [16, 17, 20, 24, 27, 28, 30, 36, 60] {
            screen(app, (width, height), &dark());
        }
    }
}
