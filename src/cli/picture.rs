//! `headscope export screen`: a screen as a picture, after some keys. No terminal is needed.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use color_eyre::eyre::{WrapErr, eyre};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::explorer::{self, carry_out};
use crate::app::{App, Effect, Input, Key, Message};
use crate::explore::Subject;
use crate::ui::svg::{Ground, svg};
use crate::ui::{self, Canvas, ColorDepth, Hits, Theme};

/// What is to be shown.
pub struct Options {
    /// English or Chinese.
    pub language: crate::app::Language,
    /// The text that the model reads.
    pub text: Option<String>,
    /// Keys parted by blanks, pressed one after another.
    pub keys: String,
    /// Columns and rows.
    pub size: (u16, u16),
    /// `dark` or `light`.
    pub theme: &'static str,
}

/// Draws the screen of a checkpoint and writes it as SVG.
pub fn write(path: &Path, output: &Path, options: &Options) -> color_eyre::Result<()> {
    let subject = Arc::new(Subject::open(path)?);
    let mut app = explorer::app(Arc::clone(&subject), options.language, true, options.text.as_deref())?;
    app.shell.theme = options.theme;
    let begin = app.begin();
    settle(&mut app, &subject, begin);
    for key in options.keys.split_whitespace() {
        let key: Key = key.parse().map_err(|error| eyre!("--keys: {key:?} is no key: {error}"))?;
        let effects = app.update(Input::Key(key));
        settle(&mut app, &subject, effects);
    }
    let buffer = draw(&app, options)?;
    let ground = if options.theme == "light" { Ground::LIGHT } else { Ground::DARK };
    std::fs::write(output, svg(&buffer, ground)).wrap_err_with(|| format!("cannot write {}", output.display()))
}

/// Does all work at once, on this thread.
fn settle(app: &mut App, subject: &Subject, mut effects: Vec<Effect>) {
    while let Some(effect) = effects.pop() {
        if let Effect::Start(job) = effect {
            let result = carry_out(&job, subject, &AtomicBool::new(false), &|_| {});
            effects.extend(app.update(Input::Message(Message::Done(job.id, result))));
        }
    }
    debug_assert!(app.patience() != Some(Duration::ZERO));
}

fn draw(app: &App, options: &Options) -> color_eyre::Result<Buffer> {
    let area = Rect::new(0, 0, options.size.0, options.size.1);
    let mut buffer = Buffer::empty(area);
    let theme = Theme::named(options.theme, ColorDepth::TrueColor)?;
    let mut hits = Hits::new();
    let mut canvas = Canvas { buffer: &mut buffer, theme: &theme, hits: &mut hits, language: options.language };
    ui::screens::draw_on(&mut canvas, area, app);
    Ok(buffer)
}
