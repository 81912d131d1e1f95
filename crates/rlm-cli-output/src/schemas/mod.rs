//! The JSON objects that commands print. The field `schema` of an object contains its name and
//! version. Its JSON Schema in `schemas/` is generated from the Rust type.
//!
//! Adding a field does not change the version, and readers ignore unknown fields. Removing a field
//! or changing its meaning requires a new version. Formats of other projects (`rlm trace --export`)
//! are not included.

mod cases;
#[expect(missing_docs, reason = "a doc comment is part of the JSON Schema")]
pub mod config;
#[expect(missing_docs, reason = "a doc comment is part of the JSON Schema")]
pub mod doctor;
mod models;
mod programs;
mod recordings;
mod results;
#[cfg(test)]
mod shapes;
mod storage;

use serde::Serialize;
use serde_json::{Map, Value};

pub use self::cases::{ComparedPrompts, Test};
pub use self::models::{ListedModel, Models, Price, Prompt, Prompts, Rendering, Renderings};
pub use self::programs::{Check, Exec, ExecStep};
pub use self::recordings::{
    AnsweredFrom, Asked, Bundled, CallAgain, Calls, CitedText, Diff, ListedCall, ListedRun, Message, Messages, Part,
    Parting, Piece, Replay, RunEnd, Runs, Spans, TimeSpan, Trace, TracedEvent, Why,
};
pub use self::results::{
    Batch, BatchLine, BatchUsage, Error, Estimate, EstimatedWay, Failed, Run, RunUsage, StepProgram, StepProgress,
};
pub use self::storage::{
    Cache, CacheCleared, Files, Job, Jobs, Replies, Session, SessionSpent, SessionSummary, Sessions,
};

use self::config::Configuration;
use self::doctor::Report;

/// A JSON object that a command prints, with the name and version of its schema.
pub trait OutputObject: Serialize {
    /// The name of the object's schema in `rlm schema`.
    const NAME: &'static str;
    /// A one-sentence description of the object.
    #[cfg(test)]
    const ABOUT: &'static str;
    /// The version of the object's schema, from 1.
    const VERSION: u32 = 1;

    /// Returns the JSON object, whose first field is the name of its schema.
    fn object(&self) -> Value {
        let mut object = Map::new();
        object.insert("schema".to_owned(), Value::String(id::<Self>()));
        // Serialization never fails for these types: a test prints all of them.
        if let Ok(Value::Object(fields)) = serde_json::to_value(self) {
            object.extend(fields);
        }
        Value::Object(object)
    }
}

/// Serializes a nested value of an output object to JSON.
pub fn value(part: &impl Serialize) -> Value {
    serde_json::to_value(part).unwrap_or_default()
}

/// Returns the name and version of a schema, such as `rlm/run@1`.
fn id<F: OutputObject + ?Sized>() -> String {
    format!("rlm/{}@{}", F::NAME, F::VERSION)
}

/// A JSON Schema of a command's output, as listed by `rlm schema`.
pub struct KnownSchema {
    /// The name of the schema in `rlm schema`.
    pub name: &'static str,
    /// A one-sentence description of the object that the schema describes.
    pub about: &'static str,
    /// The JSON Schema as text.
    pub schema: &'static str,
    /// Generates the JSON Schema from the Rust type.
    #[cfg(test)]
    generate: fn() -> Value,
}

/// Implements `OutputObject` for types with the given names, and lists their schemas.
macro_rules! schemas {
    ($($name:literal => $object:ty: $about:literal,)+) => {
        $(impl OutputObject for $object {
            const NAME: &'static str = $name;
            #[cfg(test)]
            const ABOUT: &'static str = $about;
        })+

        /// All schemas of command output, in the order of their definition.
        pub const ALL: &[KnownSchema] = &[$(KnownSchema {
            name: $name,
            about: $about,
            schema: include_str!(concat!("../../schemas/", $name, ".json")),
            #[cfg(test)]
            generate: tests::schema_of::<$object>,
        }),+];
    };
}

