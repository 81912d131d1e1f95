//! The serialized form of a [`RunPath`] in a journal: `2.1.0/3.1.0`, omitted for the root run.

use rlm_model::RunPath;
use serde::{Deserialize, Deserializer, Serializer};

/// Serializes a run's path as its positions with `/` between them.
pub(crate) fn serialize<S: Serializer>(path: &RunPath, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(path)
}

/// Deserializes a run's path from the output of [`serialize`].
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RunPath, D::Error> {
    String::deserialize(deserializer)?
        .parse()
        .map_err(serde::de::Error::custom)
}

/// Returns `true` if the path is that of the root run.
pub(crate) fn is_root(path: &RunPath) -> bool {
    path.0.is_empty()
}
