//! Attribute access (`object.name`), imports, and the type names of values.

use sift_compiler::exception::ExceptionClass;
use sift_syntax::nearest;
use sift_values::classes::{ClassId, Registry};
use sift_values::cost;
use sift_values::flow::{Flow, Outcome};
use sift_values::object::{DictKind, DictPart, Object};
use sift_values::value::{Type, Value};
use smol_str::SmolStr;

use crate::runtime::{DOCUMENT_ATTRIBUTES, Runtime};

impl Runtime {
    /// Returns a value's type name for listings of variables, which show documents of the context
    /// as a type of their own.
    pub fn shown_type(&self, value: Value) -> &str {
        match value.document() {
            Some(_) => sift_syntax::Type::Document.name(),
            None => self.class_name(value),
        }
    }

    /// Returns a value's type name as in Python's error messages, with the module if CPython shows
    /// it.
    pub fn type_name(&self, value: Value) -> &str {
        match value.kind() {
            Type::Unbound => "unbound",
            Type::Unknown => "unknown",
            Type::None => "NoneType",
            Type::Bool => "bool",
            Type::RegexFlag => "RegexFlag",
            Type::Int | Type::BigInt => "int",
            Type::Float => "float",
            Type::Ellipsis => "ellipsis",
            Type::Str => "str",
            Type::List => "list",
            Type::Deque => "collections.deque",
            Type::Tuple => match self.heap.get(value.handle()) {
                Object::Tuple(tuple) => tuple
                    .class
                    .and_then(|class| self.tuple_class(Value::object(Type::TupleClass, class))),
                _ => None,
            }
            .map_or("tuple", |class| &class.name),
            Type::Set => "set",
            Type::FrozenSet => "frozenset",
            Type::Range => "range",
            Type::Slice => "slice",
            Type::Generator => match self.heap.get(value.handle()) {
                Object::Generator(generator) => generator.class.map_or("generator", ClassId::type_name),
                _ => "generator",
            },
            Type::Instance => self
                .instance_class(value)
                .map_or("object", |(_, class)| class.type_name()),
            Type::Provided | Type::Tool => "function",
            Type::Function => "function",
            Type::Native | Type::BoundMethod => "builtin_function_or_method",
            Type::Class | Type::TupleClass => "type",
            Type::Module => "module",
            // The only cells that programs see are those of `object()`.
            Type::Cell => "object",
            Type::Pattern => "re.Pattern",
            Type::Match => "re.Match",
            Type::Date => "datetime.date",
            Type::Time => "datetime.time",
            Type::DateTime => "datetime.datetime",
            Type::TimeDelta => "datetime.timedelta",
            Type::TimeZone | Type::NamedZone => "datetime.timezone",
            Type::Context => "Context",
            Type::Decimal => "decimal.Decimal",
            Type::DecimalContext => "decimal.Context",
            Type::Fraction => "Fraction",
            Type::Dict => match self.heap.get(value.handle()) {
                Object::Dict(dict) => match dict.kind {
                    DictKind::Plain => "dict",
                    DictKind::Counter => "Counter",
                    DictKind::Default(_) => "collections.defaultdict",
                    DictKind::Ordered => "collections.OrderedDict",
                },
                _ => "dict",
            },
            Type::DictView => match *self.heap.get(value.handle()) {
                Object::DictView { dict, part } => self.view_name(dict, part),
                _ => "dict_items",
            },
            Type::Iterator => match self.heap.get(value.handle()) {
                Object::Iterator(iterator) => iterator.type_name,
                _ => "iterator",
            },
            Type::Exception => self.exception_class(value).map_or("exception", ExceptionClass::name),
            Type::Record => match self.heap.get(value.handle()) {
                Object::Record(record) => &record.type_name,
                _ => "record",
            },
        }
    }

