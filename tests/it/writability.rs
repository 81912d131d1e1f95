//! Tests the measurement of how well models write Sift: its tasks, its comparisons and its summary.

use rlm_test_needs::needs;
#[path = "../../examples/writability/compare.rs"]
mod compare;
#[path = "../../examples/writability/summary.rs"]
mod summary;
#[path = "../../examples/writability/task.rs"]
mod task;
mod tasks;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use compare::Compare;
use rlm::journals::{Event, Journal, JournalOptions, RecordedRun};
use rlm::{FakeModel, Rlm, RunOptions};
use serde_json::json;
use task::{Origin, Task};

const REFRESH: &str = "run `cargo run --release --example writability -- tasks`";

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases")
}

#[test]
fn every_expected_answer_passes_its_own_comparison() {
    let tasks = task::read_list().unwrap();
    assert!(tasks.len() >= 72, "{} tasks", tasks.len());
    for task in tasks {
        assert!(task.compare.is_right(&task.expected, &task.expected), "{}", task.name);
        assert!(
            !task.compare.is_right(&task.expected, "I could not find it."),
            "{}",
            task.name
        );
        assert!(!task.compare.is_right(&task.expected, ""), "{}", task.name);
    }
}

#[test]
fn answers_are_compared_by_content() {
    let right = |compare: serde_json::Value, expected: &str, answer: &str| {
        Compare::from_json(&compare).unwrap().is_right(expected, answer)
    };
    assert!(right(json!("exact"), "209,600 crowns", "**209600 Crowns.**"));
    assert!(right(json!("exact"), "a: 1, b: 2", "A:1,b: 2"));
    assert!(!right(json!("exact"), "letter 29", "letter 28"));
    assert!(!right(json!("exact"), "+12", "-12"));
    assert!(right(json!("number"), "1234.5", "It is 1,234.50 in all, of 7"));
    assert!(!right(json!("number"), "12", "no number"));
    assert!(right(json!({"items": "\n"}), "x: 1\ny: 2", "- y: 2\n- x: 1\n"));
    assert!(!right(json!({"items": "\n"}), "x: 1\ny: 2", "x: 1"));
    assert!(!right(json!({"items": "\n"}), "x: 1", "x: 1\ny: 2"));
    let facts = json!({"facts": ["12", "cat"], "most_words": 4});
    assert!(right(facts.clone(), "", "The cat, 12."));
    assert!(!right(facts.clone(), "", "cats 12"));
    assert!(!right(facts.clone(), "", "cat 112"));
    assert!(!right(facts.clone(), "", "cat 12.5"));
    assert!(!right(facts, "", "a cat that is 12"));
    for wrong in [
        json!("close"),
        json!({"facts": []}),
        json!({"facts": ["("]}),
        json!(null),
    ] {
        assert!(Compare::from_json(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn task_list_matches_the_generated_tasks() {
    let listed = task::read_list().unwrap();
    let made: Vec<Task> = listed
        .iter()
        .filter_map(|task| match &task.origin {
            Origin::Maker(maker, seed) => Some(Task::made(maker, *seed).unwrap()),
            Origin::Case(_) => None,
        })
        .collect();
    assert!(made.len() >= tasks::MAKERS.len());
    let own: Vec<Task> = listed
        .into_iter()
        .filter(|task| matches!(task.origin, Origin::Maker(..)))
        .collect();
    assert_eq!(
        task::shown_list(&own).unwrap(),
        task::shown_list(&made).unwrap(),
        "{REFRESH}"
    );
}

#[test]
fn different_seeds_generate_different_tasks() {
    for (maker, _) in tasks::MAKERS {
        let first = Task::made(maker, 1).unwrap();
        for seed in 2..7 {
            let other = Task::made(maker, seed).unwrap();
            assert_ne!(first.digest, other.digest, "{maker}");
            assert!(!other.expected.trim().is_empty(), "{maker} {seed}");
        }
    }
}

#[needs("shared")]
#[test]
fn every_recorded_session_is_listed_as_a_task() {
    let cases = cases();
    let listed = task::read_list().unwrap();
    let mut found = 0;
    for entry in fs::read_dir(&cases).unwrap() {
        let entry = entry.unwrap();
        if !entry.path().is_dir() {
            continue;
        }
        found += 1;
        let name = entry.file_name().into_string().unwrap();
        let known = listed.iter().find(|task| task.name == name).expect(REFRESH);
        let now = Task::of_case(&cases, &name, known.comparison().clone()).unwrap();
        assert_eq!(
            (&known.question, &known.digest, &known.expected),
            (&now.question, &now.digest, &now.expected),
            "{name}: {REFRESH}"
        );
    }
    assert!(found >= 40, "{found} sessions");
}

#[test]
fn writability_summary_is_up_to_date() {
    let shown = summary::summary(&task::read_list().unwrap(), &task::folder()).unwrap();
    let kept = fs::read_to_string(task::folder().join("summary.md")).unwrap_or_default();
    assert_eq!(kept, shown, "run `just writability`");
}

#[test]
fn journals_contain_no_private_paths() {
    for entry in fs::read_dir(task::folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "jsonl") {
            continue;
        }
        let run = RecordedRun::read(&path).unwrap();
        let started = run.events().find_map(|event| match event {
            Event::RunStarted(started) => Some(started),
            _ => None,
        });
        for source in &started.unwrap().context {
            let location = source.location.as_deref().unwrap_or("/srv/writability/");
            assert!(
                location.starts_with("/srv/writability/"),
                "{}: {location}",
                path.display()
            );
        }
    }
}

/// Records a run of a task with scripted replies, as a journal with the given name.
fn record(task: &Task, folder: &Path, name: &str, replies: &[&str]) {
    let journal = Journal::create(folder.join(name), JournalOptions::default()).unwrap();
    let context = task.given(Path::new("")).unwrap().context().unwrap();
    let options = RunOptions {
        journal: Some(Arc::new(journal)),
        ..RunOptions::default()
    };
    let replies = replies.iter().map(ToString::to_string);
    let model = Rlm::new(FakeModel::new(replies));
    let result = model
        .runner()
        .unwrap()
        .run_blocking(&task.question, &context, options)
        .unwrap();
    assert!(result.answer.is_some(), "{:?}", result.message);
}

#[test]
fn program_outcomes_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let task = Task::made("head-count", 3).unwrap();
    let right = format!("```repl\nFINAL('{} people')\n```", task.expected);
    let replies = [
        // A first attempt that is rejected, and its repair.
        "```repl\nprint(lenn(context))\n```",
        "```repl\nprint(len(context))\n```",
        // A reply without a program doesn't count as a program.
        "Let me think about that.",
        // A first attempt that raises, a repair that also fails, and a third program.
        "```repl\nprint(context['nothing'])\n```",
        "```repl\nprint([][0])\n```",
        "```repl\nprint(1)\n```",
        &right,
    ];
    record(&task, folder.path(), "head-count-3.jsonl", &replies);
    record(
        &task,
        folder.path(),
        "head-count-3.2.jsonl",
        &["```repl\nFINAL('0')\n```"],
    );
    let shown = summary::summary(&[task], folder.path()).unwrap();
    let (_, rounds) = shown.split_once("\n## ").unwrap();
    assert_eq!(
        rounds,
        "Round 1: 1 runs

| | |
|---|---|
| first tries that were accepted and ran without an error | 33.3 % (1 of 3) |
| of the others, repaired by the next program | 50.0 % (1 of 2) |
| final answers as expected | 100.0 % (1 of 1) |
| replies without a program or an answer | 1 |
| slips | IndexError 1, KeyError 1, S0201 1 |

| task | programs | right at once | repaired | slips | outcome | answer |
|---|---|---|---|---|---|---|
| head-count-3 | 6 | 1/3 | 1/2 | S0201 KeyError IndexError | complete | as expected |

## Round 2: 1 runs

| | |
|---|---|
| first tries that were accepted and ran without an error | 100.0 % (1 of 1) |
| of the others, repaired by the next program | - |
| final answers as expected | 0.0 % (0 of 1) |
| replies without a program or an answer | 0 |
| slips | none |

| task | programs | right at once | repaired | slips | outcome | answer |
|---|---|---|---|---|---|---|
| head-count-3 | 1 | 1/1 | 0/0 |  | complete | other |
"
    );
}

#[test]
fn a_journal_of_another_task_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let task = Task::made("head-count", 3).unwrap();
    record(&task, folder.path(), "head-count-4.jsonl", &["FINAL: 7"]);
    let other = Task::made("head-count", 4).unwrap();
    let refused = summary::summary(&[task, other], folder.path()).unwrap_err().to_string();
    assert!(refused.contains("is not that of the task head-count-4"), "{refused}");
}
