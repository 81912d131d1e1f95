//! Tools of the host: calls, results, failures and costs.

use sift_vm::{CallFailure, HostAnswer, RunAhead, Settings, Step};

use crate::support;
use crate::support::tools::{ToolRequest, echo, json, run, run_in, with_tools};

#[test]
fn arguments_are_positional_or_named() {
    let source = r#"
a = look_up(7)
b = look_up(order="A-1", limit=3)
print(a, b["given"]["limit"] + 1)
print(look_up(1, limit=None)["given"], any_of("x", **{"odd name": [1, None, 2.5, True], "y": {"z": "ü\n"}})["given"])
print([look_up(n)["ordinal"] for n in range(2)], list(map(look_up, [8]))[0]["given"], look_up(*[1], **{"limit": 2})["given"])"#;
    let (printed, requests) = run(source);
    insta::assert_snapshot!(printed);
    assert_eq!(requests.len(), 8);
    assert_eq!(
        requests[1].arguments,
        r#"{"order":"A-1", "limit":3}"#.replace(", ", ",")
    );
    assert!(
        requests.iter().all(|request| request.derived.is_program_alone()),
        "{requests:?}"
    );
}

#[test]
fn wrong_calls_do_not_compile() {
    let shown = [
        "look_up()",
        "look_up(1, limti=3)",
        "look_up(1, 2, 3)",
        "look_up([1])",
        "n = 1.5\nlook_up(1, limit=n)",
        "look_up(1, limit=True)",
        "send('a', 'b', ['c'])",
        "send('a', f'{1}', copies='c')",
        "lookup(1)",
    ]
    .map(|source| format!("{source}\n--\n{}", run(source).0));
    insta::assert_snapshot!(shown.join("\n==\n"));
    for fine in [
        "look_up('x', None)",
        "look_up(len(P))",
        "send('a', 'b', copies=('c',))",
        "any_of(1, other=2)",
    ] {
        assert!(!run(fine).1.is_empty(), "{fine}: {}", run(fine).0);
    }
}

#[test]
fn wrong_arguments_raise_at_the_call() {
    let shown = [
        "f = look_up\nf()",
        "f = look_up\nf(1, limti=3)",
        "f = look_up\nf(1, 2, 3)",
        "f = look_up\nf(1, order=3)",
        "x = [[1], 2]\nlook_up(x[0])",
        "look_up(1, limit=[2.0][0])",
        "any_of({1, 2})",
        "any_of(float('nan'))",
        "x = []\nx.append(x)\nany_of(x)",
    ]
    .map(|source| {
        let (printed, requests) = run(source);
        assert!(requests.is_empty(), "{source}");
        format!("{source}\n--\n{printed}")
    });
    insta::assert_snapshot!(shown.join("\n==\n"));
}

#[test]
fn tools_are_functions() {
    let source = "\
print(look_up, type(look_up).__name__, look_up.__name__, callable(send))
print(help(look_up))
print(help('send'))
print(SHOW_VARS())
send = 5
print(send, SHOW_VARS())";
    insta::assert_snapshot!(run(source).0);
}

#[test]
fn failures_can_be_caught() {
    let source = "\
for order in [1, 2, 3]:
    try:
        print(look_up(order))
    except CallFailed as e:
        print('failed:', e, e.kind, e.hint)
look_up(2)";
    let answer = |request: &ToolRequest| {
        if !request.arguments.contains('2') {
            return json(request.arguments.clone());
        }
        HostAnswer::Failed(CallFailure {
            kind: "timeout".into(),
            message: "look_up did not end within 1 s".to_owned(),
            hint: Some("ask for less".to_owned()),
        })
    };
    let (printed, requests, _) = run_in(with_tools(Settings::default()), source, 1_000, answer);
    insta::assert_snapshot!(printed);
    assert_eq!(
        requests.iter().map(|request| request.ordinal).collect::<Vec<_>>(),
        [1, 2, 3, 4]
    );
}

#[test]
fn invalid_json_raises() {
    let source = "\
try:
    look_up(1)
except ValueError as e:
    print(type(e).__name__, e)
print(look_up(2))";
    let answer = |request: &ToolRequest| json(if request.ordinal == 1 { "{oops" } else { "[]" });
    let (printed, requests, _) = run_in(with_tools(Settings::default()), source, 1_000, answer);
    assert!(
        printed.starts_with("JSONDecodeError Expecting") && printed.ends_with("\n[]\n"),
        "{printed}"
    );
    assert_eq!(requests.len(), 2);
}

