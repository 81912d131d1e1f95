//! Calls of a program's functions by the host, and access to the values of programs.
//!
//! The arguments and the result pass through global variables that no program can name.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sift_compiler::compile::{Globals, Symbols, compile};
use sift_runtime::runtime::{ARGUMENTS, RESULT};
use sift_syntax::parse;

use crate::exchange::{ValueError, ValueFault, written_name};
use crate::step::{Compiled, Machine};

impl Compiled {
    /// Compiles a program that calls a function with the arguments that [`Machine::set_arguments`]
    /// sets. Returns `None` if `function` is not a valid name.
    #[must_use]
    pub fn calling(function: &str) -> Option<Self> {
        let function = written_name(function)?;
        let source = format!("{function}(*arguments)");
        let mut names = Symbols::default();
        let unit = compile(&parse("function(*arguments)").program, Globals::Program(&mut names)).ok()?;
        let mut globals = Symbols::default();
        for (_, name) in names.iter() {
            globals.slot(if name == "function" { &function } else { ARGUMENTS });
        }
        Some(Self {
            unit: Arc::new(unit),
            globals: Arc::new(globals),
            source: source.into(),
            notes: Vec::new(),
        })
    }
}

impl Machine {
    /// Sets the arguments of the next function call by the host: a tuple or another sequence.
    ///
    /// ```
    /// use sift_vm::{Compiled, ContextData, Echo, Machine, Settings, Step};
    ///
    /// let settings = Settings { echo: Echo::Keep, ..Settings::default() };
    /// let mut machine = Machine::new(settings, ContextData::default(), "");
    /// let program = machine.compile("def double(n): return 2 * n").map_err(|refusal| format!("{refusal:?}"))?;
    /// let Step::Done(done) = machine.start(&program, 1_000_000) else { return Err("not done".into()) };
    ///
    /// let mut machine = done.machine;
    /// machine.set_arguments(&(21,))?;
    /// let call = Compiled::calling("double").ok_or("not a name")?;
    /// let Step::Done(done) = machine.start(&call, 1_000_000) else { return Err("not done".into()) };
    /// assert_eq!(done.machine.value(), Ok(42));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Machine::set`].
    pub fn set_arguments<T: Serialize + ?Sized>(&mut self, arguments: &T) -> Result<(), ValueError> {
        let value = self.write(arguments).map_err(|error| error.within("arguments"))?;
        self.inner.set_global(ARGUMENTS, value);
        Ok(())
    }

    /// Reads the value of the last expression of the last program, which is kept with
    /// [`Echo::Keep`](crate::Echo::Keep). The value is `None` if the program ends with another
    /// statement.
    ///
    /// # Errors
    /// The errors of [`Machine::get`].
    pub fn value<T: DeserializeOwned>(&self) -> Result<T, ValueError> {
        self.read("value", self.inner.variable(RESULT).ok_or(ValueFault::Unbound))
    }
}
