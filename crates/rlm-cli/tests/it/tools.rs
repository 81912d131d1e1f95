//! Tests of tools: commands, an MCP server, web search, and runs without a context.

use rlm_test_needs::needs;
use rlm_test_server::{Answer, TestServer};
use serde_json::json;

use crate::support::{Place, session, snapshot};

/// A tool that counts the letters of a word, and fails for numbers.
const LETTERS: &str = r#"#!/bin/sh
if [ "$1" = --schema ]; then
    echo '{"description": "Counts the letters of a word.", "access": "read", "outside": false,'
    echo ' "parameters": {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]}}'
    exit
fi
read -r input
case "$input" in
*[0-9]*) echo "this is no word: $input" >&2; exit 3 ;;
esac
word=${input#*:\"}
word=${word%%\"*}
echo "${#word}"
"#;

fn place(programs: &[&str]) -> Place {
    let script: Vec<String> = programs
        .iter()
        .map(|program| format!("```repl\n{program}\n```"))
        .collect();
    Place::new()
        .file("letters.sh", LETTERS)
        .file("model.json", json!({ "script": script }).to_string())
}

fn run<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let run = ["run", "How long is it?", "--model", "fake:model.json"];
    run.iter().chain(more).copied().collect()
}

#[test]
fn command_tool_is_called_traced_and_not_called_by_replay() {
    let place = place(&[
        "print(letters('tide'))\ntry:\n    letters('7')\nexcept CallFailed as e:\n    print(e.kind, e)",
        "FINAL(letters(word=P[:4]))",
    ]);
    let tool = ["--tool", "letters=sh letters.sh", "--data", "lighthouse"];
    let done = place.rlm(run(&tool)).done();
    assert_eq!(
        (done.code, done.stdout.as_str()),
        (Some(0), "4\n"),
        "{}",
        session(std::slice::from_ref(&done))
    );
    std::fs::remove_file(place.path("letters.sh")).unwrap_or_default();
    let done = [
        place.rlm(["trace", "last"]).done(),
        place.rlm(["replay", "last", "--data", "lighthouse"]).done(),
    ];
    snapshot!("tools", session(&done));
}

#[test]
fn project_file_can_not_start_commands() {
    let place = place(&["FINAL('end')"]);
    let own = |text: &str| std::fs::write(place.path("rlm.toml"), text).unwrap();
    for flag in ["tool", "mcp"] {
        own(&format!("[run]\n{flag} = [\"x=sh -c 'touch started'\"]\n"));
        let done = place.rlm(run(&[])).done();
        let expected = format!("error: rlm.toml: line 2: `{flag}` below [run] runs a command");
        assert!(done.stderr.starts_with(&expected), "{}", done.shown());
        assert_eq!(done.code, Some(2));
        assert!(
            !place.path("started").exists(),
            "the command of a cloned repository was started"
        );
    }
}

#[needs("python3")]
#[test]
fn runs_with_mcp_or_web_search_need_no_context() {
    let page = json!({"title": "Tides", "url": "https://a.example/tides", "text": "The moon pulls."});
    let exa = TestServer::always(Answer::json(200, &json!({"results": [page]}))).unwrap();
    let place = place(&[
        "found = research('tides')\nprint(sources())\nFINAL(found[0]['text'] + str(shop_stock_of('A')['count']))",
    ]);
    let server = concat!(
        "shop=python3 '",
        env!("CARGO_MANIFEST_DIR"),
        "/../rlm-tools/tests/mcp_server.py'"
    );
    let done = place
        .rlm(run(&["--mcp", server, "--web-search"]))
        .env("EXA_API_KEY", "0123456789abcdef")
        .env("EXA_BASE_URL", &exa.base_url())
        .done();
    assert_eq!(
        done.stdout,
        "The moon pulls.12\n",
        "{}",
        session(std::slice::from_ref(&done))
    );
    assert!(
        done.stderr.contains("source 1: Tides https://a.example/tides"),
        "{}",
        session(std::slice::from_ref(&done))
    );
    assert_eq!(place.rlm(["replay", "last"]).done().code, Some(0));
}

#[needs("python3")]
#[test]
fn mcp_server_offers_only_selected_tools() {
    let place = place(&[
        "print(say(words=['a']))\ntry:\n    stock_of('A')\nexcept NameError as e:\n    print(e)",
        "FINAL('end')",
    ]);
    let server = concat!(
        "python3 '",
        env!("CARGO_MANIFEST_DIR"),
        "/../rlm-tools/tests/mcp_server.py' odd"
    );
    let done = place.rlm(run(&["--mcp", server])).done();
    assert_eq!(done.stdout, "end\n", "{}", done.shown());
    let warnings: Vec<&str> = done
        .stderr
        .lines()
        .filter(|line| line.starts_with("warning: "))
        .collect();
    assert_eq!(warnings.len(), 4, "{}", done.shown());
    assert!(warnings.iter().all(|line| line.contains(" is left out: ")));

    let done = place
        .rlm(run(&["--mcp", server, "--mcp-tools", "sa?", "--mcp-tools", "raise*"]))
        .done();
    assert_eq!(done.stderr.matches(" is left out: ").count(), 1, "{}", done.shown());
    let shown = place.rlm(["trace", "last", "--messages", "--step", "1"]).done().stdout;
    assert!(
        shown.contains("- say(") && shown.contains("- raise_(") && !shown.contains("- stock_of("),
        "{shown}"
    );
}

#[test]
fn tool_may_shadow_a_library_function() {
    const SEARCH: &str = "if [ \"$1\" = --schema ]; then echo '{\"description\": \"Searches the shop.\", \"access\": \"read\", \
        \"outside\": false, \"parameters\": {\"type\": \"object\", \"properties\": {\"words\": {\"type\": \"string\"}, \
        \"limit\": {\"type\": \"integer\"}}, \"required\": [\"words\"]}}'; else cat; fi";
    let place = place(&["FINAL(search('late', limit=2)['limit'])"]).file("search.sh", SEARCH);
    let done = place
        .rlm(run(&["--tool", "search=sh search.sh", "--data", "a text"]))
        .done();
    assert_eq!(done.stdout, "2\n", "{}", done.shown());
    assert!(
        done.stderr
            .contains("note: the tool `search` replaces the library function of the same name in programs"),
        "{}",
        done.shown()
    );
    let shown = place.rlm(["trace", "last", "--messages", "--step", "1"]).done().stdout;
    assert!(
        shown.contains("- search(words: str, limit: int=None)") && !shown.contains("search(query"),
        "{shown}"
    );
    assert_eq!(place.rlm(["replay", "last", "--data", "a text"]).done().code, Some(0));
    let refused = place
        .rlm(run(&["--tool", "len=sh search.sh", "--data", "a text"]))
        .done();
    assert_eq!(refused.code, Some(2), "{}", refused.shown());
}

#[test]
fn secrets_are_removed_from_the_tool_environment() {
    const TELLS: &str = "#!/bin/sh\nif [ \"$1\" = --schema ]; then\n    echo '{\"parameters\": {\"type\": \"object\"}, \"access\": \"read\", \"outside\": false}'\n\
        else\n    env | sed 's/=.*//' | grep -E '_KEY$|^GATE$|^TEAM$|CREDENTIALS$' | sort | tr '\\n' ' ' | sed 's/.*/\"&\"/'\nfi\n";
    let keys = [
        "OPENAI_API_KEY",
        "HOUSE_KEY",
        "TEAM",
        "GATE",
        "EXA_API_KEY",
        "GOOGLE_APPLICATION_CREDENTIALS",
    ];
    let place = place(&["FINAL(tells())"]).file("tells.sh", TELLS).file(
        "rlm.toml",
        "[models.house]\nadapter = \"compat\"\nmodel = \"m\"\nbase_url = \"http://127.0.0.1:8000/v1\"\napi_key_env = \"TEAM\"\nheaders = { \"x-gate\" = \"$GATE\" }\n",
    );
    let mut done = place.rlm(run(&[
        "--tool",
        "tells=sh tells.sh",
        "--data",
        "lighthouse",
        "--api-key-env",
        "HOUSE_KEY",
    ]));
    for key in keys {
        done = done.env(key, "k-0123456789");
    }
    let done = done.env("DOOR_KEY", "a key of nobody here").done();
    assert_eq!(
        (done.code, done.stdout.as_str()),
        (Some(0), "DOOR_KEY \n"),
        "{}",
        session(std::slice::from_ref(&done))
    );
}

#[needs("python3")]
#[test]
fn tool_named_like_a_keyword_is_renamed() {
    let place = place(&["try:\n    raise_()\nexcept CallFailed as e:\n    FINAL(str(e))"]);
    let server = concat!(
        "python3 '",
        env!("CARGO_MANIFEST_DIR"),
        "/../rlm-tools/tests/mcp_server.py'"
    );
    let done = place.rlm(run(&["--mcp", server])).done();
    assert_eq!(
        done.stdout,
        "raise_ failed: not today\n",
        "{}",
        session(std::slice::from_ref(&done))
    );
}

#[test]
fn invalid_tools_are_rejected_before_any_call() {
    let place = place(&["FINAL(1)"]);
    let done: Vec<_> = [
        &["--tool", "letters"][..],
        &["--tool", "letters=no-such-program"],
        &["--tool", "letters=echo"],
        &["--tool", "len=sh letters.sh"],
        &["--tool", "letters=sh letters.sh", "--grant", "leters:calls=3"],
        &["--tool", "letters=sh letters.sh", "--grant", "letters:often"],
        &["--mcp", "sh -c 'read line; echo no server >&2'"],
        &["--web-search"],
        &["--data", "x", "--context", "model.json"],
    ]
    .iter()
    .map(|more| place.rlm(run(more)).done())
    .collect();
    assert!(done.iter().all(|done| done.code == Some(2)), "{}", session(&done));
    assert!(place.journals().is_empty());
    snapshot!("tools-refused", session(&done));
}

#[test]
fn permission_flag_limits_tool_calls() {
    let program = "for word in ['a', 'b', 'c']:\n    try:\n        print(letters(word))\n    except CallFailed as e:\n        FINAL(e.kind)";
    let place = place(&[program]);
    let done = place
        .rlm(run(&[
            "--tool",
            "letters=sh letters.sh",
            "--grant",
            "letters:calls=2,seconds=20",
            "--taint",
            "strict",
        ]))
        .done();
    assert_eq!(
        done.stdout,
        "tool_too_often\n",
        "{}",
        session(std::slice::from_ref(&done))
    );
}
