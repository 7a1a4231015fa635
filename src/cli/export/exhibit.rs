//! What can be exported: something that can be drawn, told and given as numbers.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::Value;

use crate::app::{App, Language};
use crate::ui::screens::sheet::{self, Sheet};
use crate::ui::svg::{Ground, svg};
use crate::ui::{self, Canvas, ColorDepth, Hits, Theme};

/// What a picture is drawn on.
#[derive(Clone, Copy, Debug)]
pub struct Paper {
    /// The theme.
    pub theme: &'static str,
    /// Its ground.
    pub ground: Ground,
}

impl Paper {
    /// White, for print and slides.
    pub const LIGHT: Self = Self { theme: "light", ground: Ground::LIGHT };
    /// As a dark terminal.
    pub const DARK: Self = Self { theme: "dark", ground: Ground::DARK };
}

/// Something that can be exported.
pub trait Exhibit {
    /// What it is, in a few words: the title of a page.
    fn title(&self) -> String;

    /// The language of its words.
    fn language(&self) -> Language;

    /// The picture as SVG.
    ///
    /// # Errors
    /// Where the theme cannot be read.
    fn drawing(&self, paper: Paper) -> color_eyre::Result<String>;

    /// Its words and tables, where there are more than the picture shows.
    fn markdown(&self) -> Option<String> {
        None
    }

    /// Its numbers, where it has any.
    ///
    /// # Errors
    /// Where they cannot be written as JSON.
    fn json(&self) -> color_eyre::Result<Option<Value>> {
        Ok(None)
    }
}

/// A whole screen of the explorer, of so many columns and rows.
///
/// # Errors
/// Where the theme cannot be read.
pub fn screen(app: &App, size: (u16, u16), paper: Paper) -> color_eyre::Result<String> {
    let area = Rect::new(0, 0, size.0, size.1);
    draw(area, app.shell.language, paper, |canvas| {
        ui::screens::draw_on(canvas, area, app);
        area.height
    })
}

/// A page of its own, as long as it needs to be.
///
/// # Errors
/// Where the theme cannot be read.
pub fn page(app: &App, sheet: Sheet, columns: u16, paper: Paper) -> color_eyre::Result<String> {
    // Long enough for anything; what is not written on is cut off.
    let area = Rect::new(0, 0, columns, 4000.min(u16::MAX / columns));
    draw(area, app.shell.language, paper, |canvas| sheet::draw(canvas, area, app, sheet))
}

/// Draws on an area and keeps as many of its rows as `drawn` says.
fn draw(
    area: Rect,
    language: Language,
    paper: Paper,
    drawn: impl FnOnce(&mut Canvas<'_>) -> u16,
) -> color_eyre::Result<String> {
    let theme = Theme::named(paper.theme, ColorDepth::TrueColor)?;
    let (mut buffer, mut hits) = (Buffer::empty(area), Hits::new());
    let rows = drawn(&mut Canvas { buffer: &mut buffer, theme: &theme, hits: &mut hits, language });
    buffer.resize(Rect { height: rows, ..area });
    Ok(svg(&buffer, paper.ground))
}
