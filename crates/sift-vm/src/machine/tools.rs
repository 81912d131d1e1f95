//! Calls of tools that the host provides.
//!
//! Arguments are bound to the tool's signature, written as JSON, and sent to the host as a request.
//! The answer is JSON and is converted to values. A tool with effects is called only when all
//! earlier calls of the program are settled.

use std::collections::HashSet;

use sift_modules::json::{json_text, json_value};
use sift_runtime::runtime::{Derived, HostAnswer, HostQuestion, Invocation, ToolAccess};
use sift_syntax::{Param, ParamKind, Signature, Type as Known};
use sift_text::Text;
use sift_values::cost;
use sift_values::flow::{Flow, Outcome};
use sift_values::object::Object;
use sift_values::value::{Handle, Label, Type, Value};
use smol_str::SmolStr;

use super::Interpreter;

impl Interpreter {
    /// Calls a tool of the host. `operands` is the number of stack values that the result replaces,
    /// callee included.
    ///
    /// The op runs twice: at first it sends the request and pauses, then it reads the answer.
    pub(crate) fn call_tool(
        &mut self,
        callee: Value,
        args: usize,
        names: Option<Value>,
        operands: usize,
    ) -> Result<Invocation, Flow> {
        if self.is_speculating() {
            // The host's answer is unknown, and a request can't be rolled back.
            return Err(self.give_up());
        }
        let Some(tool) = self.tools.get(callee).cloned() else {
            return Ok(Invocation::Value);
        };
        let given = self.bind_tool(&tool.signature, args, names, operands)?;
        self.meter.charge(cost::TOOL_CALL)?;
        let mut arguments = String::from("{");
        for (name, value) in &given {
            if arguments.len() > 1 {
                arguments.push(',');
            }
            // Names in programs are texts, which always have a JSON form.
            arguments.push_str(&serde_json::Value::from(name.as_str()).to_string());
            arguments.push(':');
            arguments.push_str(&json_text(self, *value)?);
        }
        arguments.push('}');
        let derived = self.origins_of_arguments(callee, given.iter().map(|(_, value)| *value))?;
        let mut condition = Derived::default();
        condition.add(self.condition);
        if tool.access == ToolAccess::Effect
            && let Some(pending) = self.pending_calls.first_unsettled()
        {
            return Err(Flow::Wait(pending));
        }
        self.ask(HostQuestion::Tool {
            name: tool.signature.name,
            arguments,
            derived,
            condition,
        })?;
        let result = match self.answer_of_host().cloned() {
            Some(HostAnswer::Value(text)) => self.value_of_answer(text),
            Some(HostAnswer::Failed(failure)) => {
                let bytes = failure.message.len() + failure.hint.as_ref().map_or(0, String::len);
                self.reserve(bytes)?;
                Err(Flow::Raise(self.call_failed(&failure)))
            }
            Some(HostAnswer::Hits(_)) | None => Ok(Value::NONE),
        };
        match result {
            Ok(value) => {
                self.take_answer_of_host();
                self.note_looked_at(Label::TOOL);
                self.replace_top(operands, value.labelled(Label::TOOL));
                Ok(Invocation::Value)
            }
            Err(flow) => {
                // Only an exception ends the call; everything else runs it again.
                if let Flow::Raise(_) = flow {
                    self.take_answer_of_host();
                }
                Err(flow)
            }
        }
    }

    fn value_of_answer(&mut self, text: Text) -> Outcome {
        self.reserve(text.known_bytes())?;
        let text = self.new_text(text).labelled(Label::TOOL);
        json_value(self, text)
    }

