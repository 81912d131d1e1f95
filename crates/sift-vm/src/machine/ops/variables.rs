//! Ops that read and write variables: locals, the cells that closures share, globals, and the
//! library's own table.

use sift_compiler::exception::ExceptionClass;
use sift_values::flow::Flow;
use sift_values::object::Object;
use sift_values::value::{Type, Value};
use smol_str::SmolStr;

use crate::machine::Interpreter;
use crate::machine::run::OpResult;

impl Interpreter {
    #[inline]
    pub(in crate::machine) fn load_local(&mut self, base: usize, slot: u16, ip: usize) -> OpResult<()> {
        match self.stack.get(base + slot as usize) {
            Some(&value) if !value.is_unbound() => self.stack.push(value),
            _ => {
                self.set_ip(ip);
                return Err((self.unbound_local(slot), 0));
            }
        }
        Ok(())
    }

    #[inline]
    pub(in crate::machine) fn store_local(&mut self, base: usize, slot: u16) {
        if let Some(value) = self.stack.pop() {
            self.set_local(base, slot, value);
        }
    }

    #[inline]
    pub(in crate::machine) fn load_global(&mut self, slot: u32, ip: usize) -> OpResult<()> {
        match self.globals.get(slot as usize) {
            Some(&value) if !value.is_unbound() => self.stack.push(value),
            _ => match self.builtin_of_global(slot) {
                Some(value) => self.stack.push(value),
                None => {
                    self.set_ip(ip);
                    return Err((self.unbound_global(slot), 0));
                }
            },
        }
        Ok(())
    }

    #[inline]
    pub(in crate::machine) fn store_global(&mut self, slot: u32) {
        if let Some(value) = self.stack.pop()
            && let Some(global) = self.globals.get_mut(slot as usize)
        {
            *global = value;
        }
    }

    #[inline]
    pub(in crate::machine) fn load_const(&mut self, index: u32) {
        let value = self.code.consts.get(index as usize).copied().unwrap_or(Value::NONE);
        self.stack.push(value);
    }

    pub(super) fn delete_local(&mut self, base: usize, slot: u16) -> Result<(), Flow> {
        if self.stack_value(base + slot as usize).is_unbound() {
            return Err(self.unbound_local(slot));
        }
        self.set_local(base, slot, Value::UNBOUND);
        Ok(())
    }

    pub(super) fn make_cell(&mut self, base: usize, slot: u16) -> Result<(), Flow> {
        let value = self.stack_value(base + slot as usize);
        let cell = self.alloc(Type::Cell, Object::Cell(value))?;
        self.set_local(base, slot, cell);
        Ok(())
    }

    /// Pushes the cell in a local slot, for the closure of a function.
    pub(super) fn load_cell(&mut self, base: usize, slot: u16) {
        let cell = self.stack_value(base + slot as usize);
        self.stack.push(cell);
    }

    pub(super) fn load_cell_value(&mut self, base: usize, slot: u16) -> Result<(), Flow> {
        let cell = self.stack_value(base + slot as usize);
        match self.heap.get(cell.handle()) {
            Object::Cell(value) if !value.is_unbound() => self.runtime.stack.push(*value),
            _ => return Err(self.unbound_cell(slot)),
        }
        Ok(())
    }

    pub(super) fn store_cell_value(&mut self, base: usize, slot: u16) {
        let value = self.peek(0).labelled(self.library_label());
        self.set_cell(base, slot, value);
        self.stack.pop();
    }

    pub(super) fn delete_global(&mut self, slot: u32) -> Result<(), Flow> {
        let global = self.globals.get_mut(slot as usize);
        match global.filter(|global| !global.is_unbound()) {
            Some(global) => *global = Value::UNBOUND,
            None => return Err(self.unbound_global(slot)),
        }
        Ok(())
    }

    pub(super) fn load_builtin(&mut self, slot: u32) {
        let value = self.builtins.get(slot as usize).copied().unwrap_or(Value::NONE);
        self.stack.push(value);
    }

    pub(super) fn store_builtin(&mut self, slot: u32) {
        let label = self.library_label();
        let value = self.stack.pop().unwrap_or(Value::NONE).labelled(label);
        if let Some(builtin) = self.builtins.get_mut(slot as usize) {
            *builtin = value;
        }
    }

    /// Returns the error for a local variable that is read before it is bound.
    fn unbound_local(&mut self, slot: u16) -> Flow {
        if self.is_speculating() {
            return self.give_up();
        }
        let name = self.local_name(slot);
        let message = format!("cannot access local variable '{name}' where it is not associated with a value");
        self.raise(ExceptionClass::UnboundLocalError, message)
    }

    /// Returns the error for a closure's variable that is read before it is bound.
    fn unbound_cell(&mut self, slot: u16) -> Flow {
        let name = self.local_name(slot);
        let message =
            format!("cannot access free variable '{name}' where it is not associated with a value in enclosing scope");
        self.raise(ExceptionClass::NameError, message)
    }

    fn local_name(&self, slot: u16) -> SmolStr {
        let code = self.frames.last().and_then(|frame| self.code.get(frame.code));
        code.and_then(|code| code.local_names.get(slot as usize))
            .cloned()
            .unwrap_or_default()
    }
}
