//! Painting the mask, and choosing what stands in the place of the positions.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Asked, AttentionState, View};
use crate::app::{Action, Command, Cursor, Language, Trail, Word};
use crate::explore::{HeadPlace, Misfit, Painting, Pass, Preset, SHUFFLE, Scheme};
use crate::tape::{Attention, Cell, Mask};

/// The heads that a stroke goes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// The head that is shown.
    Head,
    /// All heads of its layer.
    Layer,
    /// All heads of all layers.
    #[default]
    All,
}

impl Reach {
    /// The next wider one, and behind the widest the head alone.
    fn next(self) -> Self {
        match self {
            Reach::Head => Reach::Layer,
            Reach::Layer => Reach::All,
            Reach::All => Reach::Head,
        }
    }

    /// What it is called.
    pub fn word(self) -> Word {
        match self {
            Reach::Head => Word::ThisHead,
            Reach::Layer => Word::ThisLayer,
            Reach::All => Word::AllLayers,
        }
    }
}

/// The masks before a stroke.
type Masks = BTreeMap<HeadPlace, Arc<Painting>>;

/// Strokes that can be taken back.
const REMEMBERED: usize = 200;
/// The widest window, in keys to a side.
const WIDEST: usize = 512;

/// The state of painting.
#[derive(Clone, Debug)]
pub struct Paint {
    /// Whether keys and mouse paint.
    pub open: bool,
    /// Where strokes go.
    pub reach: Reach,
    /// How many keys to each side the window shows.
    pub width: usize,
    /// The pattern that was painted last, while nothing was painted over it.
    pub preset: Option<Preset>,
    /// What the mouse paints while its button is down.
    brush: Option<bool>,
    before: Vec<Masks>,
}

impl Default for Paint {
    fn default() -> Self {
        Self { open: false, reach: Reach::All, width: 2, preset: None, brush: None, before: Vec::new() }
    }
}

impl Paint {
    /// The stroke has ended.
    pub fn lift(&mut self) {
        self.brush = None;
    }

    /// Forgets what could be taken back: another text is shown.
    pub fn forget(&mut self) {
        (self.preset, self.brush) = (None, None);
        self.before.clear();
    }
}

impl AttentionState {
    /// What a command asks of the painting, or of the positions; `None` where it is no business of theirs. `pass` is as it
    /// was run.
    pub fn paint_command(
        &mut self,
        command: Command,
        pass: &Pass,
        cursor: &mut Cursor,
        language: Language,
    ) -> Option<Asked> {
        match command.action {
            Action::Paint => return Some(self.toggle_paint(pass, language)),
            Action::PositionScheme => return Some(self.next_scheme(pass, command.count, language)),
            _ if !self.paint.open || !self.trail.is_empty() => return None,
            _ => {}
        }
        let (query, key) = (cursor.query, cursor.key);
        Some(match command.action {
            Action::Back => {
                self.paint.open = false;
                Asked::Nothing
            }
            Action::PaintCell => self.toggle_cells(pass, &[(query, key)]),
            Action::PaintRow => self.toggle_line(pass, |cell| cell.0 == query),
            Action::PaintColumn => self.toggle_line(pass, |cell| cell.1 == key),
            Action::MaskPreset => self.next_preset(pass),
            Action::RangeDown => self.window(pass, self.paint.width.saturating_sub(command.times())),
            Action::RangeUp => self.window(pass, (self.paint.width + command.times()).min(WIDEST)),
            Action::PaintReach => self.next_reach(pass),
            Action::UndoPaint => self.undo(),
            Action::ResetMask => {
                self.remember();
                self.edits.masks.clear();
                self.paint.preset = None;
                Asked::Replay
            }
            _ => return None,
        })
    }

    fn toggle_paint(&mut self, pass: &Pass, language: Language) -> Asked {
        if self.paint.open {
            self.paint.open = false;
            return Asked::Nothing;
        }
        if self.attention(pass).is_none_or(|attention| attention.hiding.is_none()) {
            return Asked::Say(Word::NothingToPaint.text(language).to_owned());
        }
        // One paints on a map, of one head.
        if self.view == View::Lines {
            self.view = View::Map;
        }
        self.average = false;
        self.trail = Trail::default();
        self.paint.open = true;
        Asked::Nothing
    }

    /// The mask of a head as it is painted, whether or not the pass that follows it has come.
    pub fn mask(&self, pass: &Pass, head: usize) -> Option<Arc<Mask>> {
        let mask = self.attention(pass)?.mask_of(head)?;
        Some(self.edits.painting(self.index, head).map_or_else(|| Arc::clone(mask), |painting| painting.on(mask)))
    }

    fn sees(&self, pass: &Pass, (query, key): (usize, usize)) -> bool {
        let painted = self.edits.painting(self.index, self.head).and_then(|painting| painting.get(query, key));
        let own =
            || self.attention(pass).and_then(|a| a.reason(Some(self.head), Cell { batch: 0, query, key })).is_none();
        painted.unwrap_or_else(own)
    }

