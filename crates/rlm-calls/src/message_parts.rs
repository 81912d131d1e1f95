//! The parts of a message, with the ranges of those that come from the context.

use rlm_model::{Part, SourceRange};
use rlm_trace::REFERENCE_BYTES;
use sift_text::{Origin, SourceId, Text};

/// The maximum number of pieces below the length of a reference that keep their range. A text of
/// more such pieces doesn't count as read context.
const SHORT_PIECES: usize = 4_096;

/// Splits a prompt into parts, so that pieces of the context keep their ranges. Pending values are
/// omitted; a prompt that has any is never issued.
#[must_use]
pub fn message_parts(prompt: &Text) -> Vec<Part> {
    let Ok(settled) = prompt.settled() else {
        return Vec::new();
    };
    let mut parts = Vec::new();
    let mut own = String::new();
    let mut short = 0;
    for span in settled.origins() {
        let Some(piece) = settled.slice_bytes(span.range.clone()) else {
            continue;
        };
        let Ok(text) = piece.to_flat() else { continue };
        let is_short = text.len() < REFERENCE_BYTES;
        match span.origin {
            Origin::Source(SourceId(source)) if !is_short || short < SHORT_PIECES => {
                short += usize::from(is_short);
                push(&mut parts, &mut own);
                parts.push(Part {
                    origin: Some(SourceRange {
                        source,
                        start: span.start as u64,
                        end: (span.start + text.len()) as u64,
                    }),
                    text: text.as_ref().into(),
                });
            }
            _ => own.push_str(&text),
        }
    }
    push(&mut parts, &mut own);
    parts
}

fn push(parts: &mut Vec<Part>, own: &mut String) {
    if !own.is_empty() {
        parts.push(Part {
            text: std::mem::take(own).into(),
            origin: None,
        });
    }
}
