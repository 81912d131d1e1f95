//! Tests of sessions: programs run to their end, values are converted with serde, and no program
//! can end the session.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use sift::{Calls, ExecEnd, ExecResult, Session};
use sift_text::Text;
use sift_vm::{CallFailure, CallKey, CallOutcome, Echo, IssuedCall, MAX_VALUE_DEPTH, Settings, ValueError};

fn session() -> Session {
    Session::new(Settings::default())
}

fn limited(fuel: u64, memory_bytes: usize) -> Session {
    Session::new(Settings {
        fuel,
        memory_bytes,
        ..Settings::default()
    })
}

fn shout(call: &IssuedCall) -> CallOutcome {
    let prompt = call.prompt.to_flat().unwrap().into_owned();
    if prompt.contains("fail") {
        return CallOutcome::Failed(CallFailure {
            kind: "server".into(),
            message: "no reply".into(),
            hint: None,
        });
    }
    CallOutcome::Reply(Text::from_string(prompt.to_uppercase()))
}

fn done(result: &ExecResult) -> &str {
    assert_eq!(result.end, ExecEnd::Done, "{:?}", result.error());
    &result.printed.text
}

fn error_type(result: &ExecResult) -> &'static str {
    result.error().map_or("", |error| error.type_name)
}

/// Runs `code` and reads `x`.
fn read<T: serde::de::DeserializeOwned>(code: &str) -> Result<T, ValueError> {
    let mut session = session().with_calls(shout);
    done(&session.exec(code));
    session.get("x")
}

