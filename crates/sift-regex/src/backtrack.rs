//! A backtracking matcher with an explicit stack that pays for every step.
//!
//! It tries the same alternatives as CPython's matcher in the same order, so it takes exponential
//! time on the same patterns. It replaces the crate `regex` if a pattern is not regular, or if the
//! two would differ on the given text.

use memchr::memmem::Finder;

use super::ast::{Greed, GroupIndex};
use super::boundary::holds;
use super::budget::Meter;
use super::case::{CaseMode, same_lower};
use super::haystack::{Cursor, Haystack};
use super::program::{Address, One, Op, Program, Register, Start};
use super::{Captures, SearchMode, Stop};
use crate::cost;

/// The initial capacity of the backtracking stack, in frames.
const FIRST_FRAMES: usize = 64;
/// The number of bytes that are paid for and searched at a time for a match's literal prefix.
const PREFIX_WINDOW: usize = 16 << 10;

/// The value of an unset register.
const UNSET: usize = usize::MAX;

/// The conditions that a match has to meet: where it starts, how it is anchored, and whether it may
/// be empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) start: usize,
    pub(super) mode: SearchMode,
    /// Whether a match at `start` must not be empty.
    pub(super) advance: bool,
}

/// Searches a text for the first match by backtracking.
pub(super) fn search(
    program: &Program,
    haystack: Haystack<'_>,
    wanted: Wanted,
    meter: &mut Meter<'_>,
) -> Result<Option<Captures>, Stop> {
    let mut matcher = Matcher {
        program,
        text: Cursor::new(haystack),
        earlier: Cursor::new(haystack),
        full: wanted.mode == SearchMode::Fullmatch,
        registers: vec![UNSET; program.registers],
        stack: Vec::new(),
        meter,
    };
    matcher.meter.tick(cost::BACKTRACK)?;
    let mut at = wanted.start;
    loop {
        if wanted.mode == SearchMode::Search {
            match matcher.next_start(at)? {
                Some(start) => at = start,
                None => return Ok(None),
            }
        }
        let must_not_end_at = (wanted.advance && at == wanted.start).then_some(at);
        if let Some(end) = matcher.match_at(at, must_not_end_at)? {
            return Ok(Some(matcher.captures(at, end)));
        }
        match matcher.text.char_at(at) {
            Some(char) if wanted.mode == SearchMode::Search => at += char.len_utf8(),
            _ => return Ok(None),
        }
    }
}

/// A frame of the backtracking stack.
#[derive(Debug, Clone, Copy)]
enum Frame {
    /// Resumes at instruction `op` and position `at`.
    Choice { op: u32, at: usize },
    /// Restores the value of a register.
    Undo { register: u32, value: usize },
    /// Gives back one character of a greedy run that ends at `at`, but not below `least`.
    Shorter { op: u32, at: usize, least: usize },
    /// Takes one more character for a lazy run that has taken `taken` characters.
    Longer { op: u32, at: usize, taken: u32 },
    /// Runs another round of a lazy loop.
    Round { op: u32, at: usize },
}

struct Matcher<'p, 't, 'm, 'f> {
    program: &'p Program,
    text: Cursor<'t>,
    /// A second cursor for the text of backreferences, which is far from the position of `text`.
    earlier: Cursor<'t>,
    full: bool,
    registers: Vec<usize>,
    stack: Vec<Frame>,
    meter: &'m mut Meter<'f>,
}

/// The next instruction and position; `None` if the current path has failed.
type Next = Option<(Address, usize)>;

impl Matcher<'_, '_, '_, '_> {
    /// Finds the next position at or after `at` where a match may start, given the first characters
    /// of the pattern.
    fn next_start(&mut self, at: usize) -> Result<Option<usize>, Stop> {
        let program = self.program;
        match &program.start {
            Start::Anywhere => Ok((at <= self.text.len()).then_some(at)),
            Start::Text(finder) => self.next_prefix(finder, at),
            Start::OneOf(kinds) => {
                let mut at = at;
                while let Some(char) = self.text.char_at(at) {
                    if kinds.iter().any(|kind| kind.matches(char)) {
                        return Ok(Some(at));
                    }
                    self.meter.tick(1)?;
                    at += char.len_utf8();
                }
                Ok(None)
            }
        }
    }

