//! Panels over a screen: what was worked out from the pass. Each keeps what it found and where its cursor is.

use std::sync::Arc;

mod contributions;
mod follow;
mod rollout;

use super::decode::SHOWN;
use super::{Action, Command, Cursor, Finding, Place, Target};
use crate::explore::{
    Attribution, Candidate, Lens, Measured, Pass, Patched, Patching, Pattern, Question, Ranked, Sampling,
};
use crate::tape::{NodeId, Stream};

pub use contributions::{CANDIDATES, ContributionsPanel, RANKED, cell_of, columns};
pub use follow::FollowPanel;
pub use rollout::RolloutPanel;

/// What was worked out: nothing yet, or why it could not be.
pub type Found<T> = Option<Result<Arc<T>, String>>;

/// A panel.
#[derive(Clone)]
pub enum Panel {
    /// All heads by what they do.
    Heads(HeadList),
    /// What each layer would predict.
    Lens(LensPanel),
    /// What a prediction rests on.
    Attribution(AttributionPanel),
    /// One token followed through all layers.
    Follow(FollowPanel),
    /// What each head adds to a logit.
    Contributions(ContributionsPanel),
    /// Attention multiplied through the layers.
    Rollout(RolloutPanel),
    /// What of another text brings its answer.
    Patching(PatchPanel),
}

/// All heads by what they do.
#[derive(Clone, Debug, Default)]
pub struct HeadList {
    /// The chosen entry.
    pub row: usize,
    /// The pattern that is listed alone.
    pub pattern: Option<Pattern>,
}

/// What each layer would predict.
#[derive(Clone, Default)]
pub struct LensPanel {
    /// The table.
    pub found: Found<Lens>,
    /// The row under the cursor; the column is the token that all screens look at.
    pub row: Option<usize>,
}

/// What a prediction rests on.
#[derive(Clone, Default)]
pub struct AttributionPanel {
    /// The shares of the tokens.
    pub found: Found<Attribution>,
    /// The position whose prediction is asked about.
    pub position: Option<usize>,
    /// Which of its candidates.
    pub candidate: usize,
}

/// What of another text brings its answer.
#[derive(Clone, Default)]
pub struct PatchPanel {
    /// The grid.
    pub found: Found<Patching>,
    /// What is put in.
    pub what: Patched,
    /// The cell under the cursor.
    pub cell: (usize, usize),
}

/// What a command asks beyond the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nothing.
    Nothing,
    /// Close the panel.
    Close,
    /// Show this head, by place of its attention.
    Head(usize, usize),
    /// Show this value on the steps screen.
    Step(NodeId),
    /// Work it out anew.
    Study,
    /// Let another text be typed.
    OtherText,
}

impl Panel {
    /// The place that it is.
    pub fn place(&self) -> Place {
        match self {
            Self::Heads(_) => Place::Heads,
            Self::Lens(_) => Place::Lens,
            Self::Attribution(_) => Place::Attribution,
            Self::Follow(_) => Place::Follow,
            Self::Contributions(_) => Place::Contributions,
            Self::Rollout(_) => Place::Rollout,
            Self::Patching(_) => Place::Patching,
        }
    }

    /// The panel that an action opens.
    pub fn opened_by(action: Action) -> Option<Self> {
        match action {
            Action::ShowHeads => Some(Self::Heads(HeadList::default())),
            Action::ShowLens => Some(Self::Lens(LensPanel::default())),
            Action::ShowAttribution => Some(Self::Attribution(AttributionPanel::default())),
            Action::ShowFollow => Some(Self::Follow(FollowPanel::default())),
            Action::ShowContributions => Some(Self::Contributions(ContributionsPanel::default())),
            Action::ShowRollout => Some(Self::Rollout(RolloutPanel::default())),
            Action::ShowPatching => Some(Self::Patching(PatchPanel::default())),
            _ => None,
        }
    }

