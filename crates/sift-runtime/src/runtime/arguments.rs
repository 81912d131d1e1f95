//! Binds arguments to the parameters of functions written in Sift, with CPython's error messages.

use sift_compiler::op::ParamSpec;
use sift_syntax::{Param, ParamKind};
use sift_values::classes::{DefinitionOwner, Role, Style};
use sift_values::flow::Flow;
use sift_values::object::{FunctionObject, Object};
use sift_values::value::{Label, Type, Value};
use smol_str::SmolStr;

use super::{Invocation, Runtime};
use crate::runtime::Row;
use crate::table::Owner;

impl Runtime {
    /// Binds the arguments on the stack to the parameters of a function written in Sift.
    pub fn bind_arguments(
        &mut self,
        function: &FunctionObject,
        params: &ParamSpec,
        args: usize,
        names: Option<Value>,
    ) -> Result<Vec<Value>, Flow> {
        let named = names.map_or(0, |names| self.tuple_len(names));
        let given = ArgumentCounts { args, named };
        let start = self.stack.len() - args - named;
        let positional: Vec<Value> = self.stack.iter().skip(start).take(args).copied().collect();
        let mut slots = vec![Value::UNBOUND; params.names.len()];
        for (slot, value) in slots.iter_mut().zip(positional.iter().take(params.positional)) {
            *slot = *value;
        }
        let rest = positional.get(params.positional..).unwrap_or_default().to_vec();
        let mut extra = Vec::new();
        let mut by_position_only = Vec::new();
        if let Some(names) = names {
            let names = match self.heap.get(names.handle()) {
                Object::Tuple(names) => names.to_vec(),
                _ => Vec::new(),
            };
            for (index, name) in names.into_iter().enumerate() {
                let value = self.stack_value(start + args + index);
                let text = self.text(name)?;
                let text = text.as_str().unwrap_or_default();
                let slot = params
                    .names
                    .iter()
                    .skip(params.positional_only)
                    .position(|param| param == text);
                match slot.and_then(|slot| slots.get_mut(slot + params.positional_only)) {
                    Some(slot) if slot.is_unbound() => *slot = value,
                    Some(_) => return Err(self.wrong(function, params, given, &BindError::Twice(text.into()))),
                    None if params.var_keywords => extra.push((name, value)),
                    None if params.names.iter().any(|param| param == text) => by_position_only.push(text.into()),
                    None => return Err(self.wrong(function, params, given, &BindError::Unexpected(text.into()))),
                }
            }
        }
        if !by_position_only.is_empty() {
            return Err(self.wrong(function, params, given, &BindError::ByPositionOnly(by_position_only)));
        }
        if !rest.is_empty() && !params.var_args {
            let by_name = slots.iter().skip(params.positional).filter(|slot| !slot.is_unbound());
            let by_name = by_name.count();
            return Err(self.wrong(function, params, given, &BindError::TooMany { by_name }));
        }
        if let Some(missing) = self.fill_defaults(function, params, &mut slots) {
            return Err(self.wrong(function, params, given, &missing));
        }
        if params.var_args {
            // Their number may depend on what any of them derives from.
            let label = rest
                .iter()
                .fold(Label::PROGRAM, |label, value| label.join(value.label()));
            self.note_held(label);
            let rest = self.alloc_tuple(rest)?.labelled(label);
            slots.push(rest);
        }
        if params.var_keywords {
            extra.iter().for_each(|(_, value)| self.note_held(value.label()));
            let dict = self.new_dict(&extra)?;
            slots.push(dict);
        }
        Ok(slots)
    }

