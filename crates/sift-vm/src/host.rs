//! The host's access to a session between programs: the variables that the host binds and the
//! values that it reads.

use std::sync::Arc;

use sift_compiler::compile::TooLarge;
use sift_compiler::exception::ExceptionClass;
use sift_modules::json::json_value;
use sift_runtime::runtime::ContextKind;
use sift_runtime::settings::PastTurn;
use sift_stdlib::session_binding;
use sift_syntax::{Code, Diagnostic, Severity};
use sift_text::Text;
use sift_values::object::Object;
use sift_values::pending_calls::{CallKey, CallOutcome};
use sift_values::scanned::Scanned;
use sift_values::value::{Label, Type, Value};
use smol_str::SmolStr;

use crate::machine::Interpreter;
use crate::report::{RaisedError, Report};

impl Interpreter {
    /// Binds the global variables that every program has, except for those of the context: `query`,
    /// `answer`, `memory` and `history`. It is called before limits apply.
    pub(crate) fn bind_given(&mut self, query: &str) {
        let query = self.new_text(Text::new(query));
        self.set_global("query", query);
        let (content, ready) = (self.new_text(Text::new("content")), self.new_text(Text::new("ready")));
        let empty = self.new_text(Text::default());
        if let Ok(answer) = self.new_dict(&[(content, empty), (ready, Value::FALSE)]) {
            self.set_global("answer", answer);
        }
        if let Ok(memory) = self.new_dict(&[]) {
            self.set_global("memory", memory);
        }
        if let Ok(history) = self.alloc_list(Vec::new()) {
            self.set_global("history", history);
        }
    }

    /// Binds the global variables of the context. If the structured context does not fit into
    /// memory, binds it as one text.
    pub(crate) fn bind_context(&mut self) {
        let context = Arc::clone(&self.context);
        context
            .documents
            .iter()
            .for_each(|document| self.heap.lend(&document.text));
        self.heap.lend(&context.joined);
        let joined = context.joined.clone();
        let joined = self.shared_text(joined).labelled(Label::CONTEXT);
        self.set_joined_context(joined);
        self.set_global("P", joined);
        let context = self.context_value(joined);
        self.set_global("context", context);
        self.set_global("ctx", Value::indexed(Type::Context, 0).labelled(Label::CONTEXT));
    }

    pub(crate) fn set_global(&mut self, name: &str, value: Value) -> u32 {
        let slot = self.symbols.slot(name);
        let place = slot as usize;
        if place >= self.globals.len() {
            self.globals.resize(place + 1, Value::UNBOUND);
        }
        if let Some(global) = self.globals.get_mut(place) {
            *global = value;
        }
        slot
    }

    /// Creates the value of the variable `context`.
    fn context_value(&mut self, joined: Value) -> Value {
        let context = Arc::clone(&self.context);
        match context.kind {
            ContextKind::Text => joined,
            ContextKind::List => {
                let texts = context
                    .documents
                    .iter()
                    .map(|document| self.new_text(document.text.clone()).labelled(Label::CONTEXT))
                    .collect();
                self.alloc_list(texts)
                    .map_or(joined, |texts| texts.labelled(Label::CONTEXT))
            }
            ContextKind::Dict => {
                let pairs: Vec<(Value, Value)> = context
                    .documents
                    .iter()
                    .map(|document| {
                        (
                            self.new_text(Text::new(&document.name)).labelled(Label::CONTEXT),
                            self.new_text(document.text.clone()).labelled(Label::CONTEXT),
                        )
                    })
                    .collect();
                self.new_dict(&pairs)
                    .map_or(joined, |documents| documents.labelled(Label::CONTEXT))
            }
            ContextKind::Json => {
                // Parsing the context costs memory but no fuel of a program.
                json_value(self, joined).map_or(joined, |value| value.labelled(Label::CONTEXT))
            }
        }
    }

    /// Returns the session's variables for the checker, each with the type of its current value.
    /// The type holds in programs that do not rebind the variable.
    pub(crate) fn session_scope(&self) -> std::collections::BTreeMap<SmolStr, sift_syntax::Binding> {
        let bound = self.symbols.iter().filter_map(|(slot, name)| {
            let value = self.globals.get(slot as usize)?.given()?;
            let builtin = self.library.builtin_slot(name).and_then(|slot| self.builtins.get(slot));
            let is_own = !builtin.is_some_and(|builtin| builtin.same(value));
            let known = match value.kind() {
                // The checker only knows the methods of plain dicts.
                Type::Dict if self.class_name(value) != "dict" => sift_syntax::Type::Any,
                _ => known_type(value),
            };
            let binding = self
                .tools
                .binding(value)
                .or_else(|| session_binding(self.library, value));
            is_own.then(|| (name.clone(), binding.unwrap_or(sift_syntax::Binding::Value(known))))
        });
        bound.collect()
    }

