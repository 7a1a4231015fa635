//! Work that goes on off the drawing thread, and what comes back from it.

use std::sync::Arc;

use super::compare::{self, Comparing};
use super::objective::{Refused, Trial, Tried};
use super::tokenization::Shown;
use super::{Finding, Study, Word};
use crate::explore::{Decoding, Edits, Pass, Prompt, Sampling, Subject};
use crate::local::Scan;
use crate::tape::ScopeId;

/// A piece of work by its number; what comes back of an older one is dropped.
#[derive(Clone)]
pub struct Job {
    /// Its number.
    pub id: u64,
    /// What is to be done.
    pub work: Work,
}

/// What is to be done.
#[derive(Clone)]
pub enum Work {
    /// Run a prompt.
    Run(Prompt),
    /// Begin to decode from a prompt.
    Decode(Prompt, Sampling),
    /// Write one more token: what sampling chooses, or this one.
    Write(Arc<Decoding>, Option<u32>),
    /// Run a pass again as it was changed by hand.
    Replay(Arc<Pass>, Edits),
    /// Recompute what was not kept of a part of a pass.
    Open(Arc<Pass>, ScopeId),
    /// Work something out from a pass.
    Study(Study),
    /// Try an objective on a text.
    Try(Trial),
    /// Lay models side by side, or run one of them.
    Compare(Comparing),
    /// Open another model: the id of a mini, or the path of a checkpoint directory.
    Load(String),
}

impl Work {
    /// What it is called while it goes on.
    pub fn word(&self) -> Word {
        match self {
            Work::Run(_) => Word::Running,
            Work::Decode(..) | Work::Write(..) => Word::Writing,
            Work::Replay(..) => Word::Replaying,
            Work::Open(..) => Word::Recomputing,
            Work::Study(study) => study.word(),
            Work::Try(_) => Word::TryingObjective,
            Work::Compare(comparing) => comparing.word(),
            Work::Load(_) => Word::OpeningModel,
        }
    }
}

/// What a finished job gives.
#[derive(Clone)]
pub enum Outcome {
    /// A recorded pass.
    Pass(Arc<Pass>),
    /// A text with one more token.
    Decoding(Arc<Decoding>),
    /// A pass changed by hand.
    Edited(Arc<Pass>),
    /// What was worked out from a pass, or why it could not be.
    Found(Result<Finding, String>),
    /// What was asked for is at hand in the pass now.
    Opened,
    /// What came of an objective, or why the text cannot serve.
    Tried(Result<Arc<Tried>, Refused>),
    /// What came of models side by side.
    Compared(compare::Outcome),
    /// Another model, to be explored from now on.
    Loaded(Arc<Subject>),
    /// It was cancelled.
    Cancelled,
}

/// What a worker reports.
#[derive(Clone)]
pub enum Message {
    /// How far it is: done and all.
    Progress(u64, usize, usize),
    /// It is over; an error is one line for the reader.
    Done(u64, Result<Outcome, String>),
    /// What the cache of the hub holds.
    CacheFound(Arc<Scan>),
    /// A text was cut into tokens.
    Tokenized(Arc<Shown>),
    /// All entries of the catalogue were read.
    CatalogueRead,
    /// What was shown is saved: where, or why not.
    Saved(Result<String, String>),
}
