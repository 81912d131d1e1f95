//! Tests of all templates in all cases, of their budgets, and of custom templates.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rlm_prompt::{Example, FrontMatter, MAX_PROMPT_BYTES, PromptError, PromptName, Prompts};
use rlm_tokens::Encoding;
use sift_text::Tokenizer as _;

/// The length from which renderings are shown as differences from the first one.
const SHOWN_WHOLE: usize = 1_500;

fn built_in() -> Prompts {
    Prompts::built_in().unwrap()
}

fn examples(name: PromptName) -> Vec<Example> {
    built_in().examples(name).unwrap()
}

#[test]
fn every_case_of_every_template() {
    for name in PromptName::ALL {
        let examples = examples(*name);
        let first = &examples.first().unwrap().text;
        let mut shown = String::new();
        for (number, Example { case, text }) in examples.iter().enumerate() {
            writeln!(shown, "== {case}").unwrap();
            match number {
                0 => writeln!(shown, "{text}\n").unwrap(),
                _ if text.len() <= SHOWN_WHOLE => writeln!(shown, "{text}\n").unwrap(),
                _ => writeln!(shown, "{}", difference(first, text)).unwrap(),
            }
        }
        insta::with_settings!({ omit_expression => true, snapshot_suffix => name.as_str() }, {
            insta::assert_snapshot!("case", shown);
        });
    }
}

/// Returns the lines that only one of two texts has.
fn difference(before: &str, after: &str) -> String {
    let gone = before.lines().filter(|line| !after.lines().any(|other| other == *line));
    let new = after.lines().filter(|line| !before.lines().any(|other| other == *line));
    let gone = gone.map(|line| format!("- {line}\n"));
    gone.chain(new.map(|line| format!("+ {line}\n"))).collect()
}

/// Text between tags must be rendered in at least one case, so that every branch is tested.
#[test]
fn every_template_text_occurs_in_some_case() {
    for name in PromptName::ALL {
        let (_, body) = FrontMatter::split(name.as_str(), name.built_in()).unwrap();
        let examples = examples(*name);
        for words in between_tags(body) {
            for line in words.lines().map(str::trim).filter(|line| !line.is_empty()) {
                assert!(
                    examples.iter().any(|example| example.text.contains(line)),
                    "{name}: no case shows `{line}`"
                );
            }
        }
    }
}

fn between_tags(body: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = body;
    while let Some(begin) = ["{{", "{%"].iter().filter_map(|tag| rest.find(tag)).min() {
        let (before, tag) = rest.split_at(begin);
        words.push(before);
        let end = if tag.starts_with("{{") { "}}" } else { "%}" };
        rest = tag.split_once(end).unwrap().1;
    }
    words.push(rest);
    words
}

