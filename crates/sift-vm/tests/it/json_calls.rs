//! JSON questions to sub-models: prompts, schemas, and replies that violate them.

use crate::support;

use crate::support::ask::{ask, ask_in};
use crate::support::{Arrival, run_in};
use sift_vm::{RunAhead, Settings};

#[test]
fn json_calls_request_and_parse_json() {
    let asked = ask("print(llm_query_json('Who?', 'Ann wrote it.'))", |_| {
        Some("Here it is:\n```json\n{\"name\": \"Ann\"}\n```".to_owned())
    });
    assert_eq!(asked.printed, "{'name': 'Ann'}\n");
    insta::assert_snapshot!(asked.prompts.join("\n=====\n"));
}

const COUNT: &str = "\
schema = {'type': 'object', 'required': ['n'], 'properties': {'n': {'type': 'integer'}, 'kind': {'enum': ['a', 'b']}}}
print(llm_query_json('Count.', schema))";

/// The start of the retry prompt, which states the reason.
const AGAIN: &str = "An earlier reply was not that (";

#[test]
fn schemas_are_in_prompts_and_calls() {
    let asked = ask(COUNT, |_| Some("{\"n\": 4, \"kind\": \"b\"}".to_owned()));
    assert_eq!(asked.printed, "{'n': 4, 'kind': 'b'}\n", "{}", asked.error);
    let schema = asked.schemas[0].as_deref().unwrap();
    assert_eq!(
        schema,
        r#"{"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}, "kind": {"enum": ["a", "b"]}}}"#
    );
    assert_eq!((asked.prompts.len(), asked.prompts[0].ends_with(schema)), (1, true));
    let source = "\
schema = {'type': 'array', 'items': {'type': 'string', 'description': 'naïve'}}
print(llm_batch_json(['one', 'two'], schema))
print(llm_query_records('People?', P, fields=('name', 'age')), llm_query_records('People?'))
llm_query_json('text', 'a text')
llm_query_json('none')
llm_query_json('a sketch', {'name': 'the name', 'age': 'in years'})
llm_query('plain'), rlm_query('child')";
    let asked = ask(source, |_| Some("[]".to_owned()));
    let strings = r#"{"type": "array", "items": {"type": "string", "description": "naïve"}}"#;
    let people = r#"{"type": "array", "items": {"type": "object", "properties": {"name": {}, "age": {}}, "required": ["name", "age"]}}"#;
    let objects = r#"{"type": "array", "items": {"type": "object"}}"#;
    let schemas: Vec<&str> = asked.schemas.iter().flatten().map(String::as_str).collect();
    assert_eq!(schemas, [strings, strings, people, objects], "{}", asked.error);
    assert_eq!(asked.schemas.len(), 9);
    assert!(asked.prompts[6].contains("{\"name\": \"the name\", \"age\": \"in years\"}"));
}

#[test]
fn schema_violations_are_retried_once_with_the_error() {
    let mut named = Vec::new();
    for wrong in [
        "{}",
        "{\"n\": \"1\"}",
        "{\"n\": true}",
        "{\"n\": 1, \"kind\": \"c\"}",
        "[1]",
        "none",
        "{\"n\": 1, \"kind\": ",
    ] {
        let asked = ask(COUNT, |prompt| {
            let reply = if prompt.contains(AGAIN) {
                "```\n{\"n\": 4}\n```"
            } else {
                wrong
            };
            Some(reply.to_owned())
        });
        assert_eq!(asked.printed, "{'n': 4}\n", "{wrong}: {}", asked.error);
        assert_eq!(asked.prompts.len(), 2);
        assert_eq!(asked.schemas[0], asked.schemas[1]);
        named.push(asked.prompts[1].lines().last().unwrap().to_owned());
    }
    insta::assert_snapshot!("what-was-wrong", named.join("\n"));
    let asked = ask(COUNT, |_| Some("I can't tell.".to_owned()));
    assert_eq!(
        asked.error,
        "ValueError: the reply is not the JSON that was asked for (there is no whole JSON value in it): \"I can't tell.\""
    );
    insta::assert_snapshot!("asked-twice", asked.prompts.join("\n=====\n"));
}

