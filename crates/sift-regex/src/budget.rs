//! The cost of a search: fuel for bytes and steps, memory for the backtracking stack.

use super::Stop;
use crate::cost;

/// The budget that a search draws on as it runs.
///
/// A closure that consumes units of fuel is a budget without a memory limit.
///
/// ```
/// use sift_regex::{Budget, Flags, Pattern, SearchMode, Stop};
///
/// /// So much fuel, and so many bytes beside.
/// struct Allowance {
///     fuel: u64,
///     bytes: usize,
/// }
///
/// impl Budget for Allowance {
///     fn pay(&mut self, units: u64) -> Result<(), Stop> {
///         self.fuel = self.fuel.checked_sub(units).ok_or(Stop::OutOfFuel)?;
///         Ok(())
///     }
///
///     fn hold(&mut self, bytes: usize) -> Result<(), Stop> {
///         if bytes > self.bytes { Err(Stop::OutOfMemory) } else { Ok(()) }
///     }
/// }
///
/// // A pattern whose time doubles with each letter ends for want of fuel.
/// let pattern = Pattern::compile(r"(a+)+\1b", Flags::NONE)?;
/// let mut allowance = Allowance { fuel: 10_000, bytes: 1 << 20 };
/// let found = pattern.search(&*"a".repeat(40), 0, SearchMode::Search, &mut allowance);
/// assert!(matches!(found, Err(Stop::OutOfFuel)));
/// # Ok::<(), sift_regex::PatternError>(())
/// ```
pub trait Budget {
    /// Consumes units of fuel: one for each step, or one for a fixed number of bytes of linear
    /// work.
    ///
    /// # Errors
    /// A [`Stop`] if the fuel is exhausted.
    fn pay(&mut self, units: u64) -> Result<(), Stop>;

    /// Checks that the search may hold a total of `bytes` for its own data structures.
    ///
    /// # Errors
    /// A [`Stop`] if that exceeds the memory limit.
    fn hold(&mut self, bytes: usize) -> Result<(), Stop>;
}

impl<F: FnMut(u64) -> Result<(), Stop>> Budget for F {
    fn pay(&mut self, units: u64) -> Result<(), Stop> {
        self(units)
    }

    fn hold(&mut self, _: usize) -> Result<(), Stop> {
        Ok(())
    }
}

/// A batching layer over a budget: counts steps and bytes and pays for many of them at once.
pub(super) struct Meter<'b> {
    steps: u64,
    bytes: u64,
    budget: &'b mut dyn Budget,
}

impl<'b> Meter<'b> {
    const BATCH: u64 = 1_024;

    pub(super) fn new(budget: &'b mut dyn Budget) -> Self {
        Self {
            steps: 0,
            bytes: 0,
            budget,
        }
    }

    /// Counts steps of a search, one unit of fuel each, and pays for them in batches.
    #[inline]
    pub(super) fn tick(&mut self, steps: u64) -> Result<(), Stop> {
        self.steps = self.steps.saturating_add(steps);
        if self.steps >= Self::BATCH {
            self.settle()
        } else {
            Ok(())
        }
    }

    /// Counts bytes that are read sequentially, several of which cost one unit of fuel.
    pub(super) fn read(&mut self, bytes: usize) -> Result<(), Stop> {
        self.bytes = self.bytes.saturating_add(bytes as u64);
        let units = self.bytes / cost::AUTOMATON_BYTES_PER_UNIT;
        self.bytes %= cost::AUTOMATON_BYTES_PER_UNIT;
        self.tick(units)
    }

    pub(super) fn hold(&mut self, bytes: usize) -> Result<(), Stop> {
        self.budget.hold(bytes)
    }

    /// Pays for all counted steps that are not paid for yet.
    pub(super) fn settle(&mut self) -> Result<(), Stop> {
        let steps = std::mem::take(&mut self.steps);
        if steps == 0 { Ok(()) } else { self.budget.pay(steps) }
    }
}
