//! Learning: objectives, the optimiser, and the loop that turns a recipe and the small world into a trained model.

mod adamw;
mod card;
mod corpus;
mod evaluate;
mod example;
mod guide;
mod lesson;
pub mod objective;
mod recipe;
mod schedule;
mod step;
pub mod tokenizer;
mod trainer;

pub use adamw::{AdamW, Constants, Moments};
pub use card::{Card, Kept, Made};
pub use corpus::{Corpus, unigram_loss};
pub use evaluate::{Claim, Examination, HeadScore, Promise};
pub use example::{Example, Origins, Output, Row, Term, collate, targets};
pub use guide::{Attention, Guidance, Guide, Job};
pub use lesson::Lesson;
pub use recipe::{Phase, Recipe, RecipeError, Start, Task};
pub use schedule::Schedule;
pub use step::{Batch, Learner, LossError, Losses};
pub use trainer::{Materials, TrainError, Trainer};
