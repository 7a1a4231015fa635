//! The maps of the compare screen: which head each column shows, and which of its tokens the cursor is on.

use super::{CompareState, HeadsFrom, Matching, Pane, Ran};
use crate::app::{Action, Cursor};
use crate::explore::Pass;
use crate::explore::compare::{Alignment, Difference, Map, Sequence, difference, nearest};
use crate::tape::{Attention, Kind, Stream};

/// What a column shows.
pub struct Column<'a> {
    /// The model and its pass.
    pub ran: &'a Ran,
    /// The attention of the head.
    pub attention: &'a Attention,
    /// Its place in the pass.
    pub index: usize,
    /// The head.
    pub head: usize,
    /// Queries and keys.
    pub size: (usize, usize),
    /// The cell under the cursor: nothing where the token there has no like here.
    pub cell: (Option<usize>, Option<usize>),
}

impl Column<'_> {
    /// The head's weights; `None` where they are not at hand.
    pub fn map(&self) -> Option<Map> {
        let weights = self.ran.pass.record.get(self.attention.weights)?;
        Some(Map { size: self.size, weights: weights.select(0, 0).select(0, self.head).to_vec() })
    }

    fn sequences(&self) -> [Sequence<'_>; 2] {
        let pass = &self.ran.pass;
        [self.attention.query_stream, self.attention.key_stream].map(|stream| Sequence::of(pass, stream))
    }
}

