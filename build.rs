<<<<<<< HEAD
//! Lists the files of `catalog/`, so that an entry is compiled in by being there.
=======
//! Lists the files of `assets/models/`, so that a mini is compiled in by being there.
>>>>>>> main

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
<<<<<<< HEAD
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
=======
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    fs::write(out.join("minis.rs"), minis(&root.join("assets/models"))?)?;
    Ok(())
}

/// Each directory with the files in it: name and content.
fn minis(root: &Path) -> Result<String, Box<dyn Error>> {
    let mut list = "const MINIS: &[(&str, &[(&str, &[u8])])] = &[\n".to_owned();
    println!("cargo::rerun-if-changed={}", root.display());
    for dir in sorted(root)?.iter().filter(|path| path.is_dir()) {
        println!("cargo::rerun-if-changed={}", dir.display());
        writeln!(list, "    ({:?}, &[", name(dir))?;
        for file in sorted(dir)?.iter().filter(|path| path.is_file()) {
            println!("cargo::rerun-if-changed={}", file.display());
            writeln!(list, "        ({:?}, include_bytes!({:?})),", name(file), file.display().to_string())?;
        }
        list.push_str("    ]),\n");
    }
    list.push_str("];\n");
    Ok(list)
}

fn sorted(dir: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut paths = fs::read_dir(dir)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
>>>>>>> main
}
