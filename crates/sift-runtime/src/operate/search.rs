//! Literal search in texts. Fuel is charged only as far as a search reads, so that a match near the
//! start is cheap.

use std::ops::Range;

use sift_strings::methods::{LastNeedle, Needle};
use sift_text::{Settled, Text};
use sift_values::flow::Flow;
use sift_values::windows::all_windows;

use crate::runtime::Runtime;

// A needle longer than its haystack is not prepared: that takes time in proportion to its length,
// and only the search is charged.

/// The number of bytes that a text search charges and reads at a time.
const WINDOW: usize = 64 << 10;
/// The number of bytes charged at a time when matches in a text are counted, which always reads all
/// of it.
const COUNTED: usize = 1 << 20;

impl Runtime {
    /// Returns the byte offset of the first match of `needle` in a byte range of a text. An empty
    /// needle matches at the start of the range.
    ///
    /// # Errors
    /// [`Flow::End`] if fuel runs out or the program is cancelled.
    pub fn find_in_text(&mut self, text: &Text, needle: &str, range: Range<usize>) -> Result<Option<usize>, Flow> {
        if needle.is_empty() {
            return Ok((range.start <= range.end).then_some(range.start));
        }
        let Ok(text) = text.settled() else { return Ok(None) };
        if range.len() < needle.len() {
            return Ok(None);
        }
        let finder = Needle::new(needle.as_bytes(), range.len());
        let step = window_step(needle);
        let mut start = range.start;
        while start.saturating_add(needle.len()) <= range.end {
            let end = start
                .saturating_add(step)
                .saturating_add(needle.len() - 1)
                .min(range.end);
            self.pay_window(end - start)?;
            let found = match text.text().as_str() {
                Some(flat) => flat.as_bytes().get(start..end).and_then(|window| finder.find(window)),
                None => window(text, start..end).and_then(|(skipped, window)| {
                    let found = window.settled().ok()?.find(needle, 0)?;
                    (found + needle.len() + skipped <= end - start + skipped)
                        .then(|| found.checked_sub(skipped))
                        .flatten()
                }),
            };
            if let Some(at) = found {
                self.meter
                    .note_read_part(text.text(), range.start..start + at + needle.len());
                return Ok(Some(start + at));
            }
            self.meter.note_read_part(text.text(), start..end);
            start = start.saturating_add(step);
        }
        Ok(None)
    }

    /// Returns the number of non-overlapping matches of `needle` in a byte range of a text without
    /// pending values. An empty needle matches before each character and at the end.
    ///
    /// # Errors
    /// The errors of [`find_in_text`](Self::find_in_text).
    pub fn count_in_text(&mut self, text: &Text, needle: &str, range: Range<usize>) -> Result<usize, Flow> {
        let Some(flat) = text.as_str().filter(|_| !needle.is_empty()) else {
            self.pay_window(range.len())?;
            self.meter.note_read_part(text, range.clone());
            let piece = text.settled().ok().and_then(|text| text.slice_bytes(range));
            return Ok(piece
                .unwrap_or_default()
                .settled()
                .map_or(0, |piece| piece.count(needle)));
        };
        if range.len() < needle.len() {
            self.pay_window(range.len())?;
            return Ok(0);
        }
        let finder = Needle::new(needle.as_bytes(), range.len());
        let step = window_step(needle).max(COUNTED);
        let (mut start, mut count) = (range.start, 0);
        while start.saturating_add(needle.len()) <= range.end {
            let end = start
                .saturating_add(step)
                .saturating_add(needle.len() - 1)
                .min(range.end);
            self.pay_window(end - start)?;
            self.meter.note_read_part(text, start..end);
            let window = flat.as_bytes().get(start..end).unwrap_or_default();
            let next = match needle.as_bytes() {
                [byte] => {
                    count += memchr::memchr_iter(*byte, window).count();
                    end
                }
                _ => {
                    let mut behind = 0;
                    while let Some(at) = window.get(behind..).and_then(|rest| finder.find(rest)) {
                        count += 1;
                        behind += at + needle.len();
                    }
                    (end + 1 - needle.len()).max(start + behind)
                }
            };
            start = next;
        }
        Ok(count)
    }

    /// Charges fuel for one window of a search, and checks the cancel flag because a search may be
    /// long.
    fn pay_window(&mut self, bytes: usize) -> Result<(), Flow> {
        self.meter.look()?;
        self.meter.charge_bytes(bytes)
    }

    /// Returns the byte offset of the last match of `needle` in a byte range of a text. An empty
    /// needle matches at the end of the range.
    ///
    /// # Errors
    /// The errors of [`find_in_text`](Self::find_in_text).
    pub fn rfind_in_text(&mut self, text: &Text, needle: &str, range: Range<usize>) -> Result<Option<usize>, Flow> {
        if needle.is_empty() {
            return Ok((range.start <= range.end).then_some(range.end));
        }
        let Ok(text) = text.settled() else { return Ok(None) };
        if range.len() < needle.len() {
            return Ok(None);
        }
        let finder = LastNeedle::new(needle.as_bytes());
        let step = window_step(needle);
        let mut end = range.end;
        while range.start.saturating_add(needle.len()) <= end {
            let start = end
                .saturating_sub(step.saturating_add(needle.len() - 1))
                .max(range.start);
            self.pay_window(end - start)?;
            let found = match text.text().as_str() {
                Some(flat) => flat.as_bytes().get(start..end).and_then(|window| finder.rfind(window)),
                None => window(text, start..end).and_then(|(skipped, window)| {
                    let found = window.settled().ok()?.rfind(needle, end - start + skipped)?;
                    found.checked_sub(skipped)
                }),
            };
            if let Some(at) = found {
                self.meter.note_read_part(text.text(), start + at..range.end);
                return Ok(Some(start + at));
            }
            self.meter.note_read_part(text.text(), start..end);
            end = end.saturating_sub(step);
        }
        Ok(None)
    }
}

/// Returns the distance between the starts of search windows. Windows overlap by the length of the
/// needle minus one byte.
const fn window_step(needle: &str) -> usize {
    let long = needle.len().saturating_mul(4);
    if long > WINDOW { long } else { WINDOW }
}

/// Returns a byte range of a rope, widened to code points, and the number of bytes added in front.
fn window(text: Settled<'_>, range: Range<usize>) -> Option<(usize, Text)> {
    let start = (0..4)
        .filter_map(|back| range.start.checked_sub(back))
        .find(|at| text.is_boundary(*at))?;
    let end = (range.end..range.end.saturating_add(4)).find(|at| text.is_boundary(*at))?;
    Some((range.start - start, text.slice_bytes(start..end)?))
}

impl Runtime {
    /// Returns the line and column, counted from 1, of code point `pos` in a text. `byte` is its
    /// byte offset.
    ///
    /// # Errors
    /// [`Flow::End`] if the program is cancelled meanwhile.
    pub fn line_and_column(&self, text: &Text, byte: usize, pos: usize) -> Result<(usize, usize), Flow> {
        let before = text.as_str().map_or("", |flat| flat.get(..byte).unwrap_or(flat));
        let (mut line, mut column) = (1, 1);
        all_windows(&self.meter, before, |window| {
            let last_line = match window.rfind('\n') {
                Some(end) => {
                    line += window.matches('\n').count();
                    column = 1;
                    window.get(end + 1..).unwrap_or_default()
                }
                None => window,
            };
            column += last_line.chars().count();
            true
        })?;
        let past_the_end = pos.saturating_sub(text.settled().map_or(0, |text| text.char_of_byte(byte)));
        Ok((line, column + past_the_end))
    }
}

#[cfg(test)]
mod tests;
