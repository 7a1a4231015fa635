//! Teaching a head its job: an auxiliary loss on where it looks, strong at first and then let go.

use serde::{Deserialize, Serialize};

use crate::tape::{Look, Tape, Var};

/// Which attention of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Attention {
    /// Of an encoder over itself.
    Encoder,
    /// Of a decoder over itself.
    Decoder,
    /// Of a decoder over its encoder.
    Cross,
}

impl Attention {
    /// All of them.
    pub const ALL: [Attention; 3] = [Attention::Encoder, Attention::Decoder, Attention::Cross];

    /// Its stream, as [`crate::tape::Attention::stream`] names it.
    pub fn stream(self) -> &'static str {
        match self {
            Attention::Encoder => "encoder",
            Attention::Decoder => "decoder",
            Attention::Cross => "cross",
        }
    }

    /// The official names of its weights, the first of which a model has.
    pub(super) fn outputs(self) -> &'static [&'static str] {
        match self {
            Attention::Encoder => &["encoder_attentions", "attentions"],
            Attention::Decoder => &["decoder_attentions", "attentions"],
            Attention::Cross => &["cross_attentions"],
        }
    }
}

/// What a head is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Job {
    /// It looks at the token before.
    Previous,
    /// It looks at the token after.
    Next,
    /// It looks from a pronoun or a later mention at the other mentions of the same thing.
    Coreference,
    /// It looks from a word that is written at the word that it translates.
    Alignment,
    /// It looks at the token that followed an earlier copy of this one.
    Induction,
    /// It looks from the end of a question at the answer in the text before.
    Answer,
}

impl Job {
    /// All of them.
    pub const ALL: [Job; 6] = [Job::Previous, Job::Next, Job::Coreference, Job::Alignment, Job::Induction, Job::Answer];

    /// Its word in files.
    pub fn id(self) -> &'static str {
        match self {
            Job::Previous => "previous",
            Job::Next => "next",
            Job::Coreference => "coreference",
            Job::Alignment => "alignment",
            Job::Induction => "induction",
            Job::Answer => "answer",
        }
    }
}

/// A head, its job, and how strongly it is taught.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Guide {
    /// Which attention.
    pub stream: Attention,
    /// Which layer.
    pub layer: usize,
    /// Which head.
    pub head: usize,
    /// Its job.
    pub job: Job,
    /// The weight of the auxiliary loss at the start.
    pub weight: f32,
    /// The share of the steps over which the weight falls.
    pub until: f32,
    /// What is left of the weight from then on, as a share.
    #[serde(default)]
    pub floor: f32,
}

impl Guide {
    /// The weight of the auxiliary loss at a step of so many.
    pub fn weight_at(&self, step: usize, steps: usize) -> f32 {
        let done = step as f32 / (self.until * steps as f32).max(1.0);
        self.weight * (1.0 - done).max(self.floor)
    }

    /// The weights of its layer (batch, head, query, key) on a tape that the model was built on.
    pub(super) fn weights<'t>(&self, tape: &'t Tape) -> Option<Var<'t>> {
        let mut names = self.stream.outputs().iter().map(|output| format!("{output}.{}", self.layer));
        names.find_map(|name| tape.find_output(&name))
    }

    /// The official name of what it aims at.
    pub(super) fn output(&self) -> String {
        format!("{}.{}", self.stream.outputs()[0], self.layer)
    }
}

/// Where one guided head should look in each example of a batch: from a query to keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guidance {
    /// By example.
    pub examples: Vec<Vec<(usize, Vec<usize>)>>,
}

impl Guidance {
    /// The queries that count, over all examples.
    pub fn queries(&self) -> usize {
        self.examples.iter().map(Vec::len).sum()
    }

    /// What is wanted of some examples, which are counted anew from 0.
    pub(super) fn looks(&self, range: std::ops::Range<usize>) -> Vec<Look> {
        let examples = self.examples[range].iter().enumerate();
        let look = |batch, (query, keys): &(usize, Vec<usize>)| Look { batch, query: *query, keys: keys.clone() };
        examples.flat_map(|(batch, looks)| looks.iter().map(move |found| look(batch, found))).collect()
    }
}
