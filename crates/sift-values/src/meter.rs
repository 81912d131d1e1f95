//! The meter of a program's fuel, which is charged before work is done.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sift_text::Text;

use crate::cost::{self, BYTES_PER_UNIT, CHARACTER_BYTES_PER_UNIT};
use crate::flow::{End, Flow, Limit};
use crate::scanned::Scanned;

/// The units of fuel after which the machine's loop checks the cancel flag and other events.
pub const CHECK_EVERY: u64 = 1 << 20;

/// The units of fuel after which work inside an op checks the cancel flag.
const LOOK_EVERY: u64 = 1 << 16;

/// The bytes of work after which a long native function, which is charged in advance, checks the
/// cancel flag.
pub const WINDOW_BYTES: usize = 1 << 20;

/// The meter of a program's fuel. It has two bounds: the end of the slice, at which the machine
/// pauses, and the limit, at which the program ends.
#[derive(Debug, Clone)]
pub struct Meter {
    used: u64,
    limit: u64,
    slice_end: u64,
    /// The amount of used fuel at which the next charge checks the cancel flag.
    look_at: u64,
    /// The fuel that the current op used for work that isn't repeated if the op is run again.
    kept: u64,
    /// The amount of used fuel at which the machine leaves its fast loop: the end of the slice, the
    /// limit, or 0 for immediately.
    stop_at: u64,
    cancelled: Arc<AtomicBool>,
    /// The parts of the context that the program has read.
    pub scanned: Scanned,
}

impl Meter {
    /// Creates a meter with a limit in units of fuel.
    pub fn new(limit: u64) -> Self {
        Self {
            used: 0,
            limit,
            slice_end: 0,
            look_at: 0,
            kept: 0,
            stop_at: 0,
            cancelled: Arc::new(AtomicBool::new(false)),
            scanned: Scanned::muted(),
        }
    }

