//! Classes as values, as returned by `type(x)` and used in `isinstance`.

mod written;

use sift_compiler::exception::ExceptionClass;

use crate::value::{Type, Value};

pub use self::written::{
    Definition, DefinitionKind, DefinitionOwner, ModuleUnit, Registry, Role, SiftClass, SiftModule, Style,
};

/// The number of a class. Built-in classes come first, then exception classes, then library classes
/// written in Sift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClassId(u32);

/// The definition of a built-in class that isn't an exception.
struct Class {
    name: &'static str,
    /// The module shown in the class's repr, or `None` for a builtin.
    module: Option<&'static str>,
    /// Whether the name of the class can be used without an import.
    bound: bool,
    /// The type of values that are instances of the class, if there is one. Its methods are also
    /// members of the class.
    instances: Option<Type>,
    /// The name of the base class, if it is not `object`.
    parent: Option<&'static str>,
}

const fn class(name: &'static str, instances: Option<Type>) -> Class {
    Class {
        name,
        module: None,
        bound: true,
        instances,
        parent: None,
    }
}

const fn hidden(name: &'static str) -> Class {
    Class {
        name,
        module: None,
        bound: false,
        instances: None,
        parent: None,
    }
}

const fn hidden_in(module: &'static str, name: &'static str) -> Class {
    Class {
        module: Some(module),
        ..hidden(name)
    }
}

const fn dict_kin(name: &'static str) -> Class {
    Class {
        name,
        module: Some("collections"),
        bound: true,
        instances: Some(Type::Dict),
        parent: Some("dict"),
    }
}

const fn of_re(name: &'static str, instances: Type) -> Class {
    Class {
        name,
        module: Some("re"),
        bound: false,
        instances: Some(instances),
        parent: None,
    }
}

const fn of_datetime(name: &'static str, instances: Option<Type>) -> Class {
    Class {
        name,
        module: Some("datetime"),
        bound: false,
        instances,
        parent: None,
    }
}

const fn exact(name: &'static str, module: &'static str, instances: Type) -> Class {
    Class {
        name,
        module: Some(module),
        bound: true,
        instances: Some(instances),
        parent: None,
    }
}

const CLASSES: &[Class] = &[
    class("object", None),
    class("type", None),
    hidden("NoneType"),
    Class {
        name: "bool",
        module: None,
        bound: true,
        instances: Some(Type::Bool),
        parent: Some("int"),
    },
    class("int", Some(Type::Int)),
    class("float", Some(Type::Float)),
    class("str", Some(Type::Str)),
    class("list", Some(Type::List)),
    class("tuple", Some(Type::Tuple)),
    class("dict", Some(Type::Dict)),
    class("set", Some(Type::Set)),
    class("frozenset", Some(Type::FrozenSet)),
    class("range", Some(Type::Range)),
    class("slice", Some(Type::Slice)),
    class("map", None),
    class("filter", None),
    class("enumerate", None),
    class("zip", None),
    class("reversed", None),
    hidden("ellipsis"),
    hidden("function"),
    hidden("builtin_function_or_method"),
    Class {
        instances: Some(Type::Generator),
        ..hidden("generator")
    },
    hidden("module"),
    hidden("iterator"),
    hidden("callable_iterator"),
    hidden("list_iterator"),
    hidden("list_reverseiterator"),
    hidden("tuple_iterator"),
    hidden("str_iterator"),
    hidden("str_ascii_iterator"),
    hidden("range_iterator"),
    hidden("set_iterator"),
    hidden("dict_keyiterator"),
    hidden("dict_valueiterator"),
    hidden("dict_itemiterator"),
    hidden("dict_reversekeyiterator"),
    hidden("dict_reversevalueiterator"),
    hidden("dict_reverseitemiterator"),
    hidden("odict_iterator"),
    hidden_in("_collections", "_deque_iterator"),
    hidden_in("_collections", "_deque_reverse_iterator"),
    hidden("dict_keys"),
    hidden("dict_values"),
    hidden("dict_items"),
    hidden("odict_keys"),
    hidden("odict_values"),
    hidden("odict_items"),
    hidden("cell"),
    hidden("Context"),
    hidden("record"),
    Class {
        name: "deque",
        module: Some("collections"),
        bound: true,
        instances: Some(Type::Deque),
        parent: None,
    },
    dict_kin("Counter"),
    dict_kin("defaultdict"),
    dict_kin("OrderedDict"),
    exact("Decimal", "decimal", Type::Decimal),
    // The qualified name distinguishes it from the class of `ctx`.
    Class {
        name: "decimal.Context",
        module: None,
        bound: false,
        instances: Some(Type::DecimalContext),
        parent: None,
    },
    exact("Fraction", "fractions", Type::Fraction),
    of_re("Pattern", Type::Pattern),
    of_re("Match", Type::Match),
    Class {
        name: "RegexFlag",
        module: None,
        bound: false,
        instances: Some(Type::RegexFlag),
        parent: Some("int"),
    },
    of_datetime("date", Some(Type::Date)),
    of_datetime("time", Some(Type::Time)),
    Class {
        bound: true,
        parent: Some("date"),
        ..of_datetime("datetime", Some(Type::DateTime))
    },
    Class {
        bound: true,
        ..of_datetime("timedelta", Some(Type::TimeDelta))
    },
    Class {
        bound: true,
        parent: Some("tzinfo"),
        ..of_datetime("timezone", Some(Type::TimeZone))
    },
    of_datetime("tzinfo", None),
];

