//! Tests of the guards, which prevent a run from ending too early and from taking useless turns.

use rlm_adapters::FakeModel;
use rlm_core::{Guards, RunError, Runner};
use rlm_policy::{LimitReached, Limits, OnLimit, Outcome};
use std::sync::Arc;

use super::context;
use rlm_test_runs::{Recorded, fake, fenced, run, runner};

async fn guarded<const N: usize>(guards: Guards, script: [&str; N]) -> Recorded {
    let model = fake(script).default_reply("a reply");
    run(runner(model).guards(guards), "What is the code?", &context()).await
}

fn shown(recorded: &Recorded) -> String {
    recorded.observations().join("\n\n=====\n\n")
}

fn codes(recorded: &Recorded) -> Vec<&str> {
    recorded.result.notes.iter().map(|note| note.code.as_str()).collect()
}

#[tokio::test]
async fn literal_answer_in_the_first_program_is_rejected_once() {
    let guess = "```repl\nprint(peek(24))\nFINAL('The code is 1-2-3.')\n```";
    let recorded = guarded(Guards::default(), [guess, "FINAL: The code is 7-4-1."]).await;
    assert_eq!(recorded.answer(), "The code is 7-4-1.");
    insta::assert_snapshot!("first-look", shown(&recorded));

    let again = "```repl\nprint(peek(10))\nFINAL('The code is 1-2-3.')\n```";
    let recorded = guarded(Guards::default(), [guess, again]).await;
    assert_eq!(recorded.answer(), "The code is 1-2-3.", "the guard applies only once");

    let decided_by_code = "```repl\nif 'garden' in context:\n    FINAL('yes')\nFINAL('no')\n```";
    assert_eq!(guarded(Guards::default(), [decided_by_code]).await.answer(), "yes");
    let computed = "```repl\nFINAL(len(context))\n```";
    assert_eq!(guarded(Guards::default(), [computed]).await.answer(), "95");
    let unguarded = guarded(Guards::none(), [guess]).await;
    assert_eq!(unguarded.answer(), "The code is 1-2-3.");
}

#[tokio::test]
async fn answer_that_there_is_none_ends_the_run_as_unable() {
    let script = [
        "```repl\nprint(peek(24))\n```",
        "FINAL: CANNOT_DETERMINE: the text has no dates",
    ];
    let result = guarded(Guards::default(), script).await.result;
    assert_eq!((result.outcome, result.answer), (Outcome::Unable, None));
    assert_eq!(result.message.as_deref(), Some("the text has no dates"));
}

#[tokio::test]
async fn literal_first_answer_is_accepted_at_the_last_turn() {
    let limits = Limits {
        steps: 1,
        ..Limits::default()
    };
    let model = fake(["```repl\nprint(peek(24))\nFINAL('a guess')\n```"]);
    let recorded = run(runner(model).limits(limits), "What?", &context()).await;
    assert_eq!(
        (recorded.answer(), &recorded.result.outcome),
        ("a guess", &Outcome::Complete)
    );
}

#[tokio::test]
async fn answer_before_any_program_is_rejected_a_bounded_number_of_times() {
    let guards = Guards {
        require_repl_before_final: true,
        ..Guards::default()
    };
    let recorded = guarded(guards.clone(), ["FINAL: 1-2-3", "```repl\nFINAL(context[18:23])\n```"]).await;
    assert_eq!((recorded.answer(), codes(&recorded)), ("7-4-1", vec![]));
    insta::assert_snapshot!("final-without-program", shown(&recorded));

    let stubborn = guarded(guards, ["FINAL: 1-2-3", "FINAL: 1-2-3", "FINAL: 1-2-3"]).await;
    assert_eq!(
        (stubborn.answer(), codes(&stubborn)),
        ("1-2-3", vec!["answer_without_program"])
    );
}

#[tokio::test]
async fn answer_before_any_sub_call_is_rejected_a_bounded_number_of_times() {
    let guards = Guards {
        require_subcall_before_final: true,
        ..Guards::default()
    };
    let cut = "```repl\nFINAL(context[18:23])\n```";
    let asks = "```repl\nFINAL(llm_query('Which code?\\n' + context))\n```";
    let recorded = guarded(guards.clone(), [cut, asks]).await;
    assert_eq!((recorded.answer(), codes(&recorded)), ("a reply", vec![]));
    insta::assert_snapshot!("final-without-subcall", shown(&recorded));

    let stubborn = guarded(guards, [cut, cut, cut]).await;
    assert_eq!(
        (stubborn.answer(), codes(&stubborn)),
        ("7-4-1", vec!["answer_without_subcall"])
    );
}

#[tokio::test]
async fn replies_without_programs_end_the_run_at_their_limit() {
    let guards = Guards {
        invalid_response_limit: Some(2),
        ..Guards::default()
    };
    let script = [
        "Let me think.",
        "```repl\nprint(1)\n```",
        "Hm.",
        "Hm, hm.",
        "It may be 7-4-1.",
    ];
    let recorded = guarded(guards.clone(), script).await;
    let limit = LimitReached::InvalidResponsesExceeded { limit: 2 };
    assert_eq!(
        (recorded.answer(), &recorded.result.outcome),
        ("It may be 7-4-1.", &Outcome::Partial { limit: limit.clone() }),
        "a program between them resets the count"
    );
    assert!(recorded.kinds().contains(&"limit"));

    let builder = runner(fake(["Hm.", "Hm."])).guards(guards).on_limit(OnLimit::Error);
    let error = builder.build().unwrap().run("What?", &context()).await.unwrap_err();
    assert!(
        matches!(&error, RunError::Limit { limit: reached, partial } if *reached == limit && partial.answer.is_none()),
        "{error}"
    );
}

