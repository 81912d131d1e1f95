//! Tests of programs that suspend, and of stored ones.

use sift::{ExecEnd, Program, Recording, Run, Session, Suspended};

const SOURCE: &str = "\
seen = []
for n in range(4):
    try:
        seen.append(ask(n) + now())
    except CallFailed as error:
        seen.append(str(error).split(';')[0])
seen";

fn session(now: i64) -> Session {
    let mut session = Session::default();
    session.deferred_function("ask(n: int) -> int").unwrap();
    let mut calls = now;
    session
        .function("now() -> int", move || {
            calls += 1;
            calls
        })
        .unwrap();
    session
}

fn start(now: i64) -> (Program, Run) {
    let mut session = session(now);
    let program = session.compile(SOURCE).unwrap();
    (program.clone(), session.start(&program))
}

fn suspended(run: Run) -> Suspended {
    match run {
        Run::Suspended(call) => call,
        Run::Ended(_, result) => panic!("it ended: {:?}", result.end),
    }
}

fn answer(run: Run) -> Run {
    let call = suspended(run);
    let n: i64 = call.arguments().get(0).unwrap();
    assert_eq!(call.function(), "ask");
    if n == 2 {
        call.fail("no two")
    } else {
        call.resume(&(10 * n))
    }
}

fn finish(mut run: Run) -> String {
    loop {
        run = match run {
            Run::Ended(mut session, result) => {
                assert_eq!(result.end, ExecEnd::Done);
                return session.eval("str(seen)").unwrap();
            }
            run => answer(run),
        }
    }
}

#[test]
fn a_program_resumes_with_each_answer() {
    let (_, run) = start(100);
    assert_eq!(finish(run), "[101, 112, 'no two', 133]");
}

#[test]
fn saved_run_resumes_from_any_suspension_point() {
    let (_, run) = start(100);
    let expected = finish(run);
    for answers in 0..=3 {
        let (_, mut run) = start(100);
        for _ in 0..answers {
            run = answer(run);
        }
        let kept = serde_json::to_string(&suspended(run).recording()).unwrap();
        // The recorded answers of the host apply, not its current ones; it continues counting from
        // there.
        let recording: Recording = serde_json::from_str(&kept).unwrap();
        let successes = answers.min(2) as i64;
        let mut later = session(100 + successes);
        let program = later.compile(SOURCE).unwrap();
        let run = later.resume(&program, recording);
        assert_eq!(finish(run), expected, "after {answers} answers: {kept}");
    }
}

#[test]
fn deferred_function_fails_if_the_program_cannot_suspend() {
    let mut session = session(0);
    let error = session.run("ask(1)").unwrap_err().to_string();
    assert!(
        error.contains("`ask` suspends its program; run it with `Session::start`"),
        "{error}"
    );
}

#[test]
fn abandoning_a_suspended_program_returns_its_session() {
    let (_, run) = start(0);
    let call = suspended(answer(run));
    let mut session = call.abandon();
    assert_eq!(session.eval::<Vec<i64>>("seen"), Ok(vec![1]));
}
