//! The training objective on the user's own text: what the model is given, what it should say, and its loss.

use std::ops::Range;

use ratatui::layout::Rect;

use super::model::{Line, scrolled};
use crate::app::objective::{Refused, Tried};
use crate::app::{App, Language, Word};
use crate::explore::{Exercise, Fate, TermLoss, Written};
use crate::train::objective::Objective;
use crate::ui::frame::Body;
use crate::ui::{Canvas, Tone, text};

/// Columns of the view at most: longer lines are hard to read.
const WIDEST: u16 = 130;
/// Columns of a token at most.
const TOKEN: usize = 20;
/// Columns of the names of terms, and of the bars beside their numbers.
const NAME: u16 = 28;
const BAR: u16 = 24;

/// Draws the view.
pub fn draw(canvas: &mut Canvas<'_>, body: Body, app: &App) {
    let language = app.shell.language;
    let side = u16::from(body.compact);
    let width = body.area.width.saturating_sub(2 * side).min(WIDEST);
    let area = Rect { x: body.area.x + side, width, ..body.area };
    let tried = match &app.objective.shown {
        Some((_, Ok(tried))) => tried,
        Some((_, Err(refused))) => return draw_refused(canvas, area, app, refused),
        None => return super::waiting(canvas, Body { area, ..body }, app),
    };
    let page = Page { exercise: &tried.exercise, language, width, roomy: !body.compact };
    let lines = page.lines(app, tried);
    scrolled(canvas, area, &lines, app.scroll);
    canvas.hits.set_scroll_limit(lines.len().saturating_sub(usize::from(area.height)));
}

fn draw_refused(canvas: &mut Canvas<'_>, area: Rect, app: &App, refused: &Refused) {
    let language = app.shell.language;
    let prompt = app.pass.as_ref().map(|pass| &pass.prompt);
    let objective = app.subject.as_ref().zip(prompt).and_then(|(s, prompt)| app.objective.objective(s, prompt));
    let name = objective.map_or(Word::ObjectiveTitle.text(language), |objective| {
        let [en, zh] = objective.name();
        language.pick(en, zh)
    });
    canvas.title(area, name, &place_in_list(app, objective.map(Objective::id)), false);
    let below = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    match refused {
        Refused::NeedsAnswer => canvas.say_wrapped(below, Word::NeedsAnswer.text(language), Tone::Text),
        Refused::Other(why) => canvas.say_wrapped(below, why, Tone::Bad),
    };
}

/// Which of the objectives that fit it is; nothing where there is only one.
fn place_in_list(app: &App, id: Option<&str>) -> String {
    let fitting = app.subject.as_ref().map(|subject| subject.objectives()).unwrap_or_default();
    let at = fitting.iter().position(|objective| Some(objective.id()) == id);
    match at {
        Some(at) if fitting.len() > 1 => Word::ObjectiveOf.fill(app.shell.language, &[&(at + 1), &fitting.len()]),
        _ => String::new(),
    }
}

struct Page<'a> {
    exercise: &'a Exercise,
    language: Language,
    width: u16,
    roomy: bool,
}

/// A token with what stands below it.
struct Pair {
    above: (String, Tone),
    below: (String, Tone),
}

impl Pair {
    fn width(&self) -> usize {
        text::width(&self.above.0).max(text::width(&self.below.0))
    }
}

