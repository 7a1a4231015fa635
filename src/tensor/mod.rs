//! Numbers in memory: strided tensors that share their data, a pool of buffers, and the kernels that work on them.
//!
//! A [`Tensor`] is a view (offset, shape, strides) of shared storage: a block of the [`Pool`], an append-only
//! `growing` buffer (a key/value cache) or the bytes of a mapped file. Slicing, splitting and permuting axes share the
//! data; nothing is written through a tensor that somebody else can see.

pub mod activation;
mod few_rows;
mod growing;
pub mod pointwise;
mod pool;
pub mod product;
pub mod rows;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use half::{bf16, f16};
use ndarray::{ArrayViewD, IxDyn, ShapeBuilder};
use smallvec::SmallVec;

pub use activation::Activation;
use growing::Growing;
use pool::Block;
pub use pool::Pool;

/// Lengths or strides, one for each axis, outermost first.
pub type Dims = SmallVec<[usize; 6]>;

/// Bytes that live elsewhere (a memory-mapped file) and can be shared between threads.
pub type SharedBytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// How one number is stored. Arithmetic is always float32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// 32-bit IEEE float.
    F32,
    /// 16-bit IEEE float.
    F16,
    /// The upper half of a 32-bit float.
    Bf16,
}

impl Element {
    /// Bytes of one number.
    pub fn size(self) -> usize {
        match self {
            Element::F32 => 4,
            Element::F16 | Element::Bf16 => 2,
        }
    }
}

#[derive(Clone)]
enum Storage {
    Block(Arc<Block>),
    Growing(Arc<Growing>),
    Mapped { bytes: SharedBytes, range: Range<usize>, element: Element },
}

/// A strided view of shared numbers.
#[derive(Clone)]
pub struct Tensor {
    storage: Storage,
    /// In numbers from the start of the storage.
    offset: usize,
    shape: Dims,
    strides: Dims,
}

/// Row-major strides of a shape.
pub fn contiguous_strides(shape: &[usize]) -> Dims {
    let mut strides = Dims::from_elem(1, shape.len());
    for axis in (1..shape.len()).rev() {
        strides[axis - 1] = strides[axis] * shape[axis].max(1);
    }
    strides
}

impl Tensor {
    /// A contiguous tensor that owns `data`.
    ///
    /// # Panics
    /// Where the length of `data` is not the product of `shape`.
    pub fn new(data: Vec<f32>, shape: &[usize]) -> Self {
        Self::from_block(Block::free_standing(data), shape)
    }

    /// One number.
    pub fn scalar(value: f32) -> Self {
        Self::new(vec![value], &[])
    }

    /// All zeros.
    pub fn zeros(shape: &[usize]) -> Self {
        Self::new(vec![0.0; shape.iter().product()], shape)
    }

    fn from_block(block: Block, shape: &[usize]) -> Self {
        assert_eq!(block.len(), shape.iter().product::<usize>(), "data does not fill the shape {shape:?}");
        Self {
            storage: Storage::Block(Arc::new(block)),
            offset: 0,
            shape: shape.into(),
            strides: contiguous_strides(shape),
        }
    }

    /// A tensor over bytes that stay where they are (row-major, little-endian). `None` where they are not aligned for
    /// their type or do not fill the shape.
    pub fn mapped(bytes: SharedBytes, range: Range<usize>, element: Element, shape: &[usize]) -> Option<Self> {
        let held = (*bytes).as_ref().get(range.clone())?;
        let wanted = shape.iter().try_fold(element.size(), |n, &d| n.checked_mul(d))?;
        if cfg!(target_endian = "big")
            || held.len() != wanted
            || !(held.as_ptr() as usize).is_multiple_of(element.size())
        {
            return None;
        }
        Some(Self {
            storage: Storage::Mapped { bytes, range, element },
            offset: 0,
            shape: shape.into(),
            strides: contiguous_strides(shape),
        })
    }