    /// Returns the type name of a dict view, such as `dict_keys` or `odict_items`.
    pub(crate) fn view_name(&self, dict: Value, part: DictPart) -> &'static str {
        match (self.is_ordered(dict), part) {
            (false, DictPart::Keys) => "dict_keys",
            (false, DictPart::Values) => "dict_values",
            (false, DictPart::Items) => "dict_items",
            (true, DictPart::Keys) => "odict_keys",
            (true, DictPart::Values) => "odict_values",
            (true, DictPart::Items) => "odict_items",
        }
    }

    /// Returns `true` if a dict is an `OrderedDict`.
    pub fn is_ordered(&self, dict: Value) -> bool {
        matches!(self.heap.get(dict.handle()), Object::Dict(dict) if matches!(dict.kind, DictKind::Ordered))
    }

    /// Returns the name of a value's class: `type(x).__name__`.
    pub fn class_name(&self, value: Value) -> &str {
        let name = self.type_name(value);
        name.rsplit_once('.').map_or(name, |(_, name)| name)
    }

    /// Returns the attribute `object.name`, or raises an `AttributeError`.
    pub fn attribute(&mut self, object: Value, name: &str) -> Outcome {
        match self.find_attribute(object, name)? {
            Some(value) => Ok(value),
            None => Err(self.no_attribute(object, name)),
        }
    }

    /// Returns the attribute `object.name`, or `None` if it doesn't exist. Unlike a failed access,
    /// this builds no error, whose hints are expensive.
    pub fn find_attribute(&mut self, object: Value, name: &str) -> Result<Option<Value>, Flow> {
        if let Some(value) = self.own_attribute(object, name)? {
            return Ok(Some(value));
        }
        let Some(native) = self.method_of(object, name) else {
            return Ok(None);
        };
        let method = Object::BoundMethod {
            receiver: object,
            native,
        };
        self.alloc(Type::BoundMethod, method).map(Some)
    }

    /// Returns the name of a library function, which is written in Rust or in Sift.
    fn name_of_native(&self, native: Value) -> &'static str {
        match native.kind() {
            Type::Provided => Registry::get()
                .definition(native)
                .map_or("", |definition| definition.shown),
            _ => self.library.row(native.index()).name,
        }
    }

    /// Returns the library function that implements the method `name` of a value's type.
    pub fn method_of(&self, object: Value, name: &str) -> Option<Value> {
        if object.kind() == Type::Dict
            && let Some(own) = self.library.kin_method(self.class_name(object), name)
        {
            return Some(own);
        }
        if let Some(class) = self.named_class(object) {
            if name.starts_with('_') {
                return self.library.method(Type::TupleClass, name);
            }
            if self.tuple_class(class).is_some_and(|class| class.place(name).is_some()) {
                return None;
            }
        }
        if object.kind() == Type::Generator && !self.is_plain_generator(object) {
            return None;
        }
        let of_values = matches!(
            self.heap.get(object.handle()),
            Object::DictView {
                part: DictPart::Values,
                ..
            }
        );
        if object.kind() == Type::DictView && of_values {
            return None;
        }
        self.library.method(object.kind(), name)
    }

    /// Returns an attribute of an object other than the methods of its type.
    fn own_attribute(&mut self, object: Value, name: &str) -> Result<Option<Value>, Flow> {
        match object.kind() {
            Type::Module => match self.library.module_member(object, name) {
                Some(member) => self.member_value(member).map(Some),
                None => Ok(None),
            },
            Type::Class if name == "__name__" => {
                let name = self.library.class_name(object);
                self.alloc_text(name).map(Some)
            }
            Type::Class => match (self.library.class_member(object, name), ClassId::of(object)) {
                (None, Some(class)) => match class.instance_type().and_then(|kind| self.library.operators(kind)) {
                    Some(operators) => operators.class_attribute(self, class, name),
                    None => Ok(None),
                },
                (member, _) => Ok(member),
            },
            Type::Instance => self.instance_attribute(object, name),
            Type::Native | Type::Provided if name == "__name__" => {
                let name = self.name_of_native(object);
                self.alloc_text(name).map(Some)
            }
            Type::Tool if name == "__name__" => {
                let name = self.tools.name(object).clone();
                self.alloc_text(name.as_str()).map(Some)
            }
            Type::Context => self.context_attribute(name),
            Type::Str => self.document_attribute(object, name),
            Type::TimeZone | Type::RegexFlag => {
                self.by_module([object], |operators, m| operators.attribute(m, object, name))
            }
            Type::Int | Type::Bool | Type::BigInt | Type::Float => Ok(self.number_attribute(object, name)),
            _ if !object.is_object() => Ok(None),
            _ => self.object_attribute(object, name),
        }
    }

    fn object_attribute(&mut self, object: Value, name: &str) -> Result<Option<Value>, Flow> {
        match self.heap.get(object.handle()) {
            Object::Function(function) if name == "__name__" => {
                let name = function.name.clone();
                self.alloc_text(name).map(Some)
            }
            Object::BoundMethod { native, .. } if name == "__name__" => {
                let name = self.name_of_native(*native);
                self.alloc_text(name).map(Some)
            }
            Object::Exception(exception) => match name {
                "args" => {
                    let args = exception.args.clone();
                    self.alloc_tuple(args).map(Some)
                }
                "__cause__" => Ok(Some(exception.cause)),
                "value" if exception.class == ExceptionClass::StopIteration => {
                    Ok(Some(exception.args.first().copied().unwrap_or(Value::NONE)))
                }
                _ => Ok(exception
                    .attributes
                    .iter()
                    .find(|(key, _)| key == name)
                    .map(|(_, value)| *value)),
            },
            Object::Tuple(_) => self.named_tuple_attribute(object, name),
            Object::TupleClass(_) => self.tuple_class_attribute(object, name),
            Object::Record(record) => {
                let place = record.names.iter().position(|field| field == name);
                Ok(place.and_then(|place| record.values.get(place)).copied())
            }
            Object::Range(range) => Ok(match name {
                "start" => Some(Value::int(range.start)),
                "stop" => Some(Value::int(range.stop)),
                "step" => Some(Value::int(range.step)),
                _ => None,
            }),
            Object::Slice(_) => Ok(self.slice_attribute(object, name)),
            Object::Dict(dict) => match (name, dict.kind) {
                ("default_factory", DictKind::Default(factory)) => Ok(Some(factory)),
                _ => Ok(None),
            },
            Object::Deque(deque) => {
                let maxlen = deque.maxlen.map_or(Value::NONE, Value::length);
                Ok(Some(maxlen).filter(|_| name == "maxlen"))
            }
            _ => self.by_module([object], |operators, m| operators.attribute(m, object, name)),
        }
    }

    /// Returns a raised `AttributeError` for a missing attribute, with a similar name or a
    /// replacement as its hint.
    pub fn no_attribute(&mut self, object: Value, name: &str) -> Flow {
        let message = match object.kind() {
            Type::Module => format!(
                "module '{}' has no attribute '{name}'",
                self.library.module_name(object)
            ),
            Type::TupleClass => {
                let class = self.tuple_class(object).map_or("", |class| &class.name);
                format!("type object '{class}' has no attribute '{name}'")
            }
            Type::Class => format!(
                "type object '{}' has no attribute '{name}'",
                ClassId::of(object).map_or_else(String::new, ClassId::described_name)
            ),
            _ => format!("'{}' object has no attribute '{name}'", self.type_name(object)),
        };
        let known = self.attribute_names(object);
        if let Err(end) = self
            .meter
            .charge(cost::MISSING_NAME + known.len() as u64 / cost::NAMES_PER_UNIT)
        {
            return end;
        }
        let owner = match object.kind() {
            Type::Module => self.library.module_name(object),
            Type::Class => self.library.class_name(object),
            _ => self.class_name(object),
        };
        let instead = self.library.instead_of_member(owner, name);
        let flow = self.raise(ExceptionClass::AttributeError, message);
        if let Some(instead) = instead {
            return self.with_help(flow, instead);
        }
        match nearest(name, known.iter()).first() {
            Some(near) => self.with_help(flow, format!("did you mean .{near}?")),
            None if object.kind() == Type::Record => {
                let fields: Vec<String> = known.iter().map(|field| format!(".{field}")).collect();
                self.with_help(flow, format!("it has {}", fields.join(", ")))
            }
            None if object.kind() == Type::Dict => {
                self.with_help(flow, format!("items are read in brackets: [\"{name}\"]"))
            }
            None => flow,
        }
    }

    fn attribute_names(&self, object: Value) -> Vec<SmolStr> {
        match (object.kind(), self.heap.get(object.handle())) {
            (Type::Record, Object::Record(record)) => record.names.to_vec(),
            (Type::Module, _) => self.library.module_members(object),
            (Type::Tuple, Object::Tuple(_)) if let Some(class) = self.named_class(object) => self
                .tuple_class(class)
                .map_or_else(Vec::new, |class| class.fields.to_vec()),
            _ => {
                let mut names = self.library.method_names(object.kind(), self.class_name(object));
                if object.document().is_some() {
                    names.extend(DOCUMENT_ATTRIBUTES.map(SmolStr::new_static));
                }
                names
            }
        }
    }

    /// Returns a raised error for `object.name = value` if the attribute can't be assigned.
    pub fn attribute_not_settable(&mut self, object: Value, name: &str) -> Flow {
        let kind = self.type_name(object);
        let flow = match (object.kind(), self.method_of(object, name)) {
            (Type::Class, _) => {
                let class = ClassId::of(object).map_or_else(String::new, ClassId::described_name);
                self.type_error(format!("cannot set '{name}' attribute of immutable type '{class}'"))
            }
            (_, Some(_)) => {
                let message = format!("'{kind}' object attribute '{name}' is read-only");
                self.raise(ExceptionClass::AttributeError, message)
            }
            _ => {
                let message = match self.own_attribute(object, name) {
                    Ok(Some(_)) if self.named_class(object).is_some() => "can't set attribute".to_owned(),
                    Ok(Some(_)) => {
                        let kind = self.type_name(object);
                        format!("attribute '{name}' of '{kind}' objects is not writable")
                    }
                    _ => {
                        let kind = self.type_name(object);
                        format!("'{kind}' object has no attribute '{name}'")
                    }
                };
                self.raise(ExceptionClass::AttributeError, message)
            }
        };
        self.with_help(flow, "keep the value in a variable or in a dict")
    }

    /// Returns the library module with this name, or raises a `ModuleNotFoundError`.
    pub fn import(&mut self, name: &str) -> Outcome {
        match self.library.module(name) {
            Some(module) => Ok(module),
            None => {
                let flow = self.raise(ExceptionClass::ModuleNotFoundError, format!("No module named '{name}'"));
                Err(match self.library.instead_of_module(name) {
                    Some(instead) => self.with_help(flow, instead),
                    None => flow,
                })
            }
        }
    }

    /// Returns a member of a library module for `from module import name`, or raises an
    /// `ImportError`.
    pub fn import_member(&mut self, module: Value, name: &str) -> Outcome {
        match self.library.module_member(module, name) {
            Some(member) => self.member_value(member),
            None => {
                let module = self.library.module_name(module).to_owned();
                let message = format!("cannot import name '{name}' from '{module}'");
                Err(self.raise(ExceptionClass::ImportError, message))
            }
        }
    }

    /// Returns the attribute `start`, `stop` or `step` of a slice.
    pub(crate) fn slice_attribute(&self, slice: Value, name: &str) -> Option<Value> {
        let Object::Slice(parts) = self.heap.get(slice.handle()) else {
            return None;
        };
        let [start, stop, step] = **parts;
        match name {
            "start" => Some(start),
            "stop" => Some(stop),
            "step" => Some(step),
            _ => None,
        }
    }

    /// Returns a data attribute of a number: `real`, `imag`, `numerator` or `denominator`.
    pub(crate) fn number_attribute(&mut self, value: Value, name: &str) -> Option<Value> {
        let itself = match value.kind() {
            Type::Bool => Value::int(value.raw_int()),
            _ => value,
        };
        match (name, value.kind()) {
            ("real", _) => Some(itself),
            ("imag", Type::Float) => Some(Value::float(0.0)),
            ("imag", _) => Some(Value::int(0)),
            ("numerator", Type::Int | Type::Bool | Type::BigInt) => Some(itself),
            ("denominator", Type::Int | Type::Bool | Type::BigInt) => Some(Value::int(1)),
            _ => None,
        }
    }
}
