//! How a [`RunPath`] is written in a journal: as `2.1.0/3.1.0`, and not at all for the root run.

use rlm_model::{Position, RunPath};
use serde::{Deserialize, Deserializer, Serializer};

/// Writes the path's positions with `/` between them.
pub(crate) fn serialize<S: Serializer>(path: &RunPath, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&shown(path))
}

/// Reads what [`serialize`] wrote.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RunPath, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(RunPath::default());
    }
    let positions = text.split('/').map(str::parse::<Position>).collect::<Result<_, _>>();
    positions.map(RunPath).map_err(serde::de::Error::custom)
}

/// Tells whether the path is the root run's.
pub(crate) fn is_root(path: &RunPath) -> bool {
    path.0.is_empty()
}

/// Returns the path as it is written.
pub(crate) fn shown(path: &RunPath) -> String {
    path.0.iter().map(Position::to_string).collect::<Vec<_>>().join("/")
}
