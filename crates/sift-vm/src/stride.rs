//! Stepping for debuggers: a program is carried on by one op or one line, and says where it stands.
//!
//! A stride is a row of slices of one op each, so that a program that is stepped pays, prints and ends as one that runs.

use sift_runtime::runtime::{CallKey, CallOutcome};
use sift_syntax::Span;
use smol_str::SmolStr;

use crate::report::Variable;
use crate::step::{Compiled, Machine, Needs, OutOfFuel, Progress, Step, Then};

/// How far a debugger lets a program go.
///
/// Lines are those of the running program. What the library does, and functions that earlier programs defined, belongs to
/// the line that called it. An expression of several lines is evaluated across them, to and fro.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stride {
    /// One op of the machine.
    Op,
    /// To the next line, of whatever function, or the next round of a loop in one line: "step into".
    Line,
    /// To the next line of this function, or to where it is left: "step over".
    Over,
    /// To where this function is left: "step out".
    Out,
}

/// Where a function of a program stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The function's name; `<module>` outside of functions.
    pub function: SmolStr,
    /// The bytes of the program that are evaluated next, or that have called the function above.
    pub span: Span,
    /// The line at which they begin, counted from 1.
    pub line: u32,
}

impl Machine {
    /// Lets a program stand before its first op, for a debugger. It has all of its fuel left.
    #[must_use]
    pub fn start_paused(mut self, program: &Compiled) -> OutOfFuel {
        self.begin(program);
        OutOfFuel { machine: self }
    }

    fn stride(mut self, mut goal: Goal) -> Step {
        loop {
            match self.advance(1) {
                Progress::Slice if !goal.is_reached(&self) => {}
                Progress::Calls(mut errand) => {
                    if matches!(errand.then, Then::Run) {
                        errand.then = Then::Stride(goal);
                    }
                    return Progress::Calls(errand).owning(self);
                }
                progress => return progress.owning(self),
            }
        }
    }

    fn backtrace(&self) -> Vec<Position> {
        let lines = Lines::of(&self.source);
        let places = self.inner.places();
        places
            .map(|place| Position {
                function: place.name().clone(),
                span: place.span,
                line: lines.at(place.span.start),
            })
            .collect()
    }

    fn locals(&self) -> Vec<Variable> {
        let Some(place) = self.inner.places().next() else {
            return Vec::new();
        };
        let locals = self.inner.locals(&place).into_iter();
        locals.map(|(name, value)| self.described(name, value)).collect()
    }
}

impl OutOfFuel {
    /// Carries the program on by a stride, with replies that have arrived meanwhile.
    ///
    /// It is there again as an `OutOfFuel` at the stride's end. Calls that the program makes come in between as
    /// [`Needs`]: [`Needs::step`] goes on. A stride has no slice: fuel ends it, and a
    /// [handle](OutOfFuel::cancel_handle) cancels it from another thread.
    pub fn step(mut self, results: Vec<(CallKey, CallOutcome)>, stride: Stride) -> Step {
        if let Some(progress) = self.machine.receive(results, Then::Run) {
            return progress.owning(self.machine);
        }
        let goal = Goal::new(stride, &self.machine);
        self.machine.stride(goal)
    }

    /// Returns the bytes of the program that are evaluated next; none if it is at its end.
    #[must_use]
    pub fn current_span(&self) -> Option<Span> {
        self.machine.inner.places().next().map(|place| place.span)
    }

    /// Returns where the program's functions stand that have begun and not ended, the innermost first.
    #[must_use]
    pub fn backtrace(&self) -> Vec<Position> {
        self.machine.backtrace()
    }

    /// Returns the variables of the innermost function that are bound, in the order of its parameters and assignments;
    /// [`machine`](Self::machine) knows those of the session.
    #[must_use]
    pub fn locals(&self) -> Vec<Variable> {
        self.machine.locals()
    }

    /// Returns the machine, to look at the session's variables.
    #[must_use]
    pub const fn machine(&self) -> &Machine {
        &self.machine
    }
}

impl Needs {
    /// Carries the program on by a stride, with what has arrived. A stride that these calls interrupted is finished,
    /// if it is the same.
    pub fn step(mut self, results: Vec<(CallKey, CallOutcome)>, stride: Stride) -> Step {
        let begun = match &self.errand.then {
            Then::Stride(goal) if goal.stride == stride => Some(goal.clone()),
            _ => None,
        };
        if let Some(progress) = self.machine.receive(results, self.errand.then) {
            return progress.owning(self.machine);
        }
        let goal = begun.unwrap_or_else(|| Goal::new(stride, &self.machine));
        self.machine.stride(goal)
    }

    /// Returns where the program's functions stand, as [`OutOfFuel::backtrace`]; empty once the last statement was run.
    #[must_use]
    pub fn backtrace(&self) -> Vec<Position> {
        self.machine.backtrace()
    }
}

/// A stride and where it began.
#[derive(Debug, Clone)]
pub(crate) struct Goal {
    stride: Stride,
    start: Standing,
    /// The op that was run last in the function where the stride began.
    last_op: usize,
    lines: Lines,
}

impl Goal {
    fn new(stride: Stride, machine: &Machine) -> Self {
        let lines = Lines::of(&machine.source);
        let start = Standing::of(machine, &lines);
        Self {
            stride,
            start,
            last_op: start.op,
            lines,
        }
    }

    fn is_reached(&mut self, machine: &Machine) -> bool {
        if self.stride == Stride::Op {
            return true;
        }
        let (now, start) = (Standing::of(machine, &self.lines), &self.start);
        let last_op = std::mem::replace(&mut self.last_op, now.op);
        let elsewhere = (now.function, now.line) != (start.function, start.line);
        match self.stride {
            Stride::Op => true,
            Stride::Line => now.depth != start.depth || elsewhere || now.op < last_op,
            Stride::Over => now.depth < start.depth || now.depth == start.depth && elsewhere,
            Stride::Out => now.depth < start.depth,
        }
    }
}

/// What of a program's place tells lines apart.
#[derive(Debug, Clone, Copy)]
struct Standing {
    /// How many of the program's functions have begun and not ended.
    depth: usize,
    function: u32,
    line: u32,
    op: usize,
}

impl Standing {
    fn of(machine: &Machine, lines: &Lines) -> Self {
        let mut places = machine.inner.places();
        let innermost = places.next();
        Self {
            depth: usize::from(innermost.is_some()) + places.count(),
            function: innermost.map_or(0, |place| place.function),
            line: innermost.map_or(0, |place| lines.at(place.span.start)),
            op: innermost.map_or(0, |place| place.op),
        }
    }
}

/// The bytes at which the lines of a source end.
#[derive(Debug, Clone)]
struct Lines(Vec<usize>);

impl Lines {
    fn of(source: &str) -> Self {
        Self(memchr::memchr_iter(b'\n', source.as_bytes()).collect())
    }

    /// Returns the line of a byte, counted from 1.
    fn at(&self, byte: u32) -> u32 {
        let before = self.0.partition_point(|end| *end < byte as usize);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}