    /// Lengths of the axes.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Numbers between neighbours along each axis.
    pub fn strides(&self) -> &[usize] {
        &self.strides
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How a number is stored.
    pub fn element(&self) -> Element {
        match &self.storage {
            Storage::Mapped { element, .. } => *element,
            _ => Element::F32,
        }
    }

    /// Whether the numbers lie row-major without gaps.
    pub fn is_contiguous(&self) -> bool {
        let mut expected = 1;
        for (&length, &stride) in self.shape.iter().zip(&self.strides).rev() {
            if length != 1 && stride != expected {
                return false;
            }
            expected *= length;
        }
        true
    }

    /// The storage from this tensor's first number on, for float32.
    fn floats(&self) -> &[f32] {
        match &self.storage {
            Storage::Block(block) => &block[self.offset..],
            Storage::Growing(buffer) => &buffer.committed()[self.offset..],
            Storage::Mapped { bytes, range, element: Element::F32 } => {
                &bytemuck::cast_slice((**bytes).as_ref()[range.clone()].as_ref())[self.offset..]
            }
            Storage::Mapped { element, .. } => unreachable!("a {element:?} tensor read as float32; widen it first"),
        }
    }

    fn halves<T: bytemuck::Pod>(&self) -> Option<ArrayViewD<'_, T>> {
        let Storage::Mapped { bytes, range, .. } = &self.storage else { return None };
        let all: &[T] = bytemuck::cast_slice((**bytes).as_ref()[range.clone()].as_ref());
        Some(self.shaped(&all[self.offset..]))
    }

    fn shaped<'a, T>(&self, data: &'a [T]) -> ArrayViewD<'a, T> {
        if self.is_empty() {
            // ndarray checks strides even where there is nothing to stride over.
            return ArrayViewD::from_shape(IxDyn(&self.shape), &data[..0]).expect("nothing fills an empty shape");
        }
        ArrayViewD::from_shape(IxDyn(&self.shape).strides(IxDyn(&self.strides)), data)
            .expect("a tensor's strides stay inside its storage")
    }

    /// The numbers as an `ndarray` view. The tensor must be float32; see [`Tensor::widened`].
    pub fn view(&self) -> ArrayViewD<'_, f32> {
        self.shaped(self.floats())
    }

    /// The numbers as 16-bit floats, where they are stored so.
    pub fn f16_view(&self) -> Option<ArrayViewD<'_, f16>> {
        if self.element() == Element::F16 { self.halves() } else { None }
    }

    /// The numbers as bfloat16, where they are stored so.
    pub fn bf16_view(&self) -> Option<ArrayViewD<'_, bf16>> {
        if self.element() == Element::Bf16 { self.halves() } else { None }
    }

    /// The numbers in row-major order, where they lie so and are float32.
    pub fn as_slice(&self) -> Option<&[f32]> {
        (self.element() == Element::F32 && self.is_contiguous()).then(|| &self.floats()[..self.len()])
    }

    /// One number.
    pub fn at(&self, index: &[usize]) -> f32 {
        match self.element() {
            Element::F32 => self.view()[IxDyn(index)],
            Element::F16 => self.halves::<f16>().map_or(f32::NAN, |v| v[IxDyn(index)].to_f32()),
            Element::Bf16 => self.halves::<bf16>().map_or(f32::NAN, |v| v[IxDyn(index)].to_f32()),
        }
    }

    /// All numbers in row-major order.
    pub fn to_vec(&self) -> Vec<f32> {
        match self.element() {
            Element::F32 => self.as_slice().map_or_else(|| self.view().iter().copied().collect(), <[f32]>::to_vec),
            Element::F16 => self.halves::<f16>().map_or_else(Vec::new, |v| v.iter().map(|x| x.to_f32()).collect()),
            Element::Bf16 => self.halves::<bf16>().map_or_else(Vec::new, |v| v.iter().map(|x| x.to_f32()).collect()),
        }
    }

    /// The same numbers as float32: itself, or a widened copy.
    #[must_use]
    pub fn widened(&self) -> Self {
        if self.element() == Element::F32 { self.clone() } else { Self::new(self.to_vec(), &self.shape) }
    }

    /// The same numbers lying row-major: itself, or a copy in a buffer of the pool.
    #[must_use]
    pub fn contiguous(&self, pool: &Arc<Pool>) -> Self {
        if self.element() == Element::F32 && self.is_contiguous() {
            return self.clone();
        }
        let mut data = pool.take(self.len());
        if self.element() == Element::F32 {
            let mut out = ndarray::ArrayViewMutD::from_shape(IxDyn(&self.shape), &mut data)
                .expect("a buffer of the tensor's length");
            out.assign(&self.view());
        } else {
            data.copy_from_slice(&self.to_vec());
        }
        pool.tensor(data, &self.shape)
    }

    /// The numbers in a buffer that nobody else sees, to be overwritten: this tensor's own where it is the last to
    /// hold it, a copy otherwise. Row-major.
    pub fn into_owned(self, pool: &Arc<Pool>) -> Vec<f32> {
        let whole = self.offset == 0 && self.is_contiguous();
        let length = self.len();
        let shape = self.shape.clone();
        match self.storage {
            Storage::Block(block) if whole && block.len() == length => match Arc::try_unwrap(block) {
                Ok(block) => block.into_data(),
                Err(block) => pool.copy(&block),
            },
            storage => {
                let tensor = Self { storage, shape, ..self };
                let copy = tensor.contiguous(pool);
                match copy.storage {
                    Storage::Block(block) => match Arc::try_unwrap(block) {
                        Ok(block) if block.len() == length => block.into_data(),
                        Ok(block) => pool.copy(&block[copy.offset..copy.offset + length]),
                        Err(block) => pool.copy(&block[copy.offset..copy.offset + length]),
                    },
                    _ => pool.copy(&copy.to_vec()),
                }
            }
        }
    }

    /// Bytes that this tensor keeps alive beyond a mapped file.
    pub fn bytes(&self) -> usize {
        match &self.storage {
            Storage::Mapped { .. } => 0,
            _ => self.len() * 4,
        }
    }

    /// Whether both see the same numbers in the same memory.
    pub fn shares_data(&self, other: &Self) -> bool {
        let same = match (&self.storage, &other.storage) {
            (Storage::Block(a), Storage::Block(b)) => Arc::ptr_eq(a, b),
            (Storage::Growing(a), Storage::Growing(b)) => Arc::ptr_eq(a, b),
            (Storage::Mapped { bytes: a, range: r, .. }, Storage::Mapped { bytes: b, range: s, .. }) => {
                Arc::ptr_eq(a, b) && r == s
            }
            _ => false,
        };
        same && self.offset == other.offset && self.strides == other.strides
    }
}

