//! The pages of the survey: what it says outside of its models, claim by claim, held against the sources.

use ratatui::layout::Rect;

use super::catalogue::pick;
use super::page::Page;
use super::told;
use crate::app::{App, Word};
use crate::catalog;
use crate::ui::frame::Body;
use crate::ui::{Canvas, Tone};

/// Columns of the text at most.
const WIDEST: u16 = 92;

fn open(app: &App) -> Option<(usize, Vec<&catalog::Page>)> {
    let pages = app.catalogue.catalog().pages();
    app.catalogue.survey.filter(|&at| at < pages.len()).map(|at| (at, pages))
}

/// Right of the tabs: which page of how many.
pub fn loaded(app: &App) -> Vec<String> {
    open(app).map(|(at, pages)| Word::PageOf.fill(app.shell.language, &[&(at + 1), &pages.len()])).into_iter().collect()
}

/// Draws the page that is open.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App) {
    let Some((at, pages)) = open(app) else { return };
    let (survey, language, area) = (pages[at], canvas.language, body.area);
    let mut page = Page::new(area.width.saturating_sub(2).min(WIDEST));
    page.row(&[(&pick(&survey.title, language), Tone::Focused)], None);
    page.title(Word::SurveySays.text(language), &Word::ClaimsCount.fill(language, &[&survey.survey.len()]));
    told::claims(&mut page, &survey.survey, language);
    told::sources(&mut page, &survey.sources, language);
    let below = |rows| Word::LinesBelow.fill(language, &[&rows]);
    page.draw(canvas, Rect { x: area.x + 1, width: area.width - 2, ..area }, app.scroll, &below);
    canvas.hits.set_scroll_limit(page.len().saturating_sub(usize::from(area.height)));
}
