//! What the compare screen has done off the drawing thread: models laid side by side, and their minis run on the text.

use std::sync::Arc;

use super::CompareState;
use crate::app::Word;
use crate::catalog::Catalog;
use crate::explore::compare::{Comparison, open_mini};
use crate::explore::{Pass, Subject};
use crate::tape::Run;

/// Tokens that are written at most for a target that is not given.
const WRITTEN: usize = 48;

/// What is to be worked out.
#[derive(Clone)]
pub enum Comparing {
    /// What is known of the models without running them.
    Models {
        /// The catalogue.
        catalog: Arc<Catalog>,
        /// The models.
        ids: Vec<String>,
        /// What is open or was opened, for those that have no entry.
        subjects: Vec<Arc<Subject>>,
        /// The length of text, where one was chosen.
        length: Option<u64>,
    },
    /// A model's pass over a text.
    Run {
        /// The model.
        id: String,
        /// The model, where it is open already.
        subject: Option<Arc<Subject>>,
        /// The text as it is typed.
        text: String,
    },
}

/// A model that ran.
#[derive(Clone)]
pub struct Ran {
    /// The model.
    pub subject: Arc<Subject>,
    /// Its pass.
    pub pass: Arc<Pass>,
}

/// Why a model has no pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No small trained model exists of it.
    NoMini,
    /// It was stopped.
    Stopped,
    /// The text or the model does not allow it.
    Fault(String),
}

/// Models laid side by side, for what was asked.
#[derive(Clone)]
pub struct Compared {
    pub(super) ids: Vec<String>,
    pub(super) length: Option<u64>,
    pub(super) found: Result<Arc<Comparison>, String>,
}

/// What came of it.
#[derive(Clone)]
pub enum Outcome {
    /// Of models.
    Models(Result<Arc<Comparison>, String>),
    /// Of a run.
    Ran(Result<Ran, Refused>),
}

impl Comparing {
    /// What it is called while it goes on.
    pub fn word(&self) -> Word {
        match self {
            Self::Models { .. } => Word::ComparingModels,
            Self::Run { .. } => Word::Running,
        }
    }

    /// Works it out.
    pub fn run(&self, cancel: Option<&std::sync::atomic::AtomicBool>) -> Outcome {
        match self {
            Self::Models { catalog, ids, subjects, length } => {
                let mut opened: Vec<Subject> = Vec::new();
                for id in ids.iter().filter(|id| catalog.entry(id).is_err()) {
                    if !subjects.iter().any(|subject| subject.name == **id)
                        && let Ok(Some(subject)) = open_mini(id)
                    {
                        opened.push(subject);
                    }
                }
                let all: Vec<&Subject> = subjects.iter().map(Arc::as_ref).chain(&opened).collect();
                Outcome::Models(Comparison::of(catalog, ids, &all, *length).map(Arc::new))
            }
            Self::Run { id, subject, text } => Outcome::Ran(run(id, subject.as_ref(), text, cancel)),
        }
    }
}

fn run(
    id: &str,
    subject: Option<&Arc<Subject>>,
    text: &str,
    cancel: Option<&std::sync::atomic::AtomicBool>,
) -> Result<Ran, Refused> {
    let subject = match subject {
        Some(subject) => Arc::clone(subject),
        None => Arc::new(open_mini(id).map_err(Refused::Fault)?.ok_or(Refused::NoMini)?),
    };
    let run = Run { pool: subject.pool(), cancel, progress: None };
    let pass = Pass::run_whole(&subject, &subject.prompt(text), WRITTEN, run);
    let pass = pass.map_err(|error| Refused::Fault(error.to_string()))?.ok_or(Refused::Stopped)?;
    // What the heads do is asked for with every key.
    pass.measured();
    Ok(Ran { subject, pass: Arc::new(pass) })
}

impl CompareState {
    /// The next thing that is shown and not at hand: what is known of the models first, then their passes.
    pub fn wanted(&self, text: &str, catalog: &Arc<Catalog>, open: Option<&Arc<Subject>>) -> Option<Comparing> {
        let ids = self.column_ids();
        if self.stopped || ids.is_empty() {
            return None;
        }
        let fresh = self.compared.as_ref().is_some_and(|known| known.ids == ids && known.length == self.length);
        if !fresh {
            let (catalog, length) = (Arc::clone(catalog), self.length);
            return Some(Comparing::Models { catalog, ids, subjects: open.cloned().into_iter().collect(), length });
        }
        ids.iter().enumerate().find_map(|(column, id)| {
            let text = self.text_of(column, text);
            self.known(id, text).is_none().then(|| {
                let own = open.filter(|subject| subject.name == *id).cloned();
                let subject = own.or_else(|| self.opened(id));
                Comparing::Run { id: id.clone(), subject, text: text.to_owned() }
            })
        })
    }

    fn known(&self, id: &str, text: &str) -> Option<&Result<Ran, Refused>> {
        self.runs.iter().find(|(own, typed, _)| own == id && typed == text).map(|(.., ran)| ran)
    }

    fn opened(&self, id: &str) -> Option<Arc<Subject>> {
        let ran = self.runs.iter().filter(|(own, ..)| own == id).find_map(|(.., ran)| ran.as_ref().ok());
        ran.map(|ran| Arc::clone(&ran.subject))
    }

    /// The run of a column, or why there is none; `None` while it is on its way.
    pub fn ran(&self, column: usize, text: &str) -> Option<&Result<Ran, Refused>> {
        self.known(self.column_ids().get(column)?, self.text_of(column, text))
    }

    /// Takes what came of the work.
    pub fn take(&mut self, asked: Comparing, outcome: Outcome, text: &str) {
        match (asked, outcome) {
            (Comparing::Models { ids, length, .. }, Outcome::Models(found)) => {
                self.compared = Some(Compared { ids, length, found });
                self.row = self.row.min(self.lines().iter().filter(|line| line.is_row()).count().saturating_sub(1));
            }
            (Comparing::Run { id, text: typed, .. }, Outcome::Ran(ran)) => {
                // Passes over texts that are not shown any more go: while a text is typed there are many.
                let ids = self.column_ids();
                let other = self.other.clone();
                self.runs.retain(|(own, old, _)| {
                    ids.contains(own) && (old == text || Some(old) == other.as_ref()) && (own, old) != (&id, &typed)
                });
                self.runs.push((id, typed, ran));
                self.arrived(text);
                self.keep(text);
            }
            _ => {}
        }
    }

    /// Takes the pass that other screens show, where it is of a model that is compared.
    pub fn take_pass(&mut self, subject: &Arc<Subject>, pass: &Arc<Pass>, text: &str) {
        let id = &subject.name;
        let stale = match self.known(id, text) {
            Some(Ok(ran)) => !Arc::ptr_eq(&ran.subject, subject),
            known => known.is_none(),
        };
        if stale && self.column_ids().contains(id) {
            self.runs.retain(|(own, ..)| own != id);
            let ran = Ran { subject: Arc::clone(subject), pass: Arc::clone(pass) };
            self.runs.push((id.clone(), text.to_owned(), Ok(ran)));
            self.arrived(text);
            self.keep(text);
        }
    }

    /// The work broke off: it is not begun again by itself.
    pub fn failed(&mut self, asked: Comparing, fault: String, text: &str) {
        let outcome = match &asked {
            Comparing::Models { .. } => Outcome::Models(Err(fault)),
            Comparing::Run { .. } => Outcome::Ran(Err(Refused::Fault(fault))),
        };
        self.take(asked, outcome, text);
    }
}