#[test]
fn template_renderings_stay_within_their_token_budgets() {
    let mut wrong = Vec::new();
    for name in PromptName::ALL {
        let budget = built_in().front_matter(*name).unwrap().budget.unwrap();
        let mut most = 0;
        for example in examples(*name) {
            let counted = Encoding::O200k.count(&example.text) as u64;
            let tokens = counted.max(example.tokens());
            most = most.max(tokens);
        }
        println!("{name}: {most} tokens of {budget}");
        // A budget far above the actual size has no effect.
        if most > budget || budget > most * 5 / 4 + 20 {
            wrong.push(format!("{name}: {most} tokens of {budget}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Recommendations from published measurements (`prompts/README.md`) that can be checked in the
/// texts.
#[test]
fn system_prompt_contains_the_measured_recommendations() {
    let system = &examples(PromptName::RootSystem).remove(0).text;
    for said in [
        "Look first.",
        "Do not answer in the program that sees the data for the first time",
        "Leave exact work to code",
        "Leave meaning to sub-models: llm_query(prompt)",
        "about 100,000 characters",
        "batches of about 20",
        "Ask for verbatim quotes, or for a fixed form",
        "keep results in variables",
    ] {
        assert!(system.contains(said), "{said}");
    }
    assert!(
        !system.contains("You are a"),
        "telling models what they are made them worse"
    );
}

fn with(files: &[(&str, &[u8])]) -> (tempfile::TempDir, Result<Prompts, PromptError>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let prompts = Prompts::from_dir(folder.path());
    (folder, prompts)
}

const HEAD: &str = "---\npurpose: Mine.\nvariables: question, limit\nbudget: 30\n---\n";

#[test]
fn prompt_folder_overrides_only_the_prompts_it_contains() {
    let own = format!("\u{feff}{HEAD}Answer {{{{ question }}}} now.\n").replace('\n', "\r\n");
    let (_folder, prompts) = with(&[
        ("extract.md", own.as_bytes()),
        ("README.md", b"About these."),
        (".notes", b"hidden"),
    ]);
    let prompts = prompts.unwrap();
    assert_eq!(prompts.extract("Why?", "over").unwrap(), "Answer Why? now.");
    assert_eq!(prompts.sub_system(), built_in().sub_system());
    assert_eq!(prompts.templates().len(), PromptName::ALL.len());
    assert!(!prompts.text(PromptName::Extract).contains('\r'));
}

#[test]
fn prompt_folder_errors_report_file_and_line() {
    let extract = |body: &str| format!("{HEAD}{body}");
    let long = "x".repeat(MAX_PROMPT_BYTES + 1);
    let wrong: [(&str, Vec<u8>); 16] = [
        ("extrakt.md", extract("x").into()),
        ("extract.txt", extract("x").into()),
        ("words_of_mine.md", extract("x").into()),
        ("extract.md", b"Answer now.".into()),
        ("extract.md", b"---\npurpose: Mine.\nvariables: question\n".into()),
        ("extract.md", b"---\nvariables: question\nbudget: 9\n---\nx".into()),
        ("extract.md", b"---\npurpose: Mine.\nvariables: question\n---\nx".into()),
        ("extract.md", b"---\npurpose: Mine.\nbudget: few\n---\nx".into()),
        ("extract.md", b"---\npurpose: Mine.\nauthor: me\n---\nx".into()),
        ("extract.md", extract("One.\nTwo {{ answer }}\n").into()),
        ("extract.md", extract("One.\n{% if question %}\n").into()),
        ("extract.md", extract("One.\n\n{{ question|shout }}\n").into()),
        (
            "extract.md",
            extract("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}").into(),
        ),
        ("extract.md", extract(&"word ".repeat(40)).into()),
        ("extract.md", long.into()),
        ("extract.md", vec![0xff, 0xfe]),
    ];
    let mut shown = String::new();
    for (name, text) in wrong {
        let (folder, prompts) = with(&[(name, &text)]);
        show(&mut shown, prompts.unwrap_err(), folder.path());
    }
    let (folder, prompts) = with(&[("README.md", b"")]);
    show(&mut shown, prompts.unwrap_err(), folder.path());
    show(
        &mut shown,
        Prompts::from_dir(folder.path().join("nowhere")).unwrap_err(),
        folder.path(),
    );
    insta::assert_snapshot!(shown);
}

fn show(shown: &mut String, error: PromptError, folder: &Path) {
    let text = format!("{error} [{}]: {}", error.code(), error.hint());
    writeln!(shown, "{}", text.replace(&folder.display().to_string(), "DIR")).unwrap();
}

/// If a template uses a value that only some cases have, those cases are rendered too.
#[test]
fn custom_prompts_are_rendered_in_every_case_at_load_time() {
    let own = built_in()
        .text(PromptName::Observation)
        .replace("{{ output.tail }}", "{{ output.last }}");
    let (_folder, prompts) = with(&[("observation.md", own.as_bytes())]);
    let error = prompts.unwrap_err();
    assert!(matches!(&error, PromptError::Render { .. }), "{error}");
    assert!(error.to_string().contains("line 29"), "{error}");
}

#[test]
fn prompt_files_match_prompt_names() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../prompts");
    let files: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    let names: BTreeSet<String> = PromptName::ALL.iter().map(|name| format!("{name}.md")).collect();
    assert_eq!(files, names);
    let all = Prompts::from_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../prompts")).unwrap();
    assert_eq!(all.templates(), built_in().templates());
}
