//! Binds arguments to the parameters of library functions written in Rust, with CPython's error
//! messages.

use sift_syntax::ParamKind;
use sift_values::classes::ClassId;
use sift_values::flow::Flow;
use sift_values::object::Object;
use sift_values::value::{Type, Value};

use super::Runtime;
use crate::runtime::args::MAX_PARAMS;
use crate::runtime::{Args, Row};
use crate::table::Owner;

impl Runtime {
    /// Binds the arguments on top of the stack to the parameters of a library function. `operands`
    /// is the number of stack values of the call, which include the callee.
    ///
    /// A method that was read from its class has no receiver yet. Its first argument becomes the
    /// receiver.
    pub fn bind_native(
        &mut self,
        row: &'static Row,
        receiver: Value,
        args: usize,
        names: Option<Value>,
        operands: usize,
    ) -> Result<Args, Flow> {
        let mut bound = Args::new(receiver);
        if names.is_none() && self.bind_by_position(row, args, &mut bound) {
            return Ok(bound);
        }
        if row.is_written_in_python()
            && let Some(message) = self.refusal_in_python(row, receiver, args, names, operands)?
        {
            let flow = self.type_error(message);
            return Err(self.with_help(flow, format!("the signature is {}", row.signature())));
        }
        let first = self.stack.len() + 1 - operands;
        let named = first + args;
        let (receiver, first, args) = match row.method_types() {
            Some(types) if receiver.is_unbound() => {
                let receiver = self.receiver_among(row, types, first, args)?;
                (receiver, first + 1, args - 1)
            }
            _ => (receiver, first, args),
        };
        let mut bound = Args::new(receiver);
        for index in 0..args {
            let value = self.stack_value(first + index);
            match bound.slot(index).filter(|_| index < row.positional_params()) {
                Some(slot) => *slot = value,
                None if row.takes_rest() => bound.rest.push(value),
                None => return Err(self.too_many(row, receiver, args)),
            }
        }
        let mut unknown = None;
        if let Some(names) = names {
            let count = self.stack.len() - named;
            let skip = self.tuple_len(names).saturating_sub(count);
            for index in 0..count {
                let name = match self.heap.get(names.handle()) {
                    Object::Tuple(names) => names.get(index + skip).copied().unwrap_or(Value::NONE),
                    _ => Value::NONE,
                };
                let value = self.stack_value(named + index);
                // Functions that CPython writes in C report missing arguments first.
                if self.is_unknown_to_c(row, name)? {
                    unknown.get_or_insert((name, value));
                    continue;
                }
                self.bind_named(row, &mut bound, name, value)?;
            }
        }
        let missing = row.required().find(|(index, _)| bound.get(*index).is_unbound());
        if let Some((_, param)) = missing {
            return Err(self.too_few(row, receiver, param, args));
        }
        if let Some((name, value)) = unknown {
            self.bind_named(row, &mut bound, name, value)?;
        }
        // A function may copy a large integer out of its value.
        self.charge_integer(bound.receiver)?;
        for place in 0..args.min(MAX_PARAMS) {
            self.charge_integer(bound.get(place))?;
        }
        Ok(bound)
    }

    /// Binds positional arguments to the parameters of a library function. Returns `false` if the
    /// slow path is needed.
    #[inline]
    pub fn bind_by_position(&self, row: &Row, args: usize, bound: &mut Args) -> bool {
        if !row.takes_by_position(args) || row.is_method() && bound.receiver.is_unbound() {
            return false;
        }
        let first = self.stack.len().saturating_sub(args);
        let given = self.stack.get(first..).unwrap_or_default();
        let mut label = bound.receiver.label();
        // Copies of large integers are charged.
        let mut large = bound.receiver.kind() == Type::BigInt;
        let positional = row.positional_params();
        for (index, value) in given.iter().enumerate() {
            label = label.join(value.label());
            large |= value.kind() == Type::BigInt;
            match bound.slot(index) {
                Some(slot) if index < positional => *slot = *value,
                _ => bound.rest.push(*value),
            }
        }
        bound.joined = Some(label);
        !large
    }

    /// Returns `true` if a library function accepts keyword arguments, but none with this name.
    /// CPython's functions in C report such names last.
    fn is_unknown_to_c(&mut self, row: &Row, name: Value) -> Result<bool, Flow> {
        if row.names_no_param() || row.takes_keywords() {
            return Ok(false);
        }
        let name = self.text(name)?;
        Ok(row.param_named(name.as_str().unwrap_or_default()).is_none())
    }

