//! Drawing: themes, widgets and the frame of every screen. Nothing here changes the program's state.

pub mod canvas;
pub mod dump;
pub mod frame;
pub mod hits;
pub mod number;
pub mod png;
pub mod screens;
pub mod svg;
#[cfg(test)]
pub mod testing;
pub mod text;
pub mod theme;
pub mod widgets;

pub use canvas::Canvas;
pub use hits::Hits;
pub use theme::{ColorDepth, Look, Theme, ThemeError, Themes, Tone, embedded_file as embedded_theme};