impl CompareState {
    /// A column, where its model ran and has attention.
    pub fn column(&self, column: usize, text: &str) -> Option<Column<'_>> {
        let ran = self.ran(column, text)?.as_ref().ok()?;
        let (index, head) = self.heads.get(column).copied().unwrap_or_default();
        let index = index.min(ran.pass.attentions.len().checked_sub(1)?);
        let attention = &ran.pass.attentions[index];
        let head = head.min(attention.heads.saturating_sub(1));
        let axes = &ran.pass.record.graph().node(attention.weights).axes;
        let size = (axes.len_of(Kind::Query), axes.len_of(Kind::Key));
        let cell = self.cell(column, attention, size, &ran.pass, text);
        Some(Column { ran, attention, index, head, size, cell })
    }

    /// The cell of a column that belongs to that under the cursor.
    fn cell(
        &self,
        column: usize,
        attention: &Attention,
        size: (usize, usize),
        pass: &Pass,
        text: &str,
    ) -> (Option<usize>, Option<usize>) {
        let within = |place: usize, len: usize| Some(place).filter(|place| *place < len);
        if column == self.lead {
            return (within(self.query, size.0), within(self.key, size.1));
        }
        let Some((lead, own)) = self.lead_of(text) else { return (None, None) };
        let along = |place: usize, from: Stream, to: Stream, len: usize| {
            let alignment = Alignment::of(&Sequence::of(lead, from), &Sequence::of(pass, to));
            alignment.nearest(place).and_then(|place| within(place, len))
        };
        (
            along(self.query, own.query_stream, attention.query_stream, size.0),
            along(self.key, own.key_stream, attention.key_stream, size.1),
        )
    }

    /// The pass and the attention that lead.
    fn lead_of(&self, text: &str) -> Option<(&Pass, &Attention)> {
        let pass = &self.ran(self.lead, text)?.as_ref().ok()?.pass;
        let index = self.heads.get(self.lead).copied().unwrap_or_default().0;
        Some((pass.as_ref(), pass.attentions.get(index).or(pass.attentions.first())?))
    }

    /// The difference of a column's map from that of the column that leads.
    pub fn difference_of(&self, column: usize, text: &str) -> Option<Difference> {
        let (lead, other) = (self.column(self.lead, text)?, self.column(column, text)?);
        let (one, two) = (lead.map()?, other.map()?);
        let (along, beside) = (lead.sequences(), other.sequences());
        Some(difference((&one, [&along[0], &along[1]]), (&two, [&beside[0], &beside[1]])))
    }

    /// Gives each column the head that does most nearly what that of the lead does; by hand and on two texts others stay
    /// or are the same.
    pub(super) fn follow(&mut self, text: &str) {
        let columns = self.column_ids().len();
        self.heads.resize(columns, (0, 0));
        if self.ran(self.lead, text).is_none_or(Result::is_err)
            && let Some(runs) = (0..columns).find(|&column| self.ran(column, text).is_some_and(Result::is_ok))
            && self.ran(self.lead, text).is_some()
        {
            // What does not run cannot lead.
            self.lead = runs;
        }
        let Some(Ok(lead)) = self.ran(self.lead, text) else { return };
        let lead = std::sync::Arc::clone(&lead.pass);
        let at = self.heads[self.lead];
        for column in (0..columns).filter(|column| *column != self.lead) {
            if self.on_two_texts() {
                self.heads[column] = at;
            } else if self.matching == Matching::Nearest
                && let Some(Ok(ran)) = self.ran(column, text)
                && let Some(found) = nearest(&lead, at, &ran.pass)
            {
                self.heads[column] = (found.index, found.head);
            }
        }
    }

    /// A model has run: the heads follow that of the lead. Those that were given beforehand stay, until the last model of
    /// the columns has run.
    pub(super) fn arrived(&mut self, text: &str) {
        if self.heads_from == HeadsFrom::Screen {
            return self.follow(text);
        }
        let columns = self.column_ids().len();
        if (0..columns).all(|column| self.ran(column, text).is_some()) {
            self.heads_from = HeadsFrom::Screen;
        }
        if self.heads.len() < columns {
            self.heads_from = HeadsFrom::Screen;
            self.follow(text);
        }
    }

    /// Another column leads: the cursor stays on its token.
    pub(super) fn lead_by(&mut self, column: usize, text: &str) {
        let cell = self.column(column, text).map(|column| column.cell);
        self.lead = column.min(self.column_ids().len().saturating_sub(1));
        if let Some((query, key)) = cell {
            (self.query, self.key) = (query.unwrap_or(0), key.unwrap_or(0));
        }
        self.keep(text);
    }

    /// Keeps the cursor on the map that leads.
    pub(super) fn keep(&mut self, text: &str) {
        if let Some(column) = self.column(self.lead, text) {
            let size = column.size;
            self.query = self.query.min(size.0.saturating_sub(1));
            self.key = self.key.min(size.1.saturating_sub(1));
        }
    }

    pub(super) fn move_cell(&mut self, action: Action, times: isize, text: &str) {
        let Some(size) = self.column(self.lead, text).map(|column| column.size) else { return };
        let mut cursor = Cursor { query: self.query, key: self.key, feature: 0 };
        cursor.step(action, times, size.0, size.1);
        (self.query, self.key) = (cursor.query, cursor.key);
    }

    /// Heads run on over the layers; the others follow.
    pub(super) fn move_head(&mut self, by: isize, text: &str) {
        self.move_to(text, |heads, here| {
            let there = here.saturating_add_signed(by).min(heads.len().saturating_sub(1));
            heads.get(there).copied()
        });
    }

    pub(super) fn move_layer(&mut self, by: isize, text: &str) {
        self.move_to(text, |heads, here| {
            let (index, head) = heads.get(here).copied()?;
            let last = heads.last()?.0;
            let there = index.saturating_add_signed(by).min(last);
            heads
                .iter()
                .copied()
                .filter(|own| own.0 == there)
                .find(|own| own.1 == head)
                .or_else(|| heads.iter().copied().rfind(|own| own.0 == there))
        });
    }

    fn move_to(&mut self, text: &str, choose: impl Fn(&[(usize, usize)], usize) -> Option<(usize, usize)>) {
        if self.pane == Pane::Rows && self.ran(self.lead, text).is_none_or(Result::is_err) {
            self.follow(text);
        }
        let Some(Ok(ran)) = self.ran(self.lead, text) else { return };
        let attentions = ran.pass.attentions.iter().enumerate();
        let heads: Vec<(usize, usize)> =
            attentions.flat_map(|(i, a)| (0..a.heads).map(move |head| (i, head))).collect();
        self.heads.resize(self.column_ids().len(), (0, 0));
        let now = self.heads[self.lead];
        let here = heads.iter().position(|head| *head == now).unwrap_or(0);
        if let Some(chosen) = choose(&heads, here) {
            self.heads[self.lead] = chosen;
            self.follow(text);
            self.keep(text);
        }
    }
}
