//! Writing tensors to a safetensors file.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use half::f16;
use serde_json::{Map, Value, json};

use super::error::shown;
use super::{CheckpointError, Result};

/// Writes F32 tensors to a safetensors file, in the order given.
///
/// The file appears whole or not at all: it is written beside its place and then renamed. Only where something other
/// than a file is at that place (`/dev/null`, a pipe) is it written to directly.
///
/// # Errors
/// If a shape does not fit its values, a name occurs twice, or the file cannot be written.
pub fn write_tensors<N: AsRef<str>, S: AsRef<[usize]>>(
    path: impl AsRef<Path>,
    tensors: &[(N, S, &[f32])],
) -> Result<()> {
    write_as(path.as_ref(), Element::F32, tensors)
}

/// As [`write_tensors`], rounded to half precision (F16).
///
/// # Errors
/// As [`write_tensors`].
pub fn write_half_tensors<N: AsRef<str>, S: AsRef<[usize]>>(
    path: impl AsRef<Path>,
    tensors: &[(N, S, &[f32])],
) -> Result<()> {
    write_as(path.as_ref(), Element::F16, tensors)
}

/// How values are stored.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    F32,
    F16,
}

impl Element {
    fn name(self) -> &'static str {
        match self {
            Element::F32 => "F32",
            Element::F16 => "F16",
        }
    }

    fn bytes(self) -> usize {
        match self {
            Element::F32 => 4,
            Element::F16 => 2,
        }
    }
}

fn write_as<N: AsRef<str>, S: AsRef<[usize]>>(path: &Path, element: Element, tensors: &[(N, S, &[f32])]) -> Result<()> {
    let header = header(path, element, tensors)?;
    let failed = |error: &io::Error| failure(path, error);
    // Through a link to where it leads, so that the link stays.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let existing = fs::metadata(&target).ok();
    match &existing {
        Some(metadata) if metadata.is_dir() => {
            return Err(problem(path, "it is a directory. Give a file name inside it"));
        }
        Some(metadata) if metadata.is_file() && metadata.permissions().readonly() => {
            return Err(problem(path, "the file is write-protected"));
        }
        Some(metadata) if !metadata.is_file() => {
            let file = fs::OpenOptions::new().write(true).open(&target).map_err(|error| failed(&error))?;
            return write_to(file, &header, element, tensors).map_err(|error| failed(&error));
        }
        _ => {}
    }
    let (temporary, file) = create_beside(path, &target)?;
    let written = write_to(file, &header, element, tensors)
        .and_then(|()| match &existing {
            Some(metadata) => fs::set_permissions(&temporary, metadata.permissions()),
            None => Ok(()),
        })
        .and_then(|()| fs::rename(&temporary, &target));
    written.map_err(|error| {
        // What matters is the first error; a leftover that cannot be removed either changes nothing.
        let _ = fs::remove_file(&temporary);
        failed(&error)
    })
}

/// The length and JSON that come before the values, padded to eight bytes so that these are aligned.
fn header<N: AsRef<str>, S: AsRef<[usize]>>(
    path: &Path,
    element: Element,
    tensors: &[(N, S, &[f32])],
) -> Result<Vec<u8>> {
    let mut map = Map::new();
    map.insert("__metadata__".to_owned(), json!({ "format": "pt" }));
    let mut start = 0;
    for (name, shape, values) in tensors {
        let (name, shape) = (name.as_ref(), shape.as_ref());
        let elements = shape.iter().try_fold(1usize, |product, &size| product.checked_mul(size));
        if elements != Some(values.len()) {
            let found = values.len();
            return Err(CheckpointError::tensor(path, name, format!("shape {shape:?} does not fit {found} values")));
        }
        let end = start + values.len() * element.bytes();
        let entry = json!({ "dtype": element.name(), "shape": shape, "data_offsets": [start, end] });
        if map.insert(name.to_owned(), entry).is_some() {
            return Err(problem(path, format!("the name {} is taken twice, or reserved", shown(name))));
        }
        start = end;
    }
    let mut json = Value::Object(map).to_string().into_bytes();
    json.resize(json.len().next_multiple_of(8), b' ');
    let mut header = (json.len() as u64).to_le_bytes().to_vec();
    header.append(&mut json);
    Ok(header)
}

fn write_to<N, S>(file: File, header: &[u8], element: Element, tensors: &[(N, S, &[f32])]) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, file);
    out.write_all(header)?;
    for (_, _, values) in tensors {
        if element == Element::F16 {
            values.iter().try_for_each(|&value| out.write_all(&f16::from_f32(value).to_le_bytes()))?;
        } else if cfg!(target_endian = "little") {
            out.write_all(bytemuck::cast_slice(values))?;
        } else {
            values.iter().try_for_each(|value| out.write_all(&value.to_le_bytes()))?;
        }
    }
    out.flush()
}