impl Page<'_> {
    fn word(&self, word: Word) -> &'static str {
        word.text(self.language)
    }

    fn lines(&self, app: &App, tried: &Tried) -> Vec<Line> {
        let objective = self.exercise.objective;
        let pick = |[en, zh]: [&'static str; 2]| self.language.pick(en, zh);
        let epoch = app.objective.shown.as_ref().map_or(0, |(trial, _)| trial.seed) + 1;
        let epoch = Word::EpochNumber.fill(self.language, &[&epoch]);
        let mut lines = vec![Line::title(pick(objective.name()), &place_in_list(app, Some(objective.id()))).right(
            self.width,
            epoch,
            Tone::Accent,
        )];
        self.gap(&mut lines);
        let explained = text::wrap(pick(objective.explained()), usize::from(self.width.min(100)));
        lines.extend(explained.into_iter().map(|words| Line::new().text(0, words, Tone::Dim)));
        lines.push(Line::new());
        self.tokens(&mut lines);
        lines.push(Line::new());
        self.losses(&mut lines, tried.unigram);
        lines
    }

    /// A blank line where there is room.
    fn gap(&self, lines: &mut Vec<Line>) {
        if self.roomy {
            lines.push(Line::new());
        }
    }

    fn tokens(&self, lines: &mut Vec<Line>) {
        let Exercise { input, targets, fates, given, .. } = self.exercise;
        let decodes = !given.is_empty();
        let corrupts = fates.iter().any(|fate| *fate != Fate::Plain);
        let hint = match (decodes, corrupts) {
            (true, true) => Word::SpansCut,
            (false, true) => Word::MarksOfMasking,
            (false, false) => Word::TargetBelow,
            (true, false) => Word::None,
        };
        let hint = if hint == Word::None { "" } else { self.word(hint) };
        lines.push(Line::title(self.word(Word::ModelReads), hint));
        self.gap(lines);
        if decodes {
            let plain = |(token, fate): (&Written, &Fate)| pair(token, *fate, None);
            self.flow(lines, input.iter().zip(fates).map(plain).collect(), false);
            lines.push(Line::new());
            lines.push(Line::title(self.word(Word::DecoderReads), self.word(Word::TargetBelow)));
            self.gap(lines);
            let said = |(token, target): (&Written, &Option<Written>)| pair(token, Fate::Plain, target.as_ref());
            self.flow(lines, given.iter().zip(targets).map(said).collect(), true);
        } else {
            let places = input.iter().zip(fates).zip(targets);
            let pairs = places.map(|((token, fate), target)| pair(token, *fate, target.as_ref()));
            self.flow(lines, pairs.collect(), true);
        }
    }

    /// Tokens after one another, as many on a line as fit.
    fn flow(&self, lines: &mut Vec<Line>, pairs: Vec<Pair>, below: bool) {
        let widths: Vec<usize> = pairs.iter().map(Pair::width).collect();
        let mut pairs = pairs.into_iter();
        for (number, line) in lines_of(&widths, self.width.into()).into_iter().enumerate() {
            if below && self.roomy && number > 0 {
                lines.push(Line::new());
            }
            let (mut above, mut under, mut x) = (Line::new(), Line::new(), 0);
            // The widths come first: the other way round a pair would be taken and dropped at each line's end.
            for (width, pair) in widths[line].iter().zip(pairs.by_ref()) {
                above = above.text(x, pair.above.0, pair.above.1);
                under = under.text(x, pair.below.0, pair.below.1);
                x += *width as u16 + 1;
            }
            lines.push(above);
            if below {
                lines.push(under);
            }
        }
    }

    fn losses(&self, lines: &mut Vec<Line>, unigram: Option<f32>) {
        let counted = self.exercise.targets.iter().flatten().count();
        let places = self.exercise.targets.len();
        let hint = Word::CountedAt.fill(self.language, &[&counted, &places]);
        lines.push(Line::title(self.word(Word::LossTitle), &hint));
        self.gap(lines);
        let terms = &self.exercise.terms;
        let all = terms.iter().map(|term| term.loss).chain([self.exercise.loss]).chain(unigram);
        let longest = all.filter(|loss| loss.is_finite()).fold(f32::MIN_POSITIVE, f32::max);
        for term in terms {
            let weight = format!("× {}", term.weight);
            let line = self.loss(term_name(term.name, self.language), term.loss, longest, Tone::Text);
            let line = line.text(NAME + 10, weight, Tone::Dim);
            lines.push(line.text(NAME + 18 + self.bar(), self.judged(term), Tone::Dim));
            // What it is to be held against: how often each token comes tells so much already.
            if let (None, Some(unigram)) = (term.class, unigram) {
                let name = format!("  {}", self.word(Word::FrequenciesAlone));
                lines.push(self.loss(&name, unigram, longest, Tone::Dim));
            }
        }
        if terms.len() > 1 {
            lines.push(self.loss(self.word(Word::WeightedSum), self.exercise.loss, longest, Tone::Strong));
        }
    }

    /// Columns of a bar.
    fn bar(&self) -> u16 {
        if self.width < 100 { BAR / 3 } else { BAR }
    }

    fn loss(&self, name: &str, loss: f32, longest: f32, tone: Tone) -> Line {
        let line = Line::new().text(0, name, tone).right(NAME + 8, format!("{loss:.3}"), tone);
        line.bar(NAME + 16, self.bar(), if loss.is_finite() { loss / longest } else { 0.0 })
    }

    /// What a term that judges the whole example should have found.
    fn judged(&self, term: &TermLoss) -> &'static str {
        match (term.name, term.class) {
            ("next sentence", Some(0)) => self.word(Word::SecondFollows),
            ("next sentence", Some(_)) => self.word(Word::SecondStrange),
            _ => "",
        }
    }
}

/// Which of so wide things stand on which line, a blank between two.
fn lines_of(widths: &[usize], columns: usize) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (place, width) in widths.iter().enumerate() {
        if place > start && used + width > columns {
            lines.push(start..place);
            (start, used) = (place, 0);
        }
        used += width + 1;
    }
    lines.push(start..widths.len());
    lines
}

/// A token with what became of it, and below it what should be said there.
fn pair(token: &Written, fate: Fate, target: Option<&Written>) -> Pair {
    let (tone, mark) = match fate {
        Fate::Plain => (Tone::Text, ""),
        Fate::Hidden => (Tone::Warm, "▴"),
        Fate::Replaced => (Tone::Bad, "≠"),
        Fate::Kept => (Tone::Accent, "="),
    };
    let below = target.map_or_else(String::new, |target| format!("{mark}{}", text::fit(&target.text, TOKEN)));
    Pair {
        above: (text::fit(&token.text, TOKEN), tone),
        below: (below, if mark.is_empty() { Tone::Dim } else { tone }),
    }
}

/// The name of a term, as objectives call it.
fn term_name(name: &'static str, language: Language) -> &'static str {
    let word = match name {
        "next token" => Word::TermNextToken,
        "masked words" => Word::TermMaskedWords,
        "next sentence" => Word::TermNextSentence,
        "target" => Word::TermTarget,
        _ => return name,
    };
    word.text(language)
}

#[cfg(test)]
mod tests;
