//! The rows of the compare screen in their order, as far as they are shown.

use super::{CompareState, View};
use crate::explore::compare::{FactRow, Row, Section};

/// A line of the list.
#[derive(Clone, Copy, Debug)]
pub enum Line<'a> {
    /// A fact or figure.
    Fact(&'a FactRow),
    /// The title of what follows.
    Title(Section),
    /// A part.
    Part(&'a Row),
}

impl Line<'_> {
    /// Whether the cursor can stand on it.
    pub fn is_row(&self) -> bool {
        !matches!(self, Self::Title(_))
    }
}

impl CompareState {
    /// The lines that are shown.
    pub fn lines(&self) -> Vec<Line<'_>> {
        let Some(found) = self.comparison() else { return Vec::new() };
        let shown = |same: bool| !(same && self.shown.only_differences);
        let facts = if self.view == View::Facts { &found.facts } else { &found.figures };
        let mut lines: Vec<Line<'_>> = facts.iter().filter(|row| shown(row.same)).map(Line::Fact).collect();
        let sections: &[Section] = match self.view {
            View::Facts => &[],
            View::Together => &[Section::Block],
            View::Parts => &[Section::Stacks, Section::Input, Section::Block, Section::Output],
        };
        for section in sections {
            let rows = found.rows.iter().filter(|row| row.section == *section && shown(row.same));
            let rows: Vec<Line<'_>> = rows.map(Line::Part).collect();
            if !rows.is_empty() {
                lines.push(Line::Title(*section));
                lines.extend(rows);
            }
        }
        lines
    }

    /// How many equal rows of a section are left out.
    pub fn hidden(&self, section: Section) -> usize {
        let rows = self.comparison().map_or(&[][..], |found| &found.rows);
        rows.iter().filter(|row| row.section == section && row.same && self.shown.only_differences).count()
    }

    /// The line under the cursor.
    pub fn chosen(&self) -> Option<Line<'_>> {
        self.lines().into_iter().filter(Line::is_row).nth(self.row)
    }
}
