//! The loop over ops.
//!
//! Ops that programs spend their time in are written out in the loop; all others go through [`Interpreter::run_op`]. An op
//! takes its operands off the stack only when it is sure to end, so that it can be run again after a wait or a collection.

use sift_compiler::op::Op;
use sift_runtime::operate::small_arithmetic;
use sift_syntax::ast::BinaryOp;
use sift_values::flow::{End, Flow, Limit};
use sift_values::value::{Type, Value};

use super::{Interpreter, Pause};

/// How the loop goes on after an op.
#[derive(Debug, Clone, Copy)]
pub(super) enum Next {
    /// With the next op.
    Op,
    /// With the op at the target.
    Jump(u32),
    /// With whatever frame is on top now.
    Frame,
    /// Not before the host has seen the calls that were made.
    Calls,
}

impl Interpreter {
    /// Runs until there is a reason to pause.
    pub(crate) fn run(&mut self) -> Pause {
        self.calls_made = false;
        if let Some(hole) = self.settle_first {
            if !self.holes.is_settled(hole) {
                return Pause::Wait(hole);
            }
            self.settle_first = None;
            if let Err(flow) = self.raise_if_failed(hole)
                && let Some(pause) = self.handle(flow, 0)
            {
                return pause;
            }
        }
        if !self.is_ahead()
            && let Some(hole) = self.output.overfull().and_then(sift_text::Text::first_hole)
        {
            if !self.holes.is_settled(hole) {
                return Pause::Wait(hole);
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

    /// Deals with what an op ended in other than a value.
    fn handle(&mut self, flow: Flow, fuel_before: u64) -> Option<Pause> {
        match flow {
            Flow::Raise(exception) => {
                self.just_collected = false;
                self.consumed.clear();
                self.unwind(exception)
            }
            Flow::Wait(hole) => {
                self.rewind(fuel_before);
                self.forget_undone();
                Some(Pause::Wait(hole))
            }
            Flow::Ask => {
                self.rewind(fuel_before);
                self.forget_undone();
                Some(Pause::Ask)
            }
            Flow::Collect | Flow::LoadModule(_) if self.is_ahead() => {
                let flow = self.give_up();
                self.handle(flow, fuel_before)
            }
            Flow::Collect => {
                self.rewind(fuel_before);
                self.collect();
                self.just_collected = true;
                None
            }
            Flow::Materialise(spot) => {
                self.rewind(fuel_before);
                match self.collect_items(spot) {
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
                    // As in `look_up`: the op was not run to its end, so a replay stops in front of it.
                    self.meter.restore(fuel_before);
                }
                self.abandon_frames(0);
                self.stack.clear();
                self.just_collected = false;
                if !self.is_ahead() {
                    // What the host reads now may need room.
                    self.heap.may_collect_again();
                }
                Some(Pause::Ended(end))
            }
            // Only library functions ask for these, and calls deal with them.
            Flow::Delegate(_) | Flow::Resume { .. } | Flow::Send { .. } | Flow::Throw { .. } => {
                let flow = self.type_error("this can only be called");
                self.handle(flow, fuel_before)
            }
        }
    }

    /// Lets the op be run again as if it had not been.
    fn rewind(&mut self, fuel_before: u64) {
        self.meter.rewind_op(fuel_before);
        self.put_back_consumed();
        if let Some(frame) = self.frames.last_mut() {
            frame.ip = frame.ip.saturating_sub(1);
        }
    }

    /// Counts memory as if the op that waits had not begun; what it left behind is freed if that is much.
    fn forget_undone(&mut self) {
        const MUCH: usize = 1 << 20;
        if self.heap.undo_op() > MUCH && self.heap.trials() == 0 {
            self.collect_uncounted();
        }
    }

    pub(super) fn set_ip(&mut self, ip: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.ip = ip;
        }
    }

    /// Looks up from the loop: the fuel's or the slice's end, cancellation, garbage. Tells whether to pause.
    fn look_up(&mut self, ip: usize) -> Result<Option<Pause>, (Flow, u64)> {
        let paid = self.meter.used().saturating_sub(1);
        if self.meter.at_limit() {
            self.meter.restore(paid);
            return Err((Flow::End(End::Limit(Limit::Fuel)), paid));
        }
        if self.meter.is_cancelled() {
            // A replay stops at the fuel that was used: what was not run is not paid.
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

    /// Runs the top frame until another is on top.
    ///
    /// An error comes with the fuel as it was before its op.
    fn run_frame(&mut self) -> Result<Option<Pause>, (Flow, u64)> {
        let Some(frame) = self.frames.last() else {
            return Ok(Some(Pause::Done));
        };
        let (mut base, mut ip) = (frame.base, frame.ip);
        loop {
            if !self.meter.op()
                && let Some(pause) = self.look_up(ip)?
            {
                return Ok(Some(pause));
            }
            let Some(&op) = self.code.ops.get(ip) else {
                return Ok(Some(Pause::Done));
            };
            ip += 1;
            match op {
                Op::Local(slot) => match self.stack.get(base + slot as usize) {
                    Some(&value) if !value.is_unbound() => self.stack.push(value),
                    _ => {
                        self.set_ip(ip);
                        let flow = self.unbound_local(slot);
                        return Err((flow, 0));
                    }
                },
                Op::SetLocal(slot) => {
                    if let Some(value) = self.stack.pop()
                        && let Some(local) = self.stack.get_mut(base + slot as usize)
                    {
                        *local = value;
                    }
                }
                Op::Global(slot) => match self.globals.get(slot as usize) {
                    Some(&value) if !value.is_unbound() => self.stack.push(value),
                    _ => match self.builtin_of_global(slot) {
                        Some(value) => self.stack.push(value),
                        None => {
                            self.set_ip(ip);
                            let flow = self.unbound_global(slot);
                            return Err((flow, 0));
                        }
                    },
                },
                Op::SetGlobal(slot) => {
                    if let Some(value) = self.stack.pop()
                        && let Some(global) = self.globals.get_mut(slot as usize)
                    {
                        *global = value;
                    }
                }
                Op::Const(index) => {
                    let value = self.code.consts.get(index as usize).copied().unwrap_or(Value::NONE);
                    self.stack.push(value);
                }
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
                    let wanted = matches!(op, Op::JumpIfTrue(_));
                    let top = self.peek(0);
                    let truth = match top.kind() {
                        Type::Bool => top.same(Value::TRUE),
                        _ => {
                            let before = self.meter.used() - 1;
                            self.meter.begin_op();
                            self.heap.begin_op();
                            match self.truth(top) {
                                Ok(truth) => truth,
                                Err(flow) => {
                                    self.set_ip(ip);
                                    return Err((flow, before));
                                }
                            }
                        }
                    };
                    self.stack.pop();
                    self.decide(self.label_of_truth(top));
                    if truth == wanted {
                        ip = target as usize;
                    }
                }
                Op::Binary(op @ (BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Modulo))
                | Op::InPlace(op @ (BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Modulo))
                    if self.small_arithmetic(op) => {}
                Op::Compare(op) if self.small_comparison(op) => {}
                Op::LocalPair(first, second) => {
                    let locals = self.stack.get(base..).unwrap_or_default();
                    match (locals.get(first as usize), locals.get(second as usize)) {
                        (Some(&a), Some(&b)) if !a.is_unbound() && !b.is_unbound() => {
                            self.stack.extend([a, b]);
                            ip += 1;
                        }
                        // What is wrong with the second is the next op's matter.
                        (Some(&a), _) if !a.is_unbound() => self.stack.push(a),
                        _ => {
                            self.set_ip(ip);
                            let flow = self.unbound_local(first);
                            return Err((flow, 0));
                        }
                    }
                }
                Op::IntThen { value, op } => {
                    let value = Value::int(i64::from(value));
                    match self.stack.last_mut() {
                        Some(left) if let Some(result) = small_arithmetic(op, *left, value) => {
                            *left = result;
                            self.looked_at = self.looked_at.join(result.label());
                            ip += 1;
                        }
                        _ => self.stack.push(value),
                    }
                }
                Op::CompareThenJump(op) if self.small_comparison(op) => {
                    let result = self.stack.pop().unwrap_or(Value::FALSE);
                    self.decide(result.label());
                    let result = result.same(Value::TRUE);
                    match self.code.ops.get(ip) {
                        Some(&Op::JumpIfFalse(target)) if !result => ip = target as usize,
                        Some(&Op::JumpIfTrue(target)) if result => ip = target as usize,
                        _ => ip += 1,
                    }
                }
                Op::Index if self.small_index() => {}
                Op::SetIndex if self.set_found() => {}
                Op::Call(args) if let Some(entered) = self.enter_plain(args as usize, ip) => (base, ip) = entered,
                Op::Return if let Some(resumed) = self.leave_plain() => (base, ip) = resumed,
                Op::Next(_) if self.plain_next() => {}
                Op::CallMethod { name, args } if self.call_short(name, args as usize) => {}
                _ => {
                    let before = self.meter.used() - 1;
                    self.meter.begin_op();
                    self.heap.begin_op();
                    self.set_ip(ip);
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
                    match next {
                        Next::Op => {}
                        Next::Jump(target) => ip = target as usize,
                        Next::Frame => return Ok(None),
                        Next::Calls => {
                            return Ok(Some(match self.settle_first {
                                Some(hole) => Pause::Wait(hole),
                                None => Pause::Calls,
                            }));
                        }
                    }
                }
            }
        }
    }
}
