//! What was changed by hand, in one line: where strokes go while one paints, else what is not as the model has it.

use ratatui::layout::Rect;

use super::Scene;
use crate::app::attention::{preset_words, scheme_words};
use crate::app::{Action, App, Language, Place, Target, Word};
use crate::explore::Edits;
use crate::ui::{Canvas, Tone, text};

/// Stands before what was changed by hand.
pub const MARK: &str = "≠";

/// Rows that the line takes.
pub fn rows(app: &App) -> u16 {
    u16::from(app.attention.paint.open || !app.attention.edits.is_empty())
}

/// Draws the line.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let state = &scene.app.attention;
    let mut line = Line { area, x: area.x };
    if state.paint.open {
        let language = canvas.language;
        line.say(canvas, Word::StrokesGoTo.text(language), Tone::Dim, None);
        line.x = line.x.saturating_sub(1);
        line.say(canvas, state.paint.reach.word().text(language), Tone::Accent, Some(Action::PaintReach));
        if let Some(preset) = state.paint.preset {
            line.say(canvas, &preset_words(preset, language), Tone::Text, Some(Action::MaskPreset));
        }
    }
    for words in changes(scene, canvas.language) {
        line.say(canvas, &words, Tone::Warm, None);
    }
    let keys = scene.app.shell.keymap.keys_for(scene.app.keys(), Action::AllOn, canvas.language);
    if let (false, false, Some(key)) = (state.paint.open, state.edits.is_empty(), keys.first()) {
        line.say(canvas, &Word::ResetsAll.fill(canvas.language, &[key]), Tone::Dim, Some(Action::AllOn));
    }
}

/// What is not as the model has it, part by part.
fn changes(scene: &Scene<'_>, language: Language) -> Vec<String> {
    let state = &scene.app.attention;
    let mut words = Vec::new();
    match state.edits.painting(state.index, state.head) {
        Some(painting) => words.push(format!("{MARK} {}", Word::MaskChanged.fill(language, &[&painting.len()]))),
        None if !state.edits.masks.is_empty() => {
            words.push(format!("{MARK} {}", Word::MaskChangedElsewhere.text(language)));
        }
        None => {}
    }
    if let Some(scheme) = state.edits.positions {
        words.push(Word::PositionsNow.fill(language, &[&scheme_words(scheme, language)]));
    }
    if !state.edits.off.is_empty() && !state.paint.open {
        words.push(format!(
            "{} {}",
            Word::HeadsOff.fill(language, &[&state.edits.off.len()]),
            Word::SwitchedOff.text(language)
        ));
    }
    words
}

/// What was changed in a few words: `1.0 2.1 · mask 12 cells · positions: none`.
pub fn summary(scene: &Scene<'_>, edits: &Edits, language: Language, columns: usize) -> String {
    let names: Vec<String> = edits.off.iter().map(|&(index, head)| scene.pass.head_name(index, head)).collect();
    let mut all = names.join(" ");
    if text::width(&all) > columns {
        all = Word::HeadsOff.fill(language, &[&edits.off.len()]);
    }
    if edits.masks.is_empty() && edits.positions.is_none() {
        return Word::WithoutHeads.fill(language, &[&all]);
    }
    let mut parts: Vec<String> = Vec::new();
    if !edits.off.is_empty() {
        parts.push(format!("−{all}"));
    }
    if let Some(cells) = edits.masks.values().map(|painting| painting.len()).max() {
        parts.push(Word::CellsOfMask.fill(language, &[&cells]));
    }
    parts.extend(edits.positions.map(|scheme| Word::PositionsNow.fill(language, &[&scheme_words(scheme, language)])));
    Word::ChangedIs.fill(language, &[&parts.join(" · ")])
}

struct Line {
    area: Rect,
    x: u16,
}

impl Line {
    /// Words behind those before; what does not fit is left out.
    fn say(&mut self, canvas: &mut Canvas<'_>, words: &str, tone: Tone, action: Option<Action>) {
        let start = if self.x == self.area.x { self.x } else { self.x + 2 };
        let width = text::width(words) as u16;
        if start + width > self.area.right() {
            return;
        }
        let end = canvas.say(self.area, start, self.area.y, words, tone);
        if let Some(action) = action {
            canvas.hits.push(Rect { x: start, width, ..self.area }, Target::Key(action));
        }
        self.x = end;
    }
}

/// The mark beside the prompt where the open screen shows a changed pass, or text that was written without the changes.
pub fn mark(app: &App) -> Option<String> {
    let language = app.shell.language;
    if app.changed().is_some() {
        return Some(format!("{MARK} {}", Word::ChangedByHand.text(language)));
    }
    let writing = app.place() == Place::Decode && !app.attention.edits.is_empty();
    writing.then(|| Word::WrittenUnchanged.text(language).to_owned())
}
