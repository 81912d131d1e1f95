//! `re`: patterns and matches as values.

use std::sync::Arc;

use rlm_text::Text;

use super::table::{Entry, Group, Owner, entry};
use crate::exception::ExceptionClass;
use crate::flow::{End, Flow, Limit, Outcome};
use crate::machine::{Args, Interpreter};
use crate::object::{IteratorSource, MatchObject, Object};
use crate::regex::{Captures, Flags, Pattern, PatternError, Scan, SearchMode, Searched, Stop};
use crate::value::{Type, Value};

pub(super) const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Module("re"),
        rows: &[
            entry("compile(pattern, flags=0)", "Compiles a pattern.", compile_pattern),
            entry(
                "search(pattern, string, flags=0)",
                "Finds the first match anywhere.",
                module_search,
            ),
            entry("match(pattern, string, flags=0)", "Matches at the start.", module_match),
            entry(
                "fullmatch(pattern, string, flags=0)",
                "Matches all of the text.",
                module_fullmatch,
            ),
            entry(
                "finditer(pattern, string, flags=0)",
                "Yields all matches.",
                module_finditer,
            ),
        ],
    },
    Group {
        owner: Owner::Method(&[Type::Pattern]),
        rows: PATTERN_METHODS,
    },
];

const PATTERN_METHODS: &[Entry] = &[
    entry(
        "search(string, pos=0, endpos=None)",
        "Finds the first match anywhere.",
        pattern_search,
    ),
    entry(
        "match(string, pos=0, endpos=None)",
        "Matches at the start.",
        pattern_match,
    ),
    entry(
        "fullmatch(string, pos=0, endpos=None)",
        "Matches all of the text.",
        pattern_fullmatch,
    ),
    entry(
        "finditer(string, pos=0, endpos=None)",
        "Yields all matches.",
        pattern_finditer,
    ),
];

fn compile_pattern(m: &mut Interpreter, args: &Args) -> Outcome {
    m.pattern(args.get(0), args.given(1))
}

fn module_search(m: &mut Interpreter, args: &Args) -> Outcome {
    module_find(m, args, SearchMode::Search)
}

fn module_match(m: &mut Interpreter, args: &Args) -> Outcome {
    module_find(m, args, SearchMode::Match)
}

fn module_fullmatch(m: &mut Interpreter, args: &Args) -> Outcome {
    module_find(m, args, SearchMode::Fullmatch)
}

fn module_find(m: &mut Interpreter, args: &Args, mode: SearchMode) -> Outcome {
    let pattern = m.pattern(args.get(0), args.given(2))?;
    m.find_match(pattern, args.get(1), 0, mode)
}

fn module_finditer(m: &mut Interpreter, args: &Args) -> Outcome {
    let pattern = m.pattern(args.get(0), args.given(2))?;
    m.matches(pattern, args.get(1))
}

fn pattern_search(m: &mut Interpreter, args: &Args) -> Outcome {
    m.find_match(args.receiver, args.get(0), 0, SearchMode::Search)
}

fn pattern_match(m: &mut Interpreter, args: &Args) -> Outcome {
    m.find_match(args.receiver, args.get(0), 0, SearchMode::Match)
}

fn pattern_fullmatch(m: &mut Interpreter, args: &Args) -> Outcome {
    m.find_match(args.receiver, args.get(0), 0, SearchMode::Fullmatch)
}

fn pattern_finditer(m: &mut Interpreter, args: &Args) -> Outcome {
    m.matches(args.receiver, args.get(0))
}

impl Interpreter {
    /// Returns a pattern: compiled already, or a text that is compiled now.
    pub(crate) fn pattern(&mut self, pattern: Value, flags: Option<Value>) -> Outcome {
        let flags = match flags {
            Some(flags) => self.int_arg(flags)?,
            None => 0,
        };
        if pattern.kind() == Type::Pattern {
            if flags != 0 {
                return Err(self.value_error("cannot process flags argument with a compiled pattern"));
            }
            return Ok(pattern);
        }
        if pattern.kind() != Type::Str {
            return Err(self.type_error("first argument must be string or compiled pattern"));
        }
        let source = self.text(pattern)?;
        let source = source.as_str().unwrap_or_default();
        self.meter.charge_items(source.len().saturating_mul(8))?;
        let compiled = Flags::from_bits(flags).and_then(|flags| Pattern::compile(source, flags));
        match compiled {
            Ok(pattern) => self.alloc(Type::Pattern, Object::Pattern(Arc::new(pattern))),
            Err(error) => Err(self.pattern_error(&error)),
        }
    }

    pub(crate) fn pattern_error(&mut self, error: &PatternError) -> Flow {
        self.raise(ExceptionClass::RegexError, error.to_string())
    }

    pub(crate) fn compiled(&self, pattern: Value) -> Option<Arc<Pattern>> {
        match self.heap.get(pattern.handle()) {
            Object::Pattern(pattern) => Some(Arc::clone(pattern)),
            _ => None,
        }
    }

    /// Returns the text that is searched, which must be a str.
    pub(crate) fn searched_text(&mut self, value: Value) -> Result<Text, Flow> {
        if value.kind() != Type::Str {
            let message = format!("expected string or bytes-like object, got '{}'", self.type_name(value));
            return Err(self.type_error(message));
        }
        self.text(value)
    }

