//! Tests of programs supplied by the caller, without a root model or after the turns of a recorded
//! run.

use std::sync::Arc;
use std::time::Duration;

use rlm_adapters::FakeModel;
use rlm_context::Context;
use rlm_core::{Programs, RunOptions, Runner, StepEnd};
use rlm_model::{BoxFuture, Call, Model, ModelError, ModelIdentity, Reply};
use rlm_policy::Limits;
use rlm_runs::{ReplayError, ReplayExtent, programs_after, replay};
use rlm_test_runs::{fenced, memory, run, runner};
use rlm_trace::{Ending, Event, Journal, RecordedRun, StepKind};
use tokio_util::sync::CancellationToken;

fn yes() -> Runner {
    runner(FakeModel::new([""; 0]).default_reply("yes")).build().unwrap()
}

fn over(text: &str, journal: &Arc<Journal>) -> Programs {
    let options = RunOptions {
        journal: Some(Arc::clone(journal)),
        ..RunOptions::default()
    };
    yes().programs("Why?", &Context::from_text(text), options).unwrap()
}

fn recorded(journal: &Journal, ending: Ending) -> RecordedRun {
    let records = journal.records().unwrap();
    RecordedRun {
        records: records.iter().map(|record| (**record).clone()).collect(),
        ending,
    }
}

/// Runs programs that must succeed. Returns their output.
async fn printed(programs: &mut Programs, sources: &[&str]) -> Vec<String> {
    let mut printed = Vec::new();
    for source in sources {
        let step = programs.run(source).await.unwrap();
        assert_eq!(step.end, StepEnd::Done, "{source}");
        printed.push(step.printed);
    }
    printed
}

