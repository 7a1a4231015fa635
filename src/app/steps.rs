//! The steps screen's state: which step, what is folded, which cell.

mod reach;

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Action, Command, Cursor, Target, Trail};
use crate::explore::{ItemKind, Pass};
use crate::tape::{Axes, Kind, NodeId};
use crate::tensor::Dims;
pub use reach::{RANKED, is_map, largest};
use reach::{along, columns_of, rows_of};

/// The lists of this screen, for the mouse.
pub const TREE: u8 = 0;
/// The list of a derivation's terms.
pub const TERMS: u8 = 1;
/// The map of the value that goes into a step; that of the one that comes out is 0.
pub const BEFORE: u8 = 1;

/// The state of the screen.
#[derive(Clone, Default)]
pub struct StepsState {
    /// The line of the tree under the cursor.
    pub line: usize,
    /// The lines of scopes that are open; the others are folded.
    pub open: BTreeSet<usize>,
    /// Which head, where a tensor has several.
    pub head: usize,
    /// Which candidate of a ranked list, the first being 0.
    pub rank: usize,
    /// Whether the steps play by themselves.
    pub playing: bool,
    /// How fast: 0 is the slowest.
    pub pace: u8,
    /// Whether numbers stand in place of colours.
    pub table: bool,
    /// The end of the colours' range, as a power of two of the tensor's own.
    pub range: i8,
    /// The derivation that is open.
    pub trail: Trail,
}

impl StepsState {
    /// How long a step is shown while playing.
    pub fn pause(&self) -> Duration {
        Duration::from_millis(1200 >> self.pace.min(4))
    }

    /// Fits the state to another pass. The first pass opens the embeddings and the first layer.
    pub fn fit(&mut self, pass: &Pass, before: Option<&Pass>) {
        let same = before.is_some_and(|before| before.tree.items().len() == pass.tree.items().len());
        self.trail = Trail::default();
        if same {
            return;
        }
        self.line = 0;
        self.open.clear();
        self.open.extend(first_lines(pass));
    }

    /// The scopes that are open where nobody opened or folded any and the cursor is on a line.
    pub fn usually_open(pass: &Pass, line: usize) -> BTreeSet<usize> {
        let items = pass.tree.items();
        let parent = |line: usize| items.get(line).and_then(|item| item.parent);
        first_lines(pass).into_iter().chain(std::iter::successors(parent(line), |&line| parent(line))).collect()
    }

    /// Goes to the step that makes a value, or to the last one before it.
    pub fn show(&mut self, pass: &Pass, node: NodeId) {
        let items = pass.tree.items().iter().enumerate();
        let mut before = items.filter(|(_, item)| !item.is_scope() && item.result <= node).map(|(line, _)| line);
        self.trail = Trail::default();
        self.playing = false;
        self.line = before.next_back().unwrap_or(self.line);
        self.reveal(pass);
    }

    /// Goes to a line, and opens it where it is a part.
    pub fn show_line(&mut self, pass: &Pass, line: usize) {
        (self.trail, self.playing, self.line) = (Trail::default(), false, line);
        self.reveal(pass);
        self.open.insert(self.line);
    }

    /// The lines that are seen.
    pub fn visible(&self, pass: &Pass) -> Vec<usize> {
        pass.tree.visible(|line| !self.open.contains(&line))
    }

    /// The value that is shown: that of the step, or what the part comes to.
    pub fn node(&self, pass: &Pass) -> Option<NodeId> {
        pass.tree.items().get(self.line).map(|item| item.result)
    }

    /// The number of the step under the cursor, counted from 0.
    pub fn step(&self, pass: &Pass) -> usize {
        pass.tree.items().get(self.line).map_or(0, |item| item.first_step)
    }

    /// What goes into the shown step or part: its first input, behind pure changes of axes.
    pub fn before(&self, pass: &Pass) -> Option<NodeId> {
        let item = pass.tree.items().get(self.line)?;
        let first = pass.tree.items().get(pass.tree.line_of_step(item.first_step))?.result;
        let graph = pass.record.graph();
        let made = graph.through_views(first);
        let input =
            if graph.node(made).operation().is_some() { *graph.node(made).inputs.first()? } else { return None };
        Some(graph.through_views(input))
    }

    /// The values that the screen reads, so that what was not kept can be asked for.
    pub fn reads(&self, pass: &Pass) -> Vec<NodeId> {
        let graph = pass.record.graph();
        let mut reads = Vec::new();
        let mut at = self.node(pass);
        while let Some(node) = at {
            reads.push(node);
            reads.extend(&graph.node(node).inputs);
            let view = graph.node(node).operation().is_some_and(|operation| operation.is_view());
            at = graph.node(node).inputs.first().copied().filter(|_| view);
        }
        reads.extend(self.before(pass));
        // Which rows of a table were taken is told from what they came to.
        let first = pass.tree.items().get(self.line).map(|item| pass.tree.line_of_step(item.first_step));
        reads.extend(first.and_then(|line| pass.tree.items().get(line)).map(|item| graph.through_views(item.result)));
        reads
    }