    /// Calls a named tuple class, whose parameters are its fields. The result replaces `operands`
    /// stack values, which include the callee.
    pub fn call_tuple_class(
        &mut self,
        class: Value,
        args: usize,
        names: Option<Value>,
        operands: usize,
    ) -> Result<Invocation, Flow> {
        let Some(object) = self.tuple_class(class) else {
            return Ok(Invocation::Value);
        };
        let mut params = ParamSpec {
            names: vec!["_cls".into()],
            positional: object.fields.len() + 1,
            ..ParamSpec::default()
        };
        params.names.extend(object.fields.iter().cloned());
        let new = FunctionObject {
            code: u32::MAX,
            name: format!("{}.__new__", object.name).into(),
            defaults: object.defaults,
            keyword_defaults: Value::NONE,
            closure: Value::NONE,
        };
        // The first parameter is the class, as in CPython's messages.
        let first = self.stack.len() + 1 - operands;
        self.stack.insert(first, class);
        let bound = self.bind_arguments(&new, &params, args + 1, names);
        self.stack.remove(first);
        let mut items = bound?;
        items.remove(0);
        self.note_all_held(&items);
        let tuple = self.named_tuple(class, items)?;
        self.replace_top(operands, tuple);
        Ok(Invocation::Value)
    }

    /// Fills unbound parameters with their defaults. Returns the error for required parameters that
    /// are missing.
    fn fill_defaults(&self, function: &FunctionObject, params: &ParamSpec, slots: &mut [Value]) -> Option<BindError> {
        let items = |tuple: Value| match self.heap.get(tuple.handle()) {
            Object::Tuple(items) => items.to_vec(),
            _ => Vec::new(),
        };
        let defaults = items(function.defaults);
        let keyword_defaults = items(function.keyword_defaults);
        let first_default = params.positional.saturating_sub(defaults.len());
        let mut missing = Vec::new();
        let mut missing_keywords = Vec::new();
        for (index, (slot, name)) in slots.iter_mut().zip(&params.names).enumerate() {
            if !slot.is_unbound() {
                continue;
            }
            let default = match index.checked_sub(params.positional) {
                None => index.checked_sub(first_default).and_then(|index| defaults.get(index)),
                Some(index) => keyword_defaults.get(index),
            };
            match default.copied().and_then(Value::given) {
                Some(default) => *slot = default,
                None if index < params.positional => missing.push(name.clone()),
                None => missing_keywords.push(name.clone()),
            }
        }
        match (missing.is_empty(), missing_keywords.is_empty()) {
            (true, true) => None,
            (false, _) => Some(BindError::Missing(missing)),
            (true, false) => Some(BindError::MissingKeywords(missing_keywords)),
        }
    }

    /// Returns CPython's error message for invalid arguments of a library function that CPython
    /// implements in Python.
    pub(crate) fn refusal_in_python(
        &mut self,
        row: &Row,
        receiver: Value,
        args: usize,
        names: Option<Value>,
        operands: usize,
    ) -> Result<Option<String>, Flow> {
        let named = operands.saturating_sub(args + 1);
        let name_values = match names.map(|names| self.heap.get(names.handle())) {
            Some(Object::Tuple(names)) => names.iter().rev().take(named).rev().copied().collect(),
            _ => Vec::new(),
        };
        let mut names: Vec<SmolStr> = Vec::new();
        for name in name_values {
            let text = self.text(name)?;
            names.push(text.as_str().unwrap_or_default().into());
        }
        // The instance or the class comes before the other arguments.
        let (class, first) = match row.owner {
            Owner::Module(_) | Owner::Builtin => (None, None),
            Owner::Class(class) | Owner::Constructor(class) => (Some(class), Some("cls")),
            Owner::Method(_) | Owner::Kin(_) if receiver.kind() == Type::TupleClass => {
                (self.tuple_class(receiver).map(|class| class.name.as_str()), Some("cls"))
            }
            Owner::Method(_) | Owner::Kin(_) if receiver.is_unbound() => (Some(row.class_name()), Some("self")),
            Owner::Method(_) | Owner::Kin(_) => (Some(self.class_name(receiver)), Some("self")),
        };
        let name = match (class, row.owner) {
            (Some(class), Owner::Constructor("Counter")) => format!("{class}.__init__"),
            // Fraction inherits it.
            (Some("Fraction"), _) if row.name == "conjugate" => "Real.conjugate".to_owned(),
            (Some(class), Owner::Constructor(_)) => format!("{class}.__new__"),
            (Some(class), _) => format!("{class}.{}", row.name),
            (None, _) => row.name.to_owned(),
        };
        let is_bound = first.is_some() && !(receiver.is_unbound() && row.method_types().is_some());
        let given = ArgumentCounts {
            args: args + usize::from(is_bound),
            named,
        };
        let (params, defaults) = row_params(row, first);
        let wrong = wrong_for_row(row, first, given, &names);
        Ok(wrong.map(|wrong| in_python(&name, &params, defaults, given, &wrong)))
    }