    /// Where strokes go now.
    fn reached(&self, pass: &Pass) -> Vec<HeadPlace> {
        let heads = |index: usize| {
            let count = pass.attentions.get(index).map_or(0, |attention| attention.heads);
            (0..count).map(move |head| (index, head))
        };
        match self.paint.reach {
            Reach::Head => vec![(self.index, self.head)],
            Reach::Layer => heads(self.index).collect(),
            Reach::All => self.of_stream(pass).into_iter().flat_map(heads).collect(),
        }
    }

    fn remember(&mut self) {
        if self.paint.before.len() == REMEMBERED {
            self.paint.before.remove(0);
        }
        self.paint.before.push(self.edits.masks.clone());
    }

    fn paint_cells(&mut self, pass: &Pass, cells: &[((usize, usize), bool)]) -> Asked {
        let heads = self.reached(pass);
        self.edits.paint(pass, heads, |_, _| cells.to_vec());
        self.paint.preset = None;
        Asked::Replay
    }

    fn toggle_cells(&mut self, pass: &Pass, cells: &[(usize, usize)]) -> Asked {
        self.remember();
        let cells: Vec<_> = cells.iter().map(|&cell| (cell, !self.sees(pass, cell))).collect();
        self.paint_cells(pass, &cells)
    }

    /// A row or column: hidden whole; where it is, as the mask has it.
    fn toggle_line(&mut self, pass: &Pass, is_on: impl Fn((usize, usize)) -> bool) -> Asked {
        let Some(mask) = self.attention(pass).and_then(|attention| attention.mask_of(self.head)).cloned() else {
            return Asked::Nothing;
        };
        self.remember();
        let (queries, keys) = (mask.axes()[1].len, mask.axes()[2].len);
        let line: Vec<(usize, usize)> =
            (0..queries * keys).map(|cell| (cell / keys, cell % keys)).filter(|cell| is_on(*cell)).collect();
        let hide = line.iter().any(|&cell| self.sees(pass, cell));
        let own = |&(query, key): &(usize, usize)| mask.reason(Cell { batch: 0, query, key }).is_none();
        let cells: Vec<_> = line.iter().map(|cell| (*cell, !hide && own(cell))).collect();
        self.paint_cells(pass, &cells)
    }

    /// A stroke of the mouse begins: the cell changes, and what it became is what the stroke paints.
    pub fn begin_stroke(&mut self, cell: (usize, usize), pass: &Pass) -> Asked {
        self.paint.brush = Some(!self.sees(pass, cell));
        self.toggle_cells(pass, &[cell])
    }

    /// The stroke goes on over another cell.
    pub fn go_on_stroke(&mut self, cell: (usize, usize), pass: &Pass) -> Asked {
        match self.paint.brush {
            Some(visible) if self.sees(pass, cell) != visible => self.paint_cells(pass, &[(cell, visible)]),
            _ => Asked::Nothing,
        }
    }

    fn undo(&mut self) -> Asked {
        let Some(before) = self.paint.before.pop() else { return Asked::Nothing };
        self.edits.masks = before;
        self.paint.preset = None;
        Asked::Replay
    }

    /// The next pattern that changes something, and behind the last one none.
    fn next_preset(&mut self, pass: &Pass) -> Asked {
        let all = Preset::all(self.paint.width);
        let same = |one: &Preset, two: &Preset| std::mem::discriminant(one) == std::mem::discriminant(two);
        let here = self.paint.preset.and_then(|last| all.iter().position(|preset| same(preset, &last)));
        let next = all.into_iter().skip(here.map_or(0, |here| here + 1)).find(|preset| self.changes(pass, *preset));
        self.paint_preset(pass, next)
    }

    fn window(&mut self, pass: &Pass, width: usize) -> Asked {
        self.paint.width = width;
        self.paint_preset(pass, Some(Preset::Window(width)))
    }

    fn changes(&self, pass: &Pass, preset: Preset) -> bool {
        let Some(attention) = self.attention(pass) else { return false };
        let Some(mask) = attention.mask_of(self.head) else { return false };
        let own = |(query, key)| mask.reason(Cell { batch: 0, query, key }).is_none();
        preset_cells(preset, pass, attention, mask).into_iter().any(|(cell, visible)| own(cell) != visible)
    }

    /// Paints a pattern in the place of all that was painted where strokes go.
    fn paint_preset(&mut self, pass: &Pass, preset: Option<Preset>) -> Asked {
        self.remember();
        let heads = self.reached(pass);
        self.edits.masks.retain(|place, _| !heads.contains(place));
        if let Some(preset) = preset {
            self.edits.paint(pass, heads, |attention, mask| preset_cells(preset, pass, attention, mask));
        }
        self.paint.preset = preset;
        Asked::Replay
    }

    /// What is painted on the shown head holds for the head alone, its layer, or all layers.
    fn next_reach(&mut self, pass: &Pass) -> Asked {
        self.paint.reach = self.paint.reach.next();
        let Some(painting) = self.edits.masks.get(&(self.index, self.head)).cloned() else { return Asked::Nothing };
        self.remember();
        let stream = self.of_stream(pass);
        self.edits.masks.retain(|(index, _), _| !stream.contains(index));
        let heads = self.reached(pass);
        self.edits.paint(pass, heads, |_, _| painting.cells().collect());
        Asked::Replay
    }

