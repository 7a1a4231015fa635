//! What the words of a stop claim, held against what the model does there.

use crate::app::explorer::App;
use crate::explore::{Pattern, Sampling};
use crate::tape::Cell;

/// A claim that can be measured at a stop. What it does not name is taken from the stop's address.
#[derive(Clone, Debug, PartialEq)]
pub enum Expect {
    /// The weight of a cell of the head that is shown.
    Weight {
        /// The row; that of the cursor where none is named.
        query: Option<usize>,
        /// The column.
        key: Option<usize>,
        /// At least and at most.
        limits: (f32, f32),
    },
    /// A number of the step that is shown: of the head that is shown, where it has heads.
    Value {
        /// The row; that of the cursor where none is named.
        query: Option<usize>,
        /// The column.
        key: Option<usize>,
        /// At least and at most.
        limits: (f32, f32),
    },
    /// The share of the attention of the head that is shown on the places of a pattern.
    Pattern {
        /// Its name, as `headscope heads` prints it.
        name: String,
        /// At least and at most.
        limits: (f32, f32),
    },
    /// The likeliest token where the model predicts one, and its probability.
    Predicts {
        /// The token as text, without blanks around it.
        token: String,
        /// At least and at most.
        limits: (f32, f32),
    },
    /// The cell under the cursor is hidden for a reason.
    Hidden {
        /// The word of the reason.
        reason: String,
    },
    /// The text that the model writes by itself as its target.
    Writes {
        /// The whole of it.
        text: String,
    },
}

impl Expect {
    /// Whether it is so in an explorer that has come to the stop.
    ///
    /// # Errors
    /// What was found instead.
    pub fn check(&self, app: &App) -> Result<(), String> {
        match self {
            Self::Weight { query, key, limits } => within(weight(app, *query, *key), *limits, "the weight"),
            Self::Value { query, key, limits } => within(value(app, *query, *key), *limits, "the value"),
            Self::Pattern { name, limits } => within(score(app, name), *limits, name),
            Self::Predicts { token, limits } => {
                let (found, share) = predicted(app).ok_or("nothing is predicted")?;
                if found != *token {
                    return Err(format!("{found:?} is predicted, not {token:?}"));
                }
                within(Some(share), *limits, token)
            }
            Self::Hidden { reason } => {
                let found = hidden(app).unwrap_or("nothing");
                if found == reason { Ok(()) } else { Err(format!("the cell is hidden for {found}, not {reason}")) }
            }
            Self::Writes { text } => {
                let found = target(app).unwrap_or_default();
                if found == *text { Ok(()) } else { Err(format!("{found:?} is written, not {text:?}")) }
            }
        }
    }
}

fn within(found: Option<f32>, (least, most): (f32, f32), what: &str) -> Result<(), String> {
    let found = found.ok_or_else(|| format!("{what} is not there"))?;
    if (least..=most).contains(&found) { Ok(()) } else { Err(format!("{what} is {found:.3}, not {least} to {most}")) }
}

fn weight(app: &App, query: Option<usize>, key: Option<usize>) -> Option<f32> {
    let pass = app.shown()?;
    let mut cursor = app.cursor;
    (cursor.query, cursor.key) = (query.unwrap_or(cursor.query), key.unwrap_or(cursor.key));
    let (node, cell) = app.attention.cell(pass, &cursor)?;
    Some(pass.record.value(node).at(&cell))
}

fn value(app: &App, query: Option<usize>, key: Option<usize>) -> Option<f32> {
    let pass = app.shown()?;
    let mut cursor = app.cursor;
    (cursor.query, cursor.key) = (query.unwrap_or(cursor.query), key.unwrap_or(cursor.key));
    let (node, cell) = app.steps.cell(pass, &cursor)?;
    Some(pass.record.value(node).at(&cell))
}

fn score(app: &App, pattern: &str) -> Option<f32> {
    let pass = app.shown()?;
    let ranked = pass.measured().ranked(Some(&Pattern::of(pattern)));
    let here = (app.attention.index, app.attention.head);
    ranked.iter().find(|ranked| (ranked.index, ranked.head) == here).map(|ranked| ranked.score.score)
}

/// The likeliest token at the first position of interest.
fn predicted(app: &App) -> Option<(String, f32)> {
    let (pass, subject) = (app.shown()?, app.subject.as_ref()?);
    let position = pass.predicted_positions().first().copied()?;
    let logits = pass.logits_at(position)?;
    let plain = Sampling { temperature: 1.0, ..Sampling::default() };
    let best = crate::explore::candidates(&logits, &plain, 1).first().copied()?;
    Some((subject.written(&[best.id]).trim().to_owned(), best.probability))
}

fn hidden(app: &App) -> Option<&'static str> {
    let pass = app.shown()?;
    let mask = app.attention.attention(pass)?.mask.as_ref()?;
    mask.reason(Cell { batch: 0, query: app.cursor.query, key: app.cursor.key }).map(|reason| reason.word)
}

fn target(app: &App) -> Option<String> {
    let (pass, subject) = (app.shown()?, app.subject.as_ref()?);
    let ids: Vec<u32> = pass.target.iter().skip(1).map(|token| token.id).collect();
    Some(subject.written(&ids).trim().to_owned())
}
