//! The catalogue that is meant: that of `--catalog`, or the one that is compiled in.

use std::path::Path;
use std::sync::Arc;

use crate::catalog::{Catalog, CatalogError};

/// Opens it.
///
/// # Errors
/// Where the directory is none, or holds no entry.
pub fn open(dir: Option<&Path>) -> Result<Arc<Catalog>, CatalogError> {
    dir.map_or_else(|| Ok(Catalog::built_in()), |dir| Catalog::open(dir).map(Arc::new))
}
