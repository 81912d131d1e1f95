//! Tests that the programs of the language card run.

use std::sync::Arc;

use rlm_adapters::FakeModel;
use rlm_context::{Context, DEFAULT_SEPARATOR};
use rlm_core::{RunOptions, Runner, StepEnd};
use rlm_prompt::{Limited, ProgramForm, Prompts};

fn system(subcalls: u64) -> String {
    let limited = Limited {
        subcalls,
        child_runs: false,
        shown_output: 4_000,
        reply_chars: 4_096,
        steps: 40,
        search: true,
        programs: ProgramForm::Fenced,
        profile: None,
    };
    Prompts::built_in().unwrap().root_system(limited).unwrap()
}

/// Runs the programs shown on the card, one after the other in one session.
#[tokio::test]
async fn card_example_programs_run() {
    let documents = [
        ("a.md", "Review: fine\nThe price is 4. Decided on 3 May: a roof.\n"),
        ("b.md", "Review: bad\nThe notice period is a month. No refund.\n"),
    ];
    let context = Context::from_documents(documents, DEFAULT_SEPARATOR).unwrap();
    for (subcalls, expected) in [(200, 4), (0, 2)] {
        let system = system(subcalls);
        let programs: Vec<&str> = system
            .split("```repl\n")
            .skip(1)
            .filter_map(|rest| rest.split_once("```"))
            .map(|(program, _)| program)
            .collect();
        assert_eq!(programs.len(), expected);
        for program in programs {
            let model = FakeModel::new(Vec::<String>::new())
                .rule("Label each", "1: positive\n2: negative")
                .rule("The price is 4", "The price is 4.")
                .rule("", "NO_ANSWER");
            let runner = Runner::builder(Arc::new(model)).build().unwrap();
            let mut programs = runner
                .programs("What was decided?", &context, RunOptions::default())
                .unwrap();
            let step = programs.run(program).await.unwrap();
            assert_eq!(step.end, StepEnd::Done, "{program}");
            assert!(!step.printed.is_empty() || step.answer.is_some(), "{program}");
        }
    }
}
