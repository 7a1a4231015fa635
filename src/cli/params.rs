//! `headscope params`: exact counts from a configuration alone.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::model;
use super::output::{self, grouped};
use super::table::{Align, Table};
use crate::checkpoint::Checkpoint;
use crate::explore::{Component, Shared, components, shared, unused};
use crate::models::{self, Loaded};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// The checkpoint directory; config.json is enough.
    model: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Counts and prints.
///
/// # Errors
/// Where there is no configuration or it cannot be built.
pub fn run(args: &Args) -> color_eyre::Result<()> {
    model::known(&args.model)?;
    let checkpoint = Checkpoint::open_config_only(&args.model)?;
    let loaded = models::shapes(checkpoint.config())?;
    let dir = checkpoint.dir();
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let id = dir.file_name().map_or_else(|| dir.display().to_string(), |name| name.to_string_lossy().into_owned());
    let counted =
        Counted { id, parts: components(&loaded)?, shared: shared(&loaded)?, unused: unused(&loaded)?, loaded };
    if args.json {
        return Ok(output::print_json(&counted.json(checkpoint.config()))?);
    }
    Ok(output::print(&counted.plain(output::columns()))?)
}

struct Counted {
    id: String,
    loaded: Loaded,
    parts: Vec<Component>,
    shared: Vec<Shared>,
    unused: Vec<String>,
}

impl Counted {
    fn total(&self) -> u64 {
        self.loaded.parameters.count()
    }

    /// Bytes of the weights by how many bits a number has.
    fn memory(&self) -> [(&'static str, u64); 2] {
        [("fp32", 4 * self.total()), ("fp16", 2 * self.total())]
    }

    fn json(&self, config: &Map<String, Value>) -> Value {
        let components: Vec<Value> = self
            .parts
            .iter()
            .map(|part| json!({"name": part.path(), "times": part.times, "parameters": part.parameters}))
            .collect();
        let shared: Vec<Value> =
            self.shared.iter().map(|s| json!({"parameter": s.parameter, "places": s.places})).collect();
        let memory: Map<String, Value> =
            self.memory().into_iter().map(|(name, b)| (name.to_owned(), b.into())).collect();
        let class = self.loaded.model.class();
        json!({"id": self.id, "variants": [{"name": self.id, "published": null,
            "parameters": {class: self.total()}, "class": class, "components": components, "shared": shared, "unused": self.unused,
            "memory": memory, "config": config}]})
    }

    fn plain(&self, columns: usize) -> String {
        let total = self.total();
        let class = self.loaded.model.class();
        let mut text = format!("{}: {} parameters ({class})\n\n", self.id, grouped(total));
        let mut table = Table::new(&[
            ("part", Align::Left),
            ("times", Align::Right),
            ("parameters", Align::Right),
            ("share", Align::Right),
        ]);
        for part in &self.parts {
            let name = part.scopes.iter().map(|name| name.en).collect::<Vec<_>>().join(" / ");
            let share = output::share(part.parameters as f32 / total.max(1) as f32);
            table.row([name, part.times.to_string(), grouped(part.parameters), share]);
        }
        text.push_str(&table.render(columns));
        text.push('\n');
        for (name, count) in self.memory() {
            let _ = writeln!(text, "{name}  {} of weights", output::bytes(count));
        }
        for Shared { parameter, places } in &self.shared {
            let _ = writeln!(text, "\nCounted once, though used in {}: {parameter}", places.join(" and "));
        }
        if !self.unused.is_empty() {
            let _ = writeln!(text, "\nStored, but used by no pass: {}", self.unused.join(", "));
        }
        text
    }
}
