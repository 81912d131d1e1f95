//! How a [`RunPath`] is written in a journal: as `2.1.0/3.1.0`, and not at all for the root run.

use rlm_model::RunPath;
use serde::{Deserialize, Deserializer, Serializer};

/// Writes the path's positions with `/` between them.
pub(crate) fn serialize<S: Serializer>(path: &RunPath, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(path)
}

/// Reads what [`serialize`] wrote.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RunPath, D::Error> {
    String::deserialize(deserializer)?
        .parse()
        .map_err(serde::de::Error::custom)
}

/// Tells whether the path is the root run's.
pub(crate) fn is_root(path: &RunPath) -> bool {
    path.0.is_empty()
}
