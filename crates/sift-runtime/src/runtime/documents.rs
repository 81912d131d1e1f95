//! The context and its documents as values of programs.

use std::ops::Range;

use sift_values::flow::{Flow, Outcome};
use sift_values::object::Object;
use sift_values::value::{Label, Type, Value};

use crate::runtime::{CHUNK_SIZE, JOINED, Runtime};

impl Runtime {
    /// Returns the whole context as one text, even if the program has rebound `P`.
    pub fn joined_context(&self) -> Value {
        self.bound_for_library(JOINED)
    }

    /// Sets the whole context as one text, which library functions read.
    pub fn set_joined_context(&mut self, joined: Value) {
        self.bind_for_library(JOINED, joined);
    }

    /// Returns the default size of chunks, in characters, as a value.
    pub fn chunk_size(&self) -> Value {
        self.bound_for_library(CHUNK_SIZE)
    }

    /// Sets the default size of chunks in characters, at least 1.
    pub fn set_chunk_size(&mut self, chars: usize) {
        self.bind_for_library(CHUNK_SIZE, Value::length(chars.max(1)));
    }

    pub(crate) fn bound_for_library(&self, name: &str) -> Value {
        let slot = self.library.builtin_slot(name);
        let bound = slot.and_then(|slot| self.builtins.get(slot));
        bound.copied().unwrap_or(Value::NONE)
    }

    pub(crate) fn bind_for_library(&mut self, name: &str, value: Value) {
        if let Some(slot) = self.library.builtin_slot(name)
            && let Some(builtin) = self.builtins.get_mut(slot)
        {
            *builtin = value;
        }
    }

    /// Converts an argument to a text: a text is returned unchanged, and the context object is
    /// replaced by its joined text.
    pub fn as_text(&mut self, value: Value) -> Outcome {
        match value.kind() {
            Type::Str => Ok(value),
            Type::Context => Ok(self.joined_context()),
            _ => {
                let message = format!(
                    "expected a text, the context or a document, not {}",
                    self.type_name(value)
                );
                let flow = self.type_error(message);
                Err(self.with_help(
                    flow,
                    "pass `ctx` for all of the context, or one text at a time: [f(text) for text in texts]",
                ))
            }
        }
    }

    /// Returns an attribute of the context object, one of
    /// [`CONTEXT_ATTRIBUTES`](crate::runtime::CONTEXT_ATTRIBUTES).
    pub fn context_attribute(&mut self, name: &str) -> Result<Option<Value>, Flow> {
        match name {
            "documents" => self.documents(0..self.context.documents.len()).map(Some),
            "images" => self.images().map(Some),
            "text" => Ok(Some(self.joined_context())),
            _ => Ok(None),
        }
    }

    /// Allocates a list of the context's images.
    fn images(&mut self) -> Outcome {
        self.meter.charge_items(self.context.documents.len())?;
        let documents = self.context.documents.iter().enumerate();
        let numbers: Vec<u32> = documents
            .filter(|(_, document)| document.image.is_some())
            .filter_map(|(index, _)| u32::try_from(index).ok())
            .collect();
        let mut images = Vec::with_capacity(numbers.len());
        for number in numbers {
            images.push(self.document(number)?);
        }
        self.alloc_list(images)
    }

    /// Returns `true` if a value is a document that is an image.
    pub fn is_image(&self, value: Value) -> bool {
        let index = value.document().and_then(|index| usize::try_from(index).ok());
        let document = index.and_then(|index| self.context.documents.get(index));
        document.is_some_and(|document| document.image.is_some())
    }

    /// Allocates a list of the context's documents with these numbers.
    pub fn documents(&mut self, numbers: Range<usize>) -> Outcome {
        let mut documents = Vec::with_capacity(numbers.len());
        for index in numbers {
            documents.push(self.document(u32::try_from(index).unwrap_or(u32::MAX))?);
        }
        self.alloc_list(documents)
    }

    /// Returns the document of the context with this number as a text. The text is empty if there
    /// is no such document.
    pub fn document(&mut self, index: u32) -> Outcome {
        let document = self.context.documents.get(index as usize);
        let text = document.map(|document| document.text.clone()).unwrap_or_default();
        let text = self.alloc(Type::Str, Object::Str(text))?;
        Ok(text.of_document(index).labelled(Label::CONTEXT))
    }

    /// Returns an attribute of a document, one of
    /// [`DOCUMENT_ATTRIBUTES`](crate::runtime::DOCUMENT_ATTRIBUTES). Texts that are no documents have
    /// none.
    pub(crate) fn document_attribute(&mut self, text: Value, name: &str) -> Result<Option<Value>, Flow> {
        let index = text.document().and_then(|index| usize::try_from(index).ok());
        let Some(document) = index.and_then(|index| self.context.documents.get(index)) else {
            return Ok(None);
        };
        match name {
            "name" => {
                let name = document.name.clone();
                self.alloc_text(name).map(|name| Some(name.labelled(Label::CONTEXT)))
            }
            "text" => Ok(Some(text)),
            "kind" => {
                let kind = if document.image.is_some() { "image" } else { "text" };
                self.alloc_text(kind).map(|kind| Some(kind.labelled(Label::CONTEXT)))
            }
            "width" | "height" => {
                let side = document
                    .image
                    .map(|image| if name == "width" { image.width } else { image.height });
                let side = side.map_or(Value::NONE, |side| Value::int(side.into()));
                Ok(Some(side.labelled(Label::CONTEXT)))
            }
            _ => Ok(None),
        }
    }
}