    /// The next scheme that fits; with a number, positions shifted by so many places.
    fn next_scheme(&mut self, pass: &Pass, count: Option<usize>, language: Language) -> Asked {
        let fits = |scheme: Scheme| scheme.edits(&pass.record).map(|_| scheme);
        if let Some(by) = count {
            let scheme = Scheme::Shifted(i64::try_from(by).unwrap_or(i64::MAX));
            return match fits(scheme) {
                Ok(scheme) => self.take_scheme(Some(scheme), &[], language),
                Err(misfit) => Asked::Say(misfit_words(scheme, misfit, language)),
            };
        }
        let all = Scheme::ALL.map(|scheme| (scheme, fits(scheme)));
        let here = self.edits.positions.and_then(|own| all.iter().position(|(scheme, _)| scheme.is_like(own)));
        let next = all.iter().skip(here.map_or(0, |here| here + 1)).find_map(|(_, fits)| fits.ok());
        // Back at the model's own: what was left out, and why.
        let refused: Vec<(Scheme, Misfit)> =
            all.iter().filter_map(|(scheme, fits)| Some((*scheme, fits.err()?))).filter(|_| next.is_none()).collect();
        self.take_scheme(next, &refused, language)
    }

    fn take_scheme(&mut self, scheme: Option<Scheme>, refused: &[(Scheme, Misfit)], language: Language) -> Asked {
        let mut words = match scheme {
            Some(scheme) => Word::PositionsNow.fill(language, &[&scheme_words(scheme, language)]),
            None => Word::PositionsNow.fill(language, &[&Word::OwnPositions.text(language)]),
        };
        if let Some((_, misfit)) = refused.first() {
            let all_alike = refused.iter().all(|(_, other)| other == misfit) && refused.len() == Scheme::ALL.len();
            let names: Vec<&str> = refused.iter().map(|(scheme, _)| scheme_name(*scheme, language)).collect();
            let why = misfit_reason(*misfit, language);
            words = if all_alike {
                format!("{words} · {why}")
            } else {
                format!(
                    "{words} · {}",
                    Word::NotOffered.fill(language, &[&names.join(language.pick(", ", "、")), &why])
                )
            };
        }
        if self.edits.positions == scheme {
            return Asked::Say(words);
        }
        self.edits.positions = scheme;
        Asked::SayAndReplay(words)
    }
}

fn preset_cells(preset: Preset, pass: &Pass, attention: &Attention, mask: &Mask) -> Vec<((usize, usize), bool)> {
    let labels = |place: usize| {
        let axis = &mask.axes()[place];
        pass.labels(axis.kind, axis.len, axis.stream)
    };
    preset.cells(mask, (labels(1), labels(2)), attention.is_cross())
}

/// What a scheme is called.
pub fn scheme_name(scheme: Scheme, language: Language) -> &'static str {
    let word = match scheme {
        Scheme::None => Word::NoPositions,
        Scheme::Sinusoidal => Word::SinusoidalPositions,
        Scheme::Shuffled(_) => Word::ShuffledPositions,
        Scheme::Reversed => Word::ReversedPositions,
        Scheme::Shifted(_) => Word::ShiftedPositions,
        Scheme::Alibi => Word::AlibiPositions,
    };
    word.text(language)
}

/// The same, with its number.
pub fn scheme_words(scheme: Scheme, language: Language) -> String {
    match scheme {
        Scheme::Shifted(by) => Word::ShiftedBy.fill(language, &[&by]),
        Scheme::Shuffled(seed) if seed != SHUFFLE => format!("{} {seed}", scheme_name(scheme, language)),
        scheme => scheme_name(scheme, language).to_owned(),
    }
}

fn misfit_words(scheme: Scheme, misfit: Misfit, language: Language) -> String {
    Word::NotOffered.fill(language, &[&scheme_words(scheme, language), &misfit_reason(misfit, language)])
}

fn misfit_reason(misfit: Misfit, language: Language) -> String {
    match misfit {
        Misfit::NoPositions => Word::MisfitNone.text(language).to_owned(),
        Misfit::NotAbsolute => Word::MisfitDistances.text(language).to_owned(),
        Misfit::NoBias => Word::MisfitVectors.text(language).to_owned(),
        Misfit::Table(rows, place) => Word::MisfitTable.fill(language, &[&rows, &place]),
        Misfit::Continued => Word::MisfitContinued.text(language).to_owned(),
    }
}

/// What a pattern is called.
pub fn preset_words(preset: Preset, language: Language) -> String {
    match preset {
        Preset::Causal => Word::PresetCausal.text(language).to_owned(),
        Preset::Both => Word::PresetBoth.text(language).to_owned(),
        Preset::Window(width) => Word::PresetWindow.fill(language, &[&width]),
        Preset::Sentence => Word::PresetSentence.text(language).to_owned(),
        Preset::Own => Word::PresetOwn.text(language).to_owned(),
    }
}

#[cfg(test)]
mod tests;
