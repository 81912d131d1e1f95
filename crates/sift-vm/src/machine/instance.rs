//! Library code that is written in Sift: modules, which are loaded on first use, their functions,
//! and instances of their classes.

use sift_runtime::runtime::Invocation;
use sift_values::classes::{ClassId, Registry};
use sift_values::flow::Flow;
use sift_values::object::{InstanceObject, Object};
use sift_values::value::{Label, Type, Value};

use super::{Frame, Interpreter, OnReturn, Source};

impl Interpreter {
    /// Pushes a frame that runs the top-level statements of a library module.
    pub(super) fn load_module(&mut self, module: usize) {
        let registry = Registry::get();
        let Some(written) = registry.module(module) else {
            return;
        };
        let compiled = written.unit(self.library.symbols());
        let place = self.builtins.len();
        self.builtins.resize(place + compiled.names.len(), Value::UNBOUND);
        for (class, name) in written.class_names() {
            let slot = compiled.names.get(name).map(|slot| place + slot as usize);
            if let Some(name) = slot.and_then(|slot| self.builtins.get_mut(slot)) {
                *name = ClassId::of_sift(class).value();
            }
        }
        let start = self.load(&compiled.unit, Source::Module { module, place }, &[]);
        let code = start + u32::try_from(compiled.unit.codes.len().saturating_sub(1)).unwrap_or(0);
        let (entry, locals) = self.code.get(code).map_or((0, 0), |code| (code.entry, code.locals));
        self.loading.push((module, place));
        let base = self.stack.len();
        self.stack.resize(base + locals, Value::UNBOUND);
        self.push_frame(Frame {
            code,
            ip: entry,
            base,
            floor: base,
            guards: self.guards.len(),
            on_return: OnReturn::Loaded { module, place },
            generator: None,
            is_library: true,
            label: Label::PROGRAM,
        });
    }

    /// Calls a function with the receiver as an extra first argument. `operands` is the number of
    /// stack values that the result replaces, callee included.
    pub(super) fn call_with_receiver(
        &mut self,
        function: Value,
        receiver: Value,
        args: usize,
        names: Option<Value>,
        operands: usize,
    ) -> Result<Invocation, Flow> {
        let first = self.stack.len() + 1 - operands;
        self.stack.insert(first, receiver);
        let entered = self.call_function(function, args + 1, names, operands + 1);
        if entered.is_err() {
            // The op runs again from its operands.
            self.stack.remove(first);
        }
        entered
    }

    /// Calls a class of a library module: its `new` function, or its `init` function with a new
    /// instance.
    pub(super) fn call_class(
        &mut self,
        class: usize,
        args: usize,
        names: Option<Value>,
        operands: usize,
    ) -> Result<Invocation, Flow> {
        let Some(written) = Registry::get().class(class) else {
            return Ok(Invocation::Value);
        };
        if let Some(new) = written.special("new") {
            let function = self.provided(new)?;
            return self.call_function(function, args, names, operands);
        }
        let Some(init) = written.special("init") else {
            return Err(self.type_error(format!("cannot create '{}' instances", written.qualified_name)));
        };
        let function = self.provided(init)?;
        let fields = Vec::new();
        let instance = self.alloc(
            Type::Instance,
            Object::Instance(Box::new(InstanceObject { class, fields })),
        )?;
        let entered = self.call_with_receiver(function, instance, args, names, operands)?;
        if let Some(frame) = self.frames.last_mut() {
            frame.on_return = OnReturn::Give { instance };
        }
        Ok(entered)
    }

    /// Calls the property function for an attribute of an instance, if the instance has no field of
    /// that name.
    pub(super) fn call_property(&mut self, object: Value, name: &str) -> Result<Option<Invocation>, Flow> {
        let has_field = self
            .instance(object)
            .is_some_and(|instance| instance.field(name).is_some());
        let Some((_, class)) = self.instance_class(object).filter(|_| !has_field) else {
            return Ok(None);
        };
        match class.property(name) {
            Some(function) => self.call_special(object, function, &[], 1, OnReturn::Push),
            None => Ok(None),
        }
    }

    /// Calls a special method, such as `eq`, of an instance. The result replaces the top `operands`
    /// values. Returns `None` if the instance's class has no such method. Special methods are not
    /// generators.
    pub(super) fn call_special(
        &mut self,
        receiver: Value,
        name: &str,
        args: &[Value],
        operands: usize,
        on_return: OnReturn,
    ) -> Result<Option<Invocation>, Flow> {
        let Some(function) = self.special(receiver, name) else {
            return Ok(None);
        };
        let function = self.provided(function)?;
        let height = self.stack.len();
        self.stack.push(function);
        self.stack.push(receiver);
        self.stack.extend_from_slice(args);
        self.label_arguments(args.len() + 1);
        let frames = self.frames.len();
        let entered = self.call_function(function, args.len() + 1, None, args.len() + 2);
        if let Ok(entered) = entered {
            // Which class's method runs may depend on the receiver's label.
            self.label_invocation(frames, entered, receiver.label());
        }
        match (&entered, self.frames.last_mut()) {
            (Ok(Invocation::Frame), Some(frame)) => {
                frame.floor = height.saturating_sub(operands);
                frame.on_return = on_return;
            }
            _ => self.stack.truncate(height),
        }
        entered.map(Some)
    }
}