    /// Begins with the stream of the screen that it is opened over.
    pub fn begin(&mut self, stream: Stream) {
        match self {
            Self::Follow(panel) => panel.wanted = Some(stream),
            Self::Rollout(panel) => panel.wanted = Some(stream),
            _ => {}
        }
    }

    /// The stream whose token the cursor is on.
    pub fn stream(&self, pass: &Pass) -> Option<Stream> {
        match self {
            Self::Follow(panel) => Some(panel.place(pass, &Cursor::default()).0),
            Self::Rollout(panel) => Some(panel.stream(pass)),
            _ => None,
        }
    }

    /// Whether nothing was found yet, so that it has to be worked out.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Heads(_) => false,
            Self::Lens(panel) => panel.found.is_none(),
            Self::Attribution(panel) => panel.found.is_none(),
            Self::Follow(panel) => panel.found.is_none(),
            Self::Contributions(panel) => panel.found.is_none(),
            Self::Rollout(panel) => panel.found.is_none(),
            Self::Patching(panel) => panel.found.is_none(),
        }
    }

    /// Forgets what was found: another pass is shown.
    pub fn forget(&mut self) {
        match self {
            Self::Heads(_) => {}
            Self::Lens(panel) => panel.found = None,
            Self::Attribution(panel) => panel.found = None,
            Self::Follow(panel) => panel.found = None,
            Self::Contributions(panel) => panel.found = None,
            Self::Rollout(panel) => panel.found = None,
            Self::Patching(panel) => panel.found = None,
        }
    }

    /// Fits what was asked to another pass: its positions are others.
    pub fn fit(&mut self) {
        self.forget();
        match self {
            Self::Attribution(panel) => (panel.position, panel.candidate) = (None, 0),
            Self::Contributions(panel) => panel.fit(),
            _ => {}
        }
    }

    /// Takes what was worked out; what another panel had asked for is dropped.
    pub fn take(&mut self, finding: Result<Finding, String>) {
        match (self, finding) {
            (Self::Lens(panel), Ok(Finding::Lens(lens))) => panel.found = Some(Ok(lens)),
            (Self::Attribution(panel), Ok(Finding::Attribution(found))) => panel.found = Some(Ok(found)),
            (Self::Follow(panel), Ok(Finding::Follow(found))) => panel.take(found),
            (Self::Contributions(panel), Ok(Finding::Contributions(found))) => panel.take(found),
            (Self::Rollout(panel), Ok(Finding::Rollout(found))) => panel.found = Some(Ok(found)),
            (Self::Patching(panel), Ok(Finding::Patching(found))) => {
                // The strongest cell is what one looks for.
                panel.cell = found.strongest().unwrap_or_default();
                panel.found = Some(Ok(found));
            }
            (Self::Lens(panel), Err(fault)) => panel.found = Some(Err(fault)),
            (Self::Attribution(panel), Err(fault)) => panel.found = Some(Err(fault)),
            (Self::Follow(panel), Err(fault)) => panel.found = Some(Err(fault)),
            (Self::Contributions(panel), Err(fault)) => panel.found = Some(Err(fault)),
            (Self::Rollout(panel), Err(fault)) => panel.found = Some(Err(fault)),
            (Self::Patching(panel), Err(fault)) => panel.found = Some(Err(fault)),
            _ => {}
        }
    }

    /// Does what a command asks.
    pub fn command(&mut self, command: Command, pass: &Pass, measured: &Measured, cursor: &mut Cursor) -> Asked {
        if command.action == Action::Back {
            return Asked::Close;
        }
        match self {
            Self::Heads(panel) => panel.command(command, measured),
            Self::Lens(panel) => panel.command(command, cursor),
            Self::Attribution(panel) => panel.command(command, pass),
            Self::Follow(panel) => panel.command(command, pass, cursor),
            Self::Contributions(panel) => panel.command(command, pass),
            Self::Rollout(panel) => panel.command(command, pass, cursor),
            Self::Patching(panel) => panel.command(command),
        }
    }

    /// A click.
    pub fn click(&mut self, target: Target, measured: &Measured, cursor: &mut Cursor) -> Asked {
        match (self, target) {
            (Self::Heads(panel), Target::Row { row, .. }) => {
                let ranked = measured.ranked(panel.pattern.as_ref());
                panel.row = (0..ranked.len()).find(|&entry| HeadList::line(&ranked, entry) == row).unwrap_or(panel.row);
                panel.chosen(measured)
            }
            (Self::Lens(panel), Target::Cell { row, col, .. }) => {
                let rows = panel.rows();
                (panel.row, cursor.query) = (Some(row.min(rows.saturating_sub(1))), col);
                Asked::Nothing
            }
            (Self::Attribution(panel), Target::Row { row, .. }) => {
                panel.candidate = row;
                panel.found = None;
                Asked::Study
            }
            (Self::Attribution(panel), Target::Cell { col, .. }) => {
                (panel.position, panel.candidate, panel.found) = (Some(col), 0, None);
                Asked::Study
            }
            (Self::Follow(panel), Target::Row { row, .. }) => panel.click(row),
            (Self::Contributions(panel), target) => panel.click(target),
            (Self::Rollout(_), target) => RolloutPanel::click(target, cursor),
            (Self::Patching(panel), Target::Cell { row, col, .. }) => {
                panel.cell = (row, col);
                Asked::Nothing
            }
            _ => Asked::Nothing,
        }
    }
}

