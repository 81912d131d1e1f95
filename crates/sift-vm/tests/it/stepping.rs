//! Tests of the state that a debugger observes, and that stepping changes nothing.

use std::fmt::Write as _;

use crate::support::{Arrival, machine, run, run_in, shout};
use proptest::prelude::*;
use sift_vm::{CallKey, CallOutcome, CancelHandle, End, Limit, Machine, OutOfFuel, Report, Settings, Step, StepBy};

/// Everything that can be observed of a finished program.
type Seen = (Report, Option<String>, Option<End>, Option<String>);

fn begin(settings: Settings, source: &str) -> OutOfFuel {
    let mut machine = machine(settings);
    let program = machine.compile(source).unwrap();
    machine.start_paused(&program)
}

/// Steps a program to its end and calls `see` at every stop.
fn step_to_end(settings: Settings, source: &str, by: StepBy, mut see: impl FnMut(&OutOfFuel)) -> Seen {
    let mut step = Step::OutOfFuel(begin(settings, source));
    loop {
        step = match step {
            Step::OutOfFuel(paused) => {
                see(&paused);
                paused.step(Vec::new(), by)
            }
            Step::Needs(mut needs) => {
                let replies: Vec<(CallKey, CallOutcome)> =
                    needs.take_issued().iter().map(|call| (call.key, shout(call))).collect();
                needs.step(replies, by)
            }
            Step::Done(done) => return (done.report, None, None, None),
            Step::Raised(raised) => return (raised.report, Some(raised.error.rendered), None, None),
            Step::Ended(ended) => {
                let answer = ended.answer.map(|answer| answer.to_flat().unwrap().into_owned());
                return (ended.report, None, Some(ended.end), answer);
            }
        };
    }
}

fn ran(settings: Settings, source: &str) -> Seen {
    let ran = run_in(machine(settings), source, Arrival::AtOnce, u64::MAX);
    let answer = ran.answer();
    (ran.report, ran.error.map(|error| error.rendered), ran.end, answer)
}

/// Formats each stop: depth, function, line, and the code that is evaluated next.
fn trace(source: &str, by: StepBy) -> String {
    let mut trace = String::new();
    step_to_end(Settings::default(), source, by, |paused| {
        let places = paused.backtrace();
        let Some(place) = places.first() else { return };
        assert_eq!(paused.current_span(), Some(place.span));
        let text = &source[place.span.start as usize..place.span.end as usize];
        let text = text.lines().next().unwrap_or_default();
        let depth = "  ".repeat(places.len() - 1);
        writeln!(trace, "{depth}{}:{} {text}", place.function, place.line).unwrap();
    });
    trace
}

const PROGRAM: &str = "\
def area(w, h):
    size = w * h
    return size
total = 0
for n in [2, 3]:
    total += area(n, 10)
print(total)";

#[test]
fn a_debugger_steps_by_lines() {
    insta::assert_snapshot!("by_lines", trace(PROGRAM, StepBy::Line));
}

#[test]
fn a_debugger_steps_over_calls() {
    insta::assert_snapshot!("over_calls", trace(PROGRAM, StepBy::Over));
}

#[test]
fn a_debugger_steps_by_ops() {
    insta::assert_snapshot!("by_ops", trace("x = 1 + 2 * len('ab')\nprint(x)", StepBy::Op));
}

#[test]
fn paused_program_exposes_backtrace_and_locals() {
    let mut step = begin(Settings::default(), PROGRAM).step(Vec::new(), StepBy::Line);
    let mut paused = loop {
        let Step::OutOfFuel(paused) = step else {
            panic!("{step:?}")
        };
        if paused.backtrace()[0].line == 3 {
            break paused;
        }
        step = paused.step(Vec::new(), StepBy::Line);
    };
    let functions: Vec<_> = paused
        .backtrace()
        .into_iter()
        .map(|place| (place.function.to_string(), place.line))
        .collect();
    assert_eq!(functions, [("area".to_owned(), 3), ("<module>".to_owned(), 6)]);
    let locals: Vec<_> = paused
        .locals()
        .into_iter()
        .map(|local| local.name.to_string())
        .collect();
    assert_eq!(locals, ["w", "h", "size"]);
    let globals: Vec<_> = paused
        .machine()
        .variables()
        .into_iter()
        .map(|global| global.name.to_string())
        .collect();
    assert_eq!(globals, ["area", "n", "total"]);
    let Step::OutOfFuel(out) = paused.step(Vec::new(), StepBy::Out) else {
        panic!()
    };
    paused = out;
    assert_eq!(paused.backtrace()[0].line, 6);
    assert_eq!(paused.backtrace().len(), 1);
}

#[test]
fn one_line_loop_pauses_at_each_iteration() {
    let mut step = Step::OutOfFuel(begin(Settings::default(), "while True: n = 1"));
    for _ in 0..5 {
        let Step::OutOfFuel(paused) = step else {
            panic!("{step:?}")
        };
        step = paused.step(Vec::new(), StepBy::Line);
    }
    assert!(matches!(step, Step::OutOfFuel(_)));
}

#[test]
fn a_step_continues_after_calls() {
    let source =
        "def ask(q):\n    reply = llm_query(q)\n    return reply.lower()\na = ask('one')\nb = ask('two')\nprint(a, b)";
    let mut lines = Vec::new();
    step_to_end(Settings::default(), source, StepBy::Over, |paused| {
        lines.extend(
            paused
                .backtrace()
                .first()
                .map(|place| (place.line, paused.backtrace().len())),
        );
    });
    assert_eq!(lines, [(1, 1), (4, 1), (5, 1), (6, 1)]);
}

