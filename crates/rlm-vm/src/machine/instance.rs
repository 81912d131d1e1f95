//! What the library defines in the language: modules that are loaded when a program first needs them, their functions, and
//! instances of their classes.

use super::{Frame, Interpreter, OnReturn, Source};
use crate::flow::{Flow, Outcome};
use crate::library::{Definition, DefinitionKind, Registry, SiftClass};
use crate::object::{FIELD, GeneratorObject, GeneratorState, InstanceObject, Object, SavedFrame};
use crate::op::CodeKind;
use crate::runtime::Entered;
use crate::runtime::Runtime;
use crate::value::{Label, Type, Value};

/// The field of an instance that is its own iterator: a generator.
const ITERATOR: &str = "_iterator";

/// How many fields an instance makes room for when it is given one more.
const FIELDS_AT_ONCE: usize = 3;

impl Runtime {
    /// Returns this session's function, or constant, of a definition of the library.
    ///
    /// # Errors
    /// Asks for its module, which then is loaded.
    pub(super) fn provided(&self, value: Value) -> Outcome {
        let registry = Registry::get();
        let Some(definition) = registry.definition(value) else {
            return Ok(Value::NONE);
        };
        let Some(place) = self.place_of_module(definition.module) else {
            return Err(Flow::LoadModule(definition.module));
        };
        let unit = registry
            .module(definition.module)
            .map(|module| module.unit(self.library));
        let slot = unit.and_then(|unit| definition.slot(unit));
        let value = slot.and_then(|slot| self.builtins.get(place + slot));
        Ok(value.copied().unwrap_or(Value::NONE))
    }

    /// Returns what a member of a module is as a value: a constant itself, anything else as it stands.
    pub(crate) fn member_value(&self, member: Value) -> Outcome {
        match Registry::get().definition(member) {
            Some(Definition {
                kind: DefinitionKind::Constant,
                ..
            }) => self.provided(member),
            _ => Ok(member),
        }
    }

    /// Returns what a name, which programs may not see, is in a module of the library.
    pub(super) fn name_of_module(&self, module: &str, name: &str) -> Outcome {
        let registry = Registry::get();
        let Some(number) = registry.modules().iter().position(|known| known.name == module) else {
            return Ok(Value::NONE);
        };
        let Some(place) = self.place_of_module(number) else {
            return Err(Flow::LoadModule(number));
        };
        let slot = registry
            .module(number)
            .and_then(|module| module.unit(self.library).names.get(name));
        let value = slot.and_then(|slot| self.builtins.get(place + slot as usize));
        Ok(value.copied().unwrap_or(Value::NONE))
    }

    /// Returns where the names of a module begin, if it is loaded, or being loaded: its own statements use it already.
    fn place_of_module(&self, number: usize) -> Option<usize> {
        let loading = || {
            let mut loading = self.loading.iter().rev();
            loading.find_map(|(module, place)| (*module == number).then_some(*place))
        };
        self.modules.get(number).copied().flatten().or_else(loading)
    }

    /// Notes that all of a module's statements were run.
    pub(super) fn module_loaded(&mut self, module: usize, place: usize) {
        if let Some(loaded) = self.modules.get_mut(module) {
            *loaded = Some(place);
        }
        self.loading.retain(|loading| *loading != (module, place));
    }

    fn instance(&self, value: Value) -> Option<&InstanceObject> {
        match self.heap.get(value.handle()) {
            Object::Instance(instance) if value.kind() == Type::Instance => Some(instance),
            _ => None,
        }
    }

    /// Returns the class of an instance, and its number.
    pub(crate) fn instance_class(&self, value: Value) -> Option<(usize, &'static SiftClass)> {
        let class = self.instance(value)?.class;
        Some((class, Registry::get().class(class)?))
    }

    /// Returns the function of an instance's class that the machine calls by this name.
    pub(crate) fn special(&self, value: Value, name: &str) -> Option<Value> {
        self.instance_class(value)?.1.special(name)
    }

    /// Returns an attribute of an instance: a field, or a function of its class that is bound to it. What begins with an
    /// underscore, and what the machine calls, is found by the library's own code alone.
    pub(crate) fn instance_attribute(&mut self, object: Value, name: &str) -> Result<Option<Value>, Flow> {
        let own = self.in_library_code();
        // A function in a function's place has its name.
        let is_name = name == "__name__";
        if name.starts_with('_') && !is_name && !own {
            return Ok(None);
        }
        let name = if is_name { "_name" } else { name };
        if let Some(field) = self.instance(object).and_then(|instance| instance.field(name)) {
            return Ok(Some(field));
        }
        let class = self.instance_class(object).map(|(_, class)| class);
        let function = class.and_then(|class| match own {
            true => class.special(name),
            false => class.function(name),
        });
        let Some(native) = function else {
            return Ok(None);
        };
        let is_method = Registry::get()
            .definition(native)
            .is_some_and(|definition| definition.kind == DefinitionKind::Method);
        if !is_method {
            return Ok(Some(native));
        }
        let receiver = object;
        self.alloc(Type::BoundMethod, Object::BoundMethod { receiver, native })
            .map(Some)
    }

