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

/// One part of the line: its words, a shorter form, how it looks, and what a click on it does.
struct Part {
    words: String,
    short: String,
    tone: Tone,
    action: Option<Action>,
}

impl Part {
    fn new(words: String, tone: Tone, action: Option<Action>) -> Self {
        Self { short: words.clone(), words, tone, action }
    }

    fn or(self, short: String) -> Self {
        Self { short, ..self }
    }
}

/// Columns between the parts.
const GAP: usize = 2;

/// Draws the line: in its short form where there is no room for the long one, and as much of it as fits.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let state = &scene.app.attention;
    let language = canvas.language;
    let mut parts = Vec::new();
    if state.paint.open {
        let reach = state.paint.reach.word().text(language);
        let long = format!("{} {reach}", Word::StrokesGoTo.text(language));
        parts.push(Part::new(long, Tone::Accent, Some(Action::PaintReach)).or(reach.to_owned()));
        let preset = state.paint.preset.map(|preset| preset_words(preset, language));
        parts.extend(preset.map(|words| Part::new(words, Tone::Text, Some(Action::MaskPreset))));
    }
    parts.extend(changes(scene, language));
    let keys = scene.app.shell.keymap.keys_for(scene.app.keys(), Action::AllOn, language);
    if let (false, false, Some(key)) = (state.paint.open, state.edits.is_empty(), keys.first()) {
        parts.push(Part::new(Word::ResetsAll.fill(language, &[key]), Tone::Dim, Some(Action::AllOn)));
    }
    let long = parts.iter().map(|part| text::width(&part.words) + GAP).sum::<usize>() <= usize::from(area.width) + GAP;
    let mut x = area.x;
    for part in &parts {
        let words = if long { &part.words } else { &part.short };
        let width = text::width(words) as u16;
        if x + width > area.right() {
            continue;
        }
        canvas.say(area, x, area.y, words, part.tone);
        if let Some(action) = part.action {
            canvas.hits.push(Rect { x, width, ..area }, Target::Key(action));
        }
        x += width + GAP as u16;
    }
}

/// What is not as the model has it, part by part.
fn changes(scene: &Scene<'_>, language: Language) -> Vec<Part> {
    let state = &scene.app.attention;
    let marked = |word: String| format!("{MARK} {word}");
    let warm = |words: String| Part::new(words, Tone::Warm, None);
    let mut parts = Vec::new();
    match state.edits.painting(state.index, state.head) {
        Some(painting) => {
            let [long, short] = [Word::MaskChanged, Word::MaskChangedShort]
                .map(|word| marked(word.fill(language, &[&cells(painting.len(), language)])));
            parts.push(warm(long).or(short));
        }
        None if !state.edits.masks.is_empty() => {
            parts.push(warm(marked(Word::MaskChangedElsewhere.text(language).to_owned())));
        }
        None => {}
    }
    let positions = |scheme| Word::PositionsNow.fill(language, &[&scheme_words(scheme, language)]);
    parts.extend(state.edits.positions.map(|scheme| warm(positions(scheme))));
    if !state.edits.off.is_empty() {
        let names: Vec<String> =
            state.edits.off.iter().take(4).map(|&(index, head)| scene.pass.head_name(index, head)).collect();
        let more = if state.edits.off.len() > names.len() { " …" } else { "" };
        parts.push(warm(Word::HeadsAreOff.fill(language, &[&(names.join(" ") + more)])));
    }
    parts
}

fn cells(count: usize, language: Language) -> String {
    if count == 1 { Word::OneCell.text(language).to_owned() } else { Word::CellCount.fill(language, &[&count]) }
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
        parts.push(Word::CellsOfMask.fill(language, &[&self::cells(cells, language)]));
    }
    parts.extend(edits.positions.map(|scheme| Word::PositionsNow.fill(language, &[&scheme_words(scheme, language)])));
    Word::ChangedIs.fill(language, &[&parts.join(" · ")])
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
