//! The interpreter loop, which executes ops.
//!
//! The loop runs the simplest ops itself and tries the fast paths of the most frequent ones. All
//! other ops are run by [`Interpreter::run_op`]. An op pops its operands only when it is sure to
//! finish, so that it can be run again after a wait or a collection.

use sift_compiler::op::Op;
use sift_syntax::ast::BinaryOp;
use sift_values::flow::{End, Flow, Limit};
use sift_values::value::{Type, Value};

use super::{Interpreter, Pause};

/// The result of an op. An error contains the fuel that was used before the op.
pub(super) type OpResult<T> = Result<T, (Flow, u64)>;

/// Where the interpreter loop continues after an op.
#[derive(Debug, Clone, Copy)]
pub(super) enum Next {
    /// Continues at the next op.
    Op,
    /// Continues at the op with this index.
    Jump(u32),
    /// Continues in the frame that is now on top of the stack.
    Frame,
    /// Continues at the next op, after the host has received the calls that the program made.
    Calls,
}

impl Interpreter {
    /// Runs the program until there is a reason to pause.
    pub(crate) fn run(&mut self) -> Pause {
        self.calls_made = false;
        if let Some(pending) = self.settle_first {
            if !self.pending_calls.is_settled(pending) {
                return Pause::Wait(pending);
            }
            self.settle_first = None;
            if let Err(flow) = self.raise_if_failed(pending)
                && let Some(pause) = self.handle(flow, 0)
            {
                return pause;
            }
        }
        if !self.is_speculating()
            && let Some(pending) = self.output.overfull().and_then(sift_text::Text::first_pending)
        {
            if !self.pending_calls.is_settled(pending) {
                return Pause::Wait(pending);
            }
            self.flush_output();
        }
        loop {
            if self.frames.is_empty() {
                return Pause::Done;
            }
            let pause = match self.run_frame() {
                Ok(pause) => pause,
                Err((flow, fuel_before)) => self.handle(flow, fuel_before),
            };
            if let Some(pause) = pause {
                return pause;
            }
        }
    }

    /// Raises the exception of an unfinished op, or prepares it to run again after a wait. Returns the
    /// reason to pause, if there is one.
    fn handle(&mut self, flow: Flow, fuel_before: u64) -> Option<Pause> {
        match flow {
            Flow::Raise(exception) => {
                self.just_collected = false;
                self.consumed.clear();
                self.unwind(exception)
            }
            Flow::Wait(pending) => {
                self.rewind(fuel_before);
                self.forget_undone();
                Some(Pause::Wait(pending))
            }
            Flow::Ask => {
                self.rewind(fuel_before);
                self.forget_undone();
                Some(Pause::Ask)
            }
            Flow::Collect | Flow::LoadModule(_) if self.is_speculating() => {
                let flow = self.give_up();
                self.handle(flow, fuel_before)
            }
            Flow::Collect => {
                self.rewind(fuel_before);
                self.collect();
                self.just_collected = true;
                None
            }
            Flow::Materialise(slot) => {
                self.rewind(fuel_before);
                match self.collect_items(slot) {
                    Ok(()) => None,
                    Err(flow) => self.handle(flow, fuel_before),
                }
            }
            Flow::LoadModule(module) => {
                self.rewind(fuel_before);
                self.load_module(module);
                None
            }
            Flow::End(end) => {
                if end == End::Cancelled && fuel_before > 0 {
                    // As in `check_interrupts`: the op was not run to its end, so a replay stops
                    // before it.
                    self.meter.restore(fuel_before);
                }
                self.abandon_frames(0);
                self.stack.clear();
                self.just_collected = false;
                if !self.is_speculating() {
                    // What the host reads next may need memory.
                    self.heap.may_collect_again();
                }
                Some(Pause::Ended(end))
            }
            // Only library functions return these, and calls handle them.
            Flow::Delegate(_) | Flow::Resume { .. } | Flow::Send { .. } | Flow::Throw { .. } => {
                let flow = self.type_error("this can only be called");
                self.handle(flow, fuel_before)
            }
        }
    }

    /// Undoes the effects of an unfinished op, so that it can be run again.
    fn rewind(&mut self, fuel_before: u64) {
        self.meter.rewind_op(fuel_before);
        self.put_back_consumed();
        if let Some(frame) = self.frames.last_mut() {
            frame.ip = frame.ip.saturating_sub(1);
        }
    }

    /// Subtracts the memory that an unfinished op has allocated, and frees it if it is much.
    fn forget_undone(&mut self) {
        const MUCH: usize = 1 << 20;
        if self.heap.undo_op() > MUCH && self.heap.transactions() == 0 {
            self.collect_uncounted();
        }
    }

