//! One tensor of a file, and its values.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};
use safetensors::Dtype;

use super::file::MappedFile;
use super::header::HeaderEntry;
use super::{CheckpointError, Result};

/// A tensor that lies in a mapped file. Cloning it shares the file; the values are never copied by that.
#[derive(Debug, Clone)]
pub struct TensorEntry {
    file: Arc<MappedFile>,
    name: Arc<str>,
    dtype: Dtype,
    shape: Vec<usize>,
    range: Range<usize>,
}

impl AsRef<[u8]> for TensorEntry {
    fn as_ref(&self) -> &[u8] {
        self.bytes()
    }
}

impl TensorEntry {
    pub(super) fn new(file: Arc<MappedFile>, entry: HeaderEntry) -> Self {
        Self { file, name: entry.name.into(), dtype: entry.dtype, shape: entry.shape, range: entry.range }
    }

    pub(super) fn shared_name(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }

    /// The tensor's name in the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file it lies in.
    pub fn path(&self) -> &Path {
        &self.file.path
    }

    /// The type of its elements.
    pub fn dtype(&self) -> Dtype {
        self.dtype
    }

    /// Its shape, outermost dimension first.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// How many elements it has.
    pub fn elements(&self) -> usize {
        self.shape.iter().product()
    }

    /// Its bytes as they are in the file, little-endian.
    pub fn bytes(&self) -> &[u8] {
        &self.file.bytes()[self.range.clone()]
    }

    /// The values in place, if they are F32 and aligned (on a little-endian machine).
    pub fn as_f32(&self) -> Option<&[f32]> {
        self.cast(Dtype::F32)
    }

    /// The values in place, if they are F16 and aligned (on a little-endian machine).
    pub fn as_f16(&self) -> Option<&[f16]> {
        self.cast(Dtype::F16)
    }

    /// The values in place, if they are BF16 and aligned (on a little-endian machine).
    pub fn as_bf16(&self) -> Option<&[bf16]> {
        self.cast(Dtype::BF16)
    }

    fn cast<T: bytemuck::AnyBitPattern>(&self, dtype: Dtype) -> Option<&[T]> {
        let usable = self.dtype == dtype && cfg!(target_endian = "little");
        usable.then(|| bytemuck::try_cast_slice(self.bytes()).ok()).flatten()
    }

    /// A copy of the values as 32-bit floats; integers and 64-bit floats are rounded to the nearest.
    ///
    /// # Errors
    /// If the type is not one of F32, F16, BF16, F64, I64, I32, I16, I8, U8, BOOL.
    pub fn to_f32(&self) -> Result<Vec<f32>> {
        Ok(match self.dtype {
            Dtype::F32 => match self.as_f32() {
                Some(values) => values.to_vec(),
                None => self.read(f32::from_le_bytes),
            },
            Dtype::F16 => match self.as_f16() {
                Some(values) => values.to_f32_vec(),
                None => self.read(|bytes| f16::from_le_bytes(bytes).to_f32()),
            },
            Dtype::BF16 => match self.as_bf16() {
                Some(values) => values.to_f32_vec(),
                None => self.read(|bytes| bf16::from_le_bytes(bytes).to_f32()),
            },
            Dtype::F64 => self.read(|bytes| f64::from_le_bytes(bytes) as f32),
            Dtype::I64 => self.read(|bytes| i64::from_le_bytes(bytes) as f32),
            Dtype::I32 => self.read(|bytes| i32::from_le_bytes(bytes) as f32),
            Dtype::I16 => self.read(|bytes| i16::from_le_bytes(bytes).into()),
            Dtype::I8 => self.read(|bytes| i8::from_le_bytes(bytes).into()),
            Dtype::U8 => self.read(|[byte]| byte.into()),
            Dtype::BOOL => self.read(|[byte]| f32::from(byte != 0)),
            _ => return Err(self.unreadable("F32", "Convert it to F32, F16 or BF16")),
        })
    }

    /// A copy of the values as 64-bit integers.
    ///
    /// # Errors
    /// If the type is not one of I64, I32, I16, I8, U8, BOOL.
    pub fn to_i64(&self) -> Result<Vec<i64>> {
        Ok(match self.dtype {
            Dtype::I64 => self.read(i64::from_le_bytes),
            Dtype::I32 => self.read(|bytes| i32::from_le_bytes(bytes).into()),
            Dtype::I16 => self.read(|bytes| i16::from_le_bytes(bytes).into()),
            Dtype::I8 => self.read(|bytes| i8::from_le_bytes(bytes).into()),
            Dtype::U8 => self.read(|[byte]| byte.into()),
            Dtype::BOOL => self.read(|[byte]| i64::from(byte != 0)),
            _ => return Err(self.unreadable("whole numbers", "Save it as I64")),
        })
    }

    fn read<const SIZE: usize, T>(&self, convert: impl Fn([u8; SIZE]) -> T) -> Vec<T> {
        let (chunks, _) = self.bytes().as_chunks::<SIZE>();
        chunks.iter().map(|chunk| convert(*chunk)).collect()
    }

    fn unreadable(&self, wanted: &'static str, advice: &'static str) -> CheckpointError {
        let (path, tensor) = (self.path().to_owned(), self.name().to_owned());
        CheckpointError::UnreadableType { path, tensor, dtype: self.dtype, wanted, advice }
    }
}