const EXCEPTIONS: u32 = 1 << 16;
/// The number of the first class written in Sift.
const SIFT: u32 = 1 << 24;

impl ClassId {
    /// The class `object`, the base of all classes.
    pub const OBJECT: Self = Self(0);

    /// Returns all built-in classes, followed by the exception classes. Library classes written in
    /// Sift aren't included.
    pub fn all() -> impl Iterator<Item = Self> {
        let classes = (0..).zip(CLASSES).map(|(index, _)| Self(index));
        classes.chain(ExceptionClass::all().map(Self::of_exception))
    }

    /// Returns the class for an `ExceptionClass`.
    pub const fn of_exception(class: ExceptionClass) -> Self {
        Self(EXCEPTIONS + class as u32)
    }

    /// Returns the class that a value stands for, or `None` if the value is no class.
    pub fn of(value: Value) -> Option<Self> {
        (value.kind() == Type::Class).then(|| Self(u32::try_from(value.index()).unwrap_or(u32::MAX)))
    }

    /// Returns the built-in class or exception class with this name. Some names include the module,
    /// such as `decimal.Context`.
    pub fn named(name: &str) -> Option<Self> {
        let place = CLASSES.iter().position(|class| class.name == name);
        match place {
            Some(place) => u32::try_from(place).ok().map(Self),
            None => ExceptionClass::from_name(name).map(Self::of_exception),
        }
    }

    /// Returns the class of the generators that a prelude function creates, such as `map`, or
    /// `None` for plain generators.
    pub fn generated_by(function: &str) -> Option<Self> {
        match function {
            "_map_one" | "_map_many" => Self::named("map"),
            "_filter_by" | "_filter_true" => Self::named("filter"),
            "_enumerate_from" => Self::named("enumerate"),
            "_zip_all" => Self::named("zip"),
            "_call_until" => Self::named("callable_iterator"),
            "_counter_elements" => Registry::get().class_named("itertools", "chain").map(Self::of_sift),
            _ => None,
        }
    }

    /// Returns the class that a type annotation refers to. The annotation `None` refers to the
    /// class of `None`.
    pub fn of_annotation(value: Value) -> Option<Self> {
        if value.is_none() {
            return Self::named("NoneType");
        }
        Self::of(value)
    }

    /// Returns the class as a value for programs.
    pub const fn value(self) -> Value {
        Value::indexed(Type::Class, self.0)
    }

    /// Returns the class for a number from the list of library classes written in Sift.
    pub fn of_sift(class: usize) -> Self {
        Self(SIFT.saturating_add(u32::try_from(class).unwrap_or(u32::MAX)))
    }

    /// Returns the number of the class among the library classes written in Sift, or `None` for
    /// other classes.
    pub fn sift(self) -> Option<usize> {
        self.0.checked_sub(SIFT).map(|class| class as usize)
    }

