//! Tests of each expectation, met and unmet.

use std::fmt::Write as _;

use rlm_cases::{CaseFile, Checks, Facts, SchemaOf};
use rlm_model::{Cost, Money};

fn facts() -> Facts {
    Facts {
        outcome: "complete".into(),
        message: None,
        answer: Some("Nine voted “yes”,\nthree voted no.".to_owned()),
        steps: 3,
        subcalls: 5,
        tokens: 12_000,
        cost: Cost::Known(Money(20_000)),
        context_bytes: 1_000,
        covered_bytes: 640,
        cited: vec!["may.txt".to_owned()],
        citations: 1,
        unverified: Vec::new(),
    }
}

fn judge(expect: &str, facts: &Facts) -> String {
    let file = CaseFile::read(&format!("question = \"Who?\"\n[expect]\n{expect}")).unwrap();
    let expect = &file.cases.first().unwrap().expect;
    let schema = expect.schema.as_ref().map(|schema| match schema {
        SchemaOf::Inline(schema) => schema.clone(),
        SchemaOf::File(_) => unreachable!("no test uses a schema file"),
    });
    let unmet = Checks::new(expect, schema.as_ref()).unwrap().judge(facts);
    let mut shown = String::new();
    for unmet in unmet {
        let _ = writeln!(shown, "{}: {} | {}", unmet.expectation, unmet.expected, unmet.found);
        if let Some(parts) = unmet.parts {
            let _ = writeln!(shown, "    {parts}");
        }
    }
    shown
}

#[test]
fn met_expectations_are_not_reported() {
    let met = [
        "",
        "contains = [\"Nine\", \"three\"]",
        "not_contains = \"four\"",
        "matches = '(?m)^three'",
        "equals = \"Nine voted “yes”,\\nthree voted no.\\n\"",
        "outcome = \"complete\"",
        "max_steps = 3\nmax_subcalls = 5\nmax_tokens = 12000\nmax_cost = 0.02\nmin_coverage = 64",
        "citations = { verified = true, documents = \"may.txt\", min = 1 }",
    ];
    for expect in met {
        assert_eq!(judge(expect, &facts()), "", "{expect}");
    }
    let json = Facts {
        answer: Some("{\"yes\": 9}".to_owned()),
        ..facts()
    };
    assert_eq!(judge("schema = { type = \"object\", required = [\"yes\"] }", &json), "");
}

#[test]
fn unmet_expectations_report_the_first_difference() {
    let json = Facts {
        answer: Some("{\"yes\": \"nine\"}".to_owned()),
        ..facts()
    };
    let schema = "schema = { type = \"object\", required = [\"no\"], properties = { yes = { type = \"integer\" } } }";
    let unmet = [
        ("contains = [\"nine\", \"four\"]", facts()),
        ("not_contains = \"three\"", facts()),
        ("matches = '^three'", facts()),
        ("equals = \"Nine voted “yes”,\\nthree voted No.\"", facts()),
        ("outcome = \"partial\"", facts()),
        (
            "",
            Facts {
                outcome: "provider_error".into(),
                message: Some("the server refused".to_owned()),
                answer: None,
                ..facts()
            },
        ),
        (
            "contains = \"x\"",
            Facts {
                answer: None,
                ..facts()
            },
        ),
        (
            "max_steps = 2\nmax_subcalls = 4\nmax_tokens = 11999\nmax_cost = 0.019\nmin_coverage = 64.1",
            facts(),
        ),
        (
            "max_cost = 5",
            Facts {
                cost: Cost::Unknown,
                ..facts()
            },
        ),
        (
            "citations = { verified = true, documents = [\"may.txt\", \"june.txt\"], min = 2 }",
            Facts {
                unverified: vec!["never said".to_owned()],
                ..facts()
            },
        ),
        (schema, facts()),
        (schema, json),
    ];
    let mut shown = String::new();
    for (expect, facts) in unmet {
        let found = judge(expect, &facts);
        assert_ne!(found, "", "{expect}");
        let _ = writeln!(shown, "{}\n{found}", expect.replace('\n', ", "));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn invalid_expected_schema_is_rejected() {
    let file = CaseFile::read("question = \"Who?\"\n[expect]\nschema = { type = 3 }").unwrap();
    let expect = &file.cases.first().unwrap().expect;
    let schema = serde_json::json!({ "type": 3 });
    assert!(
        Checks::new(expect, Some(&schema))
            .unwrap_err()
            .starts_with("invalid JSON Schema")
    );
}
