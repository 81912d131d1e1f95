//! The ids of runs and calls. Their order is the canonical order for comparisons and replays.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

/// The error for a text that is not a valid id of a run or call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not {expected}: `{text}`")]
pub struct ParseIdError {
    expected: &'static str,
    text: String,
}

/// The id of a run: sortable by time, unique without coordination, and safe as a file name.
///
/// ```
/// use rlm_model::RunId;
///
/// let id: RunId = "20261121-062717-scaa6u".parse()?;
/// assert_eq!(id.as_str(), "20261121-062717-scaa6u");
/// assert!("../secrets".parse::<RunId>().is_err(), "it names a folder");
/// # Ok::<(), rlm_model::ParseIdError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RunId(SmolStr);

impl RunId {
    /// Returns the run's id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for RunId {
    type Err = ParseIdError;

    /// Parses the id of a run: 1 to 64 lower-case letters, digits and hyphens.
    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if text.is_empty() || text.len() > 64 || !text.bytes().all(allowed) {
            return Err(ParseIdError {
                expected: "a run id (lower-case letters, digits and hyphens)",
                text: text.chars().take(80).collect(),
            });
        }
        Ok(Self(text.into()))
    }
}

impl<'de> Deserialize<'de> for RunId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// The position of a call within its run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The turn of the run in which the call is made, counted from 1.
    pub turn: u32,
    /// The number of the call within the turn: 0 is the call of the root model, and the calls of
    /// the program follow in the order of issue.
    pub ordinal: u32,
    /// The index of the call within a batch; 0 for a single call.
    pub index: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.turn, self.ordinal, self.index)
    }
}

impl FromStr for Position {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let error = || ParseIdError {
            expected: "a position (turn.ordinal.index)",
            text: text.chars().take(80).collect(),
        };
        let mut numbers = text.split('.').map(|part| part.parse().map_err(|_| error()));
        let mut next = || numbers.next().ok_or_else(error)?;
        let position = Self {
            turn: next()?,
            ordinal: next()?,
            index: next()?,
        };
        match numbers.next() {
            None => Ok(position),
            Some(_) => Err(error()),
        }
    }
}

/// The path from the root run to a child run: the position of the call that started the run of each
/// level. Empty for the root run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RunPath(pub Vec<Position>);

impl RunPath {
    /// Returns the number of ancestors of the run at this path; 0 for the root run.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Display for RunPath {
    /// Writes the positions of the path separated by `/`, such as `2.1.0/3.1.0`; the empty text for
    /// the root run.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (level, position) in self.0.iter().enumerate() {
            let between = if level == 0 { "" } else { "/" };
            write!(f, "{between}{position}")?;
        }
        Ok(())
    }
}

impl FromStr for RunPath {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        text.split('/').map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

/// The id of a call within a tree of runs, assigned when the call is issued. Displayed as `3.1.0`,
/// or `2.1.0/3.1.0` in a child run.
///
/// Ids are ordered like the calls of a run that executes sequentially: a call precedes the child
/// run that it starts, and all calls of that run precede the parent's next call.
///
/// ```
/// use rlm_model::CallId;
///
/// let call = CallId::root(2, 1, 0);
/// assert_eq!(call.to_string(), "2.1.0");
/// // The third turn of the child run that it starts: its root model's call, and its program's second.
/// let child: CallId = "2.1.0/3.0.0".parse()?;
/// assert!(child.is_root_model());
/// assert_eq!((&child.run, child.run.depth()), (&call.child_run(), 1));
/// assert!(call < child && child < "2.1.0/3.2.0".parse()? && child < "2.2.0".parse()?);
/// # Ok::<(), rlm_model::ParseIdError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CallId {
    /// The path of the run that the call belongs to.
    pub run: RunPath,
    /// The position of the call within its run: turn, ordinal and index.
    pub position: Position,
}

impl CallId {
    /// Creates the id of a call that the root run makes.
    #[must_use]
    pub fn root(turn: u32, ordinal: u32, index: u32) -> Self {
        Self {
            run: RunPath::default(),
            position: Position { turn, ordinal, index },
        }
    }

    /// Returns the path of the child run that the call with this id starts.
    #[must_use]
    pub fn child_run(&self) -> RunPath {
        let mut path = self.run.clone();
        path.0.push(self.position);
        path
    }

    /// Returns `true` if this is the id of a call of the root model (ordinal 0), not of a program.
    #[must_use]
    pub const fn is_root_model(&self) -> bool {
        self.position.ordinal == 0
    }
}

impl Ord for CallId {
    fn cmp(&self, other: &Self) -> Ordering {
        let path = self.run.0.iter().chain([&self.position]);
        path.cmp(other.run.0.iter().chain([&other.position]))
    }
}

impl PartialOrd for CallId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for position in &self.run.0 {
            write!(f, "{position}/")?;
        }
        self.position.fmt(f)
    }
}

impl FromStr for CallId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let mut positions = text.split('/').map(Position::from_str).collect::<Result<Vec<_>, _>>()?;
        let position = positions.pop().ok_or(ParseIdError {
            expected: "a call id",
            text: String::new(),
        })?;
        Ok(Self {
            run: RunPath(positions),
            position,
        })
    }
}

impl Serialize for CallId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CallId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips() {
        let child = CallId {
            run: CallId::root(2, 1, 7).child_run(),
            position: Position {
                turn: 3,
                ordinal: 1,
                index: 0,
            },
        };
        assert_eq!(child.to_string(), "2.1.7/3.1.0");
        assert_eq!("2.1.7/3.1.0".parse(), Ok(child));
        for wrong in ["", "1", "1.2", "1.2.3.4", "a.b.c", "1.2.3/"] {
            assert!(wrong.parse::<CallId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn call_ids_sort_numerically_and_calls_precede_their_child_runs() {
        let ids = [
            "1.0.0",
            "1.1.0",
            "1.1.0/1.0.0",
            "1.1.0/2.0.0",
            "1.2.0",
            "1.10.0",
            "2.0.0",
        ];
        assert!(ids.map(|id| id.parse::<CallId>().unwrap()).is_sorted());
    }

    #[test]
    fn a_run_id_is_safe_as_a_file_name() {
        assert!("20261121-0347-k3f9".parse::<RunId>().is_ok());
        for wrong in ["", "../x", "A", "a b", "a.b"] {
            assert!(wrong.parse::<RunId>().is_err(), "{wrong}");
        }
    }
}
