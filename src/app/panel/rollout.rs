//! Attention multiplied through the layers.

use std::sync::Arc;

use super::{Asked, Found, along_columns, along_rows, moved, other_stream, stream_of};
use crate::app::{Command, Cursor, Target};
use crate::explore::{Pass, Rollout};
use crate::tape::Stream;

/// Attention multiplied through the layers.
#[derive(Clone, Default)]
pub struct RolloutPanel {
    /// The maps.
    pub found: Found<Rollout>,
    /// The stream that is wanted.
    pub wanted: Option<Stream>,
    /// Up to which layer, by its place; the last one at first.
    pub place: Option<usize>,
}

impl RolloutPanel {
    /// The stream that is shown.
    pub fn stream(&self, pass: &Pass) -> Stream {
        stream_of(self.wanted, pass)
    }

    /// The maps, where they were found.
    pub fn maps(&self) -> Option<&Rollout> {
        self.found.as_ref()?.as_ref().ok().map(Arc::as_ref)
    }

    /// Up to which layer, by its place.
    pub fn place(&self) -> usize {
        let last = self.maps().map_or(0, |maps| maps.layers.len().saturating_sub(1));
        self.place.unwrap_or(last).min(last)
    }

    pub(super) fn command(&mut self, command: Command, pass: &Pass, cursor: &mut Cursor) -> Asked {
        if let Some(other) = other_stream(command, self.stream(pass), pass) {
            (self.wanted, self.found) = (Some(other), None);
            let last = pass.stream(other).len().saturating_sub(1);
            (cursor.query, cursor.key) = (cursor.query.min(last), cursor.key.min(last));
            return Asked::Study;
        }
        let Some(maps) = self.maps() else { return Asked::Nothing };
        let (layers, tokens) = (maps.layers.len(), maps.tokens);
        // Up is up towards the output.
        self.place = Some(moved(self.place(), -along_rows(command), layers));
        cursor.query = moved(cursor.query.min(tokens.saturating_sub(1)), along_columns(command), tokens);
        Asked::Nothing
    }

    pub(super) fn click(target: Target, cursor: &mut Cursor) -> Asked {
        match target {
            Target::Cell { row, col, .. } => (cursor.query, cursor.key) = (row, col),
            Target::Row { row, .. } => cursor.key = row,
            _ => {}
        }
        Asked::Nothing
    }
}