    /// Returns the first argument as the receiver of a method called through its class, such as
    /// `str.upper(text)`. Raises a `TypeError` if its type is wrong.
    fn receiver_among(
        &mut self,
        row: &'static Row,
        types: &'static [Type],
        first: usize,
        args: usize,
    ) -> Result<Value, Flow> {
        let class = row.class_name();
        if args == 0 {
            let message = format!("unbound method {class}.{}() needs an argument", row.name);
            return Err(self.type_error(message));
        }
        let receiver = self.stack_value(first);
        let is_of = |kind: &Type| {
            let class = ClassId::of_instances(*kind);
            class.instance_type() == Some(*kind) && self.class_of(receiver).is_a(class)
        };
        let of_type = types.contains(&receiver.kind()) || types.iter().any(is_of);
        if of_type && row.kin().is_none_or(|kin| kin.contains(&self.class_name(receiver))) {
            return Ok(receiver);
        }
        let class = row.described_class();
        let message = format!(
            "descriptor '{}' for '{class}' objects doesn't apply to a '{}' object",
            row.name,
            self.type_name(receiver)
        );
        Err(self.type_error(message))
    }

    fn bind_named(&mut self, row: &'static Row, bound: &mut Args, name: Value, value: Value) -> Result<(), Flow> {
        let text = self.text(name)?;
        let text = text.as_str().unwrap_or_default();
        match row.param_named(text) {
            Some(index) => match bound.slot(index) {
                Some(slot) if slot.is_unbound() => *slot = value,
                _ => {
                    let place = index + 1;
                    let message = format!(
                        "argument for {}() given by name ('{text}') and position ({place})",
                        row.name
                    );
                    return Err(self.type_error(message));
                }
            },
            None if row.takes_keywords() => bound.keywords.push((text.into(), value)),
            None => {
                let message = match shown_name(row) {
                    _ if row.names_no_param() => {
                        let name = self.qualified_name(row, bound.receiver);
                        format!("{name}() takes no keyword arguments")
                    }
                    NAMELESS => format!("'{text}' is an invalid keyword argument for this function"),
                    name => format!("'{text}' is an invalid keyword argument for {name}()"),
                };
                let flow = self.type_error(message);
                return Err(self.with_help(flow, format!("the signature is {}", row.signature())));
            }
        }
        Ok(())
    }

    fn too_many(&mut self, row: &'static Row, receiver: Value, given: usize) -> Flow {
        let (required, most) = positional_counts(row);
        let name = row.name;
        let message = match (required, most) {
            _ if let Some(words) = own_words(row) => words.to_owned(),
            (_, 0) if row.positional_params() < row.params() => format!("{name}() takes no positional arguments"),
            (_, 0) => format!(
                "{}() takes no arguments ({given} given)",
                self.qualified_name(row, receiver)
            ),
            (1, 1) if counts_one(row) => format!("{name} expected 1 argument, got {given}"),
            (required, most) if given <= row.params() && most < row.params() => {
                let bound = if required == most { "exactly" } else { "at most" };
                format!(
                    "{} takes {bound} {most} positional argument{} ({given} given)",
                    called(row),
                    plural(most)
                )
            }
            _ if !row.names_no_param() => {
                let most = row.params();
                format!(
                    "{} takes at most {most} argument{} ({given} given)",
                    called(row),
                    plural(most)
                )
            }
            (1, 1) => format!(
                "{}() takes exactly one argument ({given} given)",
                self.qualified_name(row, receiver)
            ),
            (required, most) if required == most && is_parsed(row) => {
                format!("{name}() takes exactly {most} arguments ({given} given)")
            }
            (required, most) if required == most => format!("{name} expected {most} arguments, got {given}"),
            (_, most) => format!("{name} expected at most {most} argument{}, got {given}", plural(most)),
        };
        let flow = self.type_error(message);
        self.with_help(flow, format!("the signature is {}", row.signature()))
    }