    /// Assigns an attribute: the library's code any, a program one that is there and is its to change.
    pub(super) fn set_attribute(&mut self, object: Value, name: &str, value: Value) -> Result<(), Flow> {
        let own = self.in_library_code();
        if object.kind() == Type::DecimalContext {
            return self.set_context_attribute(object, name, value);
        }
        let Some(instance) = self.instance(object) else {
            if let Some(flow) = self.named_tuple_not_settable(object, name) {
                return Err(flow);
            }
            return Err(self.attribute_not_settable(object, name));
        };
        let known = instance.field(name).is_some();
        let settable = own || (known && !name.starts_with('_') && self.is_python_class(object));
        if !settable {
            return Err(self.attribute_not_settable(object, name));
        }
        if !known {
            self.reserve(FIELD)?;
            self.heap.grow(FIELD);
        }
        if let Some(Object::Instance(instance)) = self.heap.get_mut(object.handle()) {
            match instance.fields.iter_mut().find(|(field, _)| field == name) {
                Some((_, field)) => *field = value,
                None => {
                    // A few at a time: instances have few, and what is counted is the fields alone.
                    if instance.fields.len() == instance.fields.capacity() {
                        instance.fields.reserve_exact(FIELDS_AT_ONCE);
                    }
                    instance.fields.push((name.into(), value));
                }
            }
        }
        Ok(())
    }

    fn is_python_class(&self, object: Value) -> bool {
        let class = self.instance_class(object);
        class.is_some_and(|(_, class)| class.is_python())
    }

    /// Tells whether an instance can be iterated over.
    pub(super) fn is_iterable_instance(&self, value: Value) -> bool {
        self.own_iterator(value).is_some() || self.special(value, "iter").is_some()
    }

    /// Returns the generator that gives the items of an instance that is an iterator itself.
    pub(crate) fn own_iterator(&self, value: Value) -> Option<Value> {
        let own = self.instance(value)?.field(ITERATOR);
        own.filter(|own| own.kind() == Type::Generator)
    }

    /// Returns the generator over an instance's items: its own, or a new one of its class's `iter`.
    pub(super) fn iterate_instance(&mut self, value: Value) -> Outcome {
        if let Some(own) = self.own_iterator(value) {
            return Ok(own);
        }
        let Some(iter) = self.special(value, "iter") else {
            return Ok(Value::NONE);
        };
        let function = self.provided(iter)?;
        let Object::Function(function) = self.heap.get(function.handle()) else {
            return Ok(Value::NONE);
        };
        let (code, closure) = (function.code, function.closure);
        let Some(loaded) = self.code.get(code) else {
            return Ok(Value::NONE);
        };
        debug_assert!(
            loaded.kind == CodeKind::Generator,
            "the `iter` of a class is a generator function of one parameter"
        );
        let (ip, locals, name) = (loaded.entry, loaded.locals, loaded.name.clone());
        let class = self.code.generates(code);
        let mut stack = vec![value];
        if let Object::Tuple(cells) = self.heap.get(closure.handle()) {
            stack.extend_from_slice(cells);
        }
        stack.resize(locals, Value::UNBOUND);
        let frame = SavedFrame {
            code,
            ip,
            stack,
            guards: Vec::new(),
        };
        let generator = GeneratorObject {
            name,
            class,
            room: frame.room(),
            state: GeneratorState::Suspended(frame),
        };
        self.alloc(Type::Generator, Object::Generator(Box::new(generator)))
    }
}

impl Interpreter {
    /// Begins to run a module's statements, above what is on the stack.
    pub(super) fn load_module(&mut self, module: usize) {
        let registry = Registry::get();
        let Some(written) = registry.module(module) else {
            return;
        };
        let compiled = written.unit(self.library);
        let place = self.builtins.len();
        self.builtins.resize(place + compiled.names.len(), Value::UNBOUND);
        for (class, name) in written.class_names() {
            let slot = compiled.names.get(name).map(|slot| place + slot as usize);
            if let Some(name) = slot.and_then(|slot| self.builtins.get_mut(slot)) {
                *name = crate::library::ClassId::of_sift(class).value();
            }
        }
        let start = self.load(&compiled.unit, Source::Module { module, place });
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

    /// Calls a function with a value before its arguments; `operands` stand on the stack, callee included.
    pub(super) fn call_with_receiver(
        &mut self,
        function: Value,
        receiver: Value,
        args: usize,
        names: Option<Value>,
        operands: usize,
    ) -> Result<Entered, Flow> {
        let first = self.stack.len() + 1 - operands;
        self.stack.insert(first, receiver);
        let entered = self.call_function(function, args + 1, names, operands + 1);
        if entered.is_err() {
            // The op is run again from its operands.
            self.stack.remove(first);
        }
        entered
    }

    /// Calls a class of the library: its `new`, or its `init` with a new instance.
    pub(super) fn call_class(
        &mut self,
        class: usize,
        args: usize,
        names: Option<Value>,
        operands: usize,
    ) -> Result<Entered, Flow> {
        let Some(written) = Registry::get().class(class) else {
            return Ok(Entered::Value);
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

    /// Calls the function that computes an attribute of an instance, if there is one and no field of the name.
    pub(super) fn call_property(&mut self, object: Value, name: &str) -> Result<Option<Entered>, Flow> {
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

    /// Calls a function of an instance's class in place of the top `operands` values; none if the class does not have it.
    /// Such a function is no generator.
    pub(super) fn call_special(
        &mut self,
        receiver: Value,
        name: &str,
        args: &[Value],
        operands: usize,
        on_return: OnReturn,
    ) -> Result<Option<Entered>, Flow> {
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
            // Which class's function it is may have been picked.
            self.label_entered(frames, entered, receiver.label());
        }
        match (&entered, self.frames.last_mut()) {
            (Ok(Entered::Frame), Some(frame)) => {
                frame.floor = height.saturating_sub(operands);
                frame.on_return = on_return;
            }
            _ => self.stack.truncate(height),
        }
        entered.map(Some)
    }
}