/// Creates a new file in the directory of `target`, under a name that nothing has yet.
fn create_beside(path: &Path, target: &Path) -> Result<(PathBuf, File)> {
    let Some(name) = target.file_name() else {
        return Err(problem(path, "it names no file"));
    };
    let mut attempt = 0;
    loop {
        let mut temporary = std::ffi::OsString::from(".");
        temporary.push(name);
        temporary.push(format!(".{}-{attempt}.tmp", std::process::id()));
        let temporary = target.with_file_name(temporary);
        match File::create_new(&temporary) {
            Ok(file) => return Ok((temporary, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 100 => attempt += 1,
            Err(error) => return Err(failure(path, &error)),
        }
    }
}

fn problem(path: &Path, problem: impl Into<String>) -> CheckpointError {
    CheckpointError::Write { path: path.to_owned(), problem: problem.into() }
}

fn failure(path: &Path, error: &io::Error) -> CheckpointError {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let directory = parent.display();
    match error.kind() {
        io::ErrorKind::NotFound => problem(path, format!("the directory {directory} does not exist. Create it first")),
        io::ErrorKind::NotADirectory => problem(path, format!("{directory} is not a directory")),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            problem(path, format!("{error}. No file can be created in {directory}"))
        }
        _ => problem(path, error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::write_tensors;
    use crate::checkpoint::TensorFile;

    #[test]
    fn what_is_written_is_read_back() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("out.safetensors");
        let values = [1.0, -2.5, f32::INFINITY, f32::NAN, 0.0, 1e-40];
        let tensors =
            [("b", vec![2, 3], &values[..]), ("a\n名", vec![], &values[..1]), ("empty", vec![0, 4], &values[..0])];
        write_tensors(&path, &tensors).expect("written");
        // A second time over the first.
        write_tensors(&path, &tensors).expect("written");
        let file = TensorFile::open(&path).expect("opened");
        assert_eq!(file.names().collect::<Vec<_>>(), ["a\n名", "b", "empty"]);
        for (name, shape, values) in &tensors {
            let entry = file.tensor(name).expect("there");
            assert_eq!(entry.shape(), shape);
            assert_eq!(bytemuck::cast_slice::<_, u8>(values), entry.bytes());
            assert_eq!(entry.as_f32().expect("aligned").len(), values.len());
        }
        assert_eq!(fs::read_dir(dir.path()).expect("listed").count(), 1, "nothing temporary is left");
        safetensors::SafeTensors::deserialize(&fs::read(&path).expect("read")).expect("valid for the crate too");
    }

    #[test]
    fn halves_are_rounded() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("half.safetensors");
        super::write_half_tensors(&path, &[("a", [3], &[1.0, 0.1, -65504.0][..])]).expect("written");
        let file = TensorFile::open(&path).expect("opened");
        let values = file.tensor("a").expect("there").to_f32().expect("numbers");
        assert_eq!((values[0], values[2]), (1.0, -65504.0));
        assert!(values[1] != 0.1 && (values[1] - 0.1).abs() < 1e-4);
        // The same from bytes in the program's own memory.
        let bytes: &'static [u8] = fs::read(&path).expect("read").leak();
        let inside = TensorFile::from_static("inside", bytes).expect("opened");
        assert_eq!(inside.tensor("a").expect("there").to_f32().expect("numbers"), values);
    }

    #[test]
    fn errors_say_what_is_wrong() {
        let dir = tempfile::tempdir().expect("a directory");
        let error = |name: &str, tensors: &[(&str, Vec<usize>, &[f32])]| {
            write_tensors(dir.path().join(name), tensors).expect_err("refused").to_string()
        };
        assert!(error("no/such/out", &[]).contains("does not exist. Create it first"));
        assert!(error("", &[]).contains("it is a directory"));
        assert!(error("out", &[("a", vec![2, 2], &[1.0])]).contains("does not fit 1 values"));
        assert!(error("out", &[("a", vec![usize::MAX, 2], &[1.0])]).contains("does not fit"));
        assert!(error("out", &[("a", vec![1], &[1.0]), ("a", vec![1], &[1.0])]).contains("taken twice"));
        assert!(error("out", &[("__metadata__", vec![1], &[1.0])]).contains("reserved"));
        fs::write(dir.path().join("file"), "").expect("written");
        assert!(error("file/out", &[]).contains("is not a directory"));
        assert_eq!(fs::read_dir(dir.path()).expect("listed").count(), 1, "nothing was created");
    }

    #[cfg(unix)]
    #[test]
    fn devices_and_links_stay_what_they_are() {
        write_tensors("/dev/null", &[("a", vec![1], &[1.0])]).expect("written");
        assert!(!fs::metadata("/dev/null").expect("there").is_file());
        let dir = tempfile::tempdir().expect("a directory");
        let (file, link) = (dir.path().join("file"), dir.path().join("link"));
        fs::write(&file, "").expect("written");
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        write_tensors(&link, &[("a", vec![1], &[1.0])]).expect("written");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        TensorFile::open(&file).expect("the link's target was written");
    }
}