    fn too_few(&mut self, row: &'static Row, receiver: Value, param: &str, given: usize) -> Flow {
        let (required, most) = positional_counts(row);
        let name = row.name;
        let place = row.param_named(param).filter(|place| *place < row.positional_params());
        let message = match (required, most) {
            // CPython does not report its position.
            _ if name == "enumerate" => format!("{name}() missing required argument '{param}'"),
            _ if let Some(words) = own_words(row) => words.to_owned(),
            _ if place.is_some() => {
                let place = place.unwrap_or_default() + 1;
                format!("{} missing required argument '{param}' (pos {place})", called(row))
            }
            (required, _) if given < required && row.positional_names() => {
                let plural = plural(required);
                format!("{name}() takes at least {required} positional argument{plural} ({given} given)")
            }
            (1, 1) if counts_one(row) => format!("{name} expected 1 argument, got {given}"),
            (required, most) if required == most && given < required && most < row.params() => format!(
                "{name}() takes exactly {most} positional argument{} ({given} given)",
                plural(most)
            ),
            (1, 1) => format!(
                "{}() takes exactly one argument ({given} given)",
                self.qualified_name(row, receiver)
            ),
            (required, most) if required == most && is_parsed(row) => {
                format!("{name}() takes exactly {most} arguments ({given} given)")
            }
            (required, most) if required == most && given < required => {
                format!("{name} expected {most} arguments, got {given}")
            }
            (required, _) if given < required => format!(
                "{name} expected at least {required} argument{}, got {given}",
                plural(required)
            ),
            _ => format!("{name}() missing required argument: '{param}'"),
        };
        let flow = self.type_error(message);
        self.with_help(flow, format!("the signature is {}", row.signature()))
    }

    /// Returns a library function's name for error messages, qualified by its type or module.
    fn qualified_name(&self, row: &Row, receiver: Value) -> String {
        match row.method_types() {
            Some(_) if ClassId::of(receiver).is_none() => {
                let class = self.type_name(receiver);
                format!(
                    "{}.{}",
                    class.rsplit_once('.').map_or(class, |(_, class)| class),
                    row.name
                )
            }
            // CPython names the class of a function with one parameter, not of one with several.
            None if let (Owner::Class(class), 1) = (row.owner, row.params()) => format!("{class}.{}", row.name),
            // One row is the constructor of all exceptions.
            None if let (Owner::Constructor(_), Some(class)) = (row.owner, ClassId::of(receiver)) => {
                class.name().to_owned()
            }
            None if let Owner::Module(module) = row.owner => format!("{module}.{}", row.name),
            _ => row.name.to_owned(),
        }
    }
}

/// The word that CPython's error messages use for some functions in place of their names.
const NAMELESS: &str = "function";

/// Returns the name by which CPython's error messages refer to a library function.
fn shown_name(row: &Row) -> &'static str {
    match row.owner {
        Owner::Constructor("date" | "datetime" | "time" | "Decimal" | "Context") => NAMELESS,
        Owner::Method([Type::Decimal]) => NAMELESS,
        Owner::Constructor("timedelta") => "__new__",
        // CPython sorts a list of the items.
        Owner::Builtin if row.name == "sorted" => "sort",
        _ => row.name,
    }
}

/// Returns the fixed message of a library function that checks the number of its arguments itself,
/// as in CPython.
fn own_words(row: &Row) -> Option<&'static str> {
    match (row.owner, row.name) {
        (Owner::Constructor(_), "type") => Some("type() takes 1 or 3 arguments"),
        (Owner::Constructor(_), "object") => Some("object() takes no arguments"),
        (Owner::Constructor(_), "map") => Some("map() must have at least two arguments."),
        (Owner::Module(_), "log") => Some("math.log requires 1 to 2 arguments"),
        (Owner::Constructor(_) | Owner::Builtin, "enumerate") => {
            Some("enumerate() missing required argument 'iterable'")
        }
        _ => None,
    }
}

/// Returns `true` if CPython's message for this function says "expected 1 argument" instead of
/// "takes exactly one argument".
fn counts_one(row: &Row) -> bool {
    matches!(
        (row.owner, row.name),
        (Owner::Builtin, "sorted") | (Owner::Constructor(_), "reversed")
    )
}

/// Returns a library function as error messages show it: its name and parentheses, or the word
/// "function".
fn called(row: &Row) -> String {
    match shown_name(row) {
        NAMELESS => NAMELESS.to_owned(),
        name => format!("{name}()"),
    }
}

/// Returns `true` if CPython parses the arguments of this function by a format string, which has
/// its own error messages.
fn is_parsed(row: &Row) -> bool {
    matches!(row.owner, Owner::Class(_) | Owner::Method([Type::Deque]))
}

/// Returns the minimum and maximum number of positional arguments of a library function.
fn positional_counts(row: &Row) -> (usize, usize) {
    let positional = row
        .signature()
        .params
        .iter()
        .filter(|param| matches!(param.kind, ParamKind::Positional | ParamKind::PositionalOnly));
    let required = positional.clone().filter(|param| param.default.is_none()).count();
    (required, positional.count())
}

const fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
