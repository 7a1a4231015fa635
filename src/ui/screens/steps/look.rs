//! What a value looks like, from its axes alone.

use std::borrow::Cow;

use ndarray::{ArrayView3, Ix3};

use crate::app::App;
use crate::app::steps::is_map;
use crate::explore::Pass;
use crate::tape::{Attention, Axes, Kind, NodeId, Reason};
use crate::tensor::{Dims, Element, Tensor};
use crate::ui::screens::shown;
use crate::ui::widgets::Scale;

/// How a value is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// A map of queries and keys for each head.
    Maps,
    /// A row of colours for each position.
    Strip,
    /// The likeliest entries of the vocabulary, for the position under the cursor.
    Ranked,
    /// A number for each position.
    Column,
    /// Numbers under each other.
    List,
    /// One number.
    Gauge,
}

impl Look {
    /// The look of a value with these axes.
    pub fn of(axes: &Axes) -> Self {
        let sequence = axes.iter().any(|axis| axis.kind.is_sequence());
        let others = axes.iter().filter(|axis| axis.kind != Kind::Batch && !axis.kind.is_sequence()).count();
        match (sequence, others) {
            _ if is_map(axes) => Self::Maps,
            _ if axes.find(Kind::Vocabulary).is_some() => Self::Ranked,
            (true, 0) => Self::Column,
            (true, _) => Self::Strip,
            (false, 0) => Self::Gauge,
            (false, _) => Self::List,
        }
    }
}

/// A value that is at hand, arranged for its look: (head, query, key) of maps, (1, row, column) of all others.
pub struct Seen {
    /// The node.
    pub node: NodeId,
    /// The names of the rows.
    pub rows: Vec<String>,
    /// The names of a map's columns.
    pub cols: Vec<String>,
    /// The attention that a map is of, which knows what is hidden.
    pub attention: Option<Attention>,
    tensor: Tensor,
}

impl Seen {
    /// The value of a node; `None` where it is not at hand. Only the row of `cell` is taken of a ranked list.
    pub fn of(pass: &Pass, node: NodeId, cell: &[usize]) -> Option<Self> {
        let axes = &pass.record.graph().node(node).axes;
        let look = Look::of(axes);
        let value = pass.record.get(node)?;
        let tensor = arranged(&value, axes, look, cell);
        let label = |kind| shown::axis_labels(pass, node, kind);
        let sequence = axes.iter().find(|axis| axis.kind.is_sequence()).map(|axis| axis.kind);
        let (rows, cols) = match look {
            Look::Maps => (label(Kind::Query), label(Kind::Key)),
            _ => (sequence.map_or_else(Vec::new, label), Vec::new()),
        };
        let attention = pass.attentions.iter().find(|a| a.weights == node || a.masked == Some(node));
        Some(Self { node, rows, cols, attention: attention.cloned(), tensor })
    }

    /// Why a cell of a head's map is hidden.
    pub fn reason(&self, head: usize, query: usize, key: usize) -> Option<&'static Reason> {
        self.attention.as_ref()?.reason(Some(head), crate::tape::Cell { batch: 0, query, key })
    }

    /// Whether each cell of a head's map can be seen; `None` where nothing is hidden.
    pub fn visible(&self, head: usize) -> Option<Cow<'_, [bool]>> {
        self.attention.as_ref()?.visible(Some(head))
    }

    /// (slices, rows, columns).
    pub fn size(&self) -> (usize, usize, usize) {
        let shape = self.tensor.shape();
        (shape[0], shape[1], shape[2])
    }

    /// Which of the maps is large.
    pub fn slice(&self, app: &App) -> usize {
        app.steps.head.min(self.size().0.saturating_sub(1))
    }

    /// The numbers, without copying them.
    pub fn numbers(&self) -> Option<ArrayView3<'_, f32>> {
        self.tensor.view().into_dimensionality::<Ix3>().ok()
    }

    /// The numbers of one row of one slice.
    pub fn row(&self, slice: usize, row: usize) -> Vec<f32> {
        self.tensor.select(0, slice).select(0, row).to_vec()
    }

    /// The largest number, and the end of a signed scale on which the others can still be told apart.
    pub fn extent(&self, pass: &Pass, slice: usize) -> Extent {
        // The map that is looked at decides: a head with large scores would leave nothing to see of the others.
        let shown = self.tensor.slice(0, slice..slice + 1);
        let softmax = pass.record.graph().node(self.node).operation().is_some_and(|o| o.name() == "softmax");
        let visible = self.visible(slice).filter(|visible| !visible.is_empty());
        let (mut largest, mut squares, mut count) = (0.0f32, 0.0f64, 0usize);
        for (place, &number) in shown.view().iter().enumerate() {
            let out = visible.as_ref().is_some_and(|visible| !visible[place % visible.len()]);
            if number.is_finite() && !out {
                largest = largest.max(number.abs());
                squares += f64::from(number) * f64::from(number);
                count += 1;
            }
        }
        Extent { weights: softmax, largest, spread: (squares / count.max(1) as f64).sqrt() as f32 }
    }
}

