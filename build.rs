//! Lists the files of `assets/models/`, `assets/tours/` and `catalog/`, so that a mini, a tour or an entry is compiled in
//! by being there.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    fs::write(out.join("minis.rs"), minis(&root.join("assets/models"))?)?;
    fs::write(out.join("tours.rs"), texts("TOURS", &root.join("assets/tours"), "")?)?;
    fs::write(out.join("catalog.rs"), catalog(&root.join("catalog"))?)?;
    Ok(())
}

/// Each directory with the files in it: name and content.
fn minis(root: &Path) -> Result<String, Box<dyn Error>> {
    let mut list = "const MINIS: &[(&str, &[File])] = &[\n".to_owned();
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

/// The entries and the pages of the survey: name within the catalogue, and text.
fn catalog(root: &Path) -> Result<String, Box<dyn Error>> {
    let mut list = String::new();
    for (constant, dir, prefix) in [("ENTRIES", root.to_owned(), ""), ("PAGES", root.join("survey"), "survey/")] {
        list.push_str(&texts(constant, &dir, prefix)?);
    }
    Ok(list)
}

/// The YAML files of a directory: name, with a prefix, and text.
fn texts(constant: &str, dir: &Path, prefix: &str) -> Result<String, Box<dyn Error>> {
    let mut list = String::new();
    println!("cargo::rerun-if-changed={}", dir.display());
    writeln!(list, "const {constant}: &[(&str, &str)] = &[")?;
    for file in sorted(dir)?.iter().filter(|path| path.extension().is_some_and(|extension| extension == "yaml")) {
        println!("cargo::rerun-if-changed={}", file.display());
        let within = format!("{prefix}{}", name(file));
        writeln!(list, "    ({within:?}, include_str!({:?})),", file.display().to_string())?;
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
}