    pub(super) fn set_ip(&mut self, ip: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.ip = ip;
        }
    }

    /// Checks for the end of the fuel or of the slice, for cancellation and for garbage to collect.
    /// Returns the reason to pause, if any.
    fn check_interrupts(&mut self, ip: usize) -> OpResult<Option<Pause>> {
        let paid = self.meter.used().saturating_sub(1);
        if self.meter.at_limit() {
            self.meter.restore(paid);
            return Err((Flow::End(End::Limit(Limit::Fuel)), paid));
        }
        if self.meter.is_cancelled() {
            // A replay stops at the fuel that was used, so an op that was not run is not paid for.
            self.meter.restore(paid);
            return Err((Flow::End(End::Cancelled), paid));
        }
        self.meter.run_on();
        if self.heap.wants_collection() {
            let ended = Err((Flow::End(End::Limit(Limit::Memory)), paid));
            if self.heap.is_over() && !self.heap.may_collect() {
                return ended;
            }
            self.collect();
            if self.heap.is_over() {
                return ended;
            }
        }
        if self.meter.slice_ended() {
            self.meter.restore(paid);
            self.set_ip(ip);
            return Ok(Some(Pause::Slice));
        }
        Ok(None)
    }

    /// Runs the top frame until another frame is on top.
    fn run_frame(&mut self) -> OpResult<Option<Pause>> {
        let Some(frame) = self.frames.last() else {
            return Ok(Some(Pause::Done));
        };
        let (mut base, mut ip) = (frame.base, frame.ip);
        loop {
            if !self.meter.op()
                && let Some(pause) = self.check_interrupts(ip)?
            {
                return Ok(Some(pause));
            }
            let Some(&op) = self.code.ops.get(ip) else {
                return Ok(Some(Pause::Done));
            };
            ip += 1;
            match op {
                Op::Local(slot) => self.load_local(base, slot, ip)?,
                Op::SetLocal(slot) => self.store_local(base, slot),
                Op::Global(slot) => self.load_global(slot, ip)?,
                Op::SetGlobal(slot) => self.store_global(slot),
                Op::Const(index) => self.load_const(index),
                Op::Int(value) => self.stack.push(Value::int(i64::from(value))),
                Op::None => self.stack.push(Value::NONE),
                Op::Bool(value) => self.stack.push(Value::bool(value)),
                Op::Pop => {
                    self.stack.pop();
                }
                Op::Dup => {
                    let top = self.peek(0);
                    self.stack.push(top);
                }
                Op::Jump(target) => ip = target as usize,
                Op::JumpIfFalse(target) | Op::JumpIfTrue(target) => {
                    if self.pop_truth(ip)? == matches!(op, Op::JumpIfTrue(_)) {
                        ip = target as usize;
                    }
                }
                Op::Binary(op @ (BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Modulo))
                | Op::InPlace(op @ (BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Modulo))
                    if self.small_arithmetic(op) => {}
                Op::Compare(op) if self.small_comparison(op) => {}
                Op::LocalPair(first, second) if self.load_bound_pair(base, first, second) => ip += 1,
                // If the second local is unbound, the next op raises the error.
                Op::LocalPair(first, _) => self.load_local(base, first, ip)?,
                Op::IntThen { value, op } if self.apply_to_int(op, value) => ip += 1,
                Op::IntThen { value, .. } => self.stack.push(Value::int(i64::from(value))),
                Op::CompareThenJump(op) if self.small_comparison(op) => ip = self.jump_by_comparison(ip),
                Op::Index if self.small_index() => {}
                Op::SetIndex if self.set_index_fast() => {}
                Op::Call(args) if let Some(entered) = self.enter_plain(args as usize, ip) => (base, ip) = entered,
                Op::Return if let Some(resumed) = self.leave_plain() => (base, ip) = resumed,
                Op::Next(_) if self.plain_next() => {}
                Op::CallMethod { name, args } if self.call_fast(name, args as usize) => {}
                _ => match self.run_in_full(op, base, ip)? {
                    Next::Op => {}
                    Next::Jump(target) => ip = target as usize,
                    Next::Frame => return Ok(None),
                    Next::Calls => return Ok(Some(self.settle_first.map_or(Pause::Calls, Pause::Wait))),
                },
            }
        }
    }

    /// Runs an op on the slow path, and prepares to run it again if it does not finish.
    #[inline]
    fn run_in_full(&mut self, op: Op, base: usize, ip: usize) -> OpResult<Next> {
        let before = self.begin_op(ip);
        let next = self.run_op(op, base).map_err(|flow| (flow, before))?;
        // Running the op again would have taken these.
        self.just_collected = false;
        self.consumed.clear();
        if self.single_call.is_some() {
            self.settle_guarded_call();
        }
        if self.heap.wants_collection() {
            self.meter.stop_soon();
        }
        Ok(next)
    }

    /// Prepares an op that may have to be run again. Returns the fuel that was used before the op.
    #[inline]
    fn begin_op(&mut self, ip: usize) -> u64 {
        self.meter.begin_op();
        self.heap.begin_op();
        self.set_ip(ip);
        self.meter.used() - 1
    }

    /// Pops the condition of a jump and returns its truth.
    #[inline]
    fn pop_truth(&mut self, ip: usize) -> OpResult<bool> {
        let top = self.peek(0);
        let truth = match top.kind() {
            Type::Bool => top.same(Value::TRUE),
            _ => {
                let before = self.begin_op(ip);
                self.truth(top).map_err(|flow| (flow, before))?
            }
        };
        self.stack.pop();
        self.decide(self.label_of_truth(top));
        Ok(truth)
    }

    /// Pops the result of a comparison. Returns the op at which the jump at `ip` continues.
    #[inline]
    fn jump_by_comparison(&mut self, ip: usize) -> usize {
        let result = self.stack.pop().unwrap_or(Value::FALSE);
        self.decide(result.label());
        let result = result.same(Value::TRUE);
        match self.code.ops.get(ip) {
            Some(&Op::JumpIfFalse(target)) if !result => target as usize,
            Some(&Op::JumpIfTrue(target)) if result => target as usize,
            _ => ip + 1,
        }
    }
}