#[test]
fn effects_wait_for_earlier_calls() {
    for (source, waits) in [
        (
            "a = llm_query('one')\nsend('x', 'y')\nb = llm_query('two')\nprint(a, b)",
            true,
        ),
        (
            "a = llm_query('one')\nlook_up(1)\nb = llm_query('two')\nprint(a, b)",
            false,
        ),
    ] {
        for run_ahead in [RunAhead::Off, RunAhead::Certain, RunAhead::PastErrors] {
            let mut machine = with_tools(Settings {
                run_ahead,
                ..Settings::default()
            });
            let program = machine.compile(source).unwrap();
            let (mut unsettled, mut when_asked) = (Vec::new(), None);
            let mut step = machine.start(&program, 1_000_000);
            let printed = loop {
                step = match step {
                    Step::OutOfFuel(paused) => paused.resume(Vec::new(), 1_000_000),
                    Step::Needs(mut needs) => {
                        unsettled.extend(needs.take_issued());
                        if needs.asked().is_some() {
                            when_asked = Some(unsettled.len());
                            needs.answer(json("1"));
                        }
                        // Replies arrive when the program can't continue without them.
                        let waits = !needs.wait_for().is_empty();
                        let settled = unsettled.extract_if(.., |_| waits);
                        let arrived = settled.map(|call| (call.key, support::shout(&call))).collect();
                        needs.resume(arrived, 1_000_000)
                    }
                    Step::Done(done) => break done.report.printed.text,
                    other => panic!("{other:?}"),
                };
            };
            assert_eq!(when_asked, Some(if waits { 0 } else { 1 }), "{source} {run_ahead:?}");
            assert_eq!(printed, "ONE TWO\n");
        }
    }
}

#[test]
fn slices_do_not_change_fuel() {
    let source = "x = [look_up(n) for n in range(20)]\nprint(len(x), any_of(llm_query('a'))['given'])";
    let runs = [7, 1_000, 1 << 40].map(|slice| run_in(with_tools(Settings::default()), source, slice, echo));
    assert_eq!(runs[0], runs[1]);
    assert_eq!(runs[1], runs[2]);
    assert!(runs[0].2 > 21_000, "a call costs at least its base: {}", runs[0].2);
}

#[test]
fn large_answers_cost_fuel_and_memory() {
    let large = || json(format!("\"{}\"", "x".repeat(1 << 20)));
    let few = Settings {
        fuel: 50_000,
        ..Settings::default()
    };
    let (ended, ..) = run_in(with_tools(few), "look_up(1)", 1_000, |_| large());
    assert_eq!(ended, "Limit(Fuel)");
    let small = Settings {
        memory_bytes: 512 << 10,
        ..Settings::default()
    };
    let (ended, ..) = run_in(
        with_tools(small),
        "try:\n    look_up(1)\nexcept Exception:\n    pass",
        1_000,
        |_| large(),
    );
    assert_eq!(ended, "Limit(Memory)");
    // Dropped answers are collected.
    let (printed, ..) = run_in(
        with_tools(Settings {
            memory_bytes: 8 << 20,
            ..Settings::default()
        }),
        "for n in range(40):\n    x = look_up(n)\nprint(len(x))",
        1_000_000,
        |_| large(),
    );
    assert_eq!(printed, "1048576\n");
}

#[test]
fn deep_answers_and_arguments_are_accepted() {
    let deep = |_: &ToolRequest| json(format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)));
    let (printed, ..) = run_in(
        with_tools(Settings::default()),
        "x = look_up(1)\nprint(type(x).__name__)",
        1_000_000,
        deep,
    );
    assert_eq!(printed, "list\n");
    let source = "x = []\nfor _ in range(50_000):\n    x = [x]\nprint(any_of(x)['ordinal'])";
    let (printed, ..) = run_in(with_tools(Settings::default()), source, 1_000_000, |_| {
        json("{\"ordinal\": 1}")
    });
    assert_eq!(printed, "1\n");
}

#[test]
fn unanswered_requests_fail() {
    let mut machine = with_tools(Settings::default());
    let program = machine.compile("look_up(1)").unwrap();
    let Step::Needs(needs) = machine.start(&program, 1_000_000) else {
        panic!("expected a request to the host");
    };
    let Step::Raised(raised) = needs.resume(Vec::new(), 1_000_000) else {
        panic!("expected a rejected call");
    };
    assert_eq!(raised.error.message, "the host does not answer for look_up");
}
