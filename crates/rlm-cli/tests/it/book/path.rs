//! The newcomer's path: from a clone to a first answer, a first tool, a first test of prompts and a
//! first report.

use super::chapter::{Action, Chapter};
use super::{chapters, docs, root, shell};
use rlm_test_needs::needs;

/// The chapter with the whole path.
const CHAPTER: &str = "quickstart.md";

/// The words of the path's commands, in order: all words of a row occur in one command. The
/// chapter's own test checks the output of the commands.
const STEPS: [&[&str]; 11] = [
    &["git clone "],
    &["cargo install --path crates/rlm-cli"],
    &["rlm run ", " --model search"],
    &["rlm run ", " --model openai:", " --max-cost "],
    &["rlm trace last"],
    &["rlm repl ", " --tool "],
    &["rlm run ", " --tool ", " --model openai:"],
    &["rlm test ", "rlm/examples/recorded"],
    &["rlm record last "],
    &["rlm test cases"],
    &["rlm report last -o "],
];

fn chapter() -> Chapter {
    let text = std::fs::read_to_string(docs().join(CHAPTER)).expect("read the chapter");
    Chapter::parse(&text)
}

#[test]
fn quickstart_contains_every_step_from_clone_to_report() {
    let chapter = chapter();
    let mut commands = chapter.commands();
    for step in STEPS {
        let found = commands.any(|command| step.iter().all(|words| command.words.contains(words)));
        assert!(found, "{CHAPTER}: no command with {step:?} after the previous step");
    }
}

/// Runs the path as the chapter allows: without the provider's model. The first question is asked
/// again before its run becomes a case.
#[needs("python3")]
#[test]
fn quickstart_works_without_a_key() {
    let is_run = |action: &Action, words: &str| matches!(action, Action::Run(command) if command.words.contains(words));
    let mut path = chapter();
    path.replies.clear();
    path.actions
        .retain(|action| !is_run(action, "openai:") && !is_run(action, "API_KEY"));
    let question = chapter().actions.into_iter().find(|action| is_run(action, "rlm run "));
    let before = path.actions.iter().position(|action| is_run(action, "rlm record "));
    path.actions.insert(
        before.expect("the path creates a case"),
        question.expect("the path asks a question"),
    );
    for (command, shown) in path.commands().zip(&shell::run(&path)) {
        assert!(shown.ended_as(command), "{}", shown.against(CHAPTER, command));
    }
}

#[test]
fn readme_first_link_is_the_quickstart() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("read the README");
    let first = readme.split("](").nth(1).and_then(|rest| rest.split(')').next());
    assert_eq!(first, Some(format!("docs/{CHAPTER}").as_str()));
}

#[test]
fn every_chapter_leads_to_the_next() {
    let chapters = chapters();
    for (name, next) in chapters.iter().zip(chapters.iter().skip(1)) {
        let text = std::fs::read_to_string(docs().join(name)).expect("read the chapter");
        let last = text.trim_end().lines().last().unwrap_or_default();
        assert!(
            last.starts_with("Next: [") && last.contains(&format!("]({next})")),
            "{name}: does not end with `Next: […]({next})`"
        );
    }
}