#[tokio::test]
async fn programs_share_variables_and_calls_are_listed_in_order() {
    let text = "A context that is long enough to be a reference in the journal, and not a copy of itself. ".repeat(3);
    let mut programs = over(&text, &memory());
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
async fn failed_program_keeps_the_session_usable() {
    let mut programs = over("text", &memory());
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
    assert_eq!(printed(&mut programs, &["print(kept)"]).await, ["1\n"]);
}

#[tokio::test]
async fn a_cancelled_session_stops() {
    let cancel = CancellationToken::new();
    let options = RunOptions {
        cancel: cancel.clone(),
        ..RunOptions::default()
    };
    let mut programs = yes().programs("", &Context::from_text("text"), options).unwrap();
    cancel.cancel();
    assert_eq!(
        programs.run("while True:\n    pass").await.unwrap().end,
        StepEnd::Stopped
    );
}

#[tokio::test]
async fn stopping_a_program_keeps_the_session_usable() {
    let mut programs = over("text", &memory());
    let cancel = CancellationToken::new();
    let stop = async {
        tokio::task::yield_now().await;
        cancel.cancel();
    };
    let program = programs.run_until("x = 1\nwhile True:\n    x += 1", cancel.clone());
    let (step, ()) = tokio::join!(program, stop);
    assert_eq!(step.unwrap().end, StepEnd::Stopped);
    assert_eq!(printed(&mut programs, &["print(x > 0)"]).await, ["True\n"]);
}

#[tokio::test]
async fn session_answer_is_reported_once_and_becomes_the_run_answer() {
    let journal = memory();
    let mut programs = over("The code is 7-4-1.", &journal);
    let mut answers = Vec::new();
    for source in [
        "answer = {'content': 'soon', 'ready': True}",
        "x = 1",
        "FINAL(context[12:17])",
    ] {
        answers.push(programs.run(source).await.unwrap().answer);
    }
    assert_eq!(answers, [Some("soon".to_owned()), None, Some("7-4-1".to_owned())]);
    let result = programs.end().await.unwrap();
    assert_eq!(
        (result.answer.as_deref(), result.outcome.name()),
        (Some("7-4-1"), "complete")
    );
    assert_eq!(result.citations.first().map(|citation| citation.column_start), Some(13));
}

#[tokio::test]
async fn program_session_replays_as_a_run() {
    let journal = memory();
    let text = "one two three";
    let mut programs = over(text, &journal);
    for source in [
        "n = len(context)\nn",
        "for i in range(3):\n    print(llm_query(str(i)))",
        "nope",
        "1 / 0",
        "budget()",
    ] {
        programs.run(source).await.unwrap();
        // Looking at a variable leaves no trace.
        assert_eq!(programs.look_at("context").unwrap().to_flat().unwrap(), text);
        assert!(programs.look_at("nothing").is_none());
    }
    assert_eq!(
        programs
            .variables()
            .iter()
            .filter(|variable| variable.name == "n")
            .count(),
        1
    );
    let result = programs.end().await.unwrap();
    assert_eq!((result.answer, result.totals.turns), (None, 5));
    let recorded = recorded(&journal, Ending::Finished);
    let report = replay(&recorded, &Context::from_text(text)).await.unwrap();
    assert_eq!(
        (report.extent, report.outcome.as_deref()),
        (ReplayExtent::Whole, Some("complete"))
    );
    let steps = recorded.events().filter_map(|event| match event {
        Event::TurnStarted(turn) => Some(turn.step),
        _ => None,
    });
    assert_eq!(steps.collect::<Vec<_>>(), [StepKind::GivenProgram; 5]);
    // A context that no longer matches is detected.
    let other = replay(&recorded, &Context::from_text("other")).await.unwrap_err();
    assert_eq!(other.code(), "replay_context");
}

#[tokio::test]
async fn interrupted_session_replays_up_to_the_interruption() {
    let journal = memory();
    let mut programs = over("text", &journal);
    printed(&mut programs, &["x = llm_query('a')"]).await;
    let killed = recorded(&journal, Ending::Unfinished);
    let report = replay(&killed, &Context::from_text("text")).await.unwrap();
    assert!(matches!(report.extent, ReplayExtent::Until { .. }), "{report:?}");

    let cancel = CancellationToken::new();
    let stop = async {
        tokio::task::yield_now().await;
        cancel.cancel();
    };
    let endless = programs.run_until("n = 0\nwhile True:\n    n += 1", cancel.clone());
    tokio::join!(endless, stop).0.unwrap();
    let after = printed(&mut programs, &["print(n)"]).await;
    programs.end().await.unwrap();
    let stopped = recorded(&journal, Ending::Finished);
    let report = replay(&stopped, &Context::from_text("text")).await.unwrap();
    let until = ReplayExtent::Until {
        event: "program_ran 2".to_owned(),
    };
    assert_eq!(report.extent, until);

    // The re-execution stops at the same unit of fuel.
    let context = Context::from_text("text");
    let options = RunOptions::default();
    let mut again = programs_after(&yes(), &stopped, 2, &context, options).await.unwrap();
    assert_eq!(printed(&mut again, &["print(n)"]).await, after);
}

/// A model that must not be called.
struct Untouchable(ModelIdentity);

impl Model for Untouchable {
    fn identity(&self) -> &ModelIdentity {
        &self.0
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        panic!("unexpected call of {}", call.id)
    }
}

fn untouchable() -> Runner {
    let model = Untouchable(ModelIdentity::new("untouchable", "", "it"));
    runner(model).build().unwrap()
}

const STORY: &str = "The vault code is 7-4-1.";

/// Returns a run of three steps, with calls.
async fn story() -> RecordedRun {
    let model = FakeModel::new([
        fenced("at = context.find('code')\nsaid = [llm_query(f'number {n}') for n in range(2)]").as_str(),
        fenced("at += 1\nwho = llm_query('who?')\nprint(budget())").as_str(),
        fenced("at += 1\nFINAL(who)").as_str(),
    ])
    .rule("number ", "counted")
    .rule("who?", "the vault's");
    let recorded = run(runner(model), "Whose?", &Context::from_text(STORY)).await;
    recorded.as_recorded()
}

#[tokio::test]
async fn variables_after_each_step_are_restored_without_calls() {
    let (recorded, context) = (story().await, Context::from_text(STORY));
    let expected = [
        (1, "10 ['counted', 'counted']\n"),
        (2, "11 the vault's\n"),
        (3, "12 the vault's\n"),
    ];
    let runner = untouchable();
    for (step, shown) in expected {
        let programs = programs_after(&runner, &recorded, step, &context, RunOptions::default());
        let mut programs = programs.await.unwrap();
        assert_eq!(programs.turns(), step);
        let program = if step == 1 { "print(at, said)" } else { "print(at, who)" };
        assert_eq!(printed(&mut programs, &[program]).await, [shown]);
    }
    let beyond = programs_after(&runner, &recorded, 4, &context, RunOptions::default());
    assert!(matches!(
        beyond.await.err(),
        Some(ReplayError::NoSuchStep { at: 4, steps: 3 })
    ));
}

#[tokio::test]
async fn session_branched_from_a_run_replays_and_can_be_branched_again() {
    let (recorded_story, context) = (story().await, Context::from_text(STORY));
    let journal = memory();
    let options = || RunOptions {
        journal: Some(Arc::clone(&journal)),
        ..RunOptions::default()
    };
    let mut programs = programs_after(&yes(), &recorded_story, 2, &context, options())
        .await
        .unwrap();
    let new = [
        "print(who, llm_query('who?'))",
        "at += 100\nsaid.append(llm_query('number 1'))",
    ];
    assert_eq!(printed(&mut programs, &new).await, ["the vault's yes\n", ""]);
    // The other run paid for its calls.
    assert_eq!(programs.spent().calls, 5);
    programs.end().await.unwrap();
    let first = recorded(&journal, Ending::Finished);
    let report = replay(&first, &context).await.unwrap();
    assert_eq!(report.extent, ReplayExtent::Whole);

    let journal = memory();
    let options = RunOptions {
        journal: Some(Arc::clone(&journal)),
        ..RunOptions::default()
    };
    let mut again = programs_after(&untouchable(), &first, 4, &context, options)
        .await
        .unwrap();
    assert_eq!(
        printed(&mut again, &["print(at, said)"]).await,
        ["111 ['counted', 'counted', 'yes']\n"]
    );
    again.end().await.unwrap();
    let second = recorded(&journal, Ending::Finished);
    assert_eq!(replay(&second, &context).await.unwrap().extent, ReplayExtent::Whole);
}

#[tokio::test]
async fn models_and_limits_can_be_changed_within_a_session() {
    let journal = memory();
    let mut programs = over("text", &journal);
    printed(&mut programs, &["a = llm_query('who?')"]).await;
    let other = FakeModel::new([""; 0]).default_reply("no");
    let limits = Limits {
        subcalls: 2,
        ..Limits::default()
    };
    let other = Runner::builder(Arc::new(other)).limits(limits).build().unwrap();
    programs.switch_runner(&other).unwrap();
    assert_eq!(
        printed(&mut programs, &["print(a, llm_query('who?'))"]).await,
        ["yes no\n"]
    );
    let refused = programs.run("print(llm_query('and who?'))").await.unwrap();
    assert!(refused.printed.contains("MaxSubcallsExceeded"), "{refused:?}");
    assert_eq!(programs.left().map(|left| left.calls), Some(0));
    programs.end().await.unwrap();
    let recorded = recorded(&journal, Ending::Finished);
    let report = replay(&recorded, &Context::from_text("text")).await.unwrap();
    assert_eq!(report.extent, ReplayExtent::Whole);
}

/// A model that yields before it replies.
struct Slow(FakeModel);

impl Model for Slow {
    fn identity(&self) -> &ModelIdentity {
        self.0.identity()
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            self.0.complete(call).await
        })
    }
}

