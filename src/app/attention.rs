//! The attention screen's state: which head, how it is shown, which heads are off.

mod paint;
mod zoom;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Action, Command, Cursor, Target, Trail};
use crate::explore::{Edits, Pass};
use crate::tape::{Attention, Cell, Kind, NodeId};
use crate::tensor::Dims;

/// How attention is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// Weights as a map.
    #[default]
    Map,
    /// Lines between the tokens.
    Lines,
    /// What is hidden, and why.
    Mask,
}

/// How large a map's cells are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// As large as fits.
    #[default]
    Fit,
    /// Readable cells; the map scrolls.
    Large,
    /// One pixel each.
    Small,
    /// A pixel for so many tokens a side, a power of two.
    Blocks(usize),
}

pub use paint::{Paint, Reach, preset_words, scheme_words};
pub use zoom::LONG;

/// The list of the streams, for the mouse.
pub const STREAMS: u8 = 2;

/// The weights from which on lines can be drawn.
pub const THRESHOLDS: [f32; 6] = [0.04, 0.1, 0.2, 0.3, 0.5, 0.7];

/// The state of the screen.
#[derive(Clone, Default)]
pub struct AttentionState {
    /// Which attention, counted over layers and streams.
    pub index: usize,
    /// Which head of it.
    pub head: usize,
    /// How it is shown.
    pub view: View,
    /// Whether the average over the heads stands in place of the one.
    pub average: bool,
    /// How large the cells are.
    pub size: Size,
    /// Whether numbers stand in the cells.
    pub numbers: bool,
    /// The weight at the top of the ramp: a smaller one makes small weights visible.
    pub top: Top,
    /// The smallest weight that has a line, counted from the smallest of [`THRESHOLDS`].
    pub threshold: usize,
    /// What was changed by hand: heads off, masks, positions.
    pub edits: Edits,
    /// The pass changed so; the newest that came, while the next is on its way.
    pub edited: Option<Arc<Pass>>,
    /// Painting the mask.
    pub paint: Paint,
    /// Tokens along the side of a cell where the whole text is shown; it is known where it is drawn.
    pub fitted: usize,
    /// The derivation that is open.
    pub trail: Trail,
}

/// The top of the weights' ramp: 1, and halves of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Top(pub u8);

impl Top {
    /// The weight that has the brightest colour.
    pub fn weight(self) -> f32 {
        0.5f32.powi(i32::from(self.0))
    }
}

/// What a command asks beyond the screen.
pub enum Asked {
    /// Nothing.
    Nothing,
    /// Run the pass again as it was changed.
    Replay,
    /// Tell something.
    Say(String),
    /// Tell something, and run the pass again as it was changed.
    SayAndReplay(String),
}

impl AttentionState {
    /// Fits the state to another pass.
    /// What of the edits does not fit it is let go and counted, as [`Edits::fit`] does, unless the text is still being
    /// typed: then it may fit again in a moment.
    pub fn fit(&mut self, pass: &Pass, typing: bool) -> (usize, bool) {
        self.index = self.index.min(pass.attentions.len().saturating_sub(1));
        self.head = self.head.min(self.attention(pass).map_or(0, |a| a.heads.saturating_sub(1)));
        self.edited = None;
        self.trail = Trail::default();
        if pass.tokens.len().max(pass.target.len()) <= LONG {
            (self.fitted, self.size) = (1, if matches!(self.size, Size::Blocks(_)) { Size::Fit } else { self.size });
        }
        self.paint.forget();
        if typing { (0, false) } else { self.edits.fit(pass) }
    }