/// A place moved along so many.
fn moved(place: usize, by: isize, len: usize) -> usize {
    place.saturating_add_signed(by).min(len.saturating_sub(1))
}

/// The stream that is shown of those that run through layers: the wanted one, or the last.
fn stream_of(wanted: Option<Stream>, pass: &Pass) -> Stream {
    let streams = pass.layer_streams();
    let wanted = wanted.filter(|wanted| streams.contains(wanted));
    wanted.or(streams.last().copied()).unwrap_or(Stream::NONE)
}

/// Another of those streams, where a command asks for one and there is one.
fn other_stream(command: Command, now: Stream, pass: &Pass) -> Option<Stream> {
    let by = match command.action {
        Action::NextStream => 1,
        Action::PreviousStream => -1,
        _ => return None,
    };
    let streams = pass.layer_streams();
    let here = streams.iter().position(|stream| *stream == now)?;
    let there = (here as isize + by).rem_euclid(streams.len() as isize) as usize;
    (there != here).then(|| streams[there])
}

/// How far a command moves up or down.
fn along_rows(command: Command) -> isize {
    const PAGE: isize = 10;
    let times = command.times() as isize;
    match command.action {
        Action::MoveUp => -times,
        Action::MoveDown => times,
        Action::PageUp => -PAGE * times,
        Action::PageDown => PAGE * times,
        Action::Home => isize::MIN / 2,
        Action::End => isize::MAX / 2,
        _ => 0,
    }
}

/// How far a command moves left or right.
fn along_columns(command: Command) -> isize {
    let times = command.times() as isize;
    match command.action {
        Action::MoveLeft => -times,
        Action::MoveRight => times,
        _ => 0,
    }
}

impl HeadList {
    fn command(&mut self, command: Command, measured: &Measured) -> Asked {
        match command.action {
            Action::MoveLeft | Action::MoveRight => self.filter(along_columns(command), measured),
            Action::Into | Action::Accept => return self.chosen(measured),
            _ => {
                let len = measured.ranked(self.pattern.as_ref()).len();
                self.row = moved(self.row, along_rows(command), len);
            }
        }
        Asked::Nothing
    }

