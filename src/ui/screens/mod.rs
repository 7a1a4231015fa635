//! The screens: each draws one place of the app from its state and the records it holds. None changes anything.

#[cfg(test)]
mod addressed;
mod attention;
mod card;
mod catalogue;
mod compare;
mod decode;
mod derivation;
mod estimates;
mod fact_table;
mod fill;
mod jobs;
mod lines;
mod model;
mod objective;
mod page;
mod panels;
pub mod sheet;
mod shown;
mod steps;
mod survey;
mod timeline;
mod tokenization;
mod told;
#[cfg(test)]
mod touring;
#[cfg(test)]
mod trial;

use ratatui::Frame;

use super::frame::{self, Body, Chrome, Status};
use super::{Canvas, Hits, Theme, Tone};
use crate::app::{App, Place, Word};

/// Draws the open screen and everything around it.
pub fn draw(frame: &mut Frame<'_>, theme: &Theme, hits: &mut Hits, app: &App) {
    let status = status(app);
    let loaded = loaded(app);
    let chrome = chrome(app, &status, &loaded);
    frame::draw(frame, theme, hits, &chrome, |canvas, body| draw_screen(canvas, body, app));
}

/// As [`draw`], on a canvas of any kind.
pub fn draw_on(canvas: &mut Canvas<'_>, area: ratatui::layout::Rect, app: &App) {
    let status = status(app);
    let loaded = loaded(app);
    let chrome = chrome(app, &status, &loaded);
    frame::draw_on(canvas, area, &chrome, |canvas, body| draw_screen(canvas, body, app));
}

fn chrome<'a>(app: &'a App, status: &'a Status, loaded: &'a [String]) -> Chrome<'a> {
    let filter = matches!(app.place(), Place::Catalogue | Place::CatalogueFilter).then_some(&app.catalogue.query);
    let streams = app.shown().is_some_and(|pass| pass.streams().len() > 1);
    let token = app.token_bytes();
    let (shell, place, tour, unseen) = (&app.shell, app.keys(), app.tour.as_ref(), app.unseen());
    Chrome { shell, place, loaded, status, token, filter, streams, tour, unseen }
}

fn loaded(app: &App) -> Vec<String> {
    match app.place() {
        Place::Catalogue | Place::CatalogueFilter => return catalogue::loaded(app),
        Place::Card | Place::Estimates => return app.catalogue.opened.iter().cloned().collect(),
        Place::Timeline => return timeline::loaded(app),
        Place::Compare => return compare::loaded(app),
        Place::Survey => return survey::loaded(app),
        _ => {}
    }
    app.subject.as_ref().map_or_else(Vec::new, |subject| vec![subject.name.clone(), subject.class().to_owned()])
}

fn draw_screen(canvas: &mut Canvas<'_>, body: Body, app: &App) {
    match app.place() {
        Place::Catalogue | Place::CatalogueFilter => return catalogue::draw(canvas, body, app),
        Place::Compare => return compare::draw(canvas, body, app),
        Place::Card => return card::draw(canvas, body, app),
        Place::Timeline => return timeline::draw(canvas, body, app),
        Place::Survey => return survey::draw(canvas, body, app),
        Place::Estimates => return estimates::draw(canvas, body, app),
        Place::Tokenization => return tokenization::draw(canvas, body, app),
        _ => {}
    }
    let Some(pass) = app.shown() else { return waiting(canvas, body, app) };
    match app.place() {
        Place::Attention => attention::draw(canvas, body, app, pass),
        Place::AttentionLines => lines::draw(canvas, body, app, pass),
        Place::Decode => decode::draw(canvas, body, app),
        Place::Fill => fill::draw(canvas, body, app, pass),
        Place::Objective => objective::draw(canvas, body, app),
        Place::Steps => steps::draw(canvas, body, app, pass),
        Place::Heads
        | Place::Lens
        | Place::Attribution
        | Place::Follow
        | Place::Contributions
        | Place::Rollout
        | Place::Patching => panels::draw(canvas, body, app, pass),
        _ => model::draw(canvas, body, app),
    }
}

/// Before the first pass: what is wrong, or that it is coming.
pub(super) fn waiting(canvas: &mut Canvas<'_>, body: Body, app: &App) {
    let (text, tone) = match &app.fault {
        Some(fault) => (fault.as_str(), Tone::Bad),
        None => (Word::Running.text(canvas.language), Tone::Dim),
    };
    canvas.say_wrapped(body.area, text, tone);
}

/// Right of the prompt: whether the pass was changed by hand, how many tokens, and where one is.
fn status(app: &App) -> Status {
    let mut status = plain_status(app);
    if let Some(mark) = attention::changed::mark(app) {
        status.pieces.insert(0, (format!("{mark}   "), Tone::Warm));
    }
    status
}

fn plain_status(app: &App) -> Status {
    if matches!(app.place(), Place::Catalogue | Place::CatalogueFilter) {
        return catalogue::status(app);
    }
    if app.place() == Place::Timeline {
        return timeline::status(app);
    }
    if app.place() == Place::Tokenization {
        return tokenization::status(app);
    }
    if app.place() == Place::Compare {
        return compare::status(app);
    }
    let Some(pass) = app.shown() else { return Status::default() };
    let language = app.shell.language;
    // What is shown is not of the text that stands in the prompt.
    if app.fault.is_some() {
        let tokens = Word::TokenCount.fill(language, &[&pass.tokens.len()]);
        let earlier = format!("≈ {} ", Word::EarlierText.text(language));
        return Status { bar: None, pieces: vec![(earlier, Tone::Warm), (tokens, Tone::Dim)] };
    }
    match app.place() {
        Place::Steps => {
            let (step, all) = (app.steps.step(pass) + 1, pass.tree.step_count());
            Status {
                bar: Some(step as f32 / all.max(1) as f32),
                pieces: vec![
                    (format!("{} ", Word::Step.text(language)), Tone::Dim),
                    (step.to_string(), Tone::Title),
                    (format!(" {} {all}", Word::Of.text(language)), Tone::Dim),
                ],
            }
        }
        Place::Decode => decode::status(app),
        _ => {
            let tokens = match pass.target.len() {
                0 => Word::TokenCount.fill(language, &[&pass.tokens.len()]),
                target => Word::SourceAndTarget.fill(language, &[&pass.tokens.len(), &target]),
            };
            Status { bar: None, pieces: vec![(tokens, Tone::Dim)] }
        }
    }
}
