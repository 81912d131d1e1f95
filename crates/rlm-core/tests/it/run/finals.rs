//! Tests of final answers and malformed replies: each malformed reply costs at most one turn.

use rlm_adapters::FakeModel;
use rlm_context::Context;
use rlm_policy::Outcome;

use super::context;
use rlm_test_runs::{fake, fenced, run, runner};

#[tokio::test]
async fn bare_code_and_textual_final_are_accepted() {
    let model = fake([
        "snippet = peek(80)\nsummary = llm_query(f'Summarize: {snippet}')\nanswer = f'Summary -> {summary}'",
        "FINAL_VAR: answer",
    ])
    .rule("You are a sub-LLM", "[fake] short summary");
    let context = Context::from_text("RLMs treat long prompts as environment state.");
    let recorded = run(runner(model), "Summarize this.", &context).await;
    assert_eq!(recorded.answer(), "Summary -> [fake] short summary");
    assert_eq!(recorded.result.outcome, Outcome::Complete);
    let [observation] = recorded.observations()[..] else {
        panic!("{:?}", recorded.observations())
    };
    insta::assert_snapshot!("observation-of-a-bound-answer", observation);
}

#[tokio::test]
async fn binding_answer_shows_one_hint_and_does_not_end_the_run() {
    let bind = "```repl\nanswer = 'a' + 'b'\n```";
    let recorded = run(runner(fake([bind, bind, "FINAL_VAR: answer"])), "What?", &context()).await;
    assert_eq!(recorded.answer(), "ab");
    let hints: Vec<bool> = recorded
        .observations()
        .iter()
        .map(|text| text.contains("ends nothing by itself"))
        .collect();
    assert_eq!(hints, [true, false]);
}

#[tokio::test]
async fn every_form_of_final_ends_the_run() {
    let cases: [(&str, &[&str], &str); 12] = [
        ("FINAL in a program", &["```repl\nFINAL(context[:9])\n```"], "The vault"),
        ("FINAL of a number", &["```repl\nFINAL(len(context))\n```"], "95"),
        (
            "FINAL_VAR in a program",
            &["```repl\nx = 'a'\nFINAL_VAR('x')\n```"],
            "a",
        ),
        (
            "the dict answer",
            &["```repl\nanswer['content'] = 'a'\nanswer['ready'] = True\n```"],
            "a",
        ),
        (
            "FINAL_VAR after a program",
            &["```repl\nx = 'a' + 'b'\n```\nFINAL_VAR(x)"],
            "ab",
        ),
        ("FINAL_VAR as text", &["```repl\nx = 7\n```", "FINAL_VAR: x"], "7"),
        ("FINAL as text", &["FINAL: forty-two"], "forty-two"),
        ("FINAL with a quoted text", &["FINAL(\"forty-two\")"], "forty-two"),
        ("FINAL with words", &["FINAL(It's 42, I think)"], "It's 42, I think"),
        ("FINAL with a variable", &["```repl\nx = 'a'\n```", "FINAL(x)"], "a"),
        (
            "FINAL with an expression",
            &["```repl\nx = 'a'\n```", "FINAL(x + 'b')"],
            "ab",
        ),
        (
            "the dict answer that is not ready",
            &["```repl\nanswer['content'] = 'a'\n```", "FINAL_VAR: answer"],
            "a",
        ),
    ];
    for (name, script, expected) in cases {
        let model = FakeModel::new(script.iter().copied());
        let recorded = run(runner(model), "What is the code?", &context()).await;
        assert_eq!(
            (recorded.answer(), &recorded.result.outcome),
            (expected, &Outcome::Complete),
            "{name}: {:?}",
            recorded.observations()
        );
    }
}

#[tokio::test]
async fn final_with_unknown_name_or_empty_value_uses_one_turn() {
    let script = [
        "FINAL_VAR: anwser",
        "```repl\nFINAL('')\n```",
        "FINAL:",
        "```repl\nx = 1\n```\nFINAL_VAR(y)",
        "FINAL: ok",
    ];
    let recorded = run(runner(fake(script)), "What?", &context()).await;
    assert_eq!(recorded.answer(), "ok");
    insta::assert_snapshot!("finals-not-taken", recorded.observations().join("\n\n=====\n\n"));
}

#[tokio::test]
async fn program_errors_are_shown_with_source_and_hints() {
    let script = [
        fenced("print(contxt[:10])"),
        fenced("print('before')\nx = [1, 2]\nprint(x[5])"),
        fenced("FINAL(x)"),
    ];
    let recorded = run(runner(FakeModel::new(script)), "What?", &context()).await;
    assert_eq!(recorded.answer(), "[1, 2]");
    insta::assert_snapshot!("repairs", recorded.observations().join("\n\n=====\n\n"));
}

/// Invariant 8: a malformed reply costs at most one turn. Every reply is run, or answered with a
/// correction.
#[tokio::test]
async fn malformed_replies_use_at_most_one_turn() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../rlm-prompt/tests/replies");
    let mut replies = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let reply = std::fs::read_to_string(&path).unwrap();
        let model = FakeModel::new([reply.as_str(), "```repl\nFINAL('reached')\n```"]).default_reply("a reply");
        let recorded = run(runner(model), "What?", &context()).await;
        let result = &recorded.result;
        assert_eq!(
            result.outcome,
            Outcome::Complete,
            "{}: {:?}",
            path.display(),
            result.message
        );
        assert!(result.totals.turns <= 2, "{}", path.display());
        if result.totals.turns == 2 {
            assert_eq!(recorded.answer(), "reached", "{}", path.display());
            let [observation] = recorded.observations()[..] else {
                panic!("{}", path.display())
            };
            let says_what = [
                "Write one program",
                "Output of your program",
                "printed nothing",
                "Correct it",
            ];
            assert!(
                says_what.iter().any(|text| observation.contains(text)),
                "{}: {observation}",
                path.display()
            );
        }
        replies += 1;
    }
    assert!(replies > 50);
}
