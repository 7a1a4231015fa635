//! Work that goes on off the drawing thread, and what comes back from it.

use std::sync::Arc;

use super::objective::{Refused, Trial, Tried};
use super::{Finding, Study, Word};
use crate::explore::{Decoding, Measured, Overview, Pass, Prompt, Sampling, Subject};
use crate::tape::{Record, ScopeId};

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
    /// Run a pass again without some heads, by place of the attention and head.
    Replay(Arc<Pass>, Vec<(usize, usize)>),
    /// Recompute what was not kept of a part of a pass.
    Open(Opening, ScopeId),
    /// Work something out from a pass.
    Study(Study),
    /// Try an objective on a text.
    Try(Trial),
    /// Open another model: the id of a mini, or the path of a checkpoint directory.
    Load(String),
}

/// What is opened: the values of a pass, or of its replay.
#[derive(Clone)]
pub struct Opening {
    /// Whose values they are.
    pub record: Recorded,
}

/// A record, wherever it is held.
#[derive(Clone)]
pub enum Recorded {
    /// That of a pass.
    Pass(Arc<Pass>),
    /// That of a pass without some heads.
    Replay(Arc<Record>),
}

impl Recorded {
    /// The record itself.
    pub fn record(&self) -> &Record {
        match self {
            Self::Pass(pass) => &pass.record,
            Self::Replay(record) => record,
        }
    }

    /// Recomputes what was not kept of a part.
    pub fn open(&self, scope: ScopeId) {
        self.record().open(scope);
    }
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
    /// A pass without some heads, its maps made small, and what its heads do.
    Replay(Arc<Record>, Arc<[Option<Overview>]>, Arc<Measured>),
    /// What was worked out from a pass, or why it could not be.
    Found(Result<Finding, String>),
    /// What was asked for is at hand in the pass now.
    Opened,
    /// What came of an objective, or why the text cannot serve.
    Tried(Result<Arc<Tried>, Refused>),
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
    /// All entries of the catalogue were read.
    CatalogueRead,
    /// What was shown is saved: where, or why not.
    Saved(Result<String, String>),
}
