//! Learning: objectives, the optimiser, and the loop that turns a recipe and the small world into a trained model.

mod adamw;
mod example;
mod guide;
pub mod objective;
mod schedule;
mod step;

pub use adamw::{AdamW, Constants, Moments};
pub use example::{Example, Origins, Output, Row, Term, collate, targets};
pub use guide::{Attention, Guidance, Guide, Job};
pub use schedule::Schedule;
pub use step::{Batch, Learner, Losses};
