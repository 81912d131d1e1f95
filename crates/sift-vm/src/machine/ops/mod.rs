//! The slow path of ops: everything for which the interpreter loop has no fast path, by topic.

mod attributes;
mod build;
mod collections;
mod exceptions;
mod format;
mod functions;
mod items;
mod iteration;
mod operators;
mod stack;
mod variables;

use sift_compiler::op::Op;
use sift_values::flow::Flow;
use sift_values::pending_calls::UNKNOWN;
use sift_values::value::Value;

use super::Interpreter;
use super::run::Next;

impl Interpreter {
    /// Runs an op for which the interpreter loop has no fast path.
    pub(super) fn run_op(&mut self, op: Op, base: usize) -> Result<Next, Flow> {
        if self.is_speculating() && self.reads_unknown(op) {
            return Err(Flow::Wait(UNKNOWN));
        }
        self.note_operands();
        self.dispatch(op, base)
    }

    fn dispatch(&mut self, op: Op, base: usize) -> Result<Next, Flow> {
        match op {
            Op::Ellipsis => self.stack.push(Value::ELLIPSIS),
            Op::Missing => self.stack.push(Value::UNBOUND),
            Op::DeleteLocal(slot) => self.delete_local(base, slot)?,
            Op::ClearLocal(slot) => self.set_local(base, slot, Value::UNBOUND),
            Op::MakeCell(slot) => self.make_cell(base, slot)?,
            Op::PushCell(slot) => self.load_cell(base, slot),
            Op::CellValue(slot) => self.load_cell_value(base, slot)?,
            Op::SetCell(slot) => self.store_cell_value(base, slot),
            Op::DeleteCell(slot) => self.set_cell(base, slot, Value::UNBOUND),
            Op::DeleteGlobal(slot) => self.delete_global(slot)?,
            Op::Builtin(slot) => self.load_builtin(slot),
            Op::SetBuiltin(slot) => self.store_builtin(slot),
            Op::DupTwo => self.dup_two(),
            Op::Swap => self.swap(),
            Op::Rotate3 => self.rotate_three(),
            Op::Unary(op) => self.apply_unary(op)?,
            Op::Binary(op) => self.apply_binary(op)?,
            Op::InPlace(op) => self.apply_in_place(op)?,
            Op::Compare(op) | Op::CompareThenJump(op) => return self.apply_comparison(op),
            Op::JumpIfFalseOrPop(target) => return self.jump_or_pop(target, false),
            Op::JumpIfTrueOrPop(target) => return self.jump_or_pop(target, true),
            Op::BuildList(count) => self.build_list(count)?,
            Op::BuildTuple(count) => self.build_tuple(count)?,
            Op::BuildSet(count) => self.build_set(count)?,
            Op::BuildDict(pairs) => self.build_dict(pairs)?,
            Op::BuildSlice => self.build_slice()?,
            Op::ListToTuple => self.list_to_tuple()?,
            Op::BuildString(count) => self.build_string(count)?,
            Op::Format(conversion) => self.format_top(conversion)?,
            Op::FormatSpec(conversion) => self.format_with_spec(conversion)?,
            Op::Append(depth) => self.append_item(depth)?,
            Op::AddToSet(depth) => self.add_to_set(depth)?,
            Op::SetItem(depth) => self.add_to_dict(depth)?,
            Op::Extend => self.extend_list()?,
            Op::UpdateSet => self.extend_set()?,
            Op::UpdateDict => self.extend_dict()?,
            Op::MergeKeywords => self.extend_keywords()?,
            Op::Attribute(name) => return self.load_attribute(name),
            Op::SetAttribute(name) => self.store_attribute(name)?,
            Op::DeleteAttribute(name) => return Err(self.undeletable_attribute(name)),
            Op::Index => return self.load_item(),
            Op::SetIndex => return self.store_item(),
            Op::DeleteIndex => return self.delete_item(),
            Op::Call(args) => return self.call_positional(args),
            Op::CallKeywords { args, names } => return self.call_with_keywords(args, names),
            Op::CallSpread => return self.call_with_spread(),
            Op::CallMethod { name, args } => return self.call_method_positional(name, args),
            Op::CallMethodKeywords { args, names } => return self.call_method_with_keywords(args, names),
            Op::Iterate => self.make_iterator()?,
            Op::Next(exit) => return self.load_next(exit),
            Op::Unpack(count) => self.unpack_top(count)?,
            Op::UnpackStarred { before, after } => self.unpack_top_starred(before, after)?,
            Op::MakeFunction(code) => self.make_function(code)?,
            Op::Return => return self.return_top(),
            Op::Yield => return self.yield_top(),
            Op::Forward(exit) => return self.forward_sent(exit),
            Op::GeneratorResult => self.load_generator_result(),
            #[rustfmt::skip]
            Op::PushHandler { target, catches_call_failure } => self.push_handler(target, catches_call_failure),
            Op::PopHandler => self.pop_handler(),
            Op::Raise => return Err(self.raise_top()),
            Op::RaiseFrom => return Err(self.raise_from_top()),
            Op::Reraise => return Err(Flow::Raise(self.peek(0))),
            Op::MatchException => self.match_exception()?,
            Op::MatchAny => self.match_any_exception(),
            Op::RaiseRuntimeError => return Err(self.raise_runtime_error()),
            Op::RaiseAssertion => return Err(self.raise_assertion_error()),
            Op::Echo => self.echo_top()?,
            Op::Import(name) => self.import_module(name)?,
            Op::ImportMember(name) => self.import_module_member(name)?,
            // Loading a module replaces the first two; the loop runs the others.
            #[rustfmt::skip]
            Op::ModuleName(_) | Op::SetModuleName(_) | Op::LocalPair(..) | Op::IntThen { .. } | Op::Const(_) | Op::None
            | Op::Bool(_) | Op::Int(_) | Op::Local(_) | Op::SetLocal(_) | Op::Global(_) | Op::SetGlobal(_)
            | Op::Pop | Op::Dup | Op::Jump(_) | Op::JumpIfFalse(_) | Op::JumpIfTrue(_) => {}
        }
        Ok(Next::Op)
    }
}
