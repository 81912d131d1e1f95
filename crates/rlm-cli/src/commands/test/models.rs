//! Compares a test case's models with those of its recording.

use rlm_cli_settings::model_bindings::ModelBindings;
use rlm_cli_settings::models::file_behind;
use rlm_trace::RunStarted;

use super::setup::CaseSetup;

/// Returns the models of a test case that differ from those of its recording. A case without models
/// uses the recorded models.
pub(crate) fn changed_models(prepared: &CaseSetup<'_>, then: &RunStarted) -> Vec<String> {
    let answering = &prepared.arguments.runner;
    let Some(root) = &answering.models.model else {
        return Vec::new();
    };
    let before = ModelBindings::from_recording(then);
    let reader = answering.models.sub_model.as_ref().unwrap_or(root);
    let reader_before = before.sub_model.as_ref().unwrap_or(&before.model);
    let mut changes = Vec::new();
    for (what, now, then) in [("model", root, &before.model), ("sub-model", reader, reader_before)] {
        if !is_same(now, then) && !changes.iter().any(|change: &String| change.starts_with("the model")) {
            changes.push(format!("the {what} changed from {then} to {now}"));
        }
    }
    changes
}

/// Returns `true` if two model strings name the same model. For models described by a file, such as
/// `fake:FILE`, only the file names must be equal.
fn is_same(left: &str, right: &str) -> bool {
    let file = |text| file_behind(text).map(|(kind, path)| (kind, path.file_name()));
    left.trim() == right.trim() || file(left).is_some_and(|left| Some(left) == file(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn model_identity_ignores_the_folder_of_its_file() {
        assert!(is_same("openai:gpt-5.1", "openai:gpt-5.1"));
        assert!(!is_same("openai:gpt-5.1", "openai:gpt-5-mini"));
        assert!(is_same("fake:rules.json", "fake:/srv/cases/rules.json"));
        assert!(!is_same("fake:rules.json", "generic:rules.json"));
    }
}
