//! Lists the files of `catalog/`, so that an entry is compiled in by being there.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("catalog");
    let mut list = String::new();
    for (name, dir) in [("ENTRIES", root.clone()), ("PAGES", root.join("survey"))] {
        println!("cargo::rerun-if-changed={}", dir.display());
        writeln!(list, "const {name}: &[(&str, &str)] = &[")?;
        for path in yaml_files(&dir)? {
            let file = path.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
            println!("cargo::rerun-if-changed={}", path.display());
            writeln!(list, "    ({file:?}, include_str!({:?})),", path.display().to_string())?;
        }
        list.push_str("];\n");
    }
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("catalog.rs"), list)?;
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}

fn yaml_files(dir: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
