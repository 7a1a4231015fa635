//! One token followed through all layers.

use std::sync::Arc;

use super::{Asked, Found, along_columns, along_rows, moved, other_stream, stream_of};
use crate::app::{Action, Command, Cursor};
use crate::explore::{Follow, Pass};
use crate::tape::Stream;

/// One token followed through all layers.
#[derive(Clone, Default)]
pub struct FollowPanel {
    /// Its way.
    pub found: Found<Follow>,
    /// The stream that is wanted.
    pub wanted: Option<Stream>,
    /// The stop under the cursor.
    pub row: usize,
}

impl FollowPanel {
    /// The stream and the position that are followed: the token that all screens look at.
    pub fn place(&self, pass: &Pass, cursor: &Cursor) -> (Stream, usize) {
        let stream = stream_of(self.wanted, pass);
        (stream, cursor.query.min(ran(pass, stream).saturating_sub(1)))
    }

    /// The way, where it was found.
    pub fn way(&self) -> Option<&Follow> {
        self.found.as_ref()?.as_ref().ok().map(Arc::as_ref)
    }

    pub(super) fn take(&mut self, found: Arc<Follow>) {
        self.row = self.row.min(found.stops.len().saturating_sub(1));
        self.found = Some(Ok(found));
    }

    pub(super) fn command(&mut self, command: Command, pass: &Pass, cursor: &mut Cursor) -> Asked {
        let (stream, position) = self.place(pass, cursor);
        if let Some(other) = other_stream(command, stream, pass) {
            (self.wanted, self.found) = (Some(other), None);
            cursor.query = self.place(pass, cursor).1;
            return Asked::Study;
        }
        if matches!(command.action, Action::Into | Action::Accept) {
            return self.opened();
        }
        cursor.query = moved(position, along_columns(command), ran(pass, stream));
        let stops = self.way().map_or(0, |way| way.stops.len());
        self.row = moved(self.row, along_rows(command), stops);
        if cursor.query == position { Asked::Nothing } else { Asked::Study }
    }

    /// A click chooses a stop, or opens the chosen one.
    pub(super) fn click(&mut self, row: usize) -> Asked {
        if row == self.row {
            return self.opened();
        }
        self.row = row.min(self.way().map_or(0, |way| way.stops.len().saturating_sub(1)));
        Asked::Nothing
    }

    /// What was written there, or the vector that it began as.
    fn opened(&self) -> Asked {
        let stop = self.way().and_then(|way| way.stops.get(self.row));
        stop.map_or(Asked::Nothing, |stop| Asked::Step(stop.written.as_ref().map_or(stop.node, |written| written.node)))
    }
}

/// How many tokens of a stream ran in the pass.
fn ran(pass: &Pass, stream: Stream) -> usize {
    pass.stream(stream).len() - pass.past().min(pass.stream(stream).len())
}
