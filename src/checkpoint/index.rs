//! The index of a checkpoint in several files: which tensor is in which shard.

use std::collections::BTreeMap;
use std::path::{Component, Path};
use std::sync::Arc;

use serde::Deserialize;

use super::config::read_bounded;
use super::entry::TensorEntry;
use super::error::shown;
use super::{CheckpointError, Result, TensorFile};

/// The largest index that is read; the largest real ones have about 10 MB.
const MAX_INDEX: u64 = 32 << 20;

#[derive(Deserialize)]
#[serde(expecting = "an object with weight_map")]
struct Index {
    weight_map: BTreeMap<String, String>,
}

/// Opens all shards that an index names and gathers the tensors that it lists.
pub(super) fn open_shards(path: &Path) -> Result<BTreeMap<Arc<str>, TensorEntry>> {
    let bytes = read_bounded(path, "an index of shards", MAX_INDEX)?;
    let index: Index = serde_json::from_slice(&bytes).map_err(|error| CheckpointError::json(path, &error))?;
    let dir = path.parent().unwrap_or(Path::new(""));
    let mut shards: BTreeMap<&str, TensorFile> = BTreeMap::new();
    let mut tensors = BTreeMap::new();
    for (name, shard) in &index.weight_map {
        if !shards.contains_key(shard.as_str()) {
            shards.insert(shard, open_shard(path, dir, shard)?);
        }
        let Some(entry) = shards[shard.as_str()].tensor(name) else {
            let problem = format!(
                "it says that tensor {} is in {}, but it is not. The files are of different versions, or incomplete",
                shown(name),
                shown(shard)
            );
            return Err(CheckpointError::index(path, problem));
        };
        tensors.insert(entry.shared_name(), entry.clone());
    }
    Ok(tensors)
}

fn open_shard(index: &Path, dir: &Path, shard: &str) -> Result<TensorFile> {
    let mut parts = Path::new(shard).components();
    // The name is judged as written, not where links lead: a download cache keeps its files behind links.
    let inside = parts.all(|part| matches!(part, Component::Normal(_))) && !shard.is_empty();
    if !inside {
        let problem = format!("shard {} lies outside the checkpoint's directory; it is not opened", shown(shard));
        return Err(CheckpointError::index(index, problem));
    }
    TensorFile::open(dir.join(shard)).map_err(|error| match error {
        CheckpointError::NotFound { .. } => {
            let problem = format!("it names the shard {}, which is missing. Download it too", shown(shard));
            CheckpointError::index(index, problem)
        }
        other => other,
    })
}
