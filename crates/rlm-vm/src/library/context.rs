//! The context as an object: `ctx` and its documents.

use super::table::{Group, Owner, entry};
use crate::flow::{Flow, Outcome};
use crate::machine::{Args, Interpreter};
use crate::object::Object;
use crate::value::{Label, Type, Value};

pub(super) const GROUPS: &[Group] = &[Group {
    owner: Owner::Method(&[Type::Context]),
    rows: &[
        entry(
            "len_chars() -> int",
            "Returns the length of all documents joined.",
            len_chars,
        ),
        entry(
            "num_documents() -> int",
            "Returns how many documents there are.",
            num_documents,
        ),
        entry(
            "get_document(index)",
            "Returns a document with .name and .text.",
            get_document,
        ),
    ],
}];

fn len_chars(m: &mut Interpreter, _: &Args) -> Outcome {
    let chars = m.context.joined.settled().map_or(0, rlm_text::Settled::len_chars);
    Ok(Value::length(chars).labelled(Label::CONTEXT))
}

fn num_documents(m: &mut Interpreter, _: &Args) -> Outcome {
    Ok(Value::length(m.context.documents.len()).labelled(Label::CONTEXT))
}

fn get_document(m: &mut Interpreter, args: &Args) -> Outcome {
    let count = i64::try_from(m.context.documents.len()).unwrap_or(i64::MAX);
    let index = m.int_arg(args.get(0))?;
    let at = if index < 0 { index.saturating_add(count) } else { index };
    match u32::try_from(at).ok().filter(|at| i64::from(*at) < count) {
        Some(at) => m.alloc(Type::Document, Object::Document(at)),
        None => {
            let message = format!("document {index} is not there: the context has {count}");
            Err(m.raise(crate::exception::ExceptionClass::IndexError, message))
        }
    }
}

impl Interpreter {
    /// Returns an attribute of the context.
    pub(crate) fn context_attribute(&mut self, name: &str) -> Result<Option<Value>, Flow> {
        if name != "documents" {
            return Ok(None);
        }
        let count = u32::try_from(self.context.documents.len()).unwrap_or(u32::MAX);
        let documents = (0..count)
            .map(|index| self.heap.add(Type::Document, Object::Document(index)))
            .collect();
        self.alloc_list(documents).map(Some)
    }

    /// Returns an attribute of a document.
    pub(crate) fn document_attribute(&mut self, index: u32, name: &str) -> Result<Option<Value>, Flow> {
        let Some(document) = self.context.documents.get(index as usize) else {
            return Ok(None);
        };
        match name {
            "name" => {
                let name = document.name.clone();
                self.alloc_text(name).map(Some)
            }
            "text" => {
                let text = document.text.clone();
                Ok(Some(self.shared_text(text).labelled(Label::CONTEXT)))
            }
            _ => Ok(None),
        }
    }
}
