//! Stepping for debuggers: runs a program by one op or one line, and returns its position.
//!
//! A step runs in slices of one op, so a stepped program uses fuel, prints and ends exactly as a
//! running one does.

use sift_syntax::Span;
use sift_values::pending_calls::{CallKey, CallOutcome};
use smol_str::SmolStr;

use crate::report::Variable;
use crate::step::{Compiled, Continuation, Machine, Needs, OutOfFuel, Progress, Step};

/// The granularity of a debugger's step.
///
/// Only lines of the running program count. Work of the library, and of functions that earlier
/// programs defined, belongs to the line that called it. An expression of several lines may visit
/// the lines in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepBy {
    /// A step of one machine instruction (op).
    Op,
    /// A step to the next line in any function, or to the next iteration of a loop in one line
    /// ("step into").
    Line,
    /// A step to the next line of the current function, or until the function returns ("step
    /// over").
    Over,
    /// A step until the current function returns ("step out").
    Out,
}

/// The position of execution in one function on the call stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The function's name; `<module>` outside of functions.
    pub function: SmolStr,
    /// The bytes of the source that are evaluated next, or that called the function above on the
    /// stack.
    pub span: Span,
    /// The line in which the span starts, counted from 1.
    pub line: u32,
}

impl Machine {
    /// Starts a program and pauses it before its first op, for a debugger. No fuel is used.
    #[must_use]
    pub fn start_paused(mut self, program: &Compiled) -> OutOfFuel {
        self.begin(program);
        OutOfFuel { machine: self }
    }

    fn run_to(mut self, mut goal: StepGoal) -> Step {
        loop {
            match self.advance(1) {
                Progress::Slice if !goal.is_reached(&self) => {}
                Progress::Blocked(mut blocked) => {
                    if matches!(blocked.continuation, Continuation::Run) {
                        blocked.continuation = Continuation::StepBy(goal);
                    }
                    return Progress::Blocked(blocked).owning(self);
                }
                progress => return progress.owning(self),
            }
        }
    }

    fn backtrace(&self) -> Vec<Position> {
        let lines = Lines::new(&self.source);
        let places = self.inner.places();
        places
            .map(|place| Position {
                function: place.name().clone(),
                span: place.span,
                line: lines.line_of(place.span.start),
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
    /// Runs the program for one debugger step, with the outcomes of calls that have arrived
    /// meanwhile.
    ///
    /// Returns an `OutOfFuel` at the end of the step. Calls that the program issues on the way are
    /// returned as [`Needs`]; [`Needs::step`] continues. A step has no fuel slice: only the
    /// program's fuel limits it, and a [handle](OutOfFuel::cancel_handle) cancels it from another
    /// thread.
    pub fn step(mut self, results: Vec<(CallKey, CallOutcome)>, step: StepBy) -> Step {
        if let Some(progress) = self.machine.receive(results, Continuation::Run) {
            return progress.owning(self.machine);
        }
        let goal = StepGoal::new(step, &self.machine);
        self.machine.run_to(goal)
    }

    /// Returns the bytes of the source that are evaluated next; `None` at the end of the program.
    #[must_use]
    pub fn current_span(&self) -> Option<Span> {
        self.machine.inner.places().next().map(|place| place.span)
    }

    /// Returns the call stack of the program, innermost function first.
    #[must_use]
    pub fn backtrace(&self) -> Vec<Position> {
        self.machine.backtrace()
    }

    /// Returns the bound local variables of the innermost function, in the order of parameters and
    /// assignments. [`machine`](Self::machine) gives access to the variables of the session.
    #[must_use]
    pub fn locals(&self) -> Vec<Variable> {
        self.machine.locals()
    }

    /// Returns the machine, to read the session's variables.
    #[must_use]
    pub const fn machine(&self) -> &Machine {
        &self.machine
    }
}

impl Needs {
    /// Runs the program for one debugger step, with the outcomes of calls that have arrived. If a
    /// step of the same granularity was interrupted by these calls, finishes that step.
    pub fn step(mut self, results: Vec<(CallKey, CallOutcome)>, step: StepBy) -> Step {
        let begun = match &self.blocked.continuation {
            Continuation::StepBy(goal) if goal.step == step => Some(goal.clone()),
            _ => None,
        };
        if let Some(progress) = self.machine.receive(results, self.blocked.continuation) {
            return progress.owning(self.machine);
        }
        let goal = begun.unwrap_or_else(|| StepGoal::new(step, &self.machine));
        self.machine.run_to(goal)
    }

    /// Returns the call stack as [`OutOfFuel::backtrace`] does. It is empty after the last
    /// statement.
    #[must_use]
    pub fn backtrace(&self) -> Vec<Position> {
        self.machine.backtrace()
    }
}

/// The end of a debugger's step, relative to the position at which the step started.
#[derive(Debug, Clone)]
pub(crate) struct StepGoal {
    step: StepBy,
    start: StopPosition,
    /// The op that ran last in the function in which the step started.
    last_op: usize,
    lines: Lines,
}

impl StepGoal {
    fn new(step: StepBy, machine: &Machine) -> Self {
        let lines = Lines::new(&machine.source);
        let start = StopPosition::new(machine, &lines);
        Self {
            step,
            start,
            last_op: start.op,
            lines,
        }
    }

    fn is_reached(&mut self, machine: &Machine) -> bool {
        if self.step == StepBy::Op {
            return true;
        }
        let (now, start) = (StopPosition::new(machine, &self.lines), &self.start);
        let last_op = std::mem::replace(&mut self.last_op, now.op);
        let elsewhere = (now.function, now.line) != (start.function, start.line);
        match self.step {
            StepBy::Op => true,
            StepBy::Line => now.depth != start.depth || elsewhere || now.op < last_op,
            StepBy::Over => now.depth < start.depth || now.depth == start.depth && elsewhere,
            StepBy::Out => now.depth < start.depth,
        }
    }
}

/// The position of execution, as far as debugger steps distinguish it.
#[derive(Debug, Clone, Copy)]
struct StopPosition {
    /// The depth of the program's call stack at this position.
    depth: usize,
    function: u32,
    line: u32,
    op: usize,
}

impl StopPosition {
    fn new(machine: &Machine, lines: &Lines) -> Self {
        let mut places = machine.inner.places();
        let innermost = places.next();
        Self {
            depth: usize::from(innermost.is_some()) + places.count(),
            function: innermost.map_or(0, |place| place.function),
            line: innermost.map_or(0, |place| lines.line_of(place.span.start)),
            op: innermost.map_or(0, |place| place.op),
        }
    }
}

/// The byte offsets at which the lines of a source end.
#[derive(Debug, Clone)]
struct Lines(Vec<usize>);

impl Lines {
    fn new(source: &str) -> Self {
        Self(memchr::memchr_iter(b'\n', source.as_bytes()).collect())
    }

    fn line_of(&self, byte: u32) -> u32 {
        let before = self.0.partition_point(|end| *end < byte as usize);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}