/// Views that share the data.
impl Tensor {
    /// One axis restricted to a range of indices.
    #[must_use]
    pub fn slice(&self, axis: usize, range: Range<usize>) -> Self {
        assert!(range.start <= range.end && range.end <= self.shape[axis], "slice {range:?} of {:?}", self.shape);
        let mut view = self.clone();
        view.shape[axis] = range.len();
        if !range.is_empty() {
            view.offset += range.start * self.strides[axis];
        }
        view
    }

    /// One index of an axis; the axis goes.
    #[must_use]
    pub fn select(&self, axis: usize, index: usize) -> Self {
        let mut view = self.slice(axis, index..index + 1);
        view.shape.remove(axis);
        view.strides.remove(axis);
        view
    }

    /// One axis as several, outermost first. Their product must be its length.
    #[must_use]
    pub fn split(&self, axis: usize, lengths: &[usize]) -> Self {
        assert_eq!(lengths.iter().product::<usize>(), self.shape[axis], "axis {axis} split into {lengths:?}");
        let mut view = self.clone();
        let stride = view.strides[axis];
        view.shape.remove(axis);
        view.strides.remove(axis);
        let inner = contiguous_strides(lengths);
        for (i, (&length, step)) in lengths.iter().zip(inner).enumerate() {
            view.shape.insert(axis + i, length);
            view.strides.insert(axis + i, step * stride);
        }
        view
    }

    /// The axes in another order.
    #[must_use]
    pub fn permute(&self, order: &[usize]) -> Self {
        let mut view = self.clone();
        view.shape = order.iter().map(|&a| self.shape[a]).collect();
        view.strides = order.iter().map(|&a| self.strides[a]).collect();
        view
    }

