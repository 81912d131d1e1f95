//! The path of a newcomer: from a clone to a first answer, a first tool, a first test of prompts and a first report.

use super::chapter::{Action, Chapter};
use super::{chapters, docs, root, shell};
use rlm_test_needs::needs;

/// Where the path begins and ends.
const CHAPTER: &str = "quickstart.md";

/// What stands in the commands of the path, in their order: all words of a row in one command. That each command does what the
/// chapter says is seen by running it, as all of the book is.
const STEPS: [&[&str]; 11] = [
    &["git clone "],
    &["cargo install --path crates/rlm-cli"],
    &["rlm run ", " --model extractive"],
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
    let text = std::fs::read_to_string(docs().join(CHAPTER)).expect("the chapter can be read");
    Chapter::parse(&text)
}

#[test]
fn the_path_leads_from_a_clone_to_a_report() {
    let chapter = chapter();
    let mut commands = chapter.commands();
    for step in STEPS {
        let found = commands.any(|command| step.iter().all(|words| command.words.contains(words)));
        assert!(
            found,
            "{CHAPTER} has no command with {step:?}, or has it before another step"
        );
    }
}

/// As the chapter says: what names a provider's model is left out, and the first question is asked again before a case is made of its run.
#[needs("python3")]
#[test]
fn the_path_can_be_gone_without_a_key() {
    let is_run = |action: &Action, words: &str| matches!(action, Action::Run(command) if command.words.contains(words));
    let mut path = chapter();
    path.replies.clear();
    path.actions
        .retain(|action| !is_run(action, "openai:") && !is_run(action, "API_KEY"));
    let question = chapter().actions.into_iter().find(|action| is_run(action, "rlm run "));
    let before = path.actions.iter().position(|action| is_run(action, "rlm record "));
    path.actions.insert(
        before.expect("the path makes a case"),
        question.expect("the path asks a question"),
    );
    for (command, shown) in path.commands().zip(&shell::run(&path)) {
        assert!(shown.ended_as(command), "{}", shown.against(CHAPTER, command));
    }
}

#[test]
fn the_readme_leads_to_its_beginning() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("the README can be read");
    let first = readme.split("](").nth(1).and_then(|rest| rest.split(')').next());
    assert_eq!(first, Some(format!("docs/{CHAPTER}").as_str()));
}

#[test]
fn every_chapter_leads_to_the_next() {
    let chapters = chapters();
    for (name, next) in chapters.iter().zip(chapters.iter().skip(1)) {
        let text = std::fs::read_to_string(docs().join(name)).expect("the chapter can be read");
        let last = text.trim_end().lines().last().unwrap_or_default();
        assert!(
            last.starts_with("Next: [") && last.contains(&format!("]({next})")),
            "{name} ends without `Next: […]({next})`"
        );
    }
}