#[cfg(feature = "decimal")]
fn refused<T: serde::de::DeserializeOwned + std::fmt::Debug>(code: &str) -> String {
    let error = read::<T>(code).unwrap_err();
    format!("{}: {error}", error.code())
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Row {
    name: String,
    scores: Vec<f64>,
    #[serde(default)]
    note: Option<String>,
    kind: Kind,
    place: (i32, u8),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Kind {
    Plain,
    Sized(u64),
    Pair(i8, bool),
    Named { label: String },
}

#[test]
fn values_round_trip_through_serde() {
    let rows = vec![
        Row {
            name: "Ä \u{1F600}".into(),
            scores: vec![1.5, -0.0, f64::INFINITY],
            note: None,
            kind: Kind::Sized(u64::MAX),
            place: (-3, 4),
        },
        Row {
            name: String::new(),
            scores: vec![],
            note: Some("n".into()),
            kind: Kind::Named { label: "l".into() },
            place: (0, 0),
        },
        Row {
            name: "b".into(),
            scores: vec![],
            note: None,
            kind: Kind::Pair(-1, true),
            place: (0, 0),
        },
        Row {
            name: "c".into(),
            scores: vec![],
            note: None,
            kind: Kind::Plain,
            place: (0, 0),
        },
    ];
    let mut session = session();
    session.set("rows", &rows).unwrap();
    let result = session.exec("for row in rows: print(row)\nrows = rows[:]");
    insta::assert_snapshot!(done(&result));
    assert_eq!(session.get::<Vec<Row>>("rows").unwrap(), rows);
}

#[test]
fn values_are_read_as_rust_types() {
    assert_eq!(
        read::<BTreeMap<i64, Vec<String>>>("x = {1: ['a'], -2: []}").unwrap()[&1],
        ["a"]
    );
    assert_eq!(read::<BTreeSet<i64>>("x = {3, 1}").unwrap(), BTreeSet::from([1, 3]));
    assert_eq!(read::<(i64, String)>("x = (1, 'a')").unwrap(), (1, "a".into()));
    assert_eq!(read::<i128>("x = -2 ** 100").unwrap(), -(1 << 100));
    assert_eq!(read::<u64>("x = 2 ** 64 - 1").unwrap(), u64::MAX);
    assert_eq!(read::<f64>("x = 3").unwrap(), 3.0);
    assert!(read::<f64>("x = float('nan')").unwrap().is_nan());
    assert_eq!(read::<char>("x = 'é'").unwrap(), 'é');
    assert_eq!(read::<Option<bool>>("x = None").unwrap(), None);
    assert_eq!(read::<String>("x = llm_query('one') + '!'").unwrap(), "ONE!");
    assert_eq!(
        read::<Json>(
            "from collections import Counter, deque, namedtuple\nP = namedtuple('P', 'a b')\n\
             x = {'n': None, 't': (1, 2.5), 's': {7}, 'c': Counter('aab'), 'd': deque([True]), 'p': P(1, 'z'), 'u': 'ü' * 3}"
        )
        .unwrap(),
        json!({"n": null, "t": [1, 2.5], "s": [7], "c": {"a": 2, "b": 1}, "d": [true], "p": [1, "z"], "u": "üüü"})
    );
}

#[test]
#[cfg(feature = "decimal")]
fn unconvertible_values_report_path_and_reason() {
    let errors = [
        refused::<Json>("x = [1, {'f': print}]"),
        refused::<Json>("x = (n for n in [1])"),
        refused::<Json>("x = {'rows': [range(3)]}"),
        refused::<Json>("from decimal import Decimal\nx = Decimal('1.5')"),
        refused::<Json>("import re\nx = re.compile('a')"),
        refused::<Json>("x = [float('nan')]"),
        refused::<Json>("x = {'a': -1e999}"),
        refused::<Json>("x = 2 ** 64"),
        refused::<i128>("x = 2 ** 127"),
        refused::<Json>("x = {1: 2}"),
        refused::<Json>("x = {(1, 2): 3}"),
        refused::<Json>("x = []\nx.append(x)"),
        refused::<Json>("x = [llm_query('fail')]"),
        refused::<Vec<i64>>("x = [1, 'two']"),
        refused::<(i64, i64)>("x = [1, 2, 3]"),
        refused::<u8>("x = 300"),
        refused::<Vec<Row>>("x = [{'name': 'a', 'scores': [1, None], 'kind': 'Plain', 'place': (1, 2)}]"),
        refused::<Vec<Row>>("x = [{'name': 'a', 'scores': []}]"),
        refused::<Kind>("x = 'Round'"),
        refused::<Kind>("x = {'Sized': -1}"),
        refused::<Json>("y = 1"),
    ];
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn setting_invalid_names_or_values_reports_the_reason() {
    let mut session = limited(1_000_000, 1 << 20);
    for name in ["", "1a", "a b", "a = 1\nb", "for", "None", "a.b", "a[0]"] {
        assert_eq!(session.set(name, &1).unwrap_err().code(), "not_a_name", "{name:?}");
    }
    let mut deep = json!(1);
    for _ in 0..MAX_VALUE_DEPTH {
        deep = json!([deep]);
    }
    session.set("deep", &deep).unwrap();
    assert_eq!(session.get::<Json>("deep").unwrap(), deep);
    let error = session.set("deep", &vec![deep]).unwrap_err();
    assert_eq!(error.code(), "too_deep");
    let error = session.set("keys", &BTreeMap::from([(vec![1], 2)])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "keys[…]: a value of type list can't be a key of a dict"
    );
    assert_eq!(session.get::<i64>("keys").unwrap_err().code(), "unbound");
    session.set("ﬁne", &1).unwrap();
    assert_eq!(done(&session.exec("print(fine)")), "1\n");
}

#[test]
fn conversions_have_a_programs_limits() {
    let mut session = limited(1_000_000, 1 << 20);
    let error = session.set("x", &"a".repeat(2 << 20)).unwrap_err();
    assert_eq!(error.to_string(), "x: it takes more memory than the settings allow");
    let error = session.set("x", &vec![0_u8; 2_000_000]).unwrap_err();
    assert_eq!(error.code(), "FuelExhausted");
    let error = session.set("x", &vec![vec![0_u8; 1_000]; 200]).unwrap_err();
    assert_eq!(error.code(), "MemoryExceeded");
    // A small value that is shared repeatedly is a large text.
    done(&session.exec("x = 'abc'\nfor _ in range(30): x = [x, x]"));
    assert_eq!(session.get::<Json>("x").unwrap_err().code(), "MemoryExceeded");
    // Ignored fields are not charged.
    #[derive(Debug, Deserialize)]
    struct Small {
        n: i64,
    }
    done(&session.exec("x = {'n': 1, 'rest': x, 'f': print}"));
    assert_eq!(session.get::<Small>("x").unwrap().n, 1);
    done(&session.exec("x = None"));
    // Collections free memory, and keep values that are being created.
    for n in 0..50 {
        session
            .set("x", &vec![format!("{n} {}", "b".repeat(1_000)); 300])
            .unwrap();
    }
    let x: Vec<String> = session.get("x").unwrap();
    assert_eq!((x.len(), &x[299][..4]), (300, "49 b"));
    assert_eq!(done(&session.exec("print(len(x), x[0][:3])")), "300 49 \n");
}

#[test]
fn set_shadows_library_and_predefined_names() {
    let mut session = session();
    done(&session.exec("def size(x): return len(x)\nprint(size('abc'))"));
    session.set("max", "the most").unwrap();
    session.set("context", &["one", "two"]).unwrap();
    assert_eq!(
        done(&session.exec("print(max, context[1], size(context))")),
        "the most two 2\n"
    );
    assert_eq!(
        session.exec("max.append(1)").error().unwrap().type_name,
        "AttributeError"
    );
    session.set("size", &1).unwrap();
    assert_eq!(session.exec("size('a')").error().unwrap().type_name, "TypeError");
    let names: Vec<String> = session
        .variables()
        .into_iter()
        .map(|variable| variable.name.into())
        .collect();
    assert_eq!(names, ["max", "size"]);
}

#[test]
fn set_adds_no_fuel_cost_to_the_next_program() {
    let fuel = |set: bool| {
        let mut session = session();
        if set {
            session.set("other", &vec![1; 1_000]).unwrap();
        }
        session.exec("print(sum(range(100)))").fuel
    };
    assert_eq!(fuel(false), fuel(true));
}

#[test]
fn batched_calls_are_limited_by_available_memory() {
    struct Long(Arc<AtomicUsize>);
    impl Calls for Long {
        fn answer(&mut self, _: &IssuedCall) -> CallOutcome {
            CallOutcome::Reply(Text::from_string("r".repeat(20_000)))
        }

        fn answer_all(&mut self, calls: Vec<IssuedCall>) -> Vec<(CallKey, CallOutcome)> {
            self.0.fetch_max(calls.len(), Ordering::Relaxed);
            calls.iter().map(|call| (call.key, self.answer(call))).collect()
        }
    }
    let most = Arc::new(AtomicUsize::new(0));
    let mut session = limited(10_000_000, 16 << 20).with_calls(Long(Arc::clone(&most)));
    let result = session.exec("print(sum(len(r) for r in llm_query_batched([str(i) for i in range(700)])))");
    assert_eq!(done(&result), "14000000\n");
    let most = most.load(Ordering::Relaxed);
    assert!((20..=(2 << 20) / 20_000).contains(&most), "{most}");
}

#[test]
fn a_session_continues_after_each_kind_of_end() {
    let mut session = limited(300_000, 2 << 20).with_calls(shout);
    done(&session.exec("kept = ['here']"));
    let bombs = [
        ("x = = 1", "SyntaxError"),
        ("print(nothing)", "NameError"),
        ("import socket", "ModuleNotFoundError"),
        ("kept.append(1 // 0)", "ZeroDivisionError"),
        ("def f(): f()\nf()", "RecursionError"),
        ("while True: pass", "FuelExhausted"),
        ("x = 'ab'\nwhile True: x += x", "MemoryExceeded"),
        ("x = 2 ** 10 ** 9", "MemoryExceeded"),
        ("llm_query('fail').lower()", "CallFailed"),
        ("FINAL('an answer')", ""),
        (
            "for r in [llm_query(str(n)) for n in range(20)]: print(r[100])",
            "IndexError",
        ),
        (
            "try:\n    while True: llm_query('x')\nfinally:\n    print('no')",
            "FuelExhausted",
        ),
    ];
    let fuel_of_a_fresh_one = done_fuel(&mut session);
    for (bomb, kind) in bombs {
        let result = session.exec(bomb);
        assert_eq!(error_type(&result), kind, "{bomb}: {:?}", result.end);
        assert_eq!(session.get::<Vec<String>>("kept").unwrap(), ["here"], "{bomb}");
        assert_eq!(done_fuel(&mut session), fuel_of_a_fresh_one, "{bomb}");
    }
    assert_eq!(session.exec("FINAL(kept[0])").answer(), Some(&Text::new("here")));
}

fn done_fuel(session: &mut Session) -> u64 {
    let result = session.exec("n = 0\nfor i in range(50): n += i\nprint(n, kept, llm_query('hi'))");
    assert_eq!(done(&result), "1225 ['here'] HI\n");
    result.fuel
}

#[test]
fn errors_carry_type_message_location_and_rendering() {
    let mut session = session();
    let code = "def half(n):\n    return n / 0\nhalf(3)";
    let errors: Vec<String> = [code, "print(undefined)", "while True: pass"]
        .into_iter()
        .map(|code| {
            session.set_fuel(10_000);
            let error = session.exec(code).error().unwrap();
            let at = error.span.map(|span| &code[span.start as usize..span.end as usize]);
            format!("{} | {} | {at:?}\n{}", error.type_name, error.message, error.rendered)
        })
        .collect();
    insta::assert_snapshot!(errors.join("\n\n"));
}

#[test]
fn calls_fail_in_a_session_without_a_call_handler() {
    let mut session = session();
    let result = session.exec("try:\n    llm_query('x')\nexcept CallFailed as e:\n    print(e.kind, e)");
    assert_eq!(done(&result), "no_calls this session answers no calls\n");
}

#[test]
fn batches_are_answered_together_and_missing_answers_fail() {
    struct Half;
    impl Calls for Half {
        fn answer(&mut self, call: &IssuedCall) -> CallOutcome {
            shout(call)
        }

        fn answer_all(&mut self, calls: Vec<IssuedCall>) -> Vec<(CallKey, CallOutcome)> {
            let half = calls.iter().filter(|call| call.key.index % 2 == 0);
            half.map(|call| (call.key, shout(call))).collect()
        }
    }
    let mut session = session().with_calls(Half);
    let result = session.exec("for r in llm_batch(['a', 'b', 'c']): print(failed(r) or r)");
    assert_eq!(done(&result), "A\nTrue\nC\n");
}

#[test]
fn host_panic_keeps_session_variables() {
    let mut session = session().with_calls(|_: &IssuedCall| -> CallOutcome { panic!("panic of the host") });
    session
        .function("fetch(url: str) -> str", |_: String| -> String {
            panic!("panic of the function")
        })
        .unwrap();
    assert_eq!(done(&session.exec("n = 1")), "");
    for call in ["llm_query('x')", "fetch('/')"] {
        let code = format!("n += 1\nprint('lost')\ntry:\n    print({call})\nexcept Exception:\n    pass\nn = 0");
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| session.exec(&code)));
        assert!(panicked.is_err(), "{call}");
    }
    assert_eq!(done(&session.exec("print('next', n)")), "next 3\n");
}

#[test]
fn eval_returns_the_value_that_echo_would_print() {
    let settings = Settings {
        echo: Echo::On,
        ..Settings::default()
    };
    let mut session = Session::new(settings);
    assert_eq!(session.eval::<i64>("20 + 1"), Ok(21));
    assert_eq!(done(&session.exec("20 + 2")), "22\n");
    assert_eq!(session.call::<i64>("len", ["four"]), Ok(4));
}

#[test]
fn a_session_continues_after_cancellation_from_another_thread() {
    let mut session = limited(u64::MAX, 8 << 20);
    let cancel = session.cancel_handle();
    let (result, mut session) = std::thread::scope(|scope| {
        let running = scope.spawn(move || {
            let result = session.exec("n = 1\nwhile True: n += 1");
            (result, session)
        });
        cancel.cancel();
        running.join().unwrap()
    });
    assert_eq!(result.end, ExecEnd::Cancelled);
    assert_eq!(done(&session.exec("print('next')")), "next\n");
}

#[test]
fn cancellation_during_a_call_ends_the_program_despite_except() {
    let mut session = session();
    let cancel = session.cancel_handle();
    session = session.with_calls(move |_: &IssuedCall| {
        cancel.cancel();
        CallOutcome::Failed(CallFailure {
            kind: "late".into(),
            message: "too late".into(),
            hint: None,
        })
    });
    let code = "try:\n    reply = llm_query('x')\nexcept CallFailed:\n    reply = 'none'";
    assert_eq!(session.exec(code).end, ExecEnd::Cancelled);
    assert_eq!(done(&session.exec("print('next')")), "next\n");
}

#[test]
fn excessive_recursion_raises_recursion_error() {
    let result = session().exec("def f(): f()\nf()");
    let error = result.error().unwrap();
    assert_eq!(
        (error.type_name, error.message.as_str()),
        ("RecursionError", "maximum recursion depth exceeded")
    );
    assert!(
        error.rendered.contains("write the recursion as a loop"),
        "{}",
        error.rendered
    );
}

fn json_value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<f64>()
            .prop_filter("JSON has no others", |float| float.is_finite())
            .prop_map(Json::from),
        "\\PC{0,12}".prop_map(Json::from),
    ];
    leaf.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Json::from),
            prop::collection::btree_map("\\PC{0,6}", inner, 0..8).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_round_trips(value in json_value()) {
        let mut session = session();
        session.set("x", &value).unwrap();
        prop_assert_eq!(&session.get::<Json>("x").unwrap(), &value);
        // The program sees what it would parse from JSON text.
        session.set("text", &value.to_string()).unwrap();
        let result = session.exec("import json\nprint(json.loads(text) == x)\ny = json.loads(json.dumps(x))");
        prop_assert_eq!(done(&result), "True\n");
        prop_assert_eq!(&session.get::<Json>("y").unwrap(), &value);
    }

    #[test]
    fn maps_with_non_string_keys_round_trip(map in prop::collection::btree_map(any::<(i32, bool)>(), any::<Option<i128>>(), 0..12)) {
        let mut session = session();
        session.set("x", &map).unwrap();
        prop_assert_eq!(session.get::<BTreeMap<(i32, bool), Option<i128>>>("x").unwrap(), map);
    }
}