#[tokio::test]
async fn repeated_program_with_the_same_outcome_is_detected() {
    let look = "```repl\nprint(peek(9))\n```";
    let counts = "```repl\nn = 1 + (n if 'n (int)' in SHOW_VARS() else 0)\nprint(n)\n```";
    let recorded = guarded(Guards::default(), [look, counts, look, counts, "FINAL: done"]).await;
    let repeated: Vec<bool> = recorded
        .observations()
        .iter()
        .map(|text| text.contains("you sent this program before"))
        .collect();
    assert_eq!(repeated, [false, false, true, false], "{}", shown(&recorded));
    insta::assert_snapshot!("repeated-program", recorded.observations()[2]);

    let guards = Guards {
        invalid_response_limit: Some(2),
        ..Guards::default()
    };
    let wrong = "```repl\nprint(contxt)\n```";
    let recorded = guarded(guards, [wrong, wrong, wrong, "CANNOT_DETERMINE: nothing was shown"]).await;
    let limit = LimitReached::InvalidResponsesExceeded { limit: 2 };
    assert_eq!(recorded.result.outcome, Outcome::BudgetExceeded { limit });
}

#[tokio::test]
async fn fallback_program_runs_once_if_replies_have_no_program() {
    let guards = Guards {
        fallback_code: Some("answer = pick_first_answer(ask_chunks('What is the code?', ctx))".to_owned()),
        invalid_response_limit: None,
        ..Guards::default()
    };
    let recorded = guarded(guards.clone(), ["I can't see it.", "Hm.", "FINAL_VAR: answer"]).await;
    assert_eq!(recorded.answer(), "a reply");
    insta::assert_snapshot!("fallback", shown(&recorded));

    let limited = Guards {
        invalid_response_limit: Some(2),
        ..guards.clone()
    };
    let builder = runner(fake(["Hm.", "Hm, hm."]).default_reply("a reply"))
        .guards(limited)
        .auto_finalize_var("answer");
    let recorded = run(builder, "What is the code?", &context()).await;
    assert_eq!(
        (recorded.answer(), recorded.result.totals.turns),
        ("a reply", 2),
        "the program runs before the run is aborted"
    );

    let mut refused = Vec::new();
    for code in ["", "print('a'"] {
        let guards = Guards {
            fallback_code: Some(code.to_owned()),
            ..Guards::default()
        };
        let error = Runner::builder(Arc::new(fake([])))
            .guards(guards)
            .build()
            .err()
            .unwrap();
        refused.push(format!("{error} [{}]: {}", error.code(), error.hint()));
    }
    insta::assert_snapshot!("fallback-refused", refused.join("\n"));
}

#[tokio::test]
async fn configured_answer_variable_ends_the_run_when_bound() {
    let recorded = run(
        runner(fake([
            "```repl\nprint(peek(9))\n```",
            "```repl\nfound = context[18:23]\n```",
        ]))
        .auto_finalize_var("found"),
        "What is the code?",
        &context(),
    )
    .await;
    assert_eq!(
        (
            recorded.answer(),
            recorded.result.totals.turns,
            recorded.result.citations.len()
        ),
        ("7-4-1", 2, 1)
    );

    // An answer that is unset, empty or `None` is not accepted.
    let script = [
        "```repl\nprint(answer)\n```",
        "```repl\nanswer = None\n```",
        "```repl\nanswer = '  '\n```",
        "```repl\nanswer = 7\n```",
    ];
    let builder = runner(fake(script)).auto_finalize_var("answer");
    let recorded = run(builder, "What?", &context()).await;
    assert_eq!((recorded.answer(), recorded.result.totals.turns), ("7", 4));
    assert!(!shown(&recorded).contains("ends nothing by itself"));
}

/// Invariant 6: a failure is never an answer, and never evidence for one.
#[tokio::test]
async fn failed_call_message_is_not_accepted_as_answer() {
    let script = [
        fenced(
            "try:\n    r = llm_query('x')\n    print(r)\nexcept Exception as e:\n    r = str(e)\nFINAL('Answer: ' + r)",
        ),
        fenced("FINAL(r)"),
        "FINAL: the model did not answer".to_owned(),
    ];
    let definition = serde_json::json!({
        "script": script,
        "rules": [{"match": "x", "fail": {"kind": "invalid_request", "message": "the prompt was flagged by a filter"}}],
    });
    let model = FakeModel::from_json("f", &definition.to_string()).unwrap();
    let recorded = run(runner(model), "What?", &context()).await;
    assert_eq!(recorded.answer(), "the model did not answer");
    insta::assert_snapshot!("fault-as-answer", shown(&recorded));

    // A model that insists on such an answer ends the run without one.
    let insisting = serde_json::json!({
        "script": [script[0], script[1], script[1]],
        "rules": definition["rules"],
    });
    let model = FakeModel::from_json("f", &insisting.to_string()).unwrap();
    let recorded = run(runner(model), "What?", &context()).await;
    assert_eq!(
        (&recorded.result.outcome, &recorded.result.answer),
        (&Outcome::Unable, &None)
    );
}

#[tokio::test]
async fn final_with_a_misspelled_name_suggests_similar_names() {
    let script = [
        "```repl\nsummary = 'a' + 'b'\n```",
        "FINAL_VAR: sumary",
        "```repl\nFINAL_VAR('sumary')\n```",
        "```repl\nx = 1\n```\nFINAL_VAR(summry)",
        "```repl\nFINAL_VAR(summary)\n```",
    ];
    let recorded = guarded(Guards::default(), script).await;
    assert_eq!(recorded.answer(), "ab");
    insta::assert_snapshot!("near-names", shown(&recorded));
}