    /// Finds the next position at which the literal prefix occurs or may occur. A prefix that may
    /// cross into the next chunk of a rope is reported as possible, and the operations verify it.
    fn next_prefix(&mut self, finder: &Finder<'_>, mut at: usize) -> Result<Option<usize>, Stop> {
        let needle = finder.needle().len();
        loop {
            let rest = self.text.rest_of_stretch(at);
            let window = rest.get(..PREFIX_WINDOW.max(2 * needle)).unwrap_or(rest);
            self.meter.tick(window.len() as u64 / 32)?;
            if let Some(skipped) = finder.find(window) {
                return Ok(Some(at + skipped));
            }
            // A prefix this close to the window's end may continue after it.
            let near_end = window.len() - (needle - 1).min(window.len());
            if window.len() < rest.len() {
                at += near_end;
                continue;
            }
            let end = at + rest.len();
            if end >= self.text.len() {
                return Ok(None);
            }
            let starts = |offset: &usize| rest.get(*offset).is_some_and(|byte| byte & 0xc0 != 0x80);
            match (near_end..rest.len()).find(starts) {
                Some(offset) => return Ok(Some(at + offset)),
                None => at = end,
            }
        }
    }

    /// Tries to match at `start` only. Returns the end of the match.
    fn match_at(&mut self, start: usize, must_not_end_at: Option<usize>) -> Result<Option<usize>, Stop> {
        let mut next: Next = Some((0, start));
        loop {
            self.meter.tick(1)?;
            let Some((address, at)) = next else {
                match self.go_back()? {
                    Some(resumed) => {
                        next = Some(resumed);
                        continue;
                    }
                    None => return Ok(None),
                }
            };
            let program = self.program;
            let Some(op) = program.ops.get(address) else {
                return Ok(None);
            };
            if matches!(op, Op::Match) {
                if must_not_end_at != Some(at) && (!self.full || at == self.text.len()) {
                    return Ok(Some(at));
                }
                next = None;
            } else {
                next = self.step(op, address, at)?;
            }
        }
    }

    /// Executes one instruction of the program. Returns the next instruction and position; `None`
    /// if the instruction doesn't match.
    fn step(&mut self, op: &Op, address: Address, at: usize) -> Result<Next, Stop> {
        let on = address + 1;
        Ok(match op {
            Op::One(one) => self
                .text
                .char_at(at)
                .filter(|&char| one.matches(char))
                .map(|char| (on, at + char.len_utf8())),
            Op::Assert(assertion) => holds(*assertion, &mut self.text, at).then_some((on, at)),
            Op::Open(group) => {
                let (start, _) = Program::group_registers(*group);
                self.set(start, at)?;
                Some((on, at))
            }
            Op::Close(group) => {
                let (_, end) = Program::group_registers(*group);
                self.set(end, at)?;
                self.set(self.program.last_group_register(), *group)?;
                Some((on, at))
            }
            Op::Jump(target) => Some((*target, at)),
            Op::Split { first, second } => {
                self.push(Frame::Choice {
                    op: op_index(*second),
                    at,
                })?;
                Some((*first, at))
            }
            Op::Run {
                one,
                min,
                max,
                greed,
                before,
            } => self.run(address, at, one, *min, *max, *greed, *before)?,
            Op::LoopStart { state } => {
                self.set(*state, 0)?;
                self.set(*state + 1, UNSET)?;
                Some((on, at))
            }
            Op::LoopNext {
                state,
                min,
                max,
                lazy,
                body,
            } => self.loop_next(*state, (*min, *max), *lazy, *body, address, at)?,
            Op::Backreference { group, case } => self.backreference(*group, *case, at)?.map(|end| (on, end)),
            Op::IfMatched { group, otherwise } => Some((if self.span(*group).is_some() { on } else { *otherwise }, at)),
            Op::Enter { state } => {
                self.enter(*state, at)?;
                Some((on, at))
            }
            Op::EnterNegated { state, after } => {
                self.enter(*state, at)?;
                self.push(Frame::Choice {
                    op: op_index(*after),
                    at,
                })?;
                Some((on, at))
            }
            Op::StepBack(chars) => self.step_back(*chars, at)?.map(|before| (on, before)),
            Op::Commit { state } => {
                self.commit(*state)?;
                Some((on, at))
            }
            Op::CommitLook { state } => {
                self.commit(*state)?;
                Some((on, self.register(*state + 1)))
            }
            Op::Refuse { state } => {
                self.refuse(*state)?;
                None
            }
            Op::Match => None,
        })
    }

    fn register(&self, register: Register) -> usize {
        self.registers.get(register).copied().unwrap_or(UNSET)
    }

    /// Sets a register. Pushes a frame that restores the old value on backtracking.
    fn set(&mut self, register: Register, value: usize) -> Result<(), Stop> {
        let before = self.register(register);
        if before != value {
            self.push(Frame::Undo {
                register: op_index(register),
                value: before,
            })?;
            self.restore(register, value);
        }
        Ok(())
    }

