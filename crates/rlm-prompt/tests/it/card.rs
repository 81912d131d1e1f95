//! Tests that the language card is short and agrees with the table of the library. `rlm-core` tests
//! that its programs run.
//!
//! The list of modules is generated from the table: `just manual` writes it.

use std::path::Path;

use rlm_prompt::{FrontMatter, Limited, ProgramForm, PromptName, Prompts};
use sift_syntax::{Binding, Signature};
use sift_vm::library_scope;

/// A lower bound of bytes per token for English and code with any tokenizer, which gives an upper
/// bound of tokens.
const LEAST_BYTES_PER_TOKEN: f64 = 3.2;
const MOST_TOKENS: f64 = 1_100.0;

const MODULES: &str = "- Modules: ";

fn system(subcalls: u64, child_runs: bool) -> String {
    let limited = Limited {
        subcalls,
        child_runs,
        shown_output: 4_000,
        reply_chars: 4_096,
        steps: 40,
        search: true,
        programs: ProgramForm::Fenced,
        profile: None,
    };
    Prompts::built_in().unwrap().root_system(limited).unwrap()
}

/// Returns the card as the root model sees it by default.
fn card() -> String {
    card_with(false)
}

fn card_with(child_runs: bool) -> String {
    let system = system(200, child_runs);
    let begin = system.find("Programs are written in Sift").unwrap();
    system.split_at(begin).1.to_owned()
}

/// Returns the content of the module line: the modules, and the names imported from them.
fn modules_line() -> String {
    let library = library_scope();
    let modules: Vec<&str> = library
        .modules
        .keys()
        .map(|name| name.as_str())
        .filter(|name| !name.contains('.'))
        // Models mistake it for Python's parser.
        .map(|name| {
            if name == "ast" {
                "ast (literal_eval alone)"
            } else {
                name
            }
        })
        .collect();
    let bound = [
        "Counter",
        "defaultdict",
        "deque",
        "namedtuple",
        "OrderedDict",
        "date",
        "timedelta",
        "Decimal",
        "Fraction",
    ];
    let bound: Vec<&str> = bound
        .into_iter()
        .filter(|name| library.names.contains_key(*name))
        .collect();
    format!(
        "{MODULES}{}; without import also {}.",
        modules.join(", "),
        bound.join(", ")
    )
}

#[test]
fn card_lists_the_modules_of_the_registry() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../prompts/sift-card.md");
    let kept = std::fs::read_to_string(&path).unwrap();
    let line = modules_line();
    let current: Vec<&str> = kept
        .lines()
        .map(|kept| if kept.starts_with(MODULES) { line.as_str() } else { kept })
        .collect();
    let current = current.join("\n") + "\n";
    if std::env::var_os("UPDATE_MANUAL").is_some() {
        std::fs::write(path, current).unwrap();
        return;
    }
    assert!(
        kept.contains(MODULES) && kept == current,
        "run `just manual`; expected line:\n{line}"
    );
}

#[test]
fn card_stays_within_its_token_budget() {
    let card = card();
    let tokens = card.len() as f64 / LEAST_BYTES_PER_TOKEN;
    println!("{} bytes, at most {tokens:.0} tokens", card.len());
    assert!(tokens <= MOST_TOKENS, "{tokens:.0} tokens, {} bytes", card.len());
    let (_, template) = FrontMatter::split("sift-card", PromptName::SiftCard.built_in()).unwrap();
    assert!(template.starts_with("Programs are written in Sift"));
}

/// Returns the functions that the card shows before its programs, each as written: `peek(n=2000)`.
fn shown_functions(card: &str) -> Vec<(String, String)> {
    let (given, _) = card.split_once("A first look:").unwrap();
    let mut shown = Vec::new();
    for (at, _) in given.match_indices('(') {
        let (before, after) = given.split_at(at);
        let name: String = before
            .chars()
            .rev()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let name: String = name.chars().rev().collect();
        let arguments = after.trim_start_matches('(').split(')').next().unwrap();
        if !name.is_empty() {
            shown.push((name, arguments.to_owned()));
        }
    }
    shown
}

/// Returns the difference between the shown arguments and the signature, if any.
fn differs(signature: &Signature, arguments: &str) -> Option<String> {
    let mut left = signature.params.iter();
    for argument in arguments.split(", ").filter(|argument| !argument.is_empty()) {
        let (name, default) = argument
            .split_once('=')
            .map_or((argument, None), |(name, default)| (name, Some(default)));
        // A string instead of a parameter is an example: `help("name")`.
        if name.starts_with('"') || name == "i" {
            continue;
        }
        let Some(param) = left.find(|param| param.name == name) else {
            return Some(format!("`{argument}` is not there, or not in this order: {signature}"));
        };
        let plain = |default: &str| default.replace('"', "'");
        let (of_table, of_card) = (param.default.as_deref().map(plain), default.map(plain));
        // Without a prompt, `llm_query` accepts `text=`, which the card omits.
        let may_be_needed = name == "prompt" && of_table.as_deref() == Some("None");
        if of_card.is_some() && of_card != of_table || of_card.is_none() && of_table.is_some() && !may_be_needed {
            return Some(format!("`{argument}` has another default: {signature}"));
        }
    }
    None
}

#[test]
fn card_functions_match_the_registry() {
    let library = library_scope();
    let card = card_with(true);
    let shown = shown_functions(&card);
    assert!(shown.len() >= 28, "{shown:?}");
    for (name, arguments) in shown {
        let own = match library.names.get(name.as_str()) {
            Some(Binding::Function(signature)) => Some(signature),
            _ => None,
        };
        let methods = library
            .types
            .values()
            .filter_map(|known| known.methods.get(name.as_str()));
        let signatures: Vec<&Signature> = own.into_iter().chain(methods).collect();
        let wrong: Vec<String> = signatures
            .iter()
            .filter_map(|signature| differs(signature, &arguments))
            .collect();
        assert!(
            !signatures.is_empty() && wrong.len() < signatures.len(),
            "{name}({arguments}): {wrong:?}"
        );
    }
}
