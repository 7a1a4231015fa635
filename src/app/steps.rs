//! The steps screen's state: which step, what is folded, which cell.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Action, Command, Cursor, Target, Trail};
use crate::explore::{ItemKind, Pass};
use crate::tape::{Kind, NodeId};
use crate::tensor::Dims;

/// The lists of this screen, for the mouse.
pub const TREE: u8 = 0;
/// The list of a derivation's terms.
pub const TERMS: u8 = 1;

/// The state of the screen.
#[derive(Clone, Default)]
pub struct StepsState {
    /// The line of the tree under the cursor.
    pub line: usize,
    /// The lines of scopes that are open; the others are folded.
    pub open: BTreeSet<usize>,
    /// Which head, where a tensor has several.
    pub head: usize,
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
        let tops = pass.tree.items().iter().enumerate().filter(|(_, item)| item.depth == 0 && item.is_scope());
        self.open.extend(tops.take(2).map(|(line, _)| line));
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

    /// The cell of the shown value that the cursor is on.
    pub fn cell(&self, pass: &Pass, cursor: &Cursor) -> Option<(NodeId, Dims)> {
        let node = self.node(pass)?;
        let axes = &pass.record.graph().node(node).axes;
        let channels = axes.get(Kind::Channel).map_or(1, |a| a.len);
        let place = |kind: Kind| match kind {
            Kind::Batch => 0,
            Kind::Token | Kind::Query => cursor.query,
            Kind::Key if axes.find(Kind::Query).is_some() => cursor.key,
            Kind::Key => cursor.query,
            Kind::Head if axes.find(Kind::Channel).is_some() => cursor.feature / channels,
            Kind::Head => self.head,
            Kind::Channel => cursor.feature % channels.max(1),
            _ => cursor.feature,
        };
        Some((node, axes.iter().map(|axis| place(axis.kind).min(axis.len.saturating_sub(1))).collect()))
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
            Action::StepOver => self.over(pass),
            Action::Into => self.into(pass),
            Action::Out => self.out(pass),
            Action::Fold => self.fold(pass),
            Action::Home => self.line = 0,
            Action::End => self.line = pass.tree.items().len().saturating_sub(1),
            Action::Table => self.table = !self.table,
            Action::RangeDown => self.range = (self.range - 1).max(-6),
            Action::RangeUp => self.range = (self.range + 1).min(6),
            Action::NextHead => self.head += 1,
            Action::PreviousHead => self.head = self.head.saturating_sub(1),
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
            Action::MoveUp | Action::Out => self.trail.step(-(command.times() as isize)),
            Action::MoveDown => self.trail.step(command.times() as isize),
            Action::Into | Action::Derive | Action::StepForward => {
                self.trail.open(&pass.record);
            }
            Action::Back | Action::StepBackward => {
                self.trail.back();
            }
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

    fn out(&mut self, pass: &Pass) {
        if let Some(parent) = pass.tree.items().get(self.line).and_then(|item| item.parent) {
            self.line = parent;
            self.open.remove(&parent);
        } else {
            self.backward(pass);
        }
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

    fn move_cursor(&mut self, action: Action, times: isize, pass: &Pass, cursor: &mut Cursor) {
        let Some(node) = self.node(pass) else { return };
        let axes = &pass.record.graph().node(node).axes;
        let len = |kind| axes.get(kind).map(|axis| axis.len);
        let rows = len(Kind::Token).or(len(Kind::Query)).or(len(Kind::Key)).unwrap_or(1);
        if let (Some(_), Some(keys)) = (len(Kind::Query), len(Kind::Key)) {
            return cursor.step(action, times, rows, keys);
        }
        let kept = cursor.key;
        cursor.key = cursor.feature;
        cursor.step(action, times, rows, self.columns(pass));
        (cursor.feature, cursor.key) = (cursor.key, kept);
    }

    /// How many numbers a row of the shown value has.
    fn columns(&self, pass: &Pass) -> usize {
        let Some(node) = self.node(pass) else { return 1 };
        let axes = &pass.record.graph().node(node).axes;
        let inner = axes.iter().filter(|axis| axis.kind != Kind::Batch && !axis.kind.is_sequence());
        inner.map(|axis| axis.len).product::<usize>().max(1)
    }

    /// A click.
    pub fn click(&mut self, target: Target, pass: &Pass, cursor: &mut Cursor) {
        self.playing = false;
        match target {
            Target::Row { list: TREE, row } => {
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
            Target::Cell { row, col, .. } => {
                let map = self.node(pass).is_some_and(|node| {
                    let axes = &pass.record.graph().node(node).axes;
                    axes.find(Kind::Query).is_some() && axes.find(Kind::Key).is_some()
                });
                cursor.query = row;
                if map {
                    cursor.key = col;
                } else {
                    cursor.feature = col;
                }
            }
            _ => {}
        }
    }
}
