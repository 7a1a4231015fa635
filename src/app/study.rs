//! What can be worked out from a pass, off the drawing thread: the logit lens, attribution, patching.

use std::sync::Arc;

use super::Word;
use crate::explore::{
    Answers, Attribution, Contributions, ExploreError, Follow, Lens, Pass, Patched, Patching, Prompt, Question,
    Rollout, Subject,
};
use crate::tape::{Run, Stream};

/// What is to be worked out.
#[derive(Clone)]
pub enum Study {
    /// What each layer would predict.
    Lens(Arc<Pass>),
    /// What a prediction rests on.
    Attribution(Arc<Pass>, Question),
    /// A token's way through the layers.
    Follow(Arc<Pass>, Stream, usize),
    /// What each head adds to a logit.
    Contributions(Arc<Pass>, Question),
    /// Attention multiplied through the layers.
    Rollout(Arc<Pass>, Stream),
    /// What of a pass over another text brings that text's answer.
    Patching(Arc<Pass>, Prompt, Patched),
}

/// What was worked out.
#[derive(Clone)]
pub enum Finding {
    /// What each layer would predict.
    Lens(Arc<Lens>),
    /// What a prediction rests on.
    Attribution(Arc<Attribution>),
    /// A token's way through the layers.
    Follow(Arc<Follow>),
    /// What each head adds to a logit.
    Contributions(Arc<Contributions>),
    /// Attention multiplied through the layers.
    Rollout(Arc<Rollout>),
    /// What of another text brings its answer.
    Patching(Arc<Patching>),
}

impl Study {
    /// What it is called while it goes on.
    pub fn word(&self) -> Word {
        match self {
            Self::Lens(_) => Word::LensWorks,
            Self::Attribution(..) => Word::AttributionWorks,
            Self::Follow(..) => Word::FollowWorks,
            Self::Contributions(..) => Word::ContributionsWorks,
            Self::Rollout(..) => Word::RolloutWorks,
            Self::Patching(..) => Word::PatchingWorks,
        }
    }

    /// Works it out. `None` where it was cancelled.
    ///
    /// # Errors
    /// Where the model, the text or the question does not allow it.
    pub fn run(&self, subject: &Subject, run: Run<'_>) -> Result<Option<Finding>, ExploreError> {
        match self {
            Self::Lens(pass) => Ok(Lens::of(pass, &pass.record, run)?.map(|lens| Finding::Lens(Arc::new(lens)))),
            Self::Attribution(pass, question) => {
                let found = Attribution::of(pass, *question, run)?;
                Ok(found.map(|found| Finding::Attribution(Arc::new(found))))
            }
            Self::Follow(pass, stream, position) => {
                let found = Follow::of(pass, &pass.record, (*stream, *position), run)?;
                Ok(found.map(|found| Finding::Follow(Arc::new(found))))
            }
            Self::Contributions(pass, question) => {
                let found = Contributions::of(pass, &pass.record, *question, run)?;
                Ok(found.map(|found| Finding::Contributions(Arc::new(found))))
            }
            Self::Rollout(pass, stream) => {
                let found = Rollout::of(pass, &pass.record, *stream, run)?;
                Ok(found.map(|found| Finding::Rollout(Arc::new(found))))
            }
            Self::Patching(pass, other, what) => {
                let inner = Run { progress: None, ..run };
                let Some(source) = Pass::run_beside(subject, other, pass, inner)? else { return Ok(None) };
                // Both are changed alike, or what was changed would count as what the text brings.
                let mut edits = pass.edits.clone();
                edits.fit(&source);
                let Some(source) = source.edited(&edits, inner)? else { return Ok(None) };
                let found = Patching::of(pass, &source, *what, Answers::default(), run)?;
                Ok(found.map(|found| Finding::Patching(Arc::new(found))))
            }
        }
    }
}