    fn restore(&mut self, register: Register, value: usize) {
        if let Some(slot) = self.registers.get_mut(register) {
            *slot = value;
        }
    }

    fn push(&mut self, frame: Frame) -> Result<(), Stop> {
        if self.stack.len() == self.stack.capacity() {
            let frames = self.stack.capacity().saturating_mul(2).max(FIRST_FRAMES);
            if frames > FIRST_FRAMES {
                self.meter.hold(frames.saturating_mul(size_of::<Frame>()))?;
            }
            self.stack.reserve_exact(frames - self.stack.len());
        }
        self.stack.push(frame);
        Ok(())
    }

    /// Backtracks to the latest choice, popping its frame from the stack; `None` if the stack is
    /// empty.
    fn go_back(&mut self) -> Result<Next, Stop> {
        while let Some(frame) = self.stack.pop() {
            self.meter.tick(1)?;
            match frame {
                Frame::Undo { register, value } => self.restore(register as usize, value),
                Frame::Choice { op, at } => return Ok(Some((op as usize, at))),
                Frame::Shorter { op, at, least } => {
                    if let Some(resumed) = self.shorten(op, at, least)? {
                        return Ok(Some(resumed));
                    }
                }
                Frame::Round { op, at } => return self.round(op, at),
                Frame::Longer { op, at, taken } => {
                    if let Some(resumed) = self.lengthen(op, at, taken)? {
                        return Ok(Some(resumed));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Matches a run: one single-character item, such as `\d`, repeated between `min` and `max`
    /// times.
    #[expect(clippy::too_many_arguments, reason = "the parts of one operation")]
    fn run(
        &mut self,
        address: Address,
        start: usize,
        one: &One,
        min: u32,
        max: Option<u32>,
        greed: Greed,
        before: Option<char>,
    ) -> Result<Next, Stop> {
        let wanted = if greed == Greed::Lazy { Some(min) } else { max };
        let mut at = start;
        let mut taken = 0_u32;
        let mut least = (min == 0).then_some(start);
        while wanted.is_none_or(|wanted| taken < wanted) {
            let Some(char) = self.text.char_at(at).filter(|&char| one.matches(char)) else {
                break;
            };
            self.meter.tick(1)?;
            at += char.len_utf8();
            taken = taken.saturating_add(1);
            if taken == min {
                least = Some(at);
            }
        }
        let Some(least) = least else { return Ok(None) };
        let on = address + 1;
        match greed {
            Greed::Possessive => Ok(Some((on, at))),
            Greed::Lazy => {
                self.push(Frame::Longer {
                    op: op_index(address),
                    at,
                    taken,
                })?;
                Ok(Some((on, at)))
            }
            Greed::Greedy => {
                if at > least {
                    self.push(Frame::Shorter {
                        op: op_index(address),
                        at,
                        least,
                    })?;
                }
                // The required next character is missing here, so backtrack immediately.
                let hopeless = before.is_some_and(|before| self.text.char_at(at) != Some(before));
                if hopeless { Ok(None) } else { Ok(Some((on, at))) }
            }
        }
    }

    fn shorten(&mut self, op: u32, mut at: usize, least: usize) -> Result<Next, Stop> {
        let before = match self.program.ops.get(op as usize) {
            Some(Op::Run { before, .. }) => *before,
            _ => None,
        };
        while at > least {
            let Some(char) = self.text.char_before(at) else { break };
            self.meter.tick(1)?;
            at -= char.len_utf8();
            if before.is_none_or(|before| self.text.char_at(at) == Some(before)) {
                if at > least {
                    self.push(Frame::Shorter { op, at, least })?;
                }
                return Ok(Some((op as usize + 1, at)));
            }
        }
        Ok(None)
    }

    fn lengthen(&mut self, op: u32, at: usize, taken: u32) -> Result<Next, Stop> {
        let Some(Op::Run { one, max, .. }) = self.program.ops.get(op as usize) else {
            return Ok(None);
        };
        if max.is_some_and(|max| taken >= max) {
            return Ok(None);
        }
        let Some(char) = self.text.char_at(at).filter(|&char| one.matches(char)) else {
            return Ok(None);
        };
        let at = at + char.len_utf8();
        self.push(Frame::Longer {
            op,
            at,
            taken: taken.saturating_add(1),
        })?;
        Ok(Some((op as usize + 1, at)))
    }

    /// Decides whether a loop runs another round. Like CPython, a loop ends after a round that
    /// matched nothing.
    fn loop_next(
        &mut self,
        state: Register,
        (min, max): (u32, Option<u32>),
        lazy: bool,
        body: Address,
        address: Address,
        at: usize,
    ) -> Result<Next, Stop> {
        let on = address + 1;
        let rounds = self.register(state);
        if rounds < min as usize {
            self.set(state, rounds + 1)?;
            return Ok(Some((body, at)));
        }
        let last = self.register(state + 1);
        let another = max.is_none_or(|max| rounds < max as usize) && last != at;
        if !another {
            return Ok(Some((on, at)));
        }
        if lazy {
            self.push(Frame::Round {
                op: op_index(address),
                at,
            })?;
            return Ok(Some((on, at)));
        }
        self.push(Frame::Choice { op: op_index(on), at })?;
        self.begin_round(state, rounds, at)?;
        Ok(Some((body, at)))
    }

    /// Runs one more round of a lazy loop, resumed by backtracking.
    fn round(&mut self, op: u32, at: usize) -> Result<Next, Stop> {
        let Some(Op::LoopNext { state, body, .. }) = self.program.ops.get(op as usize) else {
            return Ok(None);
        };
        // All later changes are undone, so the count is the one from when the loop was left.
        self.begin_round(*state, self.register(*state), at)?;
        Ok(Some((*body, at)))
    }

    fn begin_round(&mut self, state: Register, rounds: usize, at: usize) -> Result<(), Stop> {
        self.set(state, rounds + 1)?;
        self.set(state + 1, at)
    }

    fn enter(&mut self, state: Register, at: usize) -> Result<(), Stop> {
        self.set(state + 1, at)?;
        // Setting the height may itself push a frame, which belongs below the height.
        self.push(Frame::Undo {
            register: op_index(state),
            value: self.register(state),
        })?;
        self.restore(state, self.stack.len());
        Ok(())
    }

    /// Commits to the current path: drops the choices above the stack height in `state`. Keeps the
    /// undo frames, which earlier choices still need.
    fn commit(&mut self, state: Register) -> Result<(), Stop> {
        let height = self.register(state);
        let above = self.stack.len().saturating_sub(height);
        self.meter.tick(above as u64)?;
        let mut kept = height;
        for at in height..self.stack.len() {
            if let Some(&frame @ Frame::Undo { .. }) = self.stack.get(at) {
                if let Some(slot) = self.stack.get_mut(kept) {
                    *slot = frame;
                }
                kept += 1;
            }
        }
        self.stack.truncate(kept);
        Ok(())
    }

    fn refuse(&mut self, state: Register) -> Result<(), Stop> {
        let height = self.register(state);
        while self.stack.len() > height {
            self.meter.tick(1)?;
            if let Some(Frame::Undo { register, value }) = self.stack.pop() {
                self.restore(register as usize, value);
            }
        }
        Ok(())
    }

    fn step_back(&mut self, chars: u64, mut at: usize) -> Result<Option<usize>, Stop> {
        for _ in 0..chars {
            self.meter.tick(1)?;
            match self.text.char_before(at) {
                Some(char) => at -= char.len_utf8(),
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    /// Matches the text of a group again. Returns the end of the match.
    fn backreference(&mut self, group: GroupIndex, case: CaseMode, at: usize) -> Result<Option<usize>, Stop> {
        let Some((mut from, to)) = self.span(group) else {
            return Ok(None);
        };
        let mut end = at;
        while from < to {
            self.meter.tick(1)?;
            match (self.earlier.char_at(from), self.text.char_at(end)) {
                (Some(wanted), Some(char)) if same_lower(case, wanted, char) => {
                    from += wanted.len_utf8();
                    end += char.len_utf8();
                }
                _ => return Ok(None),
            }
        }
        Ok(Some(end))
    }

    fn span(&self, group: GroupIndex) -> Option<(usize, usize)> {
        let (start, end) = Program::group_registers(group);
        let (start, end) = (self.register(start), self.register(end));
        (start != UNSET && end != UNSET && start <= end).then_some((start, end))
    }

    fn captures(&self, start: usize, end: usize) -> Captures {
        let spans = (1..=self.program.groups).map(|group| self.span(group).map(|(start, end)| start..end));
        let last = self.register(self.program.last_group_register());
        Captures::new(
            std::iter::once(Some(start..end)).chain(spans),
            (last != UNSET).then_some(last),
        )
    }
}

fn op_index(index: usize) -> u32 {
    // Patterns are at most a megabyte long, so they have far fewer operations and registers than
    // that.
    u32::try_from(index).unwrap_or(u32::MAX)
}
