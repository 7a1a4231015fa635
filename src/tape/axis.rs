//! Axes with names: every dimension says what it is.

use std::fmt;
use std::sync::Arc;

use smallvec::SmallVec;

/// What runs along an axis. Operations find their axes by this, and screens choose a picture by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Independent examples.
    Batch,
    /// Positions of a sequence, one vector each.
    Token,
    /// Positions that look.
    Query,
    /// Positions that are looked at.
    Key,
    /// Attention heads.
    Head,
    /// Numbers inside one head (`d_head`).
    Channel,
    /// Numbers of the residual stream (`d_model`).
    Feature,
    /// The channels of all heads side by side.
    Heads,
    /// Query, key and value of all heads side by side, as one product makes them.
    Joined,
    /// The side of a weight that a product sums over, where both sides would have the same name.
    Incoming,
    /// Numbers inside the feed-forward network (`d_ff`).
    Inner,
    /// Entries of the vocabulary.
    Vocabulary,
    /// Rows of a position table.
    Position,
    /// Rows of a segment (token type) table.
    Segment,
    /// Rows of a language table.
    Language,
    /// Classes of a classifier.
    Class,
    /// Distances between positions.
    Distance,
}

impl Kind {
    /// The name of the axis in messages and files.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Batch => "batch",
            Kind::Token => "token",
            Kind::Query => "query",
            Kind::Key => "key",
            Kind::Head => "head",
            Kind::Channel => "channel",
            Kind::Feature => "feature",
            Kind::Heads => "heads",
            Kind::Joined => "joined",
            Kind::Incoming => "incoming",
            Kind::Inner => "inner",
            Kind::Vocabulary => "vocabulary",
            Kind::Position => "position",
            Kind::Segment => "segment",
            Kind::Language => "language",
            Kind::Class => "class",
            Kind::Distance => "distance",
        }
    }

    /// Whether the axis runs along the positions of a stream, so that its labels are tokens.
    pub fn is_sequence(self) -> bool {
        matches!(self, Kind::Token | Kind::Query | Kind::Key)
    }
}

/// A sequence inside a model, by name: what runs through an encoder, a decoder, a memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Stream(pub &'static str);

impl Stream {
    /// Axes that belong to no sequence.
    pub const NONE: Stream = Stream("");
    /// The sequence of an encoder.
    pub const ENCODER: Stream = Stream("encoder");
    /// The sequence of a decoder.
    pub const DECODER: Stream = Stream("decoder");
    /// What is kept of the text before, in front of the sequence at hand.
    pub const MEMORY: Stream = Stream("memory");
    /// XLNet's stream that knows what stands at each position.
    pub const CONTENT: Stream = Stream("content");
    /// XLNet's stream that knows only where it stands.
    pub const QUERY: Stream = Stream("query");
    /// The named things that a text speaks of, at the tokens where they are named first.
    pub const ENTITY: Stream = Stream("entity");

    /// The stream whose positions it counts: two streams may run along one text.
    #[must_use]
    pub fn positions(self) -> Self {
        if self == Self::QUERY { Self::CONTENT } else { self }
    }
}

/// One named dimension.
#[derive(Clone, PartialEq, Eq)]
pub struct Axis {
    /// What it is.
    pub kind: Kind,
    /// How long it is.
    pub len: usize,
    /// Whose positions it holds; [`Stream::NONE`] where it holds none.
    pub stream: Stream,
    /// Where the axis is several laid end to end (memory, then segment): the parts, whose lengths add up.
    pub parts: Option<Arc<[Axis]>>,
}

impl Axis {
    /// An axis that belongs to no sequence.
    pub fn new(kind: Kind, len: usize) -> Self {
        Self { kind, len, stream: Stream::NONE, parts: None }
    }

    /// An axis along the positions of a stream.
    pub fn along(kind: Kind, len: usize, stream: Stream) -> Self {
        Self { kind, len, stream, parts: None }
    }

    /// The same positions in another part (a token as a query).
    #[must_use]
    pub fn renamed(&self, kind: Kind) -> Self {
        Self { kind, ..self.clone() }
    }
}

impl fmt::Debug for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.name(), self.len)?;
        if self.stream == Stream::NONE { Ok(()) } else { write!(f, " of {}", self.stream.0) }
    }
}

/// The axes of a tensor, outermost first. No kind stands twice.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Axes(SmallVec<[Axis; 4]>);

impl Axes {
    /// Axes in order, outermost first.
    ///
    /// # Panics
    /// Where a kind stands twice: then no operation could tell them apart.
    pub fn new(axes: impl IntoIterator<Item = Axis>) -> Self {
        let axes: SmallVec<[Axis; 4]> = axes.into_iter().collect();
        for (i, axis) in axes.iter().enumerate() {
            assert!(axes[..i].iter().all(|a| a.kind != axis.kind), "axis {:?} stands twice in {axes:?}", axis.kind);
        }
        Self(axes)
    }

    /// The axes one by one, outermost first.
    pub fn iter(&self) -> std::slice::Iter<'_, Axis> {
        self.0.iter()
    }

    /// How many there are.
    pub fn rank(&self) -> usize {
        self.0.len()
    }

    /// The lengths.
    pub fn shape(&self) -> crate::tensor::Dims {
        self.0.iter().map(|a| a.len).collect()
    }

    /// How many numbers a tensor of these axes holds.
    pub fn size(&self) -> usize {
        self.0.iter().map(|a| a.len).product()
    }

    /// The place of a kind.
    pub fn find(&self, kind: Kind) -> Option<usize> {
        self.0.iter().position(|a| a.kind == kind)
    }

    /// The axis of a kind.
    pub fn get(&self, kind: Kind) -> Option<&Axis> {
        self.0.iter().find(|a| a.kind == kind)
    }

    /// The place of a kind that must be there.
    ///
    /// # Panics
    /// Where it is not: a model is built wrongly.
    pub fn place(&self, kind: Kind) -> usize {
        self.find(kind).unwrap_or_else(|| panic!("no axis {} in {self:?}", kind.name()))
    }

    /// The length of a kind that must be there.
    pub fn len_of(&self, kind: Kind) -> usize {
        self.0[self.place(kind)].len
    }

    /// The innermost axis.
    ///
    /// # Panics
    /// Where there is none.
    pub fn last(&self) -> &Axis {
        self.0.last().expect("a tensor with at least one axis")
    }

    /// These axes without one kind.
    #[must_use]
    pub fn without(&self, kind: Kind) -> Self {
        Self(self.0.iter().filter(|a| a.kind != kind).cloned().collect())
    }

    /// These axes with `axis` in the place of the one at `place`.
    #[must_use]
    pub fn replaced(&self, place: usize, axis: Axis) -> Self {
        let mut axes = self.0.clone();
        axes[place] = axis;
        Self::new(axes)
    }
}

impl std::ops::Index<usize> for Axes {
    type Output = Axis;

    fn index(&self, place: usize) -> &Axis {
        &self.0[place]
    }
}

impl<'a> IntoIterator for &'a Axes {
    type Item = &'a Axis;
    type IntoIter = std::slice::Iter<'a, Axis>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
