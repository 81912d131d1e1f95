//! Tests of `rlm exec`.

use serde_json::json;

use crate::support::{Place, session, snapshot};

const RULES: &str = r#"{
    "rules": [
        {"match": "colour of (\\w+)", "reply": "The \\1 is green."},
        {"match": "breaks", "fail": {"kind": "server", "message": "the server is down", "times": 9}}
    ],
    "default_reply": "NO_ANSWER"
}"#;

fn place() -> Place {
    Place::new()
        .file("notes.txt", "first line\r\nsecond line\r\n")
        .file("rules.json", RULES)
        .file(
            "rows.json",
            r#"[{"name": "Ada", "born": 1815}, {"name": "Alan", "born": 1912}]"#,
        )
        .file("read.sift", "lines = context.split('\\n')\nprint(len(lines), query)\n")
        .file("raise.sift", "found = {'a': 1}\nprint('before')\nprint(found['b'])\n")
        .file(
            "ask.sift",
            "print(llm_query('colour of ' + 'grass'))\nprint(llm_query('anything'))\n",
        )
        .file("final.sift", "FINAL(lines[1])\nprint('never')\n")
        .file("echo.sift", "1 + 1\n")
        .file(
            "deep.sift",
            "def down(n):\n    return down(n + 1)\ntry:\n    down(0)\nexcept Exception:\n    print('caught')\n",
        )
}

#[test]
fn programs_share_a_session() {
    let place = place();
    let arguments = [
        "exec",
        "--context",
        "notes.txt",
        "--query",
        "how many?",
        "--model",
        "fake:rules.json",
    ];
    let programs = ["read.sift", "raise.sift", "ask.sift", "final.sift", "read.sift"];
    let text = place.rlm(arguments.into_iter().chain(programs)).done();
    let json = place
        .rlm(arguments.into_iter().chain(["--json"]).chain(programs))
        .done();
    assert_eq!((text.code, json.code), (Some(0), Some(0)), "{}", json.shown());
    assert_eq!(
        json.json(),
        json!({
            "schema": "rlm/exec@1",
            "steps": [
                { "stdout": "3 how many?\n", "error": null },
                { "stdout": "before\n", "error": "KeyError: 'b'" },
                { "stdout": "The grass is green.\nNO_ANSWER\n", "error": null },
                { "stdout": "", "error": null },
            ],
            "final": "second line",
            "calls": ["colour of grass", "anything"],
        })
    );
    snapshot!("exec", session(&[text]));
}

#[test]
fn unsupported_program_gets_a_python_error_name() {
    let place = place()
        .file("class.sift", "class Row: pass\n")
        .file("name.sift", "print(nope)\n");
    let done = place
        .rlm(["exec", "--json", "class.sift", "name.sift", "echo.sift"])
        .done();
    let errors: Vec<_> = done.json()["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["error"].clone())
        .collect();
    assert_eq!(
        errors,
        [
            json!("SyntaxError: `class` is not in Sift"),
            json!("NameError: the name `nope` is not known"),
            json!(null)
        ]
    );
    snapshot!("exec-refused", place.rlm(["exec", "class.sift"]).done().shown());
}

#[test]
fn exec_exit_code_follows_the_last_program() {
    let place = place();
    assert_eq!(place.rlm(["exec", "raise.sift"]).done().code, Some(1));
    assert_eq!(place.rlm(["exec", "raise.sift", "echo.sift"]).done().code, Some(0));
    assert_eq!(place.rlm(["exec", "--json", "raise.sift"]).done().code, Some(0));
}

#[test]
fn exec_programs_can_catch_infinite_recursion() {
    let done = place().rlm(["exec", "--json", "deep.sift"]).done();
    assert_eq!(done.json()["steps"][0]["stdout"], json!("caught\n"));
}

#[test]
fn exec_accepts_a_json_value_as_context() {
    let place = place().file(
        "born.sift",
        "print(sorted(row['name'] for row in context if row['born'] > 1900))\n",
    );
    let done = place.rlm(["exec", "--context-json", "rows.json", "born.sift"]).done();
    assert_eq!(
        (done.stdout.as_str(), done.code),
        ("['Alan']\n", Some(0)),
        "{}",
        done.shown()
    );
}

#[test]
fn exec_echo_prints_the_last_expression() {
    let place = place();
    assert_eq!(place.rlm(["exec", "echo.sift"]).done().stdout, "");
    assert_eq!(place.rlm(["exec", "--echo", "echo.sift"]).done().stdout, "2\n");
}

#[test]
fn exec_without_a_model_fails_sub_calls_with_a_reason() {
    let place = place().file("need.sift", "reply = llm_query('x')\nprint(len(reply))\n");
    snapshot!("exec-without-model", place.rlm(["exec", "need.sift"]).done().shown());
}

#[test]
fn a_program_can_come_from_standard_input() {
    let done = place()
        .rlm(["exec", "--context", "notes.txt", "-"])
        .input("print(context)")
        .done();
    assert_eq!(done.stdout, "first line\nsecond line\n\n");
}

#[test]
fn standard_input_can_be_read_once() {
    let done = place().rlm(["exec", "--context", "-", "-"]).done();
    done.is_one_line_error(2);
    snapshot!("exec-stdin-twice", done.shown());
}

#[test]
fn count_tokens_uses_the_tokenizer_or_an_estimate() {
    let counted = |options: &[&str]| {
        let program = "print(count_tokens('antidisestablishmentarianism'), len(chunks('漢字' * 40, 20, unit='token')))";
        let arguments = [&["exec"], options, &["-"]].concat();
        place().rlm(arguments).input(program).done().stdout
    };
    assert_eq!(counted(&[]), "7 4\n");
    for encoding in ["o200k_base", "cl100k_base"] {
        assert!(counted(&["--tokenizer", encoding]).starts_with("6 "), "{encoding}");
    }
}

#[test]
fn run_with_a_tokenizer_replays() {
    let model = r#"{"script": ["```repl\nFINAL(str(count_tokens('antidisestablishmentarianism')))\n```"]}"#;
    let place = place().file("model.json", model);
    let run = [
        "run",
        "How many?",
        "--context",
        "notes.txt",
        "--model",
        "fake:model.json",
        "--tokenizer",
        "o200k_base",
    ];
    assert_eq!(place.rlm(run).done().stdout, "6\n");
    let replayed = place.rlm(["replay", "last"]).done();
    assert_eq!((replayed.code, replayed.stdout.as_str()), (Some(0), "6\n"));
}

#[test]
fn variables_limit_the_texts_of_programs() {
    let place = place().file("chunks.sift", "print(len(chunks(P)))\n");
    let exec = |variable: &str, value: &str| {
        let exec = place.rlm(["exec", "--context", "notes.txt", "chunks.sift"]);
        exec.env(variable, value).done()
    };
    let chunks = exec("DEFAULT_CHUNK_SIZE", "12");
    assert_eq!(
        (chunks.stdout.as_str(), chunks.code),
        ("2\n", Some(0)),
        "{}",
        chunks.shown()
    );
    let done = [
        exec("DEFAULT_CHUNK_SIZE", "abc"),
        exec("MAX_CONTEXT_SIZE", "abc"),
        exec("MAX_CONTEXT_SIZE", "10"),
    ];
    for done in &done {
        done.is_one_line_error(2);
    }
    snapshot!("exec-variables", session(&done));
}
