//! The place of a row in the tree, which gives its order and its parent.

use rlm_model::{CallId, Position, RunPath};

/// The place of a row in the tree. Places are ordered like the rows: a step before its calls, a
/// call before the child run that it started.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Place(Vec<Level>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Level {
    Turn {
        turn: u32,
        part: Part,
        ordinal: u32,
        index: u32,
    },
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Part {
    Step,
    Call,
    Request,
}

/// The kind of a row in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The row shows the root run.
    Run,
    /// The row shows a step (turn) of a run.
    Step { turn: u32 },
    /// The row shows a call, which may have started a child run.
    Call(Position),
    /// The row shows a host request of a program other than a model call.
    Request { turn: u32, ordinal: u32 },
    /// The row shows the end of a run.
    End,
}

impl Place {
    /// Returns the place of a run: the top of the tree for the root run, or the place of the call
    /// that started a child run.
    pub(crate) fn of_run(path: &RunPath) -> Self {
        Self(path.0.iter().map(|position| Level::call(*position)).collect())
    }

    pub(crate) fn of_step(run: &RunPath, turn: u32) -> Self {
        Self::of_run(run).with(Level::turn(turn, Part::Step, 0))
    }

    pub(crate) fn of_call(id: &CallId) -> Self {
        Self::of_run(&id.run).with(Level::call(id.position))
    }

    pub(crate) fn of_request(run: &RunPath, turn: u32, ordinal: u32) -> Self {
        Self::of_run(run).with(Level::turn(turn, Part::Request, ordinal))
    }

    pub(crate) fn of_end(run: &RunPath) -> Self {
        Self::of_run(run).with(Level::End)
    }

    fn with(mut self, level: Level) -> Self {
        self.0.push(level);
        self
    }

    /// Returns the kind of the row at this place.
    pub(crate) fn kind(&self) -> Kind {
        match self.0.last() {
            None => Kind::Run,
            Some(Level::End) => Kind::End,
            Some(
                level @ &Level::Turn {
                    turn, part, ordinal, ..
                },
            ) => match part {
                Part::Step => Kind::Step { turn },
                Part::Call => Kind::Call(level.position()),
                Part::Request => Kind::Request { turn, ordinal },
            },
        }
    }

    /// Returns the path of the run that contains the row. The root run contains itself.
    pub(crate) fn run(&self) -> RunPath {
        let above = self.0.split_last().map(|(_, above)| above).unwrap_or_default();
        RunPath(above.iter().map(Level::position).collect())
    }

    /// Returns the place of the parent row, or `None` for the root run.
    pub(crate) fn parent(&self) -> Option<Self> {
        let (last, above) = self.0.split_last()?;
        let above = Self(above.to_vec());
        Some(match *last {
            Level::Turn { part: Part::Step, .. } | Level::End => above,
            Level::Turn { turn, .. } => above.with(Level::turn(turn, Part::Step, 0)),
        })
    }

    /// Returns `true` if this place is below another place in the tree.
    pub(crate) fn is_under(&self, other: &Self) -> bool {
        let within = |above: &[Level]| self.0.len() > above.len() && self.0.starts_with(above);
        match other.0.split_last() {
            None => !self.0.is_empty(),
            Some((Level::End, _)) => false,
            Some((
                &Level::Turn {
                    turn, part: Part::Step, ..
                },
                above,
            )) => {
                self != other
                    && within(above)
                    && matches!(self.0.get(above.len()), Some(Level::Turn { turn: other, .. }) if *other == turn)
            }
            Some(_) => within(&other.0),
        }
    }

    /// Returns the depth of the place: the number of its ancestors.
    pub(crate) fn depth(&self) -> usize {
        match self.0.last() {
            None => 0,
            Some(Level::Turn { part: Part::Step, .. } | Level::End) => 2 * self.0.len() - 1,
            Some(_) => 2 * self.0.len(),
        }
    }
}

impl Level {
    const fn call(position: Position) -> Self {
        Self::Turn {
            turn: position.turn,
            part: Part::Call,
            ordinal: position.ordinal,
            index: position.index,
        }
    }

    const fn turn(turn: u32, part: Part, ordinal: u32) -> Self {
        Self::Turn {
            turn,
            part,
            ordinal,
            index: 0,
        }
    }

    const fn position(&self) -> Position {
        match *self {
            Self::Turn {
                turn, ordinal, index, ..
            } => Position { turn, ordinal, index },
            Self::End => Position {
                turn: u32::MAX,
                ordinal: 0,
                index: 0,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_ordered_without_overlap() {
        let child = RunPath("2.1.0".parse::<RunPath>().unwrap().0);
        let call = |id: &str| Place::of_call(&id.parse().unwrap());
        let root = RunPath::default();
        let places = [
            Place::of_run(&root),
            Place::of_step(&root, 1),
            call("1.0.0"),
            call("1.2.0"),
            Place::of_request(&root, 1, 1),
            Place::of_step(&root, 2),
            call("2.0.0"),
            call("2.1.0"),
            Place::of_step(&child, 1),
            call("2.1.0/1.0.0"),
            Place::of_end(&child),
            call("2.2.0"),
            Place::of_end(&root),
        ];
        assert!(places.is_sorted());
        for (at, place) in places.iter().enumerate() {
            let above: Vec<&Place> = places.iter().filter(|other| place.is_under(other)).collect();
            assert_eq!(above.len(), place.depth(), "{place:?}");
            assert_eq!(place.parent().as_ref(), above.last().copied(), "{place:?}");
            // The places below a place directly follow it.
            let under: Vec<usize> = (0..places.len())
                .filter(|other| places[*other].is_under(place))
                .collect();
            assert_eq!(under, (at + 1..at + 1 + under.len()).collect::<Vec<_>>());
        }
        assert_eq!(Place::of_call(&"2.1.0/3.1.0".parse().unwrap()).run(), child);
    }
}