#[test]
fn a_step_ends_with_the_program() {
    let settings = Settings {
        fuel: 1_000,
        ..Settings::default()
    };
    let seen = step_to_end(settings, "while True: pass", StepBy::Out, |_| {});
    assert_eq!(seen.2, Some(End::Limit(Limit::Fuel)));
    let seen = step_to_end(Settings::default(), "FINAL('here')", StepBy::Line, |_| {});
    assert_eq!((seen.2, seen.3.as_deref()), (Some(End::Final), Some("here")));
}

#[test]
fn a_step_is_cancelled_from_another_thread() {
    let paused = begin(
        Settings {
            fuel: u64::MAX,
            ..Settings::default()
        },
        "def wait():\n    while True: pass\nwait()",
    );
    let cancel = paused.cancel_handle();
    let step = std::thread::spawn(move || paused.step(Vec::new(), StepBy::Out));
    cancel.cancel();
    let Step::Ended(ended) = step.join().unwrap() else {
        panic!("unexpected step: still running")
    };
    assert_eq!(ended.end, End::Cancelled);
    let ran = run_in(ended.machine, "print('next')", Arrival::AtOnce, 1_000_000);
    assert_eq!(ran.printed(), "next\n");
}

#[test]
fn cancellation_abandons_calls_in_flight() {
    let mut machine = machine(Settings::default());
    let program = machine
        .compile("a = llm_query('one')\nb = llm_query('two ' + a)\nprint(a)\nprint(a.lower())")
        .unwrap();
    let cancel = machine.cancel_handle();
    let Step::Needs(needs) = machine.start(&program, 1_000_000) else {
        panic!()
    };
    // The call was issued; now the program waits for it.
    let Step::Needs(needs) = needs.resume(Vec::new(), 1_000_000) else {
        panic!()
    };
    cancel.cancel();
    let Step::Ended(ended) = needs.resume(Vec::new(), 1_000_000) else {
        panic!()
    };
    assert_eq!(
        (&ended.end, ended.report.printed.text.as_str()),
        (
            &End::Cancelled,
            "<call failed: the program that made the call was cancelled>\n"
        )
    );
    let ran = run_in(
        ended.machine,
        "print(failed(a), failed(b), llm_query('three'))",
        Arrival::Late,
        1_000_000,
    );
    assert_eq!(ran.printed(), "True True THREE\n");
    assert_eq!(ran.prompts.len(), 1);
}

#[test]
fn fuel_can_be_added_while_a_program_is_paused() {
    let mut machine = machine(Settings {
        fuel: 3_000,
        ..Settings::default()
    });
    let program = machine.compile("n = 0\nwhile n < 10_000: n += 1\nprint(n)").unwrap();
    let mut step = machine.start(&program, 1_000);
    let mut topped_up = 0;
    let report = loop {
        step = match step {
            Step::OutOfFuel(mut paused) => {
                if paused.fuel_left() < 2_000 {
                    paused.top_up(5_000);
                    topped_up += 5_000;
                }
                paused.resume(Vec::new(), 1_000)
            }
            Step::Done(done) => break done.report,
            other => panic!("{other:?}"),
        };
    };
    assert_eq!(report.printed.text, "10000\n");
    assert!(report.fuel > 3_000 && report.fuel <= 3_000 + topped_up);
    assert_eq!(
        report.fuel,
        run("n = 0\nwhile n < 10_000: n += 1\nprint(n)").report.fuel
    );
}

#[test]
fn machines_move_between_threads() {
    fn moves<T: Send + 'static>() {}
    moves::<Machine>();
    moves::<Step>();
    moves::<CancelHandle>();
    moves::<sift_vm::Compiled>();
}

#[test]
fn garbage_collection_points_do_not_depend_on_stepping() {
    // Garbage of ops, and garbage of exceptions only.
    for (body, rounds) in [("x = 'ab' * 400_000\n        x[9_000_000]", 30), ("kept[9]", 12_000)] {
        let source = format!(
            "n, kept = 0, []\nwhile n < {rounds}:\n    n += 1\n    x = None\n    try:\n        {body}\n    except:\n        kept = [n]"
        );
        let settings = Settings::default();
        assert_eq!(
            step_to_end(settings, &source, StepBy::Op, |_| {}),
            ran(settings, &source),
            "{body}"
        );
    }
}

fn statement() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "n += 1",
        "items.append(n)",
        "for i in range(4): n += i",
        "items = sorted(items, key=lambda x: -x)",
        "print(n, items)",
        "seen[n % 3] = items[:2]",
        "text += f'{n:>4}|'",
        "text = '-'.join(str(i) for i in items)",
        "reply = llm_query(f'about {n}')\nprint(reply)",
        "n += len(llm_query('how long'))",
        "try:\n    n += int(llm_query('fail'))\nexcept Exception as e:\n    print(type(e).__name__)",
        "items = list(map(double, items))",
        "n = sum(count(3)) + n",
        "n // (n % 4)",
        "items[n]",
        "found = re.sub('[0-9]', lambda m: m.group() * 2, text)",
        "FINAL(text)",
        "double(double)",
    ])
    .prop_map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn stepping_equals_running(statements in prop::collection::vec(statement(), 1..14), fuel in 200_u64..60_000) {
        let mut source = String::from(
            "import re\ndef double(x):\n    return x * 2\ndef count(n):\n    for i in range(n):\n        yield i\n\
             n, items, seen, text = 1, [3], {}, ''\n",
        );
        for statement in statements {
            source += &statement;
            source.push('\n');
        }
        let settings = Settings { fuel, ..Settings::default() };
        let ran = ran(settings, &source);
        for by in [StepBy::Op, StepBy::Line, StepBy::Over, StepBy::Out] {
            prop_assert_eq!(&step_to_end(settings, &source, by, |paused| { let _ = (paused.backtrace(), paused.locals()); }), &ran);
        }
    }
}