    pub(crate) fn shown_size(&self, value: Value) -> Option<String> {
        match self.heap.get(value.handle()) {
            // The first message to the model lists the lengths of documents.
            _ if !value.is_object() || value.document().is_some() => None,
            Object::Str(text) => text
                .settled()
                .ok()
                .map(|text| format!("{} chars", thousands(text.len_chars()))),
            Object::List(items) => Some(format!("{} items", thousands(items.len()))),
            Object::Tuple(items) => Some(format!("{} items", thousands(items.len()))),
            Object::Dict(dict) => Some(format!("{} items", thousands(dict.items.len()))),
            Object::Set(items) => Some(format!("{} items", thousands(items.len()))),
            Object::Deque(deque) => Some(format!("{} items", thousands(deque.items.len()))),
            _ => None,
        }
    }

    fn field_of_answer(&mut self, name: &str) -> Option<Value> {
        let answer = self.variable("answer").filter(|answer| answer.kind() == Type::Dict)?;
        self.meter.renew(1 << 30);
        let name = self.new_text(Text::new(name));
        self.dict_get(answer, name).ok()?
    }

    pub(crate) fn take_answer(&mut self) -> Option<Text> {
        let answer = self.answer.take()?;
        match self.heap.get(answer.handle()) {
            Object::Str(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// Returns the issued calls that a pending value depends on: the call of the value itself, or
    /// the calls that this call's prompt waits for.
    pub(crate) fn waits_for(&self, pending: sift_text::PendingId) -> Vec<CallKey> {
        if self.pending_calls.is_settled(pending) {
            return Vec::new();
        }
        self.pending_calls.issued_before(pending)
    }

    /// Returns the maximum number of calls that the host should have in flight.
    pub(crate) fn room_for_replies(&self) -> usize {
        self.pending_calls.room(self.heap.limit())
    }

    pub(crate) fn receive(&mut self, results: Vec<(CallKey, CallOutcome)>) {
        for (key, outcome) in results {
            self.pending_calls.settle(key, outcome);
        }
        self.flush_output();
    }

    pub(crate) fn report(&mut self) -> Report {
        Report {
            printed: self.output.take(),
            fuel: self.meter.used(),
            memory_bytes: self.heap.live_bytes() as u64,
            unnoticed_failures: self.pending_calls.unnoticed_failures(),
            reached: self.pending_calls.take_reached(),
            unreached: self.pending_calls.take_discarded(),
            scanned: std::mem::replace(&mut self.meter.scanned, Scanned::muted()).take(),
        }
    }

    /// Converts an uncaught exception to an error for the host.
    pub(crate) fn describe(&mut self, exception: Value, source: &str) -> RaisedError {
        let (class, place, help) = match self.heap.get(exception.handle()) {
            Object::Exception(object) => (object.class, object.raised_at.clone(), object.help.clone()),
            _ => (ExceptionClass::Exception, None, None),
        };
        let message = match self.exception_text(exception).and_then(|text| self.text(text)) {
            Ok(text) => text.as_str().unwrap_or_default().to_owned(),
            Err(_) => String::from("(its text waits for a reply, or is too large)"),
        };
        let (function, span) = place.unzip();
        let (function, line) = (
            function.unwrap_or_default(),
            span.map(|span| line_of(source, span.start as usize)),
        );
        let mut rendered = String::new();
        if let Some(line) = line {
            let text = source.lines().nth(line as usize - 1).unwrap_or_default().trim();
            rendered = format!("line {line}, in {function}: {text}\n");
        }
        let separator = if message.is_empty() { "" } else { ": " };
        rendered.push_str(&format!("{}{separator}{message}", class.name()));
        if let Some(help) = &help {
            rendered.push_str(&format!("\nhelp: {help}"));
        }
        RaisedError {
            class,
            message,
            line,
            span,
            function,
            help,
            rendered,
        }
    }
}

impl Interpreter {
    /// Binds `history` to the turns that the model is no longer shown, as dicts. Returns `false` if
    /// a program uses the name for another value, or if the turns don't fit into memory.
    pub(crate) fn bind_history(&mut self, turns: &[PastTurn]) -> bool {
        let slot = self.symbols.slot("history");
        if self.stored.contains(&slot) {
            return false;
        }
        self.meter.renew(1 << 30);
        let listed = self.collecting(|m| {
            let mut dicts = Vec::with_capacity(turns.len());
            for turn in turns {
                let mut pairs = [(Value::NONE, Value::int(i64::from(turn.turn))); 3];
                let texts = [
                    ("turn", None),
                    ("reply", Some(&turn.reply)),
                    ("shown", Some(&turn.shown)),
                ];
                for (pair, (key, text)) in pairs.iter_mut().zip(texts) {
                    pair.0 = m.alloc_text(key)?;
                    if let Some(text) = text {
                        // It derives from what the model wrote and from the context and replies
                        // that it was shown.
                        let text = m.alloc_text(text.as_str())?;
                        pair.1 = text.labelled(Label::CONTEXT).labelled(Label::REPLY);
                    }
                }
                dicts.push(m.new_dict(&pairs)?);
            }
            m.alloc_list(dicts)
        });
        let is_bound = listed.is_ok();
        if let Ok(list) = listed {
            self.note_held(Label::CONTEXT.join(Label::REPLY));
            self.set_global("history", list);
        }
        is_bound
    }

    /// Returns `str(value)` between programs. The conversion has a fuel limit of its own, and costs
    /// the next program nothing.
    pub(crate) fn text_outside_programs(&mut self, value: Value) -> Option<Text> {
        self.meter.renew(1 << 30);
        let shown = self.collecting(|m| {
            let shown = m.str_of(value)?;
            m.text(shown)?;
            Ok(shown)
        });
        self.text(shown.ok()?).ok()
    }

    /// Returns `str(value)` like [`text_outside_programs`](Self::text_outside_programs), and frees
    /// all memory that the conversion allocates.
    pub(crate) fn look_at(&mut self, value: Value) -> Option<Text> {
        let meter = self.meter.clone();
        self.heap.begin_transaction();
        let text = self.text_outside_programs(value);
        self.heap.rollback();
        self.meter = meter;
        text
    }

    pub(crate) fn ready_answer(&mut self) -> Option<Text> {
        let ready = self.field_of_answer("ready")?;
        if !self.truth(ready).ok()? {
            return None;
        }
        let content = self.field_of_answer("content").unwrap_or(Value::NONE);
        self.text_outside_programs(content)
    }

    pub(crate) fn drafted_answer(&mut self) -> Option<Text> {
        let content = self
            .field_of_answer("content")
            .filter(|content| content.kind() != Type::None)?;
        self.text_outside_programs(content)
    }
}

/// Returns the type of a value as far as the checker distinguishes types.
const fn known_type(value: Value) -> sift_syntax::Type {
    match value.kind() {
        Type::Str if value.document().is_some() => sift_syntax::Type::Document,
        Type::Str => sift_syntax::Type::Str,
        Type::List => sift_syntax::Type::List,
        Type::Dict => sift_syntax::Type::Dict,
        Type::Set => sift_syntax::Type::Set,
        Type::Date => sift_syntax::Type::Date,
        Type::Time => sift_syntax::Type::Time,
        Type::DateTime => sift_syntax::Type::DateTime,
        Type::TimeDelta => sift_syntax::Type::TimeDelta,
        Type::TimeZone | Type::NamedZone => sift_syntax::Type::TimeZone,
        Type::Context => sift_syntax::Type::Context,
        _ => sift_syntax::Type::Any,
    }
}

pub(crate) fn too_large(error: &TooLarge) -> Diagnostic {
    Diagnostic {
        code: Code("S0001"),
        severity: Severity::Error,
        exception: "SyntaxError",
        message: error.to_string(),
        span: error.span,
        help: Some("keep the values in a list or a dict".into()),
        corrected: None,
        near: Vec::new(),
        labels: Vec::new(),
    }
}

/// Formats a count with commas between groups of three digits, as in `1,000`.
fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn line_of(source: &str, byte: usize) -> u32 {
    let before = source.as_bytes().get(..byte).unwrap_or(source.as_bytes());
    let lines = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    u32::try_from(lines).unwrap_or(u32::MAX)
}