    /// Returns a raised `TypeError` for invalid arguments, in the style of CPython's functions
    /// written in Python or in C.
    fn wrong(
        &mut self,
        function: &FunctionObject,
        params: &ParamSpec,
        given: ArgumentCounts,
        wrong: &BindError,
    ) -> Flow {
        let defaults = self.tuple_len(function.defaults);
        let code = self.code.get(function.code);
        let role = code.and_then(|code| code.role.clone());
        let name = code.map_or(&function.name, |code| &code.qualified_name);
        let message = match role.filter(|role| role.style == Style::C) {
            None => in_python(name, params, defaults, given, wrong),
            Some(role) => CFunction::new(&role, params, defaults).refusal(given, wrong),
        };
        self.type_error(message)
    }
}

/// The numbers of arguments that a call passes by position and by name.
#[derive(Debug, Clone, Copy)]
struct ArgumentCounts {
    args: usize,
    named: usize,
}

/// The reason why the arguments of a call don't match the parameters.
#[derive(Debug, PartialEq, Eq)]
enum BindError {
    /// The parameter with this name was given by position and by name.
    Twice(SmolStr),
    /// No parameter has this name, which the call uses for an argument.
    Unexpected(SmolStr),
    /// The positional-only parameters with these names were given by name.
    ByPositionOnly(Vec<SmolStr>),
    /// The call has too many positional arguments. `by_name` is the number of keyword-only
    /// parameters given as well.
    TooMany {
        by_name: usize,
    },
    Missing(Vec<SmolStr>),
    MissingKeywords(Vec<SmolStr>),
}

/// Returns the parameters of a library function, preceded by `self` or `cls`, and the number of
/// positional parameters with a default.
fn row_params(row: &Row, first: Option<&str>) -> (ParamSpec, usize) {
    let slots = row.slots();
    let names = first.into_iter().chain(slots.iter().map(|param| param.name.as_str()));
    let skip = usize::from(first.is_some());
    let is_by_position_only = |param: &&Param| param.kind == ParamKind::PositionalOnly;
    let params = ParamSpec {
        names: names.map(SmolStr::new).collect(),
        positional_only: skip + slots.iter().filter(is_by_position_only).count(),
        positional: skip + row.positional_params(),
        var_args: row.takes_rest(),
        var_keywords: row.takes_keywords(),
    };
    let by_position = slots.iter().take(row.positional_params());
    (params, by_position.filter(|param| param.default.is_some()).count())
}

