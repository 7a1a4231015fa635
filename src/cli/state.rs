//! The file of what is remembered: read at the start, written at the end and when a text or a model was taken. What goes
//! wrong with it never keeps the program from anything.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::app::memory::{Memory, VERSION};
use crate::cli::config::Home;

/// Bytes that are read: all texts together are shorter.
const LONGEST: u64 = 4 << 20;

/// Where it is remembered.
#[derive(Clone, Debug)]
pub struct Store {
    file: Option<PathBuf>,
    /// Whether the file is one that may be replaced.
    replaces: bool,
    /// One writes at a time; whether the last word was said.
    closed: Arc<Mutex<bool>>,
}

impl Store {
    /// The user's own, with what it holds; the error is a sentence on why nothing could be read from what is there.
    pub fn open() -> (Self, Result<Memory, String>) {
        Self::at(Home::State.dir().map(|dir| dir.join("state.json")))
    }

    fn at(file: Option<PathBuf>) -> (Self, Result<Memory, String>) {
        let read = file.as_deref().map_or_else(|| Ok(Memory::default()), read);
        // A newer version of the program can read its own file; it is left to it.
        let replaces = !matches!(&read, Ok(memory) if memory.version > VERSION);
        let memory = match read {
            Ok(memory) if !replaces => {
                Err(format!("it is of a newer headscope (form {}, this one knows {VERSION})", memory.version))
            }
            memory => memory,
        };
        (Self { file, replaces, closed: Arc::default() }, memory)
    }

    /// Writes what is to be remembered, all of it or nothing. Texts that another session left meanwhile stay.
    pub fn write(&self, memory: Memory) {
        self.put(memory, false);
    }

    /// As [`Store::write`], at the end: what other threads would still write is older, and is not written.
    pub fn close(&self, memory: Memory) {
        self.put(memory, true);
    }

    fn put(&self, mut memory: Memory, last: bool) {
        let Some(file) = self.file.as_deref().filter(|_| self.replaces) else { return };
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        if *closed {
            return;
        }
        *closed = last;
        if let Ok(other) = read(file) {
            memory.join(&other);
        }
        // Where it cannot be written it is not remembered, which harms nobody.
        let _ = replace(file, &memory);
    }
}

/// What the file holds; nothing where there is none.
fn read(file: &Path) -> Result<Memory, String> {
    let Ok(meta) = fs::metadata(file) else { return Ok(Memory::default()) };
    let fault = |what: &dyn std::fmt::Display| format!("{}: {what}", file.display());
    if !meta.is_file() || meta.len() > LONGEST {
        return Err(fault(&"it is no file of this program"));
    }
    let mut text = String::new();
    let opened = File::open(file).and_then(|file| file.take(LONGEST).read_to_string(&mut text));
    opened.map_err(|error| fault(&error))?;
    // A list would be read too, as the fields in their order.
    let fields: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&text).map_err(|error| fault(&error))?;
    serde_json::from_value(fields.into()).map_err(|error| fault(&error))
}

/// Puts a new file in the place of the old one; nobody ever sees half of it, and nobody else may read it.
fn replace(file: &Path, memory: &Memory) -> io::Result<()> {
    let dir = file.parent().unwrap_or(Path::new("."));
    make_private(dir)?;
    let draft = dir.join(format!(".state.{}.tmp", std::process::id()));
    let written = (|| {
        // One that was left behind could be a link to elsewhere, or be open to others.
        match fs::remove_file(&draft) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut out = options.open(&draft)?;
        out.write_all(serde_json::to_string_pretty(memory)?.as_bytes())?;
        out.write_all(b"\n")?;
        drop(out);
        fs::rename(&draft, file)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written
}

fn make_private(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(recent: &[&str]) -> Memory {
        let recent = recent.iter().map(|&text| text.to_owned()).collect();
        Memory { version: VERSION, theme: Some("light".into()), recent, ..Memory::default() }
    }

    fn reread(file: &Path) -> Result<Memory, String> {
        Store::at(Some(file.to_owned())).1
    }

    #[test]
    fn what_is_written_is_read_again_and_belongs_to_the_user_alone() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("made/for/it/state.json");
        let (store, nothing) = Store::at(Some(file.clone()));
        assert_eq!(nothing, Ok(Memory::default()));
        store.write(memory(&["one"]));
        assert_eq!(reread(&file), Ok(memory(&["one"])));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(fs::metadata(file.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
        }
        // At the end the newest is written, and nothing after it.
        store.close(memory(&["one"]));
        store.write(memory(&["late"]));
        assert_eq!(reread(&file), Ok(memory(&["one"])));
        let store = Store::at(Some(file.clone())).0;
        // Another session wrote meanwhile: its texts stay behind those of this one.
        store.write(memory(&["two"]));
        assert_eq!(reread(&file).unwrap().recent, ["two", "one"]);
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn what_is_damaged_or_foreign_is_told_and_harms_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("state.json");
        for text in [&b"{"[..], b"[]", b"", &[0xff, 0xfe], b"{\"recent\": 3}", &vec![b' '; LONGEST as usize + 1]] {
            fs::write(&file, text).unwrap();
            let (store, read) = Store::at(Some(file.clone()));
            assert!(read.unwrap_err().contains("state.json"));
            store.write(memory(&["one"]));
            assert_eq!(reread(&file), Ok(memory(&["one"])));
        }
        // Fields that this version does not know are no fault; the form of a newer one is left alone.
        fs::write(&file, r#"{"version": 1, "recent": ["a"], "more": {}}"#).unwrap();
        assert_eq!(reread(&file).unwrap().recent, ["a"]);
        let newer = format!(r#"{{"version": {}, "recent": ["a"]}}"#, VERSION + 1);
        fs::write(&file, &newer).unwrap();
        let (store, read) = Store::at(Some(file.clone()));
        assert!(read.unwrap_err().contains("newer"));
        store.write(memory(&["b"]));
        assert_eq!(fs::read_to_string(&file).unwrap(), newer);
    }

    #[test]
    fn a_place_that_cannot_be_written_is_no_failure() {
        for file in ["/dev/null/state/state.json", "/"] {
            let (store, _) = Store::at(Some(file.into()));
            store.write(memory(&["one"]));
        }
        Store::at(None).0.write(memory(&["one"]));
    }
}