    /// Finds one match from a byte on; None if there is none.
    pub(crate) fn find_match(&mut self, pattern: Value, text: Value, start: usize, mode: SearchMode) -> Outcome {
        let searched = self.searched_text(text)?;
        let Some(compiled) = self.compiled(pattern) else {
            return Ok(Value::NONE);
        };
        let subject = searched.as_str().unwrap_or_default();
        let found = self.paid_search(|fuel| compiled.search(subject, start, mode, fuel))?;
        match found {
            Some(captures) => self.new_match(pattern, text, captures, start..subject.len()),
            None => Ok(Value::NONE),
        }
    }

    /// Runs a search that pays for its steps, and for the bytes it scanned.
    pub(crate) fn paid_search(
        &mut self,
        search: impl FnOnce(&mut dyn FnMut(u64) -> Result<(), Stop>) -> Result<Searched, Stop>,
    ) -> Result<Option<Captures>, Flow> {
        let mut refused = None;
        let meter = &mut self.meter;
        let result = search(&mut |steps| {
            meter.charge(steps).map_err(|flow| {
                refused = Some(flow);
                Stop::OutOfFuel
            })
        });
        if let Some(flow) = refused {
            return Err(flow);
        }
        match result {
            Ok(searched) => {
                self.meter.charge_bytes(searched.scanned)?;
                Ok(searched.captures)
            }
            Err(_) => Err(Flow::End(End::Limit(Limit::Memory))),
        }
    }

    pub(crate) fn new_match(
        &mut self,
        pattern: Value,
        text: Value,
        captures: Captures,
        searched: std::ops::Range<usize>,
    ) -> Outcome {
        self.alloc(
            Type::Match,
            Object::Match(Box::new(MatchObject {
                pattern,
                text,
                captures,
                searched,
            })),
        )
    }

    /// Returns an iterator over all matches.
    pub(crate) fn matches(&mut self, pattern: Value, text: Value) -> Outcome {
        self.searched_text(text)?;
        self.new_iterator(
            IteratorSource::Matches {
                pattern,
                text,
                scan: Scan::new(0),
            },
            text.label(),
            0,
        )
    }

    /// Returns the next match of `finditer`.
    pub(crate) fn next_match(&mut self, iterator: Value) -> Result<Option<Value>, Flow> {
        let Object::Iterator(state) = self.heap.get(iterator.handle()) else {
            return Ok(None);
        };
        let IteratorSource::Matches { pattern, text, scan } = &state.source else {
            return Ok(None);
        };
        let (pattern, text, mut scan) = (*pattern, *text, scan.clone());
        let Some(compiled) = self.compiled(pattern) else {
            return Ok(None);
        };
        let searched = self.searched_text(text)?;
        let subject = searched.as_str().unwrap_or_default();
        let found = self.paid_search(|fuel| compiled.next_match(subject, &mut scan, fuel))?;
        let found = match found {
            Some(captures) => Some(self.new_match(pattern, text, captures, 0..subject.len())?),
            None => None,
        };
        self.with_source(iterator, |source| {
            if let IteratorSource::Matches { scan: old, .. } = source {
                *old = scan;
            }
        });
        Ok(found)
    }

    /// Returns a group of a match by number or name; None for one that took no part.
    pub(crate) fn match_group(&mut self, found: Value, group: Value) -> Outcome {
        let Object::Match(object) = self.heap.get(found.handle()) else {
            return Ok(Value::NONE);
        };
        let (pattern, groups) = (object.pattern, object.captures.groups());
        let number = if group.kind() == Type::Str {
            let name = self.text(group)?;
            self.compiled(pattern)
                .and_then(|pattern| pattern.group_index(name.as_str().unwrap_or_default()))
        } else {
            let number = self.int_arg(group)?;
            usize::try_from(number).ok().filter(|number| *number <= groups)
        };
        match number {
            Some(number) => self.group_text(found, number),
            None => Err(self.raise(ExceptionClass::IndexError, "no such group")),
        }
    }

    /// Returns the text of a group, as a slice of the text that was searched.
    pub(crate) fn group_text(&mut self, found: Value, group: usize) -> Outcome {
        let Object::Match(object) = self.heap.get(found.handle()) else {
            return Ok(Value::NONE);
        };
        let (text, span) = (object.text, object.captures.span(group));
        let Some(span) = span else { return Ok(Value::NONE) };
        let text = self.text(text)?;
        let piece = text
            .settled()
            .ok()
            .and_then(|text| text.slice_bytes(span))
            .unwrap_or_default();
        self.alloc(Type::Str, Object::Str(piece))
    }

    /// Returns an attribute of a pattern.
    pub(crate) fn pattern_attribute(&mut self, pattern: Value, name: &str) -> Result<Option<Value>, Flow> {
        let Some(compiled) = self.compiled(pattern) else {
            return Ok(None);
        };
        Ok(match name {
            "pattern" => Some(self.alloc_text(compiled.source())?),
            "flags" => Some(Value::int(i64::from(compiled.flags().bits()))),
            "groups" => Some(Value::length(compiled.groups())),
            _ => None,
        })
    }

    /// Returns an attribute of a match.
    pub(crate) fn match_attribute(&mut self, found: Value, name: &str) -> Result<Option<Value>, Flow> {
        let Object::Match(object) = self.heap.get(found.handle()) else {
            return Ok(None);
        };
        Ok(match name {
            "string" => Some(object.text),
            "re" => Some(object.pattern),
            "lastindex" => Some(object.captures.last_group().map_or(Value::NONE, Value::length)),
            _ => None,
        })
    }
}

/// Shows a pattern as `re` does.
pub(crate) fn pattern_repr(pattern: &Pattern) -> String {
    format!("re.compile({})", crate::format::str_repr(pattern.source()))
}