    /// A new axis of a length along which the numbers repeat (stride 0).
    #[must_use]
    pub fn broadcast(&self, axis: usize, length: usize) -> Self {
        let mut view = self.clone();
        view.shape.insert(axis, length);
        view.strides.insert(axis, 0);
        view
    }

    /// `count` neighbouring axes from `axis` on as one; copied where they do not lie together.
    #[must_use]
    pub fn merge(&self, axis: usize, count: usize, pool: &Arc<Pool>) -> Self {
        let together = (axis..axis + count - 1)
            .all(|a| self.shape[a] == 1 || self.strides[a] == self.strides[a + 1] * self.shape[a + 1]);
        let mut view = if together { self.clone() } else { self.contiguous(pool) };
        let length = view.shape[axis..axis + count].iter().product();
        let stride = view.strides[axis + count - 1];
        view.shape.drain(axis + 1..axis + count);
        view.strides.drain(axis + 1..axis + count);
        view.shape[axis] = length;
        view.strides[axis] = stride;
        view
    }

    /// This tensor followed by `new` along an axis.
    ///
    /// Where this tensor is the newest view of a growing buffer with room, the rows of `new` are written behind it and
    /// nothing else moves: so a cache grows by appending. Otherwise (a step taken back, a replay with another value,
    /// no room) the result is a fresh buffer with room for twice as many rows.
    #[must_use]
    pub fn append(&self, axis: usize, new: &Self) -> Self {
        growing::append(self, axis, new)
    }
}

impl fmt::Debug for Tensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tensor{:?} of {:?}", self.shape.as_slice(), self.element())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counting(shape: &[usize]) -> Tensor {
        Tensor::new((0..shape.iter().product::<usize>()).map(|i| i as f32).collect(), shape)
    }

    #[test]
    fn views_share_and_keep_the_order() {
        let t = counting(&[2, 3, 4]);
        let s = t.slice(2, 1..3).select(0, 1);
        assert_eq!(s.to_vec(), [13., 14., 17., 18., 21., 22.]);
        assert!(!s.is_contiguous());
        let p = t.permute(&[2, 0, 1]);
        assert_eq!(p.shape(), [4, 2, 3]);
        assert_eq!(p.at(&[3, 1, 2]), 23.0);
        let split = t.split(2, &[2, 2]);
        assert_eq!(split.at(&[1, 0, 1, 1]), 15.0);
        let pool = Arc::new(Pool::default());
        assert!(split.merge(2, 2, &pool).shares_data(&t));
        assert_eq!(p.merge(1, 2, &pool).to_vec(), p.to_vec());
        assert_eq!(t.broadcast(0, 2).at(&[1, 1, 2, 3]), 23.0);
    }

    #[test]
    fn a_buffer_is_overwritten_only_by_its_last_holder() {
        let pool = Arc::new(Pool::default());
        let t = counting(&[4]);
        let other = t.clone();
        let mut data = t.into_owned(&pool);
        data[0] = 9.0;
        assert_eq!(other.to_vec(), [0., 1., 2., 3.]);
        let start = other.as_slice().map(<[f32]>::as_ptr);
        assert_eq!(Some(other.into_owned(&pool).as_ptr()), start);
    }

    #[test]
    fn mapped_bytes_are_checked() {
        let bytes: SharedBytes = Arc::new([0u8, 0, 0x80, 0x3f, 0, 0, 0, 0x40].to_vec());
        let t = Tensor::mapped(bytes.clone(), 0..8, Element::F32, &[2]);
        if let Some(t) = t {
            assert_eq!(t.to_vec(), [1.0, 2.0]);
        }
        assert!(Tensor::mapped(bytes.clone(), 0..8, Element::F32, &[3]).is_none());
        assert!(Tensor::mapped(bytes.clone(), 0..12, Element::F32, &[3]).is_none());
        assert!(Tensor::mapped(bytes.clone(), 0..8, Element::F32, &[usize::MAX, 2]).is_none());
        let halves = Tensor::mapped(bytes, 0..8, Element::Bf16, &[4]).map(|t| t.to_vec());
        assert_eq!(halves, Some(vec![0.0, 1.0, 0.0, 2.0]));
    }
}
