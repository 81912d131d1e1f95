//! Tests of commands, their errors and their help.

use rlm_repl::{Entry, Listed, commands_help, help_on, list_variables};

#[test]
fn repl_commands_are_distinguished_from_programs() {
    let typed = [
        "",
        "  \n",
        "x = 1\n",
        ":help",
        ":help str.split",
        ":h sorted",
        ":vars",
        ":show report",
        ":model openai:gpt-5.1",
        ":load a b.sift",
        ":save out.sift",
        ":q",
        ":fuel",
        ":res",
        ":nope",
        ":varz",
        ":show",
        ":m",
        ":quit now",
        ":",
        "x[:1]",
    ];
    let read = typed.iter().map(|typed| match Entry::read(typed) {
        Ok(entry) => format!("{typed:?}: {entry:?}\n"),
        Err(error) => format!("{typed:?}: {error}\n"),
    });
    insta::assert_snapshot!(read.collect::<String>());
}

#[test]
fn help() {
    insta::assert_snapshot!(commands_help());
    insta::assert_snapshot!(
        [
            help_on("str.split"),
            help_on("grep"),
            help_on("splitt"),
            help_on("'); FINAL('")
        ]
        .join("\n\n")
    );
}

#[test]
fn variables_are_listed_in_columns() {
    let listed = |name: &str, type_name: &str, size: &str, preview: &str| Listed {
        name: name.into(),
        type_name: type_name.into(),
        size: size.into(),
        preview: preview.into(),
    };
    insta::assert_snapshot!(list_variables(&[
        listed("context", "str", "3,400 chars", &"The vault code is 7-4-1. ".repeat(4)),
        listed("n", "int", "", "42"),
        listed("rows", "list", "12 items", "[1, 2]"),
    ]));
    assert_eq!(list_variables(&[]), "no variables\n");
}