    /// Binds the arguments on top of the stack to a tool's parameters. Returns the arguments by
    /// parameter name, in the order of the call.
    fn bind_tool(
        &mut self,
        signature: &Signature,
        args: usize,
        names: Option<Value>,
        operands: usize,
    ) -> Result<Vec<(SmolStr, Value)>, Flow> {
        let first = self.stack.len() + 1 - operands;
        let by_position: Vec<Value> = (0..args).map(|index| self.stack_value(first + index)).collect();
        let by_name = self.named_arguments(first + args, names)?;
        let name = &signature.name;
        let places: Vec<&Param> = signature
            .params
            .iter()
            .filter(|param| matches!(param.kind, ParamKind::Positional | ParamKind::PositionalOnly))
            .collect();
        if by_position.len() > places.len() {
            let most = places.len();
            let plural = if most == 1 { "" } else { "s" };
            let given = by_position.len();
            return Err(self.wrong_for_tool(
                signature,
                format!("{name}() takes {most} positional argument{plural} but {given} were given"),
            ));
        }
        let mut bound: Vec<(SmolStr, Value)> = Vec::new();
        let positional = places.iter().map(|param| param.name.clone()).zip(by_position);
        for (given, value) in positional.chain(by_name) {
            let param = signature.params.iter().find(|param| param.name == given);
            let takes_any = signature
                .params
                .iter()
                .any(|param| param.kind == ParamKind::VarKeywords);
            if param.is_none_or(|param| param.kind == ParamKind::VarKeywords) && !takes_any {
                let message = format!("{name}() got an unexpected keyword argument '{given}'");
                return Err(self.wrong_for_tool(signature, message));
            }
            if bound.iter().any(|(name, _)| *name == given) {
                let message = format!("{name}() got multiple values for argument '{given}'");
                return Err(self.wrong_for_tool(signature, message));
            }
            if let Some(param) = param {
                if value.is_none() && param.default.is_some() && !param.accepts.contains(&Known::None) {
                    // The same as leaving it out.
                    continue;
                }
                if !param.takes(json_type(value)) {
                    let message = format!(
                        "{name}() argument '{given}' must be {}, not {}",
                        param.accepted(),
                        self.type_name(value)
                    );
                    return Err(self.wrong_for_tool(signature, message));
                }
            }
            bound.push((given, value));
        }
        let missing = signature.params.iter().find(|param| {
            let is_one = !matches!(param.kind, ParamKind::VarArgs | ParamKind::VarKeywords);
            is_one && param.default.is_none() && !bound.iter().any(|(name, _)| *name == param.name)
        });
        if let Some(missing) = missing {
            let message = format!("{name}() missing required argument: '{}'", missing.name);
            return Err(self.wrong_for_tool(signature, message));
        }
        Ok(bound)
    }

    /// Returns the keyword arguments of a call with their names. Their values start at stack index
    /// `start`.
    fn named_arguments(&mut self, start: usize, names: Option<Value>) -> Result<Vec<(SmolStr, Value)>, Flow> {
        let count = self.stack.len().saturating_sub(start);
        let names = match names.map(|names| self.heap.get(names.handle())) {
            // For a method, the first name is the method's.
            Some(Object::Tuple(names)) => names.iter().rev().take(count).rev().copied().collect(),
            _ => Vec::new(),
        };
        let mut named = Vec::with_capacity(names.len());
        for (index, name) in names.into_iter().enumerate() {
            let text = self.text(name)?;
            named.push((
                text.as_str().unwrap_or_default().into(),
                self.stack_value(start + index),
            ));
        }
        Ok(named)
    }

    fn wrong_for_tool(&mut self, signature: &Signature, message: String) -> Flow {
        let flow = self.type_error(message);
        self.with_help(flow, format!("the signature is {signature}"))
    }

    /// Returns the sources that the arguments of a tool call, and all that they contain, derive
    /// from.
    fn origins_of_arguments(&mut self, callee: Value, values: impl Iterator<Item = Value>) -> Result<Derived, Flow> {
        let mut derived = Derived::default();
        derived.add(callee.label());
        let mut left: Vec<Value> = values.collect();
        let mut seen: HashSet<Handle> = HashSet::new();
        while let Some(value) = left.pop() {
            self.meter.charge(1)?;
            derived.add(self.label_of(value));
            if !value.is_object() || !seen.insert(value.handle()) {
                continue;
            }
            let held = left.len();
            let object = self.heap.get(value.handle());
            if let Object::Str(text) = object {
                derived.add_origins(text);
            }
            object.for_each_value(|value| left.push(value));
            self.reserve(left.len().saturating_sub(held).saturating_mul(size_of::<Value>()))?;
        }
        Ok(derived)
    }
}

/// Returns the type that a value has in JSON, to check it against a tool's parameter.
const fn json_type(value: Value) -> Known {
    match value.kind() {
        Type::None => Known::None,
        Type::Bool => Known::Bool,
        Type::Int | Type::BigInt | Type::RegexFlag => Known::Int,
        Type::Float => Known::Float,
        Type::Str => Known::Str,
        Type::List => Known::List,
        Type::Tuple => Known::Tuple,
        Type::Dict | Type::Record => Known::Dict,
        Type::Set | Type::FrozenSet => Known::Set,
        // No parameter with a declared type accepts other types.
        _ => Known::Pattern,
    }
}