/// Returns the first error in the arguments of a library function, in the order in which Python
/// checks them.
fn wrong_for_row(row: &Row, first: Option<&str>, given: ArgumentCounts, names: &[SmolStr]) -> Option<BindError> {
    let (params, _) = row_params(row, first);
    let skip = usize::from(first.is_some());
    let mut filled = vec![false; params.names.len()];
    filled
        .iter_mut()
        .take(given.args.min(params.positional))
        .for_each(|slot| *slot = true);
    let mut by_position_only = Vec::new();
    for name in names {
        let slot = params
            .names
            .iter()
            .skip(params.positional_only)
            .position(|param| param == name);
        match slot.and_then(|slot| filled.get_mut(slot + params.positional_only)) {
            Some(slot) if !*slot => *slot = true,
            Some(_) => return Some(BindError::Twice(name.clone())),
            None if params.var_keywords => {}
            None if params.names.contains(name) => by_position_only.push(name.clone()),
            None => return Some(BindError::Unexpected(name.clone())),
        }
    }
    if !by_position_only.is_empty() {
        return Some(BindError::ByPositionOnly(by_position_only));
    }
    if given.args > params.positional && !params.var_args {
        let by_name = filled.iter().skip(params.positional).filter(|slot| **slot).count();
        return Some(BindError::TooMany { by_name });
    }
    let required = row.required().map(|(index, _)| index + skip);
    let required: Vec<usize> = (0..skip).chain(required).collect();
    let missing = |by_position: bool| -> Vec<SmolStr> {
        let open = required.iter().filter(|index| filled.get(**index) == Some(&false));
        let open = open.filter(|index| (**index < params.positional) == by_position);
        open.filter_map(|index| params.names.get(*index).cloned()).collect()
    };
    match (missing(true), missing(false)) {
        (by_position, _) if !by_position.is_empty() => Some(BindError::Missing(by_position)),
        (_, by_name) if !by_name.is_empty() => Some(BindError::MissingKeywords(by_name)),
        _ => None,
    }
}

/// Returns CPython's error message for invalid arguments of a function implemented in Python.
fn in_python(name: &str, params: &ParamSpec, defaults: usize, given: ArgumentCounts, wrong: &BindError) -> String {
    let missing = |names: &[SmolStr], kind: &str| {
        let count = names.len();
        let plural = plural(count);
        format!(
            "{name}() missing {count} required {kind} argument{plural}: {}",
            listed(names)
        )
    };
    match wrong {
        BindError::Twice(param) => format!("{name}() got multiple values for argument '{param}'"),
        BindError::Unexpected(param) => format!("{name}() got an unexpected keyword argument '{param}'"),
        BindError::ByPositionOnly(names) => format!(
            "{name}() got some positional-only arguments passed as keyword arguments: '{}'",
            names.join(", ")
        ),
        BindError::Missing(names) => missing(names, "positional"),
        BindError::MissingKeywords(names) => missing(names, "keyword-only"),
        BindError::TooMany { by_name } => {
            let (most, args) = (params.positional, given.args);
            let takes = match defaults {
                0 => format!("{most} positional argument{}", plural(most)),
                defaults => format!("from {} to {most} positional arguments", most - defaults.min(most)),
            };
            let verb = if args == 1 && *by_name == 0 { "was" } else { "were" };
            let given = match by_name {
                0 => args.to_string(),
                count => format!(
                    "{args} positional argument{} (and {count} keyword-only argument{})",
                    plural(args),
                    plural(*count)
                ),
            };
            format!("{name}() takes {takes} but {given} {verb} given")
        }
    }
}

/// A function that CPython implements in C, for its error messages about invalid arguments.
struct CFunction<'a> {
    role: &'a Role,
    params: &'a ParamSpec,
    /// The number of leading parameters that error messages don't count: 1 for a method's `self`,
    /// otherwise 0.
    skip: usize,
    /// The number of parameters that can be given by position.
    positional: usize,
    /// The number of parameters that must be given by position.
    required: usize,
}

impl<'a> CFunction<'a> {
    fn new(role: &'a Role, params: &'a ParamSpec, defaults: usize) -> Self {
        let skip = usize::from(params.names.first().is_some_and(|name| name == "self"));
        let positional = params.positional - skip;
        Self {
            role,
            params,
            skip,
            positional,
            required: positional - defaults.min(positional),
        }
    }

    fn refusal(&self, given: ArgumentCounts, wrong: &BindError) -> String {
        let given = ArgumentCounts {
            args: given.args - self.skip.min(given.args),
            ..given
        };
        let params = self.params;
        let have_no_names = params.positional_only == params.positional || self.positional == 0;
        let by_position_alone = have_no_names && params.names.len() == params.positional;
        match by_position_alone {
            true => self.by_position(given, wrong),
            false => self.by_name(given, wrong),
        }
    }

