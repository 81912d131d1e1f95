//! The JSON of an execution: a run with the field names of RLM Engine.

use rlm_model::RunId;
use serde_json::{Map, Value, json};

use crate::http::problem::Problem;
use crate::runs::active::Ended;
use crate::runs::run_object::RunObject;
use crate::state::Tenant;

/// The fields with other names in RLM Engine.
const NAMES: [(&str, &str); 4] = [
    ("id", "execution_id"),
    ("question", "user_query"),
    ("created", "started"),
    ("answer", "result"),
];

/// Returns the JSON of a run that has ended.
pub(super) fn ended_json(session: Option<&str>, ended: &Ended) -> Value {
    let mut fields = renamed(&ended.run);
    if let Some(session) = session {
        fields.insert("session_id".to_owned(), session.into());
    }
    Value::Object(fields)
}

/// Returns the JSON of an execution that may be active.
pub(crate) fn recorded(tenant: &Tenant, id: &RunId) -> Result<Value, Problem> {
    let run = tenant.run(id).map_err(|_| Problem::not_found("execution"))?;
    Ok(Value::Object(renamed(&run)))
}

fn renamed(run: &RunObject) -> Map<String, Value> {
    // A run can always be serialized.
    let Value::Object(fields) = json!(run) else {
        return Map::new();
    };
    let name = |field: String| match NAMES.iter().find(|(ours, _)| *ours == field) {
        Some((_, theirs)) => (*theirs).to_owned(),
        None => field,
    };
    fields.into_iter().map(|(field, value)| (name(field), value)).collect()
}
