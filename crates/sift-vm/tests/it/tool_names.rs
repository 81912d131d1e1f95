//! Names of tools, and tools that hide functions of the library.

use sift_vm::{HostTool, Settings, ToolAccess, ToolNameError, can_be_hidden, check_tool_name, library_paths};

use crate::support::machine;
use crate::support::tools::{json, run_in, tool, tools};

#[test]
fn tool_names_must_be_unused_identifiers() {
    for fine in ["look_up", "x1", "Fetch"] {
        assert_eq!(check_tool_name(fine), Ok(()), "{fine}");
    }
    let shown: Vec<String> = [
        "",
        "1x",
        "a-b",
        "_x",
        "while",
        "ü",
        "llm_query",
        "context",
        "re",
        "grep",
        "memory",
        "search",
        "answer",
    ]
    .into_iter()
    .map(|name| check_tool_name(name).unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(shown.join("\n"));
    assert!(check_tool_name(&"x".repeat(65)).is_err());
    let twice = machine(Settings::default()).with_tools([tools(), tools()].concat());
    assert_eq!(twice.unwrap_err(), ToolNameError::Twice { name: "look_up".into() });
}

fn hiding(signature: &str) -> HostTool {
    HostTool {
        hides: true,
        ..tool(signature, ToolAccess::Read)
    }
}

#[test]
fn hiding_tools_replace_library_functions() {
    let tools = vec![
        hiding("search(words: str, limit: int=3) -> list"),
        hiding("llm_query(question: str) -> str"),
    ];
    let with = || machine(Settings::default()).with_tools(tools.clone()).unwrap();
    let source = "\
print(search('late', limit=2)['name'], llm_query(question='a')['name'])
print(help('search') == help(search), 'Does what it is named for' in help('llm_query'))
print(len(search('x')), SHOW_VARS())
def search(words):
    return words
print(search('own'))";
    let (printed, requests, _) = run_in(with(), source, 1_000_000, |request| {
        json(format!(r#"{{"name": "{}"}}"#, request.name))
    });
    insta::assert_snapshot!(printed);
    assert_eq!(
        requests.iter().map(|request| request.name.as_str()).collect::<Vec<_>>(),
        ["search", "llm_query", "search"]
    );
    let refused = with().compile("search('a', top_k=3)").unwrap_err();
    assert!(
        format!("{refused:?}").contains("`search` has no parameter `top_k`"),
        "{refused:?}"
    );
    // Library functions still call the hidden function.
    let (_, requests, _) = run_in(with(), "r = ask('What?', 'text')", 1_000_000, |_| json("1"));
    assert!(requests.is_empty());
}

#[test]
fn only_library_functions_can_be_hidden() {
    let own = |name: &str| !name.contains('.') && can_be_hidden(name);
    let hidden: Vec<String> = library_paths().into_keys().filter(|name| own(name)).collect();
    insta::assert_snapshot!(hidden.join(" "));
    for name in &hidden {
        assert!(
            machine(Settings::default())
                .with_tools([hiding(&format!("{name}(x)"))])
                .is_ok(),
            "{name}"
        );
    }
    for name in [
        "len",
        "print",
        "str",
        "re",
        "Counter",
        "context",
        "P",
        "ctx",
        "query",
        "FINAL",
        "FINAL_VAR",
        "answer",
    ] {
        let refused = machine(Settings::default()).with_tools([hiding(&format!("{name}(x)"))]);
        assert!(matches!(refused, Err(ToolNameError::Taken { .. })), "{name}");
    }
}