    /// Returns CPython's message about invalid arguments for a function in C whose parameters have
    /// no names.
    fn by_position(&self, given: ArgumentCounts, wrong: &BindError) -> String {
        let name = &self.role.shown;
        let (required, most) = (self.required, self.positional);
        let is_constructor = self.role.owner == DefinitionOwner::Constructor;
        // CPython's classes with any number of arguments count the required ones.
        let exact = required == most && (is_constructor || !self.params.var_args);
        let args = given.args;
        match wrong {
            BindError::Unexpected(_) | BindError::ByPositionOnly(_) | BindError::Twice(_) => {
                format!("{}() takes no keyword arguments", self.full_name())
            }
            _ if most == 0 && !is_constructor => format!("{}() takes no arguments ({args} given)", self.full_name()),
            _ if exact && most == 1 && !is_constructor => {
                format!("{}() takes exactly one argument ({args} given)", self.full_name())
            }
            _ if exact => format!("{name} expected {most} argument{}, got {args}", plural(most)),
            BindError::TooMany { .. } => format!("{name} expected at most {most} argument{}, got {args}", plural(most)),
            _ => format!(
                "{name} expected at least {required} argument{}, got {args}",
                plural(required)
            ),
        }
    }

    /// Returns CPython's message about invalid arguments for a function in C whose parameters can
    /// be given by name.
    fn by_name(&self, given: ArgumentCounts, wrong: &BindError) -> String {
        let name = &self.role.shown;
        let most = self.params.names.len() - self.skip;
        let all = given.args + given.named;
        if all > most && !self.params.var_args && !self.params.var_keywords {
            return format!("{name}() takes at most {most} argument{} ({all} given)", plural(most));
        }
        let place = |param: &SmolStr| {
            let place = self.params.names.iter().position(|name| name == param);
            place.map_or(0, |place| place + 1 - self.skip)
        };
        match wrong {
            BindError::Twice(param) => {
                format!(
                    "argument for {name}() given by name ('{param}') and position ({})",
                    place(param)
                )
            }
            BindError::Unexpected(_) | BindError::ByPositionOnly(_) if given.args < self.required => {
                let missing = self.params.names.get(given.args + self.skip).cloned();
                self.by_name(given, &BindError::Missing(missing.into_iter().collect()))
            }
            BindError::Unexpected(param) => format!("'{param}' is an invalid keyword argument for {name}()"),
            BindError::ByPositionOnly(names) => {
                format!("'{}' is an invalid keyword argument for {name}()", names.join(", "))
            }
            BindError::TooMany { .. } => format!(
                "{name}() takes at most {} positional argument{} ({} given)",
                self.positional,
                plural(self.positional),
                given.args
            ),
            BindError::Missing(names) | BindError::MissingKeywords(names) => {
                let param = names.first().cloned().unwrap_or_default();
                format!("{name}() missing required argument '{param}' (pos {})", place(&param))
            }
        }
    }

    /// Returns the function's name, qualified by the name that the module has inside CPython, such
    /// as `_heapq`.
    fn full_name(&self) -> String {
        let name = &self.role.shown;
        match (self.role.owner, self.role.module) {
            (DefinitionOwner::Module, module @ ("csv" | "heapq" | "operator")) => format!("_{module}.{name}"),
            (DefinitionOwner::Module, module) if module != "functools" => format!("{module}.{name}"),
            _ => name.to_string(),
        }
    }
}

const fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// Joins names as CPython's error messages do: `'a'`, `'a' and 'b'`, `'a', 'b', and 'c'`.
fn listed(names: &[SmolStr]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("'{one}'"),
        [first, second] => format!("'{first}' and '{second}'"),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|name| format!("'{name}'")).collect();
            format!("{}, and '{last}'", first.join(", "))
        }
    }
}
