//! The header of a safetensors file: eight bytes of length, then JSON that says where each tensor lies.
//!
//! The `safetensors` crate checks most of this too, but its errors rarely name the tensor, and it reads shapes and
//! names of any length. Here each tensor is checked by itself, so that a message can say which one is wrong.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;
use std::path::Path;

use safetensors::Dtype;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::error::{clipped, shown};
use super::{CheckpointError, Result};

/// The bytes before the header's JSON: its length, little-endian.
const LENGTH_BYTES: usize = 8;
/// The format's own limit for the JSON.
const MAX_HEADER: u64 = 100_000_000;
/// More tensors than any checkpoint has; together with `MAX_RANK` it bounds what a hostile header can make us hold.
const MAX_TENSORS: usize = 500_000;
/// More dimensions than any framework writes.
const MAX_RANK: usize = 32;

/// One tensor of a checked header.
#[derive(Debug)]
pub(super) struct HeaderEntry {
    pub name: String,
    pub dtype: Dtype,
    pub shape: Vec<usize>,
    /// Where the values lie, from the start of the file.
    pub range: Range<usize>,
}

/// Reads and checks the header of a whole file; the entries come in the order of their bytes.
pub(super) fn parse(path: &Path, file: &[u8]) -> Result<Vec<HeaderEntry>> {
    let json = json_part(path, file)?;
    let start = LENGTH_BYTES + json.len();
    let available = file.len() - start;
    let mut entries = Vec::new();
    for (name, raw) in read_entries(path, json)? {
        let Range { start: from, end: to } =
            checked_range(&raw, available).map_err(|problem| CheckpointError::tensor(path, &name, problem))?;
        entries.push(HeaderEntry { name, dtype: raw.dtype, shape: raw.shape.0, range: start + from..start + to });
    }
    check_coverage(path, &mut entries, start, file.len())?;
    Ok(entries)
}

/// The JSON of the header, its length checked against the file.
fn json_part<'a>(path: &Path, file: &'a [u8]) -> Result<&'a str> {
    let size = file.len();
    let Some((length, rest)) = file.split_first_chunk::<LENGTH_BYTES>() else {
        let problem = if size == 0 {
            "the file is empty. Download or save it again".to_owned()
        } else {
            format!("it has {size} bytes, and the header's length alone takes {LENGTH_BYTES}")
        };
        return Err(CheckpointError::header(path, problem));
    };
    let length = u64::from_le_bytes(*length);
    if length > rest.len() as u64 {
        let problem = format!(
            "its header is said to have {length} bytes, but only {} follow. \
             The file is cut off, or of another format",
            rest.len()
        );
        return Err(CheckpointError::header(path, problem));
    }
    if length > MAX_HEADER {
        let problem = format!("its header is said to have {length} bytes; the format allows {MAX_HEADER}");
        return Err(CheckpointError::header(path, problem));
    }
    // Not larger than the file, so it fits.
    std::str::from_utf8(&rest[..length as usize]).map_err(|error| {
        let problem = format!("its header is not UTF-8 text (byte {})", LENGTH_BYTES + error.valid_up_to());
        CheckpointError::header(path, problem)
    })
}

/// What the header says of one tensor, not yet checked.
#[derive(Deserialize)]
#[serde(expecting = "an object with dtype, shape and data_offsets")]
struct RawEntry {
    dtype: Dtype,
    shape: Shape,
    data_offsets: (u64, u64),
}

/// A shape of at most [`MAX_RANK`] dimensions.
struct Shape(Vec<usize>);

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ShapeVisitor;
        impl<'de> Visitor<'de> for ShapeVisitor {
            type Value = Shape;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                write!(f, "a list of at most {MAX_RANK} whole numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Shape, A::Error> {
                let mut shape = Vec::new();
                while let Some(size) = sequence.next_element::<usize>()? {
                    if shape.len() == MAX_RANK {
                        return Err(A::Error::invalid_length(MAX_RANK + 1, &self));
                    }
                    shape.push(size);
                }
                Ok(Shape(shape))
            }
        }
        deserializer.deserialize_seq(ShapeVisitor)
    }
}

