//! The list of tools: names, descriptions and schemas.

use std::sync::Arc;

use rlm_core::MAX_QUESTION_BYTES;
use rlm_retrieval::MAX_QUERY_CHARS;
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};

use crate::{ask, read, search, trace};

/// Returns the tools, in the order in which clients list them.
pub(crate) fn tools() -> Vec<Tool> {
    let reads = || ToolAnnotations::new().read_only(true).open_world(false);
    vec![
        tool(
            "ask",
            "Answer a question",
            "Answers a question about the loaded documents, or about `text`, by a run of a recursive language model. Reads far more \
             text than fits into a prompt. Takes seconds to minutes, and costs money: `estimate` says how much. The answer has \
             citations with document and line.",
            ToolAnnotations::new()
                .read_only(false)
                .destructive(false)
                .idempotent(false)
                .open_world(true),
            ask_schemas(),
        ),
        tool(
            "search",
            "Search the documents",
            "Finds passages of the loaded documents by the words of a query, best first (BM25). Free and fast. `read` returns the \
             lines around a passage.",
            reads(),
            search_schemas(),
        ),
        tool(
            "read",
            "Read a document",
            "Returns lines of a loaded document. Without `document`, lists the loaded documents.",
            reads(),
            read_schemas(),
        ),
        tool(
            "estimate",
            "Estimate a question",
            "Estimates the tokens and the cost of a question for each way of answering it. Calls no model.",
            reads(),
            estimate_schemas(),
        ),
        tool(
            "trace",
            "Show the steps of a run",
            "Shows what a run of `ask` did: the programs of the model, their output, errors, calls and costs.",
            reads(),
            trace_schemas(),
        ),
    ]
}

/// The input and output schema of a tool.
type Schemas = (Value, Value);

fn tool(
    name: &'static str,
    title: &str,
    description: &'static str,
    annotations: ToolAnnotations,
    (input, output): Schemas,
) -> Tool {
    Tool::new(name, description, object(input))
        .with_title(title)
        .with_raw_output_schema(object(output))
        .with_annotations(annotations)
}

fn object(schema: Value) -> Arc<JsonObject> {
    match schema {
        Value::Object(schema) => Arc::new(schema),
        _ => Arc::default(),
    }
}

fn ask_schemas() -> Schemas {
    (
        json!({
            "type": "object",
            "properties": {
                "question": question(),
                "text": text(),
                "max_cost": {
                    "type": "number",
                    "minimum": 0.000_001,
                    "maximum": 1_000_000,
                    "description": "Maximum cost of the run in dollars. The server's limit also applies.",
                },
                "max_steps": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": ask::MAX_STEPS,
                    "description": "Maximum number of steps of the run. The server's limit also applies.",
                },
            },
            "required": ["question"],
            "additionalProperties": false,
        }),
        json!({
            "type": "object",
            "properties": {
                "run": {"type": "string", "description": "Id of the run, for `trace`."},
                "outcome": {"type": "string", "description": "`complete`, or why the answer is only partial."},
                "answer": {"type": "string", "maxLength": ask::ANSWER_CHARS},
                "message": {"type": ["string", "null"], "description": "Why the outcome is not `complete`."},
                "citations": {
                    "type": "array",
                    "maxItems": ask::CITATIONS,
                    "items": {
                        "type": "object",
                        "properties": {
                            "place": place(),
                            "document": {"type": "string"},
                            "line": line(),
                            "quote": {"type": "string", "maxLength": ask::QUOTE_CHARS},
                        },
                        "required": ["place", "document", "line", "quote"],
                    },
                },
                "steps": count(),
                "calls": count(),
                "input_tokens": count(),
                "output_tokens": count(),
                "cost_usd": cost(),
            },
            "required": [
                "run", "outcome", "answer", "message", "citations", "steps", "calls", "input_tokens", "output_tokens", "cost_usd",
            ],
        }),
    )
}

fn search_schemas() -> Schemas {
    (
        json!({
            "type": "object",
            "properties": {
                "query": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": MAX_QUERY_CHARS,
                    "description": "Words to search for. There is no query syntax.",
                },
                "count": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": search::MAX_PASSAGES,
                    "default": search::PASSAGES,
                    "description": "Maximum number of passages.",
                },
            },
            "required": ["query"],
            "additionalProperties": false,
        }),
        json!({
            "type": "object",
            "properties": {
                "passages": {
                    "type": "array",
                    "maxItems": search::MAX_PASSAGES,
                    "items": {
                        "type": "object",
                        "properties": {
                            "place": place(),
                            "document": {"type": "string"},
                            "line": line(),
                            "score": {"type": "number"},
                            "text": {"type": "string", "maxLength": search::PASSAGE_CHARS},
                        },
                        "required": ["place", "document", "line", "score", "text"],
                    },
                },
            },
            "required": ["passages"],
        }),
    )
}

