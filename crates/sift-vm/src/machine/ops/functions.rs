//! Ops for calls, returns and yields.

use sift_runtime::runtime::Invocation;
use sift_values::flow::Flow;
use sift_values::value::Value;

use crate::machine::Interpreter;
use crate::machine::run::Next;

impl Interpreter {
    pub(super) fn call_positional(&mut self, args: u16) -> Result<Next, Flow> {
        let entered = self.call(args as usize, None)?;
        Ok(self.after_call(entered))
    }

    pub(super) fn call_with_keywords(&mut self, args: u16, names: u32) -> Result<Next, Flow> {
        let names = self.code.consts.get(names as usize).copied();
        let entered = self.call(args as usize, names)?;
        Ok(self.after_call(entered))
    }

    pub(super) fn call_with_spread(&mut self) -> Result<Next, Flow> {
        let entered = self.call_spread()?;
        Ok(self.after_call(entered))
    }

    pub(super) fn call_method_positional(&mut self, name: u32, args: u16) -> Result<Next, Flow> {
        let entered = self.call_method(name, args as usize)?;
        Ok(self.after_call(entered))
    }

    pub(super) fn call_method_with_keywords(&mut self, args: u16, names: u32) -> Result<Next, Flow> {
        let names = self.code.consts.get(names as usize).copied().unwrap_or(Value::NONE);
        let entered = self.call_method_keywords(args as usize, names)?;
        Ok(self.after_call(entered))
    }

    /// Returns where the interpreter loop continues after a call.
    pub(super) fn after_call(&self, entered: Invocation) -> Next {
        match entered {
            Invocation::Frame => Next::Frame,
            Invocation::Value if self.calls_made => Next::Calls,
            Invocation::Value => Next::Op,
        }
    }

    pub(super) fn return_top(&mut self) -> Result<Next, Flow> {
        let value = self.peek(0);
        self.return_value(value)?;
        Ok(Next::Frame)
    }

    pub(super) fn yield_top(&mut self) -> Result<Next, Flow> {
        self.yield_value()?;
        Ok(Next::Frame)
    }

    pub(super) fn load_generator_result(&mut self) {
        let value = std::mem::replace(&mut self.generator_result, Value::NONE);
        self.stack.push(value);
    }
}
