//! Instances of library classes written in Sift.

use sift_compiler::op::CodeKind;
use sift_values::classes::{Definition, DefinitionKind, Registry, SiftClass};
use sift_values::flow::{Flow, Outcome};
use sift_values::object::{FIELD, GeneratorObject, GeneratorState, InstanceObject, Object, SavedFrame};
use sift_values::value::{Type, Value};

use crate::runtime::Runtime;

/// The internal field of an instance that is its own iterator. It holds the generator of the items.
const ITERATOR: &str = "_iterator";

/// The number of fields by which the capacity of an instance grows.
const FIELDS_AT_ONCE: usize = 3;

impl Runtime {
    /// Returns the value that a library definition, a function or a constant, has in this session.
    ///
    /// # Errors
    /// [`Flow::LoadModule`] if the definition's module is not loaded.
    pub fn provided(&self, value: Value) -> Outcome {
        let registry = Registry::get();
        let Some(definition) = registry.definition(value) else {
            return Ok(Value::NONE);
        };
        let Some(place) = self.place_of_module(definition.module) else {
            return Err(Flow::LoadModule(definition.module));
        };
        let unit = registry
            .module(definition.module)
            .map(|module| module.unit(self.library.symbols()));
        let slot = unit.and_then(|unit| definition.slot(unit));
        let value = slot.and_then(|slot| self.builtins.get(place + slot));
        Ok(value.copied().unwrap_or(Value::NONE))
    }

    /// Resolves a member of a module: a constant is replaced by its value, other members are
    /// returned as they are.
    pub(crate) fn member_value(&self, member: Value) -> Outcome {
        match Registry::get().definition(member) {
            Some(Definition {
                kind: DefinitionKind::Constant,
                ..
            }) => self.provided(member),
            _ => Ok(member),
        }
    }

    /// Returns the value that a library module binds to a name, which may be internal to the
    /// module.
    pub fn name_of_module(&self, module: &str, name: &str) -> Outcome {
        let registry = Registry::get();
        let Some(number) = registry.modules().iter().position(|known| known.name == module) else {
            return Ok(Value::NONE);
        };
        let Some(place) = self.place_of_module(number) else {
            return Err(Flow::LoadModule(number));
        };
        let slot = registry
            .module(number)
            .and_then(|module| module.unit(self.library.symbols()).names.get(name));
        let value = slot.and_then(|slot| self.builtins.get(place + slot as usize));
        Ok(value.copied().unwrap_or(Value::NONE))
    }

    /// Returns the index in the builtin table of a module's first name, or `None` if the module is
    /// not loaded. A module counts as loaded while its own statements are running.
    fn place_of_module(&self, number: usize) -> Option<usize> {
        let loading = || {
            let mut loading = self.loading.iter().rev();
            loading.find_map(|(module, place)| (*module == number).then_some(*place))
        };
        self.modules.get(number).copied().flatten().or_else(loading)
    }

    /// Marks a library module as loaded, with the index of its first name in the builtin table.
    pub fn module_loaded(&mut self, module: usize, place: usize) {
        if let Some(loaded) = self.modules.get_mut(module) {
            *loaded = Some(place);
        }
        self.loading.retain(|loading| *loading != (module, place));
    }

    /// Returns the instance object of a value, or `None` for other values.
    pub fn instance(&self, value: Value) -> Option<&InstanceObject> {
        match self.heap.get(value.handle()) {
            Object::Instance(instance) if value.kind() == Type::Instance => Some(instance),
            _ => None,
        }
    }

    /// Returns the library class of an instance, and the number of the class.
    pub fn instance_class(&self, value: Value) -> Option<(usize, &'static SiftClass)> {
        let class = self.instance(value)?.class;
        Some((class, Registry::get().class(class)?))
    }

    /// Returns the special method with this name, such as `iter` or `len`, of an instance's class.
    pub fn special(&self, value: Value, name: &str) -> Option<Value> {
        self.instance_class(value)?.1.special(name)
    }

    /// Returns an attribute of an instance: a field, or a bound method of its class. Internal names
    /// and special methods are visible only to library code.
    pub(crate) fn instance_attribute(&mut self, object: Value, name: &str) -> Result<Option<Value>, Flow> {
        let own = self.in_library_code();
        // A function that acts as another has its name.
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

    /// Performs the assignment `object.name = value`. Library code may assign any attribute; a
    /// program only existing, writable ones.
    pub fn set_attribute(&mut self, object: Value, name: &str, value: Value) -> Result<(), Flow> {
        let own = self.in_library_code();
        if let Some(operators) = self.operators(object)
            && operators.set_attribute(self, object, name, value)?
        {
            return Ok(());
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
                    // Instances have few fields, and only the fields are counted.
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

    /// Returns `true` if the value is an instance that can be iterated.
    pub(crate) fn is_iterable_instance(&self, value: Value) -> bool {
        self.own_iterator(value).is_some() || self.special(value, "iter").is_some()
    }

    /// Returns the generator inside an instance that is its own iterator, or `None` for other
    /// values.
    pub fn own_iterator(&self, value: Value) -> Option<Value> {
        let own = self.instance(value)?.field(ITERATOR);
        own.filter(|own| own.kind() == Type::Generator)
    }

    /// Returns a generator over the items of an instance: its own one, or a new one from the method
    /// `iter` of its class.
    pub(crate) fn iterate_instance(&mut self, value: Value) -> Outcome {
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