    /// The attention that is shown large.
    pub fn attention<'p>(&self, pass: &'p Pass) -> Option<&'p Attention> {
        pass.attentions.get(self.index)
    }

    /// The places of the attentions of the stream that is shown.
    pub fn of_stream(&self, pass: &Pass) -> Vec<usize> {
        let stream = self.attention(pass).map(Attention::stream);
        let attentions = pass.attentions.iter().enumerate();
        attentions.filter(|(_, other)| Some(other.stream()) == stream).map(|(index, _)| index).collect()
    }

    /// Keeps the cursor on the map that is shown: the streams' lengths differ.
    pub fn keep(&self, pass: &Pass, cursor: &mut Cursor) {
        let Some(attention) = self.attention(pass) else { return };
        let axes = &pass.record.graph().node(attention.weights).axes;
        cursor.query = cursor.query.min(axes.len_of(Kind::Query).saturating_sub(1));
        cursor.key = cursor.key.min(axes.len_of(Kind::Key).saturating_sub(1));
    }

    /// The values that the screen reads, so that what was not kept can be asked for.
    pub fn reads(&self, pass: &Pass) -> Vec<NodeId> {
        let Some(attention) = self.attention(pass) else { return Vec::new() };
        let around = [attention.scores, attention.content, attention.query, attention.key, attention.value];
        let shown = std::iter::once(Some(attention.weights)).chain(around);
        shown.flatten().collect()
    }

    /// The node whose cell the cursor is on, and the cell.
    pub fn cell(&self, pass: &Pass, cursor: &Cursor) -> Option<(NodeId, Dims)> {
        let attention = self.attention(pass)?;
        let axes = &pass.record.graph().node(attention.weights).axes;
        let place = |kind| match kind {
            Kind::Head => self.head,
            Kind::Query => cursor.query,
            Kind::Key => cursor.key,
            _ => 0,
        };
        Some((attention.weights, axes.iter().map(|axis| place(axis.kind).min(axis.len.saturating_sub(1))).collect()))
    }

    /// The cell of the mask under the cursor.
    pub fn mask_cell(cursor: &Cursor) -> Cell {
        Cell { batch: 0, query: cursor.query, key: cursor.key }
    }

    /// Does what a command asks.
    pub fn command(&mut self, command: Command, pass: &Pass, cursor: &mut Cursor) -> Asked {
        let times = command.times() as isize;
        if !self.trail.is_empty() && self.on_trail(command, pass) {
            return Asked::Nothing;
        }
        match command.action {
            Action::NextHead => self.move_head(times, pass),
            Action::PreviousHead => self.move_head(-times, pass),
            Action::NextLayer => self.move_layer(times, pass),
            Action::PreviousLayer => self.move_layer(-times, pass),
            Action::NextStream => self.move_stream(times, pass),
            Action::PreviousStream => self.move_stream(-times, pass),
            Action::ViewLines => self.toggle(View::Lines),
            Action::ViewMask => self.toggle(View::Mask),
            Action::Average => self.average = !self.average,
            Action::Numbers => self.numbers = !self.numbers,
            Action::Zoom if self.fitted > 1 && self.size != Size::Large => self.zoom_in(),
            Action::Zoom if self.fitted > 1 => self.size = Size::Fit,
            Action::Zoom => {
                self.size = match self.size {
                    Size::Fit => Size::Large,
                    Size::Large => Size::Small,
                    Size::Small | Size::Blocks(_) => Size::Fit,
                }
            }
            Action::RangeDown if self.view == View::Lines => self.threshold = self.threshold.saturating_sub(1),
            Action::RangeUp if self.view == View::Lines => {
                self.threshold = (self.threshold + 1).min(THRESHOLDS.len() - 1);
            }
            Action::RangeDown => self.top.0 = (self.top.0 + 1).min(8),
            Action::RangeUp => self.top.0 = self.top.0.saturating_sub(1),
            Action::SwitchOff => {
                let here = (self.index, self.head);
                if !self.edits.off.remove(&here) {
                    self.edits.off.insert(here);
                }
                return Asked::Replay;
            }
            Action::SwitchOffLayer => {
                self.switch_layer(pass);
                return Asked::Replay;
            }
            Action::SwitchOffOthers => {
                let others = self.others(pass);
                self.edits.off = if self.edits.off == others { BTreeSet::new() } else { others };
                return Asked::Replay;
            }
            Action::AllOn => {
                self.edits = Edits::default();
                self.paint.forget();
                return Asked::Replay;
            }
            // Lines have no room for a derivation.
            Action::Into | Action::Derive if self.view == View::Lines => {}
            Action::Into | Action::Derive => {
                if let Some((node, cell)) = self.cell(pass, cursor) {
                    self.trail = Trail::of(&pass.record, node, &cell);
                }
            }
            Action::Back if self.view != View::Map => self.view = View::Map,
            Action::Back if self.fitted > 1 && self.size != Size::Fit => self.size = Size::Fit,
            Action::Back if self.average => self.average = false,
            Action::Back if !self.edits.off.is_empty() => {
                self.edits.off.clear();
                return Asked::Replay;
            }
            action => {
                let action = match action {
                    // The sentence lies flat: left and right go from token to token.
                    Action::MoveLeft if self.view == View::Lines => Action::MoveUp,
                    Action::MoveRight if self.view == View::Lines => Action::MoveDown,
                    action => action,
                };
                // On a map of blocks the cursor goes from block to block.
                let times = if self.view == View::Lines { times } else { times * self.block() as isize };
                if let Some(attention) = self.attention(pass) {
                    let axes = &pass.record.graph().node(attention.weights).axes;
                    cursor.step(action, times, axes.len_of(Kind::Query), axes.len_of(Kind::Key));
                }
            }
        }
        Asked::Nothing
    }

    /// A command while a derivation is open; `false` where it is not for the derivation.
    fn on_trail(&mut self, command: Command, pass: &Pass) -> bool {
        match command.action {
            Action::MoveUp => self.trail.step(-(command.times() as isize)),
            Action::MoveDown => self.trail.step(command.times() as isize),
            Action::PageUp | Action::Home => self.trail.step(isize::MIN / 2),
            Action::PageDown | Action::End => self.trail.step(isize::MAX / 2),
            Action::Into | Action::MoveRight => {
                self.trail.open(&pass.record);
            }
            Action::Back | Action::MoveLeft => {
                self.trail.back();
            }
            Action::Derive => self.trail = Trail::default(),
            _ => {
                self.trail = Trail::default();
                return false;
            }
        }
        true
    }

    /// A click or drag.
    pub fn click(&mut self, target: Target, pass: &Pass, cursor: &mut Cursor) {
        match target {
            Target::Head { layer, head } => {
                (self.index, self.head) = (layer, head);
                self.fit_head(pass);
            }
            Target::Cell { row, col, .. } => {
                self.trail = Trail::default();
                (cursor.query, cursor.key) = (row, col);
                if self.view != View::Lines && !self.paint.open && self.block() > 1 {
                    self.zoom_in();
                }
            }
            Target::Row { list: STREAMS, row } => {
                if let Some(stream) = pass.streams().get(row) {
                    self.show_stream(stream, pass);
                }
            }
            Target::Row { row, .. } if !self.trail.is_empty() => {
                self.trail.choose(row);
                self.trail.open(&pass.record);
            }
            _ => {}
        }
    }

    /// All heads of the shown attention off, or on where they are off.
    fn switch_layer(&mut self, pass: &Pass) {
        let heads = self.attention(pass).map_or(0, |attention| attention.heads);
        let layer: Vec<(usize, usize)> = (0..heads).map(|head| (self.index, head)).collect();
        if layer.iter().all(|head| self.edits.off.contains(head)) {
            self.edits.off.retain(|head| !layer.contains(head));
        } else {
            self.edits.off.extend(layer);
        }
    }

    /// All heads but the shown one.
    fn others(&self, pass: &Pass) -> BTreeSet<(usize, usize)> {
        let heads = pass.attentions.iter().enumerate();
        let all = heads.flat_map(|(index, attention)| (0..attention.heads).map(move |head| (index, head)));
        all.filter(|head| *head != (self.index, self.head)).collect()
    }

    fn toggle(&mut self, view: View) {
        self.view = if self.view == view { View::Map } else { view };
    }

    fn fit_head(&mut self, pass: &Pass) {
        self.average = false;
        self.trail = Trail::default();
        self.head = self.head.min(self.attention(pass).map_or(0, |a| a.heads.saturating_sub(1)));
    }

    /// Heads run on over the layers of the stream.
    fn move_head(&mut self, by: isize, pass: &Pass) {
        let heads = self.of_stream(pass).into_iter().flat_map(|index| {
            let heads = pass.attentions.get(index).map_or(0, |attention| attention.heads);
            (0..heads).map(move |head| (index, head))
        });
        let heads: Vec<(usize, usize)> = heads.collect();
        let here = heads.iter().position(|&head| head == (self.index, self.head)).unwrap_or(0);
        let there = here.saturating_add_signed(by).min(heads.len().saturating_sub(1));
        (self.index, self.head) = heads.get(there).copied().unwrap_or_default();
        self.fit_head(pass);
    }

    fn move_layer(&mut self, by: isize, pass: &Pass) {
        let layers = self.of_stream(pass);
        let here = layers.iter().position(|&index| index == self.index).unwrap_or(0);
        let there = here.saturating_add_signed(by).min(layers.len().saturating_sub(1));
        self.index = layers.get(there).copied().unwrap_or(0);
        self.fit_head(pass);
    }

    /// Behind the last stream comes the first.
    fn move_stream(&mut self, by: isize, pass: &Pass) {
        let streams = pass.streams();
        let shown = self.attention(pass).map(Attention::stream);
        let Some(here) = streams.iter().position(|stream| Some(*stream) == shown) else { return };
        let there = (here as isize + by).rem_euclid(streams.len() as isize);
        self.show_stream(streams[there as usize], pass);
    }

    /// The attention of the same layer in another stream, or of its nearest layer.
    fn show_stream(&mut self, stream: &str, pass: &Pass) {
        let layer = self.attention(pass).map_or(0, |attention| attention.layer);
        let of_stream = || pass.attentions.iter().enumerate().filter(|(_, attention)| attention.stream() == stream);
        let there = of_stream().filter(|(_, attention)| attention.layer <= layer).max_by_key(|(_, a)| a.layer);
        // A stream may begin in a later layer.
        if let Some((index, _)) = there.or_else(|| of_stream().next()) {
            self.index = index;
            self.fit_head(pass);
        }
    }
}

#[cfg(test)]
mod tests;
