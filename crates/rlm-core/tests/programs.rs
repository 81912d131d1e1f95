//! Sessions: programs without a root model.

#![expect(clippy::unwrap_used, reason = "a test that can't be set up has failed")]

use std::sync::Arc;

use rlm_adapters::FakeModel;
use rlm_context::Context;
use rlm_core::{Programs, Runner, StepEnd};
use tokio_util::sync::CancellationToken;

fn over(text: &str, cancel: &CancellationToken) -> Programs {
    let model = FakeModel::new(Vec::<String>::new()).default_reply("yes");
    let runner = Runner::builder(Arc::new(model)).build().unwrap();
    runner
        .programs("Why?", &Context::from_text(text), cancel.clone())
        .unwrap()
}

#[tokio::test]
async fn programs_share_variables_and_calls_are_listed_as_they_were_made() {
    let text = "A context that is long enough to be a reference in the journal, and not a copy of itself. ".repeat(3);
    let mut programs = over(&text, &CancellationToken::new());
    let first = programs
        .run("replies = llm_query_batched(['one', context])\nprint(query, replies)")
        .await
        .unwrap();
    assert_eq!(
        (first.printed.as_str(), &first.end),
        ("Why? ['yes', 'yes']\n", &StepEnd::Done)
    );
    let second = programs
        .run("reply = llm_query('three')\nFINAL(reply + replies[0])")
        .await
        .unwrap();
    assert_eq!(second.answer.as_deref(), Some("yesyes"));
    let calls: Vec<(String, String)> = programs
        .calls()
        .into_iter()
        .map(|(id, prompt)| (id.to_string(), prompt))
        .collect();
    let expected = [("1.1.0", "one"), ("1.1.1", text.as_str()), ("2.1.0", "three")];
    assert_eq!(calls, expected.map(|(id, prompt)| (id.to_owned(), prompt.to_owned())));
}

#[tokio::test]
async fn a_program_that_fails_leaves_the_session_as_it_is() {
    let mut programs = over("text", &CancellationToken::new());
    let refused = programs.run("print(nope)").await.unwrap();
    assert!(
        matches!(&refused.end, StepEnd::Refused(found) if found.len() == 1),
        "{refused:?}"
    );
    let raised = programs.run("kept = 1\nprint('so far')\n{}['x']").await.unwrap();
    assert_eq!(raised.printed, "so far\n");
    assert!(
        matches!(&raised.end, StepEnd::Raised(error) if error.type_name() == "KeyError"),
        "{raised:?}"
    );
    assert_eq!(programs.run("print(kept)").await.unwrap().printed, "1\n");
}

#[tokio::test]
async fn a_cancelled_session_stops() {
    let cancel = CancellationToken::new();
    let mut programs = over("text", &cancel);
    cancel.cancel();
    assert_eq!(
        programs.run("while True:\n    pass").await.unwrap().end,
        StepEnd::Stopped
    );
}
