//! What a program pays: fuel before work, and memory for what it keeps.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sift_text::Text;

use crate::cost::{self, BYTES_PER_UNIT, CHARACTER_BYTES_PER_UNIT};
use crate::flow::{End, Flow, Limit};
use crate::scanned::Scanned;

/// Units of fuel between two looks of the machine's loop at the cancel flag, and at what else may have happened.
pub const CHECK_EVERY: u64 = 1 << 20;

/// Units of fuel that are charged for work inside ops between two looks at the cancel flag.
const LOOK_EVERY: u64 = 1 << 16;

/// Bytes of work between two looks at the cancel flag in work that is paid at once: windows of natives that may take long.
pub const WINDOW_BYTES: usize = 1 << 20;

/// Counts fuel against two marks: the end of the slice, where the machine pauses, and the limit, where the program ends.
#[derive(Debug, Clone)]
pub struct Meter {
    used: u64,
    limit: u64,
    slice_end: u64,
    /// Where a charge looks at the cancel flag next.
    look_at: u64,
    /// What the running op paid for work that is not done again when the op is run again.
    kept: u64,
    /// Where the machine next leaves its fast loop: at the slice's end, at the limit, or at once.
    stop_at: u64,
    cancelled: Arc<AtomicBool>,
    /// What of the context the program was seen to read.
    pub scanned: Scanned,
}

impl Meter {
    /// Makes a meter that allows `limit` units of fuel.
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