/// How far the numbers of a value go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    /// Whether they are shares from 0 to 1.
    pub weights: bool,
    /// The one furthest from zero.
    pub largest: f32,
    /// The root of their mean square.
    pub spread: f32,
}

impl Extent {
    /// A single number of a residual stream can be a hundred times the others: then the colours end before it.
    const SPREADS: f32 = 6.0;

    /// The scale of the colours, widened or narrowed by powers of two.
    pub fn scale(self, range: i8) -> Scale {
        let times = 2.0f32.powi(i32::from(range));
        if self.weights { Scale::Weights(times.min(1.0)) } else { Scale::Signed(self.end() * times) }
    }

    fn end(self) -> f32 {
        self.largest.min(Self::SPREADS * self.spread)
    }

    /// The largest number where the colours end before it.
    pub fn beyond(self, range: i8) -> Option<f32> {
        let Scale::Signed(end) = self.scale(range) else { return None };
        (self.largest > end * 1.001).then_some(self.largest)
    }
}

/// The first example, with the axes in the order in which they are drawn.
fn arranged(value: &Tensor, axes: &Axes, look: Look, cell: &[usize]) -> Tensor {
    let value = if value.element() == Element::F32 { value.clone() } else { value.widened() };
    if look == Look::Ranked {
        let mut row = value;
        for place in (0..axes.rank()).rev().filter(|&place| axes[place].kind != Kind::Vocabulary) {
            row = row.select(place, cell.get(place).copied().unwrap_or(0));
        }
        return row.broadcast(0, 1).broadcast(0, 1);
    }
    let is_last = |kind: Kind| match look {
        Look::Maps => kind == Kind::Query || kind == Kind::Key,
        _ => false,
    };
    let places = || (0..axes.rank()).filter(|&place| axes[place].kind != Kind::Batch);
    let batch = axes.find(Kind::Batch);
    let mut order: Dims = Dims::new();
    if look == Look::Maps {
        order.extend(places().filter(|&place| !is_last(axes[place].kind)));
        order.extend([axes.place(Kind::Query), axes.place(Kind::Key)]);
    } else {
        order.extend(places().filter(|&place| axes[place].kind.is_sequence()));
        order.extend(places().filter(|&place| !axes[place].kind.is_sequence()));
    }
    order.extend(batch);
    let value = value.permute(&order);
    let value = if batch.is_some() { value.select(order.len() - 1, 0) } else { value };
    grouped(&value, axes, look)
}

/// The axes gathered into three.
fn grouped(value: &Tensor, axes: &Axes, look: Look) -> Tensor {
    let length = |sequence: bool| -> usize {
        let chosen = axes.iter().filter(|axis| axis.kind != Kind::Batch && axis.kind.is_sequence() == sequence);
        chosen.map(|axis| axis.len).product()
    };
    match (look, value.shape().len()) {
        (Look::Maps | Look::Strip, 2) => value.broadcast(0, 1),
        (Look::Maps, 3) => value.clone(),
        (Look::Maps, _) => {
            let shape = value.shape();
            let (queries, keys) = (shape[shape.len() - 2], shape[shape.len() - 1]);
            Tensor::new(value.to_vec(), &[length(false), queries, keys])
        }
        (Look::Column, _) => Tensor::new(value.to_vec(), &[1, length(true), 1]),
        (Look::Strip, _) => Tensor::new(value.to_vec(), &[1, length(true), length(false)]),
        _ => Tensor::new(value.to_vec(), &[1, 1, value.len()]),
    }
}
