//! Tests of runs with custom prompts and instructions: the messages sent, and that journals are
//! self-contained.

use std::fs;
use std::sync::Arc;

use rlm_context::Context;
use rlm_core::{MAX_INSTRUCTIONS_BYTES, RunError, RunOptions, RunnerBuilder};
use rlm_policy::Limits;
use rlm_prompt::{PromptName, Prompts};
use rlm_runs::{ForkOptions, RaisedLimits, ReplayError, ResumeOptions, UnfinishedRun, replay};
use rlm_test_runs::{fake, memory, run, runner};
use rlm_trace::{Journal, JournalOptions, RecordedRun, Template};

const QUESTION: &str = "What is the code?";
const INSTRUCTIONS: &str = "Answer in German.\nCite the page.";

/// A folder with a custom prompt that ends with `said`.
fn folder(name: PromptName, said: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("{}\n{said}\n", name.built_in());
    fs::write(folder.path().join(format!("{name}.md")), text).unwrap();
    folder
}

fn own(name: PromptName, said: &str) -> Prompts {
    Prompts::from_dir(folder(name, said).path()).unwrap()
}

fn context() -> Context {
    Context::from_text("The vault code is 7-4-1.\n")
}

/// Returns the system message of a call.
fn system(recorded: &RecordedRun, id: &str) -> String {
    let prompts = rlm_trace::RecordedPrompts::of(&recorded.records);
    let request = prompts.request(&id.parse().unwrap(), &|_| None).unwrap();
    request.messages.first().unwrap().content()
}

fn two_turns() -> RunnerBuilder {
    runner(
        fake([
            "```repl\nprint(llm_query('Whose code is this? ' + context))\n```",
            "```repl\nprint(rlm_query('Which code?', context))\n```",
            "```repl\nFINAL(context[18:23])\n```",
            "```repl\nFINAL(context[18:23])\n```",
        ])
        .rule("You are a sub-LLM", "the vault's"),
    )
}

#[tokio::test]
async fn instructions_are_appended_only_to_the_root_system_message() {
    let depth = Limits {
        depth: 2,
        ..Limits::default()
    };
    let builder = runner(fake([
        "```repl\nprint(rlm_query('Which code?', context))\n```",
        "```repl\nFINAL(context[18:23])\n```",
        "```repl\nFINAL(context[18:23])\n```",
    ]));
    let recorded = run(builder.limits(depth).instructions(INSTRUCTIONS), QUESTION, &context()).await;
    let recorded = recorded.as_recorded();
    let of_root = system(&recorded, "1.0.0");
    let instructions = format!(
        "\n\nInstructions for this run, from the person who asks. Where they differ from the advice above, they hold:\n{INSTRUCTIONS}"
    );
    assert!(of_root.ends_with(&instructions), "{of_root}");
    let of_child = system(&recorded, "1.1.0/1.0.0");
    assert!(
        of_child.contains("you write small programs") && !of_child.contains("German"),
        "{of_child}"
    );
}

#[tokio::test]
async fn run_replays_and_resumes_after_its_prompt_folder_is_deleted() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("run.jsonl");
    let limits = Limits {
        steps: 1,
        ..Limits::default()
    };
    let begun = two_turns()
        .limits(limits)
        .prompts(own(PromptName::RootSystem, "Be brief."))
        .instructions(INSTRUCTIONS)
        .build()
        .unwrap();
    let options = RunOptions {
        journal: Some(Journal::create(&path, JournalOptions::default()).unwrap().into()),
        ..RunOptions::default()
    };
    begun.run_with(QUESTION, &context(), options).await.unwrap();
    drop(begun);
    let recorded = RecordedRun::read(&path).unwrap();
    replay(&recorded, &context()).await.unwrap();
    let first = system(&recorded, "1.0.0");
    assert!(first.contains("Be brief.") && first.ends_with(INSTRUCTIONS), "{first}");

    let unfinished = UnfinishedRun::open(&path, JournalOptions::default()).unwrap();
    let more = ResumeOptions {
        limits: RaisedLimits {
            steps: Some(4),
            ..RaisedLimits::default()
        },
        ..ResumeOptions::default()
    };
    let result = rlm_runs::resume(&two_turns().build().unwrap(), unfinished, &context(), more)
        .await
        .unwrap();
    assert_eq!(result.answer.as_deref(), Some("7-4-1"));
    let recorded = RecordedRun::read(&path).unwrap();
    assert_eq!(system(&recorded, "2.0.0"), first);
    replay(&recorded, &context()).await.unwrap();
}