    /// How many of ranked heads are clearly above chance.
    pub fn clear(ranked: &[Ranked<'_>]) -> usize {
        ranked.iter().filter(|ranked| ranked.score.is_clear()).count()
    }

    /// Whether a line parts those from the rest.
    pub fn has_cut(ranked: &[Ranked<'_>]) -> bool {
        Self::clear(ranked) < ranked.len()
    }

    /// The line on which an entry stands.
    pub fn line(ranked: &[Ranked<'_>], entry: usize) -> usize {
        entry + usize::from(Self::has_cut(ranked) && entry >= Self::clear(ranked))
    }

    /// Goes through the patterns, all of them first.
    fn filter(&mut self, by: isize, measured: &Measured) {
        let patterns = measured.patterns();
        let now = self.pattern.as_ref().and_then(|now| patterns.iter().position(|pattern| *pattern == now));
        let all = patterns.len() as isize + 1;
        let next = (now.map_or(0, |place| place as isize + 1) + by).rem_euclid(all);
        self.pattern = usize::try_from(next - 1).ok().and_then(|place| patterns.get(place)).map(|&p| p.clone());
        self.row = 0;
    }

    fn chosen(&self, measured: &Measured) -> Asked {
        let ranked = measured.ranked(self.pattern.as_ref());
        ranked.get(self.row).map_or(Asked::Nothing, |ranked| Asked::Head(ranked.index, ranked.head))
    }
}

impl LensPanel {
    fn rows(&self) -> usize {
        self.found.as_ref().and_then(|found| found.as_ref().ok()).map_or(0, |lens| lens.rows.len())
    }

    /// The row under the cursor: the last one at first.
    pub fn row(&self) -> usize {
        let last = self.rows().saturating_sub(1);
        self.row.unwrap_or(last).min(last)
    }

    fn command(&mut self, command: Command, cursor: &mut Cursor) -> Asked {
        let Some(Ok(lens)) = &self.found else { return Asked::Nothing };
        let (rows, positions) = (lens.rows.len(), lens.positions());
        // The last layer stands on top.
        self.row = Some(moved(self.row(), -along_rows(command), rows));
        cursor.query = moved(cursor.query, along_columns(command), positions);
        Asked::Nothing
    }
}

impl AttributionPanel {
    /// The position that is asked about.
    pub fn position(&self, pass: &Pass) -> usize {
        let usual = pass.predicted_positions().first().copied();
        self.position.or(usual).unwrap_or(pass.output_tokens().len().saturating_sub(1))
    }

    /// The likeliest tokens there.
    pub fn candidates(&self, pass: &Pass) -> Vec<Candidate> {
        let plain = Sampling { temperature: 1.0, ..Sampling::default() };
        let mut candidates = pass.candidates(self.position(pass), &plain, SHOWN);
        candidates.truncate(SHOWN);
        candidates
    }

    /// What is asked.
    pub fn question(&self, pass: &Pass) -> Question {
        let token = self.candidates(pass).get(self.candidate).map(|candidate| candidate.id);
        Question { position: Some(self.position(pass)), token }
    }

    fn command(&mut self, command: Command, pass: &Pass) -> Asked {
        let before = (self.position(pass), self.candidate);
        let along = along_columns(command);
        if along != 0 {
            let positions = pass.logits_node().map_or(0, |id| pass.record.graph().node(id).axes[1].len);
            self.position = Some(moved(before.0, along, positions));
            self.candidate = 0;
        } else {
            self.candidate = moved(self.candidate, along_rows(command), self.candidates(pass).len());
        }
        if before == (self.position(pass), self.candidate) {
            return Asked::Nothing;
        }
        Asked::Study
    }
}

impl PatchPanel {
    fn command(&mut self, command: Command) -> Asked {
        match command.action {
            Action::OtherText | Action::Into | Action::Accept => return Asked::OtherText,
            Action::PatchHeads => {
                self.what = if self.what == Patched::Heads { Patched::Residual } else { Patched::Heads };
                (self.found, self.cell) = (None, (0, 0));
                return Asked::Study;
            }
            _ => {}
        }
        if let Some(Ok(found)) = &self.found {
            // The last layer stands on top.
            self.cell.0 = moved(self.cell.0, -along_rows(command), found.rows.len());
            let cells = found.rows.get(self.cell.0).map_or(0, |row| row.cells.len());
            self.cell.1 = moved(self.cell.1, along_columns(command), cells);
        }
        Asked::Nothing
    }
}

#[cfg(test)]
mod tests;