fn read_schemas() -> Schemas {
    (
        json!({
            "type": "object",
            "properties": {
                "document": {"type": "string", "description": "Name of a loaded document. Without it, the documents are listed."},
                "line": {"type": "integer", "minimum": 1, "default": 1, "description": "First line."},
                "lines": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": read::MAX_LINES,
                    "default": read::LINES,
                    "description": "Maximum number of lines.",
                },
            },
            "additionalProperties": false,
        }),
        json!({
            "type": "object",
            "properties": {
                "document": {"type": "string"},
                "line": {"type": "integer", "minimum": 1},
                "last_line": {"type": "integer", "minimum": 1},
                "total_lines": count(),
                "next_line": {"type": ["integer", "null"], "description": "Line to continue with."},
                "cut": {"type": "boolean", "description": "Whether the line is longer than a result, and was cut."},
                "text": {"type": "string", "maxLength": read::READ_CHARS},
                "documents": {
                    "type": "array",
                    "maxItems": read::LISTED,
                    "items": {
                        "type": "object",
                        "properties": {"document": {"type": "string"}, "bytes": count()},
                        "required": ["document", "bytes"],
                    },
                },
                "total_documents": count(),
            },
        }),
    )
}

fn estimate_schemas() -> Schemas {
    (
        json!({
            "type": "object",
            "properties": {"question": question(), "text": text()},
            "required": ["question"],
            "additionalProperties": false,
        }),
        json!({
            "type": "object",
            "properties": {
                "context_tokens": count(),
                "recommended": {"type": "string"},
                "reason": {"type": "string"},
                "strategies": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "strategy": {"type": "string"},
                            "description": {"type": "string"},
                            "calls": count(),
                            "input_tokens": count(),
                            "output_tokens": count(),
                            "fits": {"type": "boolean", "description": "Whether models and limits allow it."},
                            "cost_usd": cost(),
                        },
                        "required": ["strategy", "description", "calls", "input_tokens", "output_tokens", "fits", "cost_usd"],
                    },
                },
            },
            "required": ["context_tokens", "recommended", "reason", "strategies"],
        }),
    )
}

fn trace_schemas() -> Schemas {
    (
        json!({
            "type": "object",
            "properties": {
                "run": {"type": "string", "minLength": 1, "maxLength": 64, "description": "Id of a run, from a result of `ask`."},
                "step": {"type": "integer", "minimum": 1, "default": 1, "description": "First step."},
                "steps": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": trace::MAX_SHOWN,
                    "default": trace::SHOWN,
                    "description": "Maximum number of steps.",
                },
            },
            "required": ["run"],
            "additionalProperties": false,
        }),
        json!({
            "type": "object",
            "properties": {
                "run": {"type": "string"},
                "question": {"type": "string"},
                "outcome": {"type": "string", "description": "`running` if the run has not ended."},
                "answer": {"type": ["string", "null"]},
                "message": {"type": ["string", "null"]},
                "total_steps": count(),
                "next_step": {"type": ["integer", "null"], "description": "Step to continue with."},
                "steps": {
                    "type": "array",
                    "maxItems": trace::MAX_SHOWN,
                    "items": {
                        "type": "object",
                        "properties": {
                            "step": count(),
                            "code": {"type": ["string", "null"], "maxLength": trace::STEP_CHARS},
                            "rejected": {"type": "boolean", "description": "Whether the program was not run."},
                            "output": {"type": ["string", "null"], "maxLength": trace::STEP_CHARS},
                            "error": {"type": ["string", "null"], "maxLength": trace::STEP_CHARS},
                            "calls": count(),
                            "cost_usd": cost(),
                            "duration_ms": {"type": ["integer", "null"]},
                        },
                        "required": ["step", "code", "rejected", "output", "error", "calls", "cost_usd", "duration_ms"],
                    },
                },
            },
            "required": ["run", "question", "outcome", "answer", "message", "total_steps", "next_step", "steps"],
        }),
    )
}

fn question() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": MAX_QUESTION_BYTES, "description": "The question."})
}

fn text() -> Value {
    json!({"type": "string", "description": "Text that the question is about, instead of the loaded documents."})
}

fn place() -> Value {
    json!({"type": "string", "description": "Document and lines, such as `guide.md:12-14`."})
}

fn line() -> Value {
    json!({"type": "integer", "minimum": 1, "description": "First line, for `read`."})
}

fn count() -> Value {
    json!({"type": "integer", "minimum": 0})
}

fn cost() -> Value {
    json!({"type": ["number", "null"], "description": "Cost in dollars; null if it is unknown."})
}
