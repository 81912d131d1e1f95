//! Ops that read and write attributes of objects, and ops that import modules.

use sift_values::flow::Flow;
use sift_values::value::{Label, Type};

use crate::machine::Interpreter;
use crate::machine::run::Next;

impl Interpreter {
    pub(super) fn load_attribute(&mut self, name: u32) -> Result<Next, Flow> {
        let object = self.peek(0);
        let name = self.code.name(name);
        if object.kind() == Type::Instance
            && let Some(entered) = self.call_property(object, &name)?
        {
            return Ok(self.after_call(entered));
        }
        let value = self.attribute(object, &name)?;
        // Which method it is does not depend on the object's content.
        let label = match value.kind() {
            Type::BoundMethod => object.label(),
            _ => self.label_of_operator(value, &[object]),
        };
        self.replace_top(1, value.labelled(label));
        Ok(Next::Op)
    }

    pub(super) fn store_attribute(&mut self, name: u32) -> Result<(), Flow> {
        let (value, object) = (self.peek(1), self.peek(0));
        let value = value.labelled(self.library_label());
        self.note_held(value.label());
        let name = self.code.name(name);
        self.set_attribute(object, &name, value)?;
        // An instance keeps the value with its label; other objects keep only its content.
        let kept_whole = object.kind() == Type::Instance;
        let cause = if kept_whole { Label::PROGRAM } else { value.label() };
        self.note_changed(object, cause);
        self.drop_top(2);
        Ok(())
    }

    /// Returns the error of `del object.name`, which is never allowed.
    pub(super) fn undeletable_attribute(&mut self, name: u32) -> Flow {
        let object = self.peek(0);
        let name = self.code.name(name);
        self.attribute_not_settable(object, &name)
    }

    pub(super) fn import_module(&mut self, name: u32) -> Result<(), Flow> {
        let name = self.code.name(name);
        let module = self.import(&name)?;
        self.stack.push(module);
        Ok(())
    }

    pub(super) fn import_module_member(&mut self, name: u32) -> Result<(), Flow> {
        let module = self.peek(0);
        let name = self.code.name(name);
        let member = self.import_member(module, &name)?;
        self.stack.push(member);
        Ok(())
    }
}