    /// Returns the flag that cancels the program from another thread.
    pub fn cancel_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.cancelled)
    }

    /// Gives a copy of a meter a cancel flag of its own.
    pub fn detach(&mut self) {
        self.cancelled = Arc::default();
    }

    /// Returns `true` if the program was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Lets the next program run after one was cancelled.
    pub fn forget_cancellation(&self) {
        self.cancelled.store(false, Ordering::Relaxed);
    }

    /// Returns what the program may still use.
    #[inline]
    pub const fn left(&self) -> u64 {
        self.limit.saturating_sub(self.used)
    }

    /// Returns the units of fuel that the program has used.
    #[inline]
    pub const fn used(&self) -> u64 {
        self.used
    }

    /// Begins a program with a fresh limit.
    pub fn renew(&mut self, limit: u64) {
        self.used = 0;
        self.limit = limit;
        self.slice_end = 0;
        self.look_at = LOOK_EVERY;
        self.stop_at = 0;
    }

    /// Allows this much more fuel before the program ends.
    pub fn top_up(&mut self, fuel: u64) {
        self.limit = self.limit.saturating_add(fuel);
        self.run_on();
    }

    /// Allows a slice of fuel before the machine pauses.
    pub fn start_slice(&mut self, fuel: u64) {
        self.slice_end = self.used.saturating_add(fuel.max(1));
        self.run_on();
    }

    /// Lets the machine stay in its fast loop until the slice or the limit ends, or it is time to look for a cancellation.
    pub fn run_on(&mut self) {
        let look_up = self.used.saturating_add(CHECK_EVERY);
        self.stop_at = self.slice_end.min(self.limit).min(look_up);
    }

    /// Makes the machine leave its fast loop before the next op.
    pub const fn stop_soon(&mut self) {
        self.stop_at = 0;
    }

    /// Pays for one op; false when the machine has to look up.
    #[inline]
    pub const fn op(&mut self) -> bool {
        self.used = self.used.wrapping_add(cost::OP);
        self.used <= self.stop_at
    }

    /// Takes back all that was paid since the meter showed `used`.
    pub const fn restore(&mut self, used: u64) {
        self.used = used;
    }

    /// Begins an op: what is paid for good is counted from here.
    #[inline]
    pub const fn begin_op(&mut self) {
        self.kept = 0;
    }

    /// Takes back what an op paid that has to be run again, but for work whose result stays: that is not done twice.
    pub const fn rewind_op(&mut self, used: u64) {
        self.used = used.saturating_add(self.kept);
        self.kept = 0;
    }

    /// Pays for linear work over bytes whose result stays even if the op has to be run again.
    ///
    /// # Errors
    /// As [`charge`](Self::charge).
    #[inline]
    pub fn charge_kept_bytes(&mut self, bytes: usize) -> Result<(), Flow> {
        self.charge_bytes(bytes)?;
        self.kept = self.kept.saturating_add(bytes as u64 / BYTES_PER_UNIT);
        Ok(())
    }

    /// Returns `true` if more fuel is used than the program may use.
    #[inline]
    pub const fn at_limit(&self) -> bool {
        self.used > self.limit
    }

    /// Returns `true` if more fuel is used than the current slice has.
    #[inline]
    pub const fn slice_ended(&self) -> bool {
        self.used > self.slice_end
    }

    /// Pays for work that is about to be done.
    ///
    /// # Errors
    /// The program's end, if the fuel does not reach or it was cancelled.
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

    /// Counts a step of work that was paid at once, and looks at the cancel flag every few thousand steps.
    ///
    /// # Errors
    /// As [`look`](Self::look).
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

    /// Returns what asks for the cancel flag, for searches that can't take the meter with them.
    pub fn stop(&self) -> impl Fn() -> bool + use<> {
        let cancelled = self.cancel_flag();
        move || cancelled.load(Ordering::Relaxed)
    }

    /// Looks at the cancel flag: between the windows of work that may take long.
    ///
    /// # Errors
    /// The program's end, if it was cancelled.
    #[inline]
    pub fn look(&self) -> Result<(), Flow> {
        if self.is_cancelled() {
            return Err(Flow::End(End::Cancelled));
        }
        Ok(())
    }

    /// Gives back what was paid for work that was not done in the end.
    #[inline]
    pub const fn give_back(&mut self, units: u64) {
        self.used = self.used.saturating_sub(units);
    }

    /// Pays for linear work over bytes.
    ///
    /// # Errors
    /// As [`charge`](Self::charge).
    #[inline]
    pub fn charge_bytes(&mut self, bytes: usize) -> Result<(), Flow> {
        self.charge(Self::units_for_bytes(bytes))
    }

    /// Pays for reading a text once from end to end, and notes what of the context stands in it.
    ///
    /// # Errors
    /// As [`charge`](Self::charge).
    #[inline]
    pub fn pay_to_read(&mut self, text: &Text) -> Result<(), Flow> {
        self.charge_bytes(text.known_bytes())?;
        self.note_read(text);
        Ok(())
    }

    /// Pays for reading a range of bytes of a text, and notes what of the context stands there.
    ///
    /// # Errors
    /// As [`charge`](Self::charge).
    #[inline]
    pub fn pay_to_read_part(&mut self, text: &Text, bytes: Range<usize>) -> Result<(), Flow> {
        self.charge_bytes(bytes.len())?;
        self.note_read_part(text, bytes);
        Ok(())
    }

    /// Notes that a text is read whose reading is paid in another way, or too short to cost anything.
    #[inline]
    pub fn note_read(&mut self, text: &Text) {
        self.scanned.note(text, 0..text.known_bytes());
    }

    /// Notes that a range of bytes of a text is read.
    #[inline]
    pub fn note_read_part(&mut self, text: &Text, bytes: Range<usize>) {
        self.scanned.note(text, bytes);
    }

    /// Returns what linear work over bytes costs.
    #[inline]
    pub const fn units_for_bytes(bytes: usize) -> u64 {
        bytes as u64 / BYTES_PER_UNIT
    }

    /// Pays for work over bytes that goes from character to character.
    ///
    /// # Errors
    /// As [`charge`](Self::charge).
    #[inline]
    pub fn charge_characters(&mut self, bytes: usize) -> Result<(), Flow> {
        self.charge(bytes as u64 / CHARACTER_BYTES_PER_UNIT)
    }

    /// Pays for what was built to cut a slice out of a rope, which is little whatever the rope's length.
    ///
    /// # Errors
    /// As [`charge`](Self::charge).
    pub fn charge_built(&mut self, bytes: usize) -> Result<(), Flow> {
        self.charge(bytes as u64 / cost::BUILT_BYTES_PER_UNIT)
    }

    /// Pays for finding code points in a text of `chars` code points, or for counting those before a byte of it.
    ///
    /// # Errors
    /// As [`charge`](Self::charge).
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

    /// Pays for work over items.
    ///
    /// # Errors
    /// As [`charge`](Self::charge).
    #[inline]
    pub fn charge_items(&mut self, items: usize) -> Result<(), Flow> {
        self.charge((items as u64).saturating_mul(cost::ITEM))
    }
}