#[tokio::test]
async fn fork_keeps_recorded_prompts_except_overridden_ones() {
    let told = two_turns()
        .prompts(own(PromptName::RootSystem, "Be brief."))
        .instructions(INSTRUCTIONS);
    let recorded = run(told, QUESTION, &context()).await.as_recorded();
    let anew = |name: PromptName| {
        let folder = folder(name, "And polite.");
        Prompts::read_template(folder.path().join(format!("{name}.md"))).unwrap()
    };
    let forked = fork(&recorded, 2, anew(PromptName::RootSystem)).await.unwrap();
    let (before, after) = (system(&forked, "1.0.0"), system(&forked, "2.0.0"));
    assert!(before.contains("Be brief.") && before.ends_with(INSTRUCTIONS));
    assert!(after.contains("And polite.") && !after.contains("Be brief."));
    assert!(after.ends_with(INSTRUCTIONS), "{after}");

    // A fork can replace the first message at the first step, but not later.
    let first = fork(&recorded, 1, anew(PromptName::RootFirst)).await.unwrap();
    let prompts = rlm_trace::RecordedPrompts::of(&first.records);
    let request = prompts.request(&"1.0.0".parse().unwrap(), &|_| None).unwrap();
    assert!(request.messages.last().unwrap().content().ends_with("And polite."));
    let late = fork(&recorded, 2, anew(PromptName::RootFirst)).await.unwrap_err();
    insta::assert_snapshot!(format!("{late}; {}", late.hint()), @"the prompt `root-first` is part of the first message, which was sent before step 2; fork the run at step 1");
}

/// Forks a run, and checks that the new run replays.
async fn fork(recorded: &RecordedRun, at: u32, template: Template) -> Result<RecordedRun, ReplayError> {
    let journal = memory();
    let options = ForkOptions {
        at,
        journal: Some(journal.clone()),
        templates: vec![template],
        ..ForkOptions::default()
    };
    rlm_runs::fork(&two_turns().build().unwrap(), recorded, &context(), options).await?;
    let forked = RecordedRun {
        records: journal
            .records()
            .unwrap()
            .iter()
            .map(|record| (**record).clone())
            .collect(),
        ending: rlm_trace::Ending::Finished,
    };
    replay(&forked, &context()).await.unwrap();
    Ok(forked)
}

#[test]
fn instructions_length_is_limited() {
    let built = |instructions: &str| two_turns().instructions(instructions).build();
    let errors = [" \n", &"x".repeat(MAX_INSTRUCTIONS_BYTES + 1)].map(|instructions| match built(instructions) {
        Err(error @ RunError::Setting { .. }) => error.to_string(),
        _ => panic!("{} bytes were accepted", instructions.len()),
    });
    insta::assert_snapshot!(errors.join("\n"), @r"
    invalid setting instructions: the text is empty
    invalid setting instructions: the text has 32769 bytes, but the maximum is 32768
    ");
    assert!(built(&"x".repeat(MAX_INSTRUCTIONS_BYTES)).is_ok());
}

#[tokio::test]
async fn run_failing_in_a_custom_prompt_replays_to_the_failure() {
    let said = "{% if '1234567' in output.head %}{{ output.no.such }}{% endif %}";
    let builder = runner(fake(["```repl\nprint(1)\n```", "```repl\nprint('1234567')\n```"]));
    let runner = builder.prompts(own(PromptName::Observation, said)).build().unwrap();
    let journal = memory();
    let options = RunOptions {
        journal: Some(Arc::clone(&journal)),
        ..RunOptions::default()
    };
    let failed = runner.run_with(QUESTION, &context(), options).await.unwrap_err();
    assert!(matches!(failed, RunError::Prompt(_)), "{failed}");
    let records: Vec<_> = journal
        .records()
        .unwrap()
        .iter()
        .map(|record| (**record).clone())
        .collect();
    let recorded = RecordedRun {
        records,
        ending: rlm_trace::Ending::Finished,
    };
    let report = replay(&recorded, &context()).await.unwrap();
    assert_eq!(report.outcome.as_deref(), Some("invalid_request"));
}