    /// The line that comes after everything inside this one.
    pub fn next(&self, pass: &Pass) -> Option<usize> {
        let items = pass.tree.items();
        items.get(self.line).map(|item| item.end).filter(|&end| end < items.len())
    }

    /// The cell of the shown value that the cursor is on.
    pub fn cell(&self, pass: &Pass, cursor: &Cursor) -> Option<(NodeId, Dims)> {
        let node = self.node(pass)?;
        Some((node, self.cell_of(pass, node, cursor)))
    }

    /// The cell of a value that the cursor is on.
    pub fn cell_of(&self, pass: &Pass, node: NodeId, cursor: &Cursor) -> Dims {
        let axes = &pass.record.graph().node(node).axes;
        let channels = axes.get(Kind::Channel).map_or(1, |a| a.len).max(1);
        let place = |kind: Kind| match kind {
            Kind::Batch => 0,
            Kind::Key if axes.find(Kind::Query).is_some() => cursor.key,
            Kind::Token | Kind::Query | Kind::Key => cursor.query,
            Kind::Head if axes.find(Kind::Channel).is_some() => cursor.feature / channels,
            Kind::Head => self.head,
            Kind::Channel if axes.find(Kind::Head).is_some() => cursor.feature % channels,
            _ => cursor.feature,
        };
        let mut cell: Dims = axes.iter().map(|axis| place(axis.kind).min(axis.len.saturating_sub(1))).collect();
        if let Some(entries) = axes.find(Kind::Vocabulary) {
            cell[entries] = self.ranked(pass, node, &cell, entries).unwrap_or(cell[entries]);
        }
        cell
    }

    /// The entry that has the chosen rank among those of a cell's row; `None` where the value is not at hand.
    fn ranked(&self, pass: &Pass, node: NodeId, cell: &[usize], place: usize) -> Option<usize> {
        let value = pass.record.get(node)?;
        let mut row = value;
        for axis in (0..cell.len()).rev().filter(|&axis| axis != place) {
            row = row.select(axis, cell[axis]);
        }
        let best = largest(&row.to_vec(), self.rank + 1);
        best.last().copied()
    }

    /// Does what a command asks.
    pub fn command(&mut self, command: Command, pass: &Pass, cursor: &mut Cursor) {
        let times = command.times();
        if !self.trail.is_empty() && self.on_trail(command, pass) {
            return;
        }
        self.playing = command.action == Action::Play && !self.playing;
        match command.action {
            Action::StepForward => (0..times).for_each(|_| self.forward(pass)),
            Action::StepBackward => (0..times).for_each(|_| self.backward(pass)),
            Action::StepOver => (0..times).for_each(|_| self.over(pass)),
            Action::Into | Action::Accept => (0..times).for_each(|_| self.into(pass)),
            Action::Out => (0..times).for_each(|_| self.out(pass)),
            Action::Fold => self.fold(pass),
            Action::Home => self.line = 0,
            Action::End => self.line = self.visible(pass).last().copied().unwrap_or(0),
            Action::Table => self.table = !self.table,
            Action::RangeDown => self.range = (self.range - 1).max(-6),
            Action::RangeUp => self.range = (self.range + 1).min(6),
            Action::NextHead => self.move_head(times as isize, pass, cursor),
            Action::PreviousHead => self.move_head(-(times as isize), pass, cursor),
            Action::Derive => self.derive(pass, cursor),
            action => self.move_cursor(action, times as isize, pass, cursor),
        }
        self.reveal(pass);
    }

    /// One step while playing; `false` where the pass is over.
    pub fn tick(&mut self, pass: &Pass) -> bool {
        let before = self.line;
        self.forward(pass);
        self.playing = self.line != before;
        self.playing
    }

    fn derive(&mut self, pass: &Pass, cursor: &Cursor) {
        if let Some((node, cell)) = self.cell(pass, cursor) {
            self.trail = Trail::of(&pass.record, node, &cell);
        }
    }

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

    /// The next line that is seen; an open scope is entered.
    fn forward(&mut self, pass: &Pass) {
        let visible = self.visible(pass);
        if let Some(&next) = visible.iter().find(|&&line| line > self.line) {
            self.line = next;
        }
    }

    fn backward(&mut self, pass: &Pass) {
        let visible = self.visible(pass);
        if let Some(&before) = visible.iter().rfind(|&&line| line < self.line) {
            self.line = before;
        }
    }

    /// Past everything inside this line.
    fn over(&mut self, pass: &Pass) {
        let items = pass.tree.items();
        if let Some(item) = items.get(self.line)
            && item.end < items.len()
        {
            self.line = item.end;
        }
    }

    /// Opens a folded part and goes to its first line; a step opens its derivation elsewhere.
    fn into(&mut self, pass: &Pass) {
        match pass.tree.items().get(self.line) {
            Some(item) if item.is_scope() => {
                self.open.insert(self.line);
                self.line += 1;
            }
            _ => self.forward(pass),
        }
    }

