//! Tests of programs: their values, and sharing between sessions.

use sift::{ContextData, Error, Limit, Session, Settings};

#[test]
fn program_value_is_its_last_expression() {
    let mut session = Session::default();
    assert_eq!(session.eval::<Vec<i64>>("a = 1\n[a, a + 1]").unwrap(), [1, 2]);
    assert_eq!(
        session.eval::<Option<i64>>("a = 5").unwrap(),
        None,
        "no value of the previous program remains"
    );
    assert_eq!(session.eval::<Option<i64>>("for n in range(3): n").unwrap(), None);
    assert!(matches!(session.eval::<i64>("'text'"), Err(Error::Value(_))));
    assert_eq!(
        session.variables().len(),
        2,
        "the value must not be a variable: {:?}",
        session.variables()
    );
}

#[test]
fn compiled_program_uses_the_variables_of_its_session() {
    let mut first = Session::default();
    first.set("rate", &0.5).unwrap();
    first.set("unrelated", &1).unwrap();
    first.run("amounts = [2, 4]").unwrap();
    let program = first.compile("total = sum(amounts) * rate\ntotal").unwrap();

    let mut second = Session::default();
    second.run("amounts = [10]\nother = 0\nrate = 3").unwrap();
    for _ in 0..3 {
        assert_eq!(first.eval::<f64>(&program).unwrap(), 3.0);
        assert_eq!(second.eval::<f64>(&program).unwrap(), 30.0);
    }
    assert_eq!(first.get::<f64>("total").unwrap(), 3.0);

    let error = Session::default().run(&program).unwrap_err().to_string();
    assert!(error.contains("NameError: name 'amounts' is not defined"), "{error}");
}

#[test]
fn repeated_runs_load_a_compiled_program_once() {
    let mut session = Session::new(Settings {
        memory_bytes: 256 << 10,
        ..Settings::default()
    });
    let program = session
        .compile("x = [str(n) for n in range(10)]\ndef f(): return x")
        .unwrap();
    for _ in 0..10_000 {
        session.run(&program).unwrap();
    }
}

#[test]
fn programs_are_shared_by_threads() {
    let program = Session::default()
        .compile("def f(n): return n * 2\n[f(n) for n in range(100)][-1]")
        .unwrap();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let program = program.clone();
            std::thread::spawn(move || Session::default().eval::<i64>(&program))
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), Ok(198));
    }
}

#[test]
fn sessions_share_nothing() {
    let mut first = Session::default();
    first.run("import random\nlen = 3").unwrap_err();
    first
        .run("import textwrap\nm = textwrap.shorten('a b', 9)\nlen = 3")
        .unwrap();
    let mut second = Session::default();
    assert_eq!(second.eval::<i64>("len('ab')").unwrap(), 2);
    let handle = first.cancel_handle();
    handle.cancel();
    assert_eq!(second.eval::<i64>("sum(range(1_000_000))").unwrap(), 499_999_500_000);
    assert_eq!(first.run("while True: pass"), Err(Error::Cancelled));
    assert_eq!(first.run("n = 1"), Ok(()));
}

#[test]
fn limits_are_enforced_and_leave_the_session_usable() {
    let mut session = Session::new(Settings {
        fuel: 10_000,
        memory_bytes: 1 << 20,
        ..Settings::default()
    });
    assert_eq!(session.run("n = 0\nwhile True: n += 1"), Err(Error::Limit(Limit::Fuel)));
    assert!(session.get::<i64>("n").unwrap() > 100);
    session.set_fuel(1_000_000_000);
    assert_eq!(
        session.run("x = 'a'\nwhile True: x = x + x"),
        Err(Error::Limit(Limit::Memory))
    );
    assert_eq!(session.eval::<i64>("1 + 1").unwrap(), 2);
}

#[test]
fn final_answer_is_not_an_eval_value() {
    let mut session = Session::with_context(Settings::default(), ContextData::default(), "Why?");
    assert_eq!(session.eval::<i64>("FINAL(query)"), Err(Error::Final));
    assert_eq!(session.run("FINAL(query)"), Ok(()));
    assert_eq!(
        session
            .exec("FINAL(query)")
            .answer()
            .and_then(|answer| answer.as_str().map(str::to_owned)),
        Some("Why?".to_owned())
    );
}

#[test]
fn module_families_disabled_at_build_time_are_unsupported() {
    let families = [
        (
            cfg!(feature = "csv"),
            "csv.",
            "import csv\nlen(list(csv.reader(['a,b'])))",
        ),
        (
            cfg!(feature = "datetime"),
            "date.",
            "from datetime import date\ndate(2024, 2, 29).day - 28",
        ),
        (cfg!(feature = "datetime"), "date.", "timedelta(days=1).days"),
        (
            cfg!(feature = "decimal"),
            "Decimal.",
            "from decimal import Decimal\nint(Decimal('1.5') * 2) - 2",
        ),
        (
            cfg!(feature = "decimal"),
            "Fraction.",
            "from fractions import Fraction\nint(Fraction(2, 2))",
        ),
        (
            cfg!(feature = "decimal"),
            "statistics.",
            "import statistics\nint(statistics.mean([1, 1]))",
        ),
        (
            cfg!(feature = "difflib"),
            "difflib.",
            "import difflib\nint(difflib.SequenceMatcher(None, 'a', 'a').ratio())",
        ),
        (
            cfg!(feature = "unicode-names"),
            "unicodedata.",
            "import unicodedata\nunicodedata.category('a') and 1",
        ),
        (
            cfg!(feature = "unicode-names"),
            "unicodedata.",
            r"'\N{BULLET}' == '\u2022' and 1",
        ),
        (true, "json.", "import json, re, math\njson.loads('1')"),
    ];
    let manual = sift::library_manual();
    for (is_enabled, member, source) in families {
        // Another crate of the build may have enabled it.
        let is_there = is_enabled || manual.contains(member);
        match Session::default().eval::<i64>(source) {
            Ok(value) => assert!(is_there && value == 1, "{source}: {value}"),
            Err(Error::Refused(refused)) => assert!(!is_there, "{source}: {refused}"),
            Err(error) => panic!("{source}: {error}"),
        }
    }
}
