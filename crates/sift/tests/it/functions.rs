//! Tests of host functions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sift::{Error, FunctionError, Session};

fn raised(result: Result<(), Error>) -> String {
    match result {
        Err(Error::Raised(error)) => format!("{}: {}", error.type_name(), error.message),
        other => panic!("not raised: {other:?}"),
    }
}

#[test]
fn arguments_arrive_by_position_and_by_name_in_the_order_of_the_signature() {
    let mut session = Session::default();
    session
        .function(
            "join(a, b='-', *, c=None) -> str",
            |a: i64, b: Option<String>, c: Option<f64>| format!("{a} {b:?} {c:?}"),
        )
        .unwrap();
    let joined = session.eval::<Vec<String>>("[join(1), join(b='x', a=2), join(3, c=0.5)]");
    assert_eq!(
        joined.unwrap(),
        ["1 None None", r#"2 Some("x") None"#, "3 None Some(0.5)"]
    );
}

#[test]
fn further_arguments_arrive_as_a_list_and_an_object() {
    let mut session = Session::default();
    session
        .function(
            "log(level, **fields)",
            |level: String, fields: BTreeMap<String, i64>| format!("{level} {fields:?}"),
        )
        .unwrap();
    let line = session.eval::<String>("log('info', b=2, a=1)").unwrap();
    assert_eq!(line, r#"info {"a": 1, "b": 2}"#);
}

#[test]
fn structs_pass_both_ways() {
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Order {
        id: u32,
        lines: Vec<(String, f64)>,
    }
    let mut session = Session::default();
    session
        .function("load(id: int) -> dict", |id: u32| Order {
            id,
            lines: vec![("tea".to_owned(), 2.5)],
        })
        .unwrap();
    session
        .function("total(order: dict) -> float", |order: Order| -> f64 {
            order.lines.iter().map(|(_, price)| price).sum()
        })
        .unwrap();
    assert_eq!(session.eval::<f64>("total(load(7))").unwrap(), 2.5);
    assert_eq!(session.eval::<Order>("load(7)").unwrap().id, 7);
}

#[test]
fn errors_of_functions_can_be_caught() {
    let mut session = Session::default();
    session
        .try_function("half(n: int) -> int", |n: i64| {
            if n % 2 == 0 {
                Ok(n / 2)
            } else {
                Err(format!("{n} is odd"))
            }
        })
        .unwrap();
    assert_eq!(session.eval::<i64>("half(4)").unwrap(), 2);
    assert!(raised(session.run("half(3)")).starts_with("CallFailed: 3 is odd"));
    let caught = "try:\n    half(3)\nexcept CallFailed:\n    n = 0\nn";
    assert_eq!(session.eval::<i64>(caught).unwrap(), 0);
}

#[test]
fn type_mismatched_arguments_are_rejected_before_the_closure_runs() {
    let mut session = Session::default();
    session
        .function("square(n: int) -> int", |n: u8| -> u32 { u32::from(n) * u32::from(n) })
        .unwrap();
    assert!(
        matches!(session.run("square('x')"), Err(Error::Refused(_))),
        "the checker knows the signature"
    );
    assert!(raised(session.run("square(['x'][0])")).starts_with("TypeError: square() argument 'n' must be int"));
    // A value that the signature allows but the closure doesn't accept.
    assert!(raised(session.run("square(300)")).starts_with("CallFailed: invalid value: integer `300`"));
}

#[test]
fn duplicate_or_invalid_function_names_are_rejected() {
    let mut session = Session::default();
    let mut add = |signature| session.function(signature, || 1).map(|_| ());
    assert!(matches!(add("len()"), Err(FunctionError::Name(_))));
    assert!(matches!(
        add("not a name()"),
        Err(FunctionError::Signature(_) | FunctionError::Name(_))
    ));
    assert_eq!(add("one()"), Ok(()));
    assert!(matches!(add("one()"), Err(FunctionError::Name(_))));
}

#[test]
fn functions_can_be_added_between_programs() {
    let mut session = Session::default();
    session.run("n = 1").unwrap();
    session.function("more(n: int) -> int", |n: i64| n + 1).unwrap();
    assert_eq!(session.eval::<i64>("more(n)").unwrap(), 2);
}

#[test]
fn host_can_call_functions_defined_by_programs() {
    let mut session = Session::default();
    session
        .run("factor = 3\ndef scale(n, by=None):\n    return n * (by or factor)")
        .unwrap();
    assert_eq!(session.call::<i64>("scale", (2,)).unwrap(), 6);
    assert_eq!(session.call::<String>("scale", ("ab", 2)).unwrap(), "abab");
    // Later definitions win.
    session.run("def scale(n): return -n").unwrap();
    assert_eq!(session.call::<i64>("scale", [2]).unwrap(), -2);
    assert_eq!(
        session.call::<u64>("len", ([1, 2, 3],)).unwrap(),
        3,
        "library functions are callable too"
    );

    let error = |result: Result<(), Error>| result.unwrap_err().to_string();
    assert!(error(session.call("scale", (1, 2, 3))).contains("TypeError"));
    assert!(error(session.call("nothing", ())).contains("NameError"));
    assert!(error(session.call("not a name", ())).contains("no program has bound this name"));
    assert_eq!(
        session.call::<i64>("scale", [5]).unwrap(),
        -5,
        "the session is still usable"
    );
}