    /// Returns the flag by which another thread can cancel the program.
    pub fn cancel_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.cancelled)
    }

    /// Replaces the cancel flag by a new one, so that a cloned meter is cancelled independently.
    pub fn detach(&mut self) {
        self.cancelled = Arc::default();
    }

    /// Returns `true` if the program was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Resets the cancel flag for the next program.
    pub fn forget_cancellation(&self) {
        self.cancelled.store(false, Ordering::Relaxed);
    }

    /// Returns the fuel that the program may still use.
    #[inline]
    pub const fn left(&self) -> u64 {
        self.limit.saturating_sub(self.used)
    }

    /// Returns the units of fuel that the program has used.
    #[inline]
    pub const fn used(&self) -> u64 {
        self.used
    }

    /// Resets the meter for a new program with this limit.
    pub fn renew(&mut self, limit: u64) {
        self.used = 0;
        self.limit = limit;
        self.slice_end = 0;
        self.look_at = LOOK_EVERY;
        self.stop_at = 0;
    }

    /// Raises the fuel limit of the program by this many units.
    pub fn top_up(&mut self, fuel: u64) {
        self.limit = self.limit.saturating_add(fuel);
        self.run_on();
    }

    /// Starts a slice of this much fuel, at the end of which the machine pauses.
    pub fn start_slice(&mut self, fuel: u64) {
        self.slice_end = self.used.saturating_add(fuel.max(1));
        self.run_on();
    }

    /// Lets the machine stay in its fast loop until the end of the slice, the limit, or the next
    /// check of the cancel flag.
    pub fn run_on(&mut self) {
        let look_up = self.used.saturating_add(CHECK_EVERY);
        self.stop_at = self.slice_end.min(self.limit).min(look_up);
    }

    /// Makes the machine leave its fast loop before the next op.
    pub const fn stop_soon(&mut self) {
        self.stop_at = 0;
    }

    /// Charges fuel for one op. Returns `false` if the machine has to leave its fast loop.
    #[inline]
    pub const fn op(&mut self) -> bool {
        self.used = self.used.wrapping_add(cost::OP);
        self.used <= self.stop_at
    }

    /// Resets the used fuel to an earlier amount.
    pub const fn restore(&mut self, used: u64) {
        self.used = used;
    }

    /// Starts an op: resets the fuel counted for work that isn't repeated.
    #[inline]
    pub const fn begin_op(&mut self) {
        self.kept = 0;
    }

    /// Refunds the fuel of an op that has to be run again, except for work whose result is kept.
    pub const fn rewind_op(&mut self, used: u64) {
        self.used = used.saturating_add(self.kept);
        self.kept = 0;
    }

    /// Charges fuel for linear work over bytes whose result is kept. If the op is run again, it is
    /// not charged for this again.
    ///
    /// # Errors
    /// Same as [`charge`](Self::charge).
    #[inline]
    pub fn charge_kept_bytes(&mut self, bytes: usize) -> Result<(), Flow> {
        self.charge_bytes(bytes)?;
        self.kept = self.kept.saturating_add(bytes as u64 / BYTES_PER_UNIT);
        Ok(())
    }

    /// Returns `true` if the used fuel exceeds the limit.
    #[inline]
    pub const fn at_limit(&self) -> bool {
        self.used > self.limit
    }

    /// Returns `true` if the used fuel is past the end of the current slice.
    #[inline]
    pub const fn slice_ended(&self) -> bool {
        self.used > self.slice_end
    }

    /// Charges this many units of fuel, before the work is done.
    ///
    /// # Errors
    /// [`Flow::End`] if the fuel is insufficient or the program was cancelled.
    pub fn charge(&mut self, units: u64) -> Result<(), Flow> {
        let used = self.used.saturating_add(units);
        if used > self.limit {
            self.used = self.limit;
            return Err(Flow::End(End::Limit(Limit::Fuel)));
        }
        if used >= self.look_at {
            self.look_at = used.saturating_add(LOOK_EVERY);
            self.look()?;
        }
        self.used = used;
        Ok(())
    }

    /// Checks the cancel flag once in a few thousand calls. `steps` counts the calls, one for each
    /// step of work.
    ///
    /// # Errors
    /// Same as [`look`](Self::look).
    #[inline]
    pub fn look_now_and_then(&self, steps: &mut usize) -> Result<(), Flow> {
        const STEPS: usize = 1 << 12;
        *steps += 1;
        if steps.is_multiple_of(STEPS) {
            self.look()
        } else {
            Ok(())
        }
    }

    /// Returns a function that tells whether the program was cancelled, for searches without access
    /// to the meter.
    pub fn stop(&self) -> impl Fn() -> bool + use<> {
        let cancelled = self.cancel_flag();
        move || cancelled.load(Ordering::Relaxed)
    }

    /// Checks the cancel flag, so that long work can be interrupted.
    ///
    /// # Errors
    /// [`Flow::End`] if the program was cancelled.
    #[inline]
    pub fn look(&self) -> Result<(), Flow> {
        if self.is_cancelled() {
            return Err(Flow::End(End::Cancelled));
        }
        Ok(())
    }

    /// Refunds fuel that was charged for work that wasn't done.
    #[inline]
    pub const fn give_back(&mut self, units: u64) {
        self.used = self.used.saturating_sub(units);
    }

    /// Charges fuel for work that is linear in a number of bytes.
    ///
    /// # Errors
    /// Same as [`charge`](Self::charge).
    #[inline]
    pub fn charge_bytes(&mut self, bytes: usize) -> Result<(), Flow> {
        self.charge(Self::units_for_bytes(bytes))
    }

    /// Charges fuel for reading a whole text, and records the parts of the context in it as read.
    ///
    /// # Errors
    /// Same as [`charge`](Self::charge).
    #[inline]
    pub fn pay_to_read(&mut self, text: &Text) -> Result<(), Flow> {
        self.charge_bytes(text.known_bytes())?;
        self.note_read(text);
        Ok(())
    }

    /// Charges fuel for reading a byte range of a text, and records the parts of the context in it
    /// as read.
    ///
    /// # Errors
    /// Same as [`charge`](Self::charge).
    #[inline]
    pub fn pay_to_read_part(&mut self, text: &Text, bytes: Range<usize>) -> Result<(), Flow> {
        self.charge_bytes(bytes.len())?;
        self.note_read_part(text, bytes);
        Ok(())
    }

    /// Records the parts of the context in a text as read, without a charge.
    #[inline]
    pub fn note_read(&mut self, text: &Text) {
        self.scanned.note(text, 0..text.known_bytes());
    }

    /// Records the parts of the context in a byte range of a text as read, without a charge.
    #[inline]
    pub fn note_read_part(&mut self, text: &Text, bytes: Range<usize>) {
        self.scanned.note(text, bytes);
    }

    /// Returns the fuel units for work that is linear in a number of bytes.
    #[inline]
    pub const fn units_for_bytes(bytes: usize) -> u64 {
        bytes as u64 / BYTES_PER_UNIT
    }

    /// Charges fuel for processing this many bytes of text character by character.
    ///
    /// # Errors
    /// Same as [`charge`](Self::charge).
    #[inline]
    pub fn charge_characters(&mut self, bytes: usize) -> Result<(), Flow> {
        self.charge(bytes as u64 / CHARACTER_BYTES_PER_UNIT)
    }

    /// Charges fuel for tree nodes of this many bytes, built to slice a rope. They are few
    /// regardless of its length.
    ///
    /// # Errors
    /// Same as [`charge`](Self::charge).
    pub fn charge_built(&mut self, bytes: usize) -> Result<(), Flow> {
        self.charge(bytes as u64 / cost::BUILT_BYTES_PER_UNIT)
    }

    /// Charges fuel for finding the positions of code points in a text of `chars` code points, as
    /// many times as `places` says. Counting the code points before a byte offset costs the same.
    ///
    /// # Errors
    /// Same as [`charge`](Self::charge).
    #[inline]
    pub fn charge_places(&mut self, text: &Text, chars: usize, places: u64) -> Result<(), Flow> {
        let bytes = text.known_bytes();
        let each = match text.as_str() {
            _ if bytes <= cost::UNINDEXED => 0,
            Some(_) if chars == bytes => 0,
            Some(_) => cost::PLACE,
            None => cost::ROPE_PLACE,
        };
        self.charge(places * each)
    }

    /// Charges fuel for work that is linear in a number of items.
    ///
    /// # Errors
    /// Same as [`charge`](Self::charge).
    #[inline]
    pub fn charge_items(&mut self, items: usize) -> Result<(), Flow> {
        self.charge((items as u64).saturating_mul(cost::ITEM))
    }
}
