//! Tests of parsing case files, and of its errors.

use std::fmt::Write as _;

use rlm_cases::{CaseFile, ContextOf, SnapshotKind};

#[test]
fn file_level_settings_apply_to_all_cases() {
    let file = CaseFile::read(
        r#"
        context = "minutes/"
        folder = ".."
        [run]
        model = "openai:gpt-5.1"
        max_steps = 8
        [expect]
        max_tokens = 90000
        [[case]]
        name = "votes"
        question = "How did the votes go?"
        snapshots = ["trajectory", "prompts", "prompts"]
        [case.run]
        max_steps = 4
        [case.expect]
        contains = ["nine", "three"]
        max_cost = 0.05
        [[case]]
        name = "names"
        question = "Who was there?"
        data = "Ada was."
        "#,
    )
    .unwrap();
    let [votes, names] = file.cases.as_slice() else {
        unreachable!("there are two contexts")
    };
    assert_eq!(votes.context, ContextOf::Files(vec!["minutes/".to_owned()]));
    assert_eq!(
        names.context,
        ContextOf::Text("Ada was.".to_owned()),
        "the case has a separate context"
    );
    assert_eq!((votes.line, names.line), (9, 18));
    let flags = |at: usize| -> Vec<(String, toml::Value)> {
        let run = file.cases[at].run.iter();
        run.map(|flag| (flag.key.clone(), flag.value.clone())).collect()
    };
    let steps = |steps| ("max_steps".to_owned(), toml::Value::Integer(steps));
    let model = ("model".to_owned(), toml::Value::String("openai:gpt-5.1".to_owned()));
    assert_eq!(flags(0), [steps(4), model.clone()]);
    assert_eq!(flags(1), [steps(8), model]);
    assert_eq!(
        (votes.expect.max_tokens, names.expect.max_tokens),
        (Some(90_000), Some(90_000))
    );
    assert_eq!(votes.expect.contains, ["nine", "three"]);
    assert_eq!(votes.expect.max_cost.unwrap().to_string(), "$0.05");
    assert_eq!(votes.snapshots, [SnapshotKind::Prompts, SnapshotKind::Trajectory]);
}

#[test]
fn case_file_errors_report_the_line() {
    let wrong = [
        "question = ",
        "quesion = \"Who?\"",
        "question = \"Who?\"\nwho = 1",
        "question = \"Who?\"\n[expect]\nmin_steps = 4",
        "question = \"Who?\"\n\n[expect.citations]\ndocument = \"a\"",
        "[expect]\nequals = \"a\"",
        "question = \" \"",
        "question = \"Who?\"\ncontext = \"a\"\ndata = \"b\"",
        "question = \"Who?\"\ncontext = 3",
        "question = \"Who?\"\n[expect]\nmax_steps = -1",
        "question = \"Who?\"\n[expect]\noutcome = \"done\"",
        "question = \"Who?\"\n[expect]\nmatches = \"(\"",
        "question = \"Who?\"\n[expect]\nmin_coverage = 120",
        "question = \"Who?\"\n[expect]\nmax_cost = \"cheap\"",
        "question = \"Who?\"\nsnapshots = [\"prompt\"]",
        "[[case]]\nquestion = \"Who?\"",
        "[[case]]\nname = \"a\"\nquestion = \"Who?\"\n\n[[case]]\nname = \"a\"\nquestion = \"What?\"",
        "[[case]]\nname = \"../a\"\nquestion = \"Who?\"",
        "[[case]]\nname = \"a\"\nquestion = \"Who?\"\n[[case.case]]\nname = \"b\"",
    ];
    let mut shown = String::new();
    for text in wrong {
        let error = CaseFile::read(text).expect_err(text);
        let _ = writeln!(shown, "{}\n  {error}\n", text.replace('\n', "⏎"));
    }
    insta::assert_snapshot!(shown);
}