#[test]
fn schema_violations_are_one_line_with_a_path() {
    let mut named = Vec::new();
    for (schema, reply) in [
        (
            "{'type': 'array', 'items': {'required': ['age']}}",
            r#"[{"age": 1}, {"name": "Bo"}]"#,
        ),
        (
            "{'type': 'array', 'items': {'required': ['age']}}",
            r#"{"rows": [{"age": 1}, {}]}"#,
        ),
        (
            "{'properties': {'rows': {'items': {'properties': {'a b': {'type': ['integer', 'null']}}}}}}",
            r#"{"rows": [{"a b": null}, {"a b": 1}, {"a b": [1]}]}"#,
        ),
        ("{'enum': ['x', None, 2]}", r#""a\nb""#),
        ("{'enum': [str(n) * 30 for n in range(30)]}", r#"{"a": 1}"#),
        ("{'type': 'boolean'}", "\"%\""),
        ("{'required': ['ö' * 200]}", "{}"),
    ] {
        let long = reply.replace('%', &"long ".repeat(300));
        let asked = ask(&format!("llm_query_json('Q', {schema})"), |_| Some(long.clone()));
        assert_eq!(asked.prompts.len(), 2, "{schema}: {}", asked.error);
        let again = asked.prompts[1].split_once(AGAIN).unwrap().1;
        assert!(!again.contains('\n') && again.len() < 1_700, "{again}");
        named.push(asked.error);
    }
    insta::assert_snapshot!(named.join("\n"));
}

#[test]
fn invalid_schemas_are_refused_before_any_call() {
    let source = "\
loop = {'type': 'object'}
loop['items'] = loop
deep = {}
for _ in range(200):
    deep = {'items': deep}
for bad in [{'type': 'str'}, {'type': str}, {'type': None}, {'type': ['string', 7]}, {'type': 'bug or feature'}, {'enum': []}, {'enum': 'ab'},
            {'required': 'name'}, {'required': [1]}, {'properties': ['name']}, {'properties': {'n': 'integer'}}, {'properties': {1: {}}},
            {'items': [{'type': 'string'}]}, {'items': {'properties': {'a': {'type': 'int'}}}}, {'enum': {1, 2}}, {'const': float('nan')},
            {'maximum': 10 ** 400}, {('a', 'b'): 1}, loop, deep, {'enum': ['x' * 40_000]}]:
    for ask in [lambda: llm_query_json('q', bad), lambda: llm_batch_json(['q', 'r'], bad)]:
        try:
            print(ask())
        except (TypeError, ValueError) as e:
            shown = type(e).__name__ + ' ' + str(e)
    print(shown)
try:
    llm_query_records('q', P, fields='name')
except TypeError as e:
    print(e)";
    let asked = ask(source, |_| Some("7".to_owned()));
    assert_eq!(asked.prompts, [] as [String; 0]);
    insta::assert_snapshot!(asked.printed + &asked.error);
}

#[test]
fn schemas_are_limited_in_size_and_depth() {
    let size = |bytes: usize| {
        let most = "{\"enum\": [\"\"]}".len();
        ask(
            &format!("print(llm_query_json('Q', {{'enum': ['x' * {}]}}))", bytes - most),
            |prompt| Some(format!("\"{}\"", "x".repeat(prompt.matches('x').count()))),
        )
    };
    let most = size(sift_vm::MAX_SCHEMA_BYTES);
    assert_eq!((most.error.as_str(), most.prompts.len()), ("", 1));
    assert_eq!(most.schemas[0].as_ref().unwrap().len(), sift_vm::MAX_SCHEMA_BYTES);
    let more = size(sift_vm::MAX_SCHEMA_BYTES + 1);
    assert_eq!(
        (more.error.as_str(), more.prompts.len()),
        (
            "ValueError: the schema has 32769 bytes of JSON, of which it may have 32768",
            0
        )
    );
    let levels = |levels: usize| {
        let source = format!(
            "schema = {{}}\nfor _ in range({levels}):\n    schema = {{'items': schema}}\nprint(llm_query_json('Q', schema))"
        );
        ask(&source, |_| Some("[]".to_owned()))
    };
    let deepest = levels(126);
    assert_eq!(deepest.printed, "[]\n", "{}", deepest.error);
    let schema = deepest.schemas[0].as_deref().unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(schema).is_ok());
    assert!(
        levels(127).error.contains("recursion limit exceeded"),
        "{}",
        levels(127).error
    );
}

#[test]
fn speculative_calls_have_the_same_schemas() {
    let source = "\
n = 0
for part in ['a', 'b', 'c']:
    if 'yes' in llm_query('Is it in ' + part + '?'):
        n += 1
schema = {'type': 'object', 'required': ['n']}
print(n, llm_batch_json(['one', 'two'], schema))
print(llm_query_json('three', {'type': 'integer'}))
print(llm_query_json('four', {'enum': [llm_query('label'), 'other']}))";
    let run = |run_ahead: RunAhead| {
        let settings = Settings {
            run_ahead,
            ..Settings::default()
        };
        ask_in(settings, source, |prompt| {
            Some(match prompt.get(..3).unwrap_or_default() {
                "Is " => "yes, it is".to_owned(),
                "one" | "thr" => "3".to_owned(),
                "fou" => "\"A b\"".to_owned(),
                "lab" => "A b".to_owned(),
                _ => "{\"n\": 1}".to_owned(),
            })
        })
    };
    let (strict, speculative) = (run(RunAhead::Off), run(RunAhead::Certain));
    assert_eq!(strict.printed, "3 [None, {'n': 1}]\n3\nA b\n", "{}", strict.error);
    assert_eq!((strict.early, speculative.early), (0, 4), "two calls and the batch");
    let seen = |asked: &support::ask::PromptLog| {
        let calls = asked.prompts.iter().cloned().zip(asked.schemas.iter().cloned());
        (asked.printed.clone(), asked.fuel, calls.collect::<Vec<_>>())
    };
    assert_eq!(seen(&strict), seen(&speculative));
    assert_eq!(
        speculative.schemas.iter().flatten().last().unwrap(),
        "{\"enum\": [\"A b\", \"other\"]}"
    );
    assert_eq!(speculative.schemas.iter().flatten().count(), 5);
}

#[test]
fn a_failing_json_call_raises_at_the_call() {
    let asked = ask("print('before')\nllm_query_json('Q')\nprint('after')", |_| None);
    assert_eq!(
        (asked.printed.as_str(), asked.error.as_str()),
        ("before\n", "CallFailed: no reply")
    );
    let caught = ask(
        "try:\n    llm_query_json('Q')\nexcept CallFailed as e:\n    print('failed', e)",
        |_| None,
    );
    assert_eq!(caught.printed, "failed no reply\n");
}

#[test]
fn json_batch_keeps_valid_replies() {
    let source = "print(llm_batch_json(['one', 'two', 'three', 'null'], None))\nprint(llm_batch_json([]))";
    let asked = ask(source, |prompt| match prompt.split('\n').next().unwrap() {
        "one" => Some("[1]".to_owned()),
        "two" => None,
        "null" => Some("null".to_owned()),
        _ => Some("no idea".to_owned()),
    });
    assert_eq!(asked.printed, "[[1], None, None, None]\n[]\n", "{}", asked.error);
    // The failed call is not repeated; the call with the invalid JSON reply is made again.
    assert_eq!(asked.prompts.len(), 5);
}

#[test]
fn record_calls_return_dicts_with_the_requested_fields() {
    let source =
        "for row in llm_query_records('List people.', P, fields=['name', 'age']):\n    print(row['name'], row['age'])";
    let wrapped = ask(source, |_| {
        Some("{\"people\": [{\"name\": \"Ann\", \"age\": 3}, {\"name\": \"Bo\", \"age\": 4}]}".to_owned())
    });
    assert_eq!(wrapped.printed, "Ann 3\nBo 4\n", "{}", wrapped.error);
    let lacking = ask(source, |_| Some("[{\"name\": \"Ann\"}]".to_owned()));
    assert!(
        lacking.error.starts_with("ValueError: the reply is not the JSON"),
        "{}",
        lacking.error
    );
    assert!(wrapped.prompts.concat().contains("<text>\nalpha beta\n</text>"));
}

#[test]
fn json_calls_do_not_wait_for_replies_inside_prompts() {
    let source = "first = [llm_query(p) for p in ('{\"a\": 1}', '{\"b\": 2}')]\nprint([sorted(v) for v in llm_batch_json(first)])";
    for arrival in [Arrival::AtOnce, Arrival::Late, Arrival::LastFirst] {
        let ran = run_in(support::machine(Settings::default()), source, arrival, 1_000);
        assert_eq!(ran.printed(), "[['A'], ['B']]\n", "{arrival:?}");
        assert_eq!(ran.prompts.len(), 4);
    }
}