    /// Folds the part around this line and goes to it; a part that nothing is around is folded itself.
    fn out(&mut self, pass: &Pass) {
        if let Some(parent) = pass.tree.items().get(self.line).and_then(|item| item.parent) {
            self.line = parent;
        }
        self.open.remove(&self.line);
    }

    fn fold(&mut self, pass: &Pass) {
        let Some(item) = pass.tree.items().get(self.line) else { return };
        let line = match item.kind {
            ItemKind::Scope(_) => self.line,
            ItemKind::Step(_) => item.parent.unwrap_or(self.line),
        };
        if self.open.remove(&line) {
            self.line = line;
        } else {
            self.open.insert(line);
        }
    }

    /// Opens whatever hides the line under the cursor.
    fn reveal(&mut self, pass: &Pass) {
        self.line = self.line.min(pass.tree.items().len().saturating_sub(1));
        let mut parent = pass.tree.items().get(self.line).and_then(|item| item.parent);
        while let Some(line) = parent {
            self.open.insert(line);
            parent = pass.tree.items()[line].parent;
        }
    }

    /// Moves over the shown value. Along an axis that it does not have nothing moves, so that the token and the
    /// feature stay what they are over values that have neither.
    fn move_cursor(&mut self, action: Action, times: isize, pass: &Pass, cursor: &mut Cursor) {
        const PAGE: isize = 8;
        let Some(axes) = self.node(pass).map(|node| &pass.record.graph().node(node).axes) else { return };
        let rows = rows_of(axes);
        let (down, right) = match action {
            Action::MoveUp => (-times, 0),
            Action::MoveDown => (times, 0),
            Action::PageUp => (-PAGE * times, 0),
            Action::PageDown => (PAGE * times, 0),
            Action::MoveLeft => (0, -times),
            Action::MoveRight => (0, times),
            _ => return,
        };
        // Without rows the numbers stand under each other.
        let (down, right) = if rows == 1 { (0, down + right) } else { (down, right) };
        along(&mut cursor.query, down, rows);
        if is_map(axes) {
            along(&mut cursor.key, right, axes.len_of(Kind::Key));
        } else if axes.find(Kind::Vocabulary).is_some() {
            along(&mut self.rank, right, columns_of(axes).min(RANKED));
        } else {
            along(&mut cursor.feature, right, columns_of(axes));
        }
    }

    /// The head of a map, or the same channel of another head.
    fn move_head(&mut self, by: isize, pass: &Pass, cursor: &mut Cursor) {
        let Some(axes) = self.node(pass).map(|node| &pass.record.graph().node(node).axes) else { return };
        let Some(heads) = axes.get(Kind::Head).map(|axis| axis.len) else { return };
        match axes.get(Kind::Channel).map(|axis| axis.len.max(1)) {
            None => along(&mut self.head, by, heads),
            Some(channels) => {
                let mut head = cursor.feature / channels;
                along(&mut head, by, heads);
                cursor.feature = head * channels + cursor.feature % channels;
            }
        }
    }

    /// A click.
    pub fn click(&mut self, target: Target, pass: &Pass, cursor: &mut Cursor) {
        self.playing = false;
        match target {
            Target::Row { list: TREE, row } => {
                self.trail = Trail::default();
                if let Some(&line) = self.visible(pass).get(row) {
                    if line == self.line {
                        self.fold(pass);
                    }
                    self.line = line;
                }
            }
            Target::Row { list: TERMS, row } => {
                self.trail.choose(row);
                self.trail.open(&pass.record);
            }
            Target::Head { head, .. } => self.head = head,
            Target::Cell { map, row, col } => {
                let node = if map == BEFORE { self.before(pass) } else { self.node(pass) };
                if let Some(node) = node {
                    self.trail = Trail::default();
                    self.go_to(&pass.record.graph().node(node).axes, row, col, cursor);
                }
            }
            _ => {}
        }
    }

    /// Puts the cursor on a cell of a value with these axes.
    fn go_to(&mut self, axes: &Axes, row: usize, col: usize, cursor: &mut Cursor) {
        if rows_of(axes) > 1 {
            cursor.query = row;
        }
        if is_map(axes) {
            cursor.key = col;
        } else if axes.find(Kind::Vocabulary).is_some() {
            self.rank = col.min(RANKED - 1);
        } else if columns_of(axes) > 1 {
            cursor.feature = col;
        }
    }
}

/// The lines of the scopes up to the first layer, and of those around it.
fn first_lines(pass: &Pass) -> Vec<usize> {
    let items = pass.tree.items();
    let layer = items.iter().position(|item| item.index.is_some());
    let around = |line: usize| std::iter::successors(items[line].parent, |&line| items[line].parent);
    let mut lines: Vec<usize> = layer.into_iter().flat_map(around).collect();
    let beside = layer.map_or(Some(0), |line| Some(items[line].depth));
    let scopes = items.iter().enumerate().filter(|(_, item)| item.is_scope() && Some(item.depth) == beside);
    lines.extend(scopes.map(|(line, _)| line).take_while(|&line| layer.is_none_or(|layer| line <= layer)));
    lines
}

#[cfg(test)]
mod tests;