/// Reads the JSON object, keeping the name of the tensor at hand for the error.
fn read_entries(path: &Path, json: &str) -> Result<Vec<(String, RawEntry)>> {
    let mut current = None;
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let entries = EntriesSeed { current: &mut current }
        .deserialize(&mut deserializer)
        .and_then(|entries| deserializer.end().map(|()| entries));
    let mut entries = entries.map_err(|error| {
        let problem = clipped(&error.to_string());
        match &current {
            Some(name) => CheckpointError::tensor(path, name, format!("its entry in the header is wrong: {problem}")),
            None => CheckpointError::header(path, format!("its header cannot be read: {problem}")),
        }
    })?;
    entries.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    match entries.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(pair) => Err(CheckpointError::tensor(path, &pair[0].0, "the header lists it twice")),
        None => Ok(entries),
    }
}

struct EntriesSeed<'a> {
    current: &'a mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for EntriesSeed<'_> {
    type Value = Vec<(String, RawEntry)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for EntriesSeed<'_> {
    type Value = Vec<(String, RawEntry)>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON object of tensors")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if name == "__metadata__" {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            if entries.len() == MAX_TENSORS {
                return Err(A::Error::custom(format_args!("more than {MAX_TENSORS} tensors")));
            }
            let name = self.current.insert(name);
            let entry = map.next_value()?;
            entries.push((std::mem::take(name), entry));
            *self.current = None;
        }
        Ok(entries)
    }
}

/// The bytes of one tensor within the data part, if its entry makes sense by itself.
fn checked_range(raw: &RawEntry, available: usize) -> Result<Range<usize>, String> {
    let Shape(shape) = &raw.shape;
    let too_large = || format!("shape {shape:?} of {} is larger than any memory", raw.dtype);
    // A zero anywhere makes the product zero, but an overflow before it is still nonsense.
    let elements = shape.iter().try_fold(1usize, |product, &size| product.checked_mul(size)).ok_or_else(too_large)?;
    let bits = elements.checked_mul(raw.dtype.bitsize()).ok_or_else(too_large)?;
    if bits % 8 != 0 {
        return Err(format!("shape {shape:?} of {} does not end on a whole byte", raw.dtype));
    }
    let needed = (bits / 8) as u64;
    let (start, end) = raw.data_offsets;
    if end < start {
        return Err(format!("its data end (at {end}) before they begin (at {start})"));
    }
    if end - start != needed {
        return Err(format!(
            "shape {shape:?} of {} needs {needed} bytes, but its offsets [{start}, {end}] span {}",
            raw.dtype,
            end - start
        ));
    }
    if end > available as u64 {
        return Err(format!(
            "its data lie at [{start}, {end}], but the file holds only {available} bytes of data. \
             The file is cut off; download or save it again"
        ));
    }
    Ok(start as usize..end as usize)
}

/// Tensors must follow each other without overlap, gap or remainder; sorts them by their place.
fn check_coverage(path: &Path, entries: &mut [HeaderEntry], start: usize, size: usize) -> Result<()> {
    entries.sort_by_key(|entry| (entry.range.start, entry.range.end));
    let mut end = start;
    let mut previous = "";
    for entry in &*entries {
        let problem = match entry.range.start.cmp(&end) {
            Ordering::Less => format!("its data overlap with those of {}", shown(previous)),
            Ordering::Greater => format!("{} bytes before its data belong to no tensor", entry.range.start - end),
            Ordering::Equal => {
                end = entry.range.end;
                previous = &entry.name;
                continue;
            }
        };
        return Err(CheckpointError::tensor(path, &entry.name, problem + ". The header is damaged"));
    }
    if end < size {
        let problem = format!("{} bytes at its end belong to no tensor. The header is damaged", size - end);
        return Err(CheckpointError::header(path, problem));
    }
    Ok(())
}