schemas! {
    "run" => Run: "The result of a run: `rlm run`, `rlm session run`, `rlm resume`, `rlm fork`.",
    "progress" => StepProgress: "A finished step: a line of `--progress json`.",
    "batch" => Batch: "The result of `rlm batch`.",
    "batch-line" => BatchLine: "A line of the answers file of `rlm batch`.",
    "estimate" => Estimate: "The estimated usage of each method: `rlm estimate`.",
    "error" => Failed: "The error of a command that has no other output.",
    "runs" => Runs: "The runs on this machine: `rlm runs`.",
    "trace" => Trace: "A recorded run, event by event: `rlm trace`.",
    "calls" => Calls: "The calls of a recorded run: `rlm trace --calls`.",
    "timeline" => Spans: "The start times and durations in a recorded run: `rlm trace --timeline`.",
    "messages" => Messages: "The messages and the reply of a call: `rlm trace --step N --messages`.",
    "why" => Why: "The origin of the answer of a recorded run: `rlm trace --why`.",
    "call" => CallAgain: "A repeated call, with the recorded and the new reply: `rlm call`.",
    "replay" => Replay: "The result of a replay: `rlm replay`.",
    "diff" => Diff: "The differences of two recorded runs: `rlm diff`.",
    "cited" => Bundled: "The pieces of the context that an answer cites: `cited.json` of `rlm bundle`.",
    "test" => Test: "The results of test cases: `rlm test`.",
    "session" => Session: "A session: `rlm session show`.",
    "sessions" => Sessions: "All sessions: `rlm session list`.",
    "job" => Job: "A job: `rlm job status`, and the notification of its end.",
    "jobs" => Jobs: "All jobs: `rlm job list`.",
    "cache" => Cache: "The contents of the cache: `rlm cache stats` and `verify`.",
    "cache-cleared" => CacheCleared: "The removed cache: `rlm cache clear`.",
    "exec" => Exec: "The output and results of programs: `rlm exec`.",
    "check" => Check: "The problems in programs: `rlm check`.",
    "models" => Models: "The available models: `rlm models`.",
    "prompts" => Prompts: "The prompts that models receive: `rlm prompts show`.",
    "config" => Configuration: "The effective configuration and the origin of each value: `rlm config show`.",
    "doctor" => Report: "The checks of your setup: `rlm doctor`.",
    "renderings" => Renderings: "Rendered prompts: `rlm prompts render`.",
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use schemars::generate::SchemaSettings;
    use schemars::transform::RecursiveTransform;
    use schemars::{JsonSchema, Schema};
    use serde_json::json;

    use super::*;

    /// Generates the JSON Schema of an output object from its Rust type.
    pub(super) fn schema_of<F: OutputObject + JsonSchema>() -> Value {
        let settings = SchemaSettings::draft2020_12().for_serialize();
        let without_examples = RecursiveTransform(leave_out_example);
        let generator = settings.with_transform(without_examples).into_generator();
        let mut schema = generator.into_root_schema_for::<F>().to_value();
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("$id".to_owned(), Value::String(id::<F>()));
            schema.insert("title".to_owned(), Value::String(id::<F>()));
            schema.insert("description".to_owned(), Value::String(F::ABOUT.to_owned()));
            if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
                let name = json!({ "description": "The name and version of this schema.", "const": id::<F>() });
                properties.shift_insert(0, "schema".to_owned(), name);
            }
            if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
                required.insert(0, Value::String("schema".to_owned()));
            }
        }
        schema
    }

    /// Removes the Rust example from a schema's description, which is the doc comment of a type.
    fn leave_out_example(schema: &mut Schema) {
        if let Some(Value::String(description)) = schema.get_mut("description")
            && let Some(end) = description.find("\n\n```")
        {
            description.truncate(end);
        }
    }

    /// Compares the files in `schemas/` with the schemas of the Rust types. `UPDATE_SCHEMAS=1 cargo
    /// test -p rlm-cli-output schemas` rewrites the files instead.
    #[test]
    fn schemas_are_current() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas");
        let is_written = std::env::var_os("UPDATE_SCHEMAS").is_some();
        for form in ALL {
            let path = folder.join(format!("{}.json", form.name));
            let schema = format!("{:#}\n", (form.generate)());
            if is_written {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(&path, &schema).unwrap();
            }
            let kept = std::fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(
                kept,
                schema,
                "{} is stale: `just schemas` regenerates it",
                path.display()
            );
        }
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), ALL.len());
    }
}