#[tokio::test]
async fn branching_reuses_child_runs_and_speculative_calls() {
    let child = fenced("FINAL(llm_query('in the child: ' + context))");
    let model = FakeModel::new([
        fenced("good = []\nfor word in context.split():\n    said = llm_query('good? ' + word)\n    if 'yes' in said:\n        good.append(word)\nhits = [rlm_query('Which?', word) for word in good]").as_str(),
        child.as_str(),
        child.as_str(),
        child.as_str(),
        fenced("FINAL(hits)").as_str(),
    ])
    .rule("in the child", "a child's")
    .rule("good?", "yes");
    let limits = Limits {
        depth: 2,
        ..Limits::default()
    };
    let recursion = rlm_core::Recursion {
        recursive_subcalls: Some(false),
        ..rlm_core::Recursion::default()
    };
    let builder = runner(Slow(model)).limits(limits).recursion(recursion);
    let context = Context::from_text("one two three");
    let recorded = run(builder, "Which are good?", &context).await.as_recorded();
    let children = recorded
        .events()
        .filter(|event| matches!(event, Event::ChildStarted(_)));
    assert_eq!(children.count(), 3);
    assert!(
        recorded
            .events()
            .any(|event| matches!(event, Event::Issued(call) if call.early))
    );
    let runner = untouchable();
    let opened = programs_after(&runner, &recorded, 1, &context, RunOptions::default());
    let mut programs = tokio::time::timeout(Duration::from_secs(60), opened)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        printed(&mut programs, &["print(hits)"]).await,
        ["[\"a child's\", \"a child's\", \"a child's\"]\n"]
    );
}