    fn written(self) -> Option<&'static SiftClass> {
        Registry::get().class(self.sift()?)
    }

    /// Returns the `ExceptionClass` of the class, or `None` for other classes.
    pub fn exception(self) -> Option<ExceptionClass> {
        let index = self.0.checked_sub(EXCEPTIONS)?;
        ExceptionClass::all().find(|class| *class as u32 == index)
    }

    fn row(self) -> Option<&'static Class> {
        CLASSES.get(self.0 as usize)
    }

    /// Returns the class's name without its module.
    pub fn name(self) -> &'static str {
        match (self.exception(), self.written()) {
            (Some(exception), _) => exception.name(),
            (None, Some(class)) => class.name,
            (None, None) => {
                let name = self.row().map_or("", |class| class.name);
                name.rsplit_once('.').map_or(name, |(_, name)| name)
            }
        }
    }

    /// Returns the name by which error messages refer to the type of the class's instances.
    pub fn type_name(self) -> &'static str {
        self.written().map_or_else(|| self.name(), SiftClass::type_name)
    }

    /// Returns the name in the class's repr, which includes the module if CPython shows it.
    pub fn qualified_name(self) -> String {
        if let Some(class) = self.written() {
            return class.qualified_name.clone();
        }
        match (self.exception(), self.row().and_then(|class| class.module)) {
            (Some(ExceptionClass::JsonDecodeError), _) => "json.decoder.JSONDecodeError".to_owned(),
            (Some(ExceptionClass::RegexError), _) => "re.error".to_owned(),
            (Some(ExceptionClass::CsvError), _) => "_csv.Error".to_owned(),
            (Some(ExceptionClass::StatisticsError), _) => "statistics.StatisticsError".to_owned(),
            (Some(class), _) if class.is_a(ExceptionClass::DecimalException) => format!("decimal.{}", class.name()),
            (_, None) if self == Self::of_instances(Type::DecimalContext) => "decimal.Context".to_owned(),
            (_, Some(module)) => format!("{module}.{}", self.name()),
            _ => self.name().to_owned(),
        }
    }

    /// Returns the name by which CPython's error messages refer to the class, with the module if
    /// the class is written in C.
    pub fn described_name(self) -> String {
        match self.row() {
            Some(class) if class.module.is_some() && class.name != "Counter" => self.qualified_name(),
            _ => self.name().to_owned(),
        }
    }

    /// Returns the name by which programs can use the class without an import, if there is one.
    pub fn bound_name(self) -> Option<&'static str> {
        match self.exception() {
            Some(
                ExceptionClass::JsonDecodeError
                | ExceptionClass::RegexError
                | ExceptionClass::CsvError
                | ExceptionClass::StatisticsError,
            ) => None,
            Some(ExceptionClass::InvalidOperation) => Some("InvalidOperation"),
            Some(class) if class.is_a(ExceptionClass::DecimalException) => None,
            Some(exception) => Some(exception.name()),
            None => self.row().filter(|class| class.bound).map(|class| class.name),
        }
    }

    /// Returns the class whose instances are the values of this type.
    pub fn of_instances(kind: Type) -> Self {
        let place = CLASSES.iter().position(|class| class.instances == Some(kind));
        Self(place.and_then(|place| u32::try_from(place).ok()).unwrap_or(0))
    }

    /// Returns `true` if the class accepts type arguments in Python, as in `list[int]`.
    pub fn is_generic(self) -> bool {
        let of_types = ["type", "enumerate", "Pattern", "Match"].contains(&self.name());
        let kinds = [
            Type::List,
            Type::Tuple,
            Type::Dict,
            Type::Set,
            Type::FrozenSet,
            Type::Deque,
        ];
        of_types || self.instance_type().is_some_and(|kind| kinds.contains(&kind))
    }

    /// Returns the type of values that are instances of the class, if a built-in class has one.
    pub fn instance_type(self) -> Option<Type> {
        self.row()?.instances
    }

    /// Returns `true` if instances of this class are instances of `other`.
    pub fn is_a(self, other: Self) -> bool {
        if self == other || other.name() == "object" {
            return true;
        }
        if let (Some(class), Some(other)) = (self.exception(), other.exception()) {
            return class.is_a(other);
        }
        self.row()
            .and_then(|class| class.parent)
            .is_some_and(|parent| parent == other.name())
    }
}
