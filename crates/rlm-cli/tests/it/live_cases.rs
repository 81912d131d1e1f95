//! Tests of `rlm test --live`: cases whose questions are asked again, within a budget.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rlm_test_server::{Answer, CapturedRequest, TestServer, Usage};
use serde_json::json;

use crate::prompt_cases::{recorded, states, test};
use crate::support::{Place, Rlm, snapshot};

/// Starts a server that answers the question about the capital with the city that `says` returns
/// for the number of the request.
fn server(says: impl Fn(usize) -> &'static str + Send + Sync + 'static) -> (TestServer, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let respond = move |_, _: &CapturedRequest| {
        let city = says(count.fetch_add(1, Ordering::SeqCst));
        if city.is_empty() {
            return Answer::error(400, "refused", "not now");
        }
        let usage = Usage {
            input: 7_000,
            output: 500,
            ..Usage::default()
        };
        Answer::completion(
            &format!("```repl\nprint(context[:9])\nFINAL('{city}'.strip())\n```"),
            "stop",
            Some(usage),
        )
    };
    (TestServer::start(respond).unwrap(), asked)
}

/// Creates two cases without recordings, for models of a server.
fn live_place() -> Place {
    Place::new()
        .file("land.txt", "The capital of Portugal is Lisbon.\n")
        .file(
            "cases/live.toml",
            "context = \"land.txt\"\nfolder = \"..\"\n[run]\nmodel = \"openai:gpt-test\"\nprice = [\"openai:gpt-test=1,1,1\"]\n\
             max_output = 500\n[expect]\ncontains = \"Lisbon\"\n[[case]]\nname = \"one\"\nquestion = \"What is the capital?\"\n\
             [[case]]\nname = \"two\"\nquestion = \"Which city is it?\"\n",
        )
}

fn live<'p>(place: &'p Place, server: &TestServer) -> Rlm<'p> {
    test(place)
        .and(["--parallel", "1", "--live"])
        .env("LLM_BASE_URL", &server.base_url())
        .env("LLM_API_KEY", "sk-test-0123456789")
}

#[test]
fn live_cases_ignore_limit_variables() {
    let (server, _) = server(|_| "Lisbon");
    let place = live_place();
    let limits = [
        "MAX_CONTEXT_SIZE",
        "DEFAULT_CHUNK_SIZE",
        "EXECUTION_TIMEOUT",
        "MAX_RECURSION_DEPTH",
    ];
    // The context has more than one character; variables that are not numbers are errors in runs.
    for value in ["1", "none"] {
        let run = limits
            .iter()
            .fold(live(&place, &server), |run, name| run.env(name, value));
        let done = run.done();
        assert_eq!(done.code, Some(0), "{}", done.shown());
    }
}

#[test]
fn live_cases_stay_within_budget_and_record_replies() {
    let (server, asked) = server(|_| "Lisbon");
    let place = live_place();
    assert_eq!(test(&place).done().code, Some(1), "no recording exists");
    // A run uses 7,500 tokens and reserves more, so the budget allows only one.
    let first = live(&place, &server).and(["--max-tokens", "12000", "--json"]).done();
    let statuses: Vec<String> = states(&first).into_iter().map(|(_, status)| status).collect();
    assert_eq!(
        (statuses, first.code),
        (vec!["passed".to_owned(), "error".to_owned()], Some(1)),
        "{}",
        first.shown()
    );
    assert_eq!(asked.load(Ordering::SeqCst), 1, "the second case was not run");
    let rest = live(&place, &server).and(["--only-stale", "--max-cost", "1"]).done();
    assert_eq!(rest.code, Some(0), "{}", rest.shown());
    let offline = test(&place).and(["--json"]).done();
    assert_eq!(offline.code, Some(0), "{}", offline.shown());
    let journal = place.read("cases/live.one.jsonl");
    assert!(!journal.contains("sk-test"), "the journal contains a key");
    // No case is stale any more, so no model is called.
    let before = asked.load(Ordering::SeqCst);
    assert_eq!(before, 2, "the first case was not repeated");
    let nothing = live(&place, &server).and(["--only-stale"]).done();
    assert_eq!(
        (nothing.code, asked.load(Ordering::SeqCst)),
        (Some(0), before),
        "{}",
        nothing.shown()
    );
}

#[test]
fn live_cases_keep_old_recordings_if_the_budget_runs_out() {
    let (server, _) = server(|_| "Lisbon");
    let place = live_place();
    let all = live(&place, &server).done();
    assert_eq!(all.code, Some(0), "{}", all.shown());
    let before = place.read("cases/live.two.jsonl");
    let done = live(&place, &server).and(["--max-tokens", "12000"]).done();
    assert_eq!(done.code, Some(1), "{}", done.shown());
    assert!(done.stdout.contains("the recording is unchanged"), "{}", done.shown());
    assert_eq!(place.read("cases/live.two.jsonl"), before);
    assert!(!place.path("cases/live.two.jsonl.new").exists());
    assert_eq!(test(&place).done().code, Some(0));
}

#[test]
fn failed_live_case_keeps_the_old_recording() {
    let (good, _) = server(|_| "Lisbon");
    let place = live_place();
    assert_eq!(live(&place, &good).done().code, Some(0));
    let before = (place.read("cases/live.one.jsonl"), place.read("cases/live.two.jsonl"));
    let (bad, _) = server(|_| "");
    let done = live(&place, &bad).done();
    assert_eq!(done.code, Some(1), "{}", done.shown());
    assert!(
        done.stdout.contains("the run ended as provider_error"),
        "{}",
        done.shown()
    );
    assert_eq!(
        (place.read("cases/live.one.jsonl"), place.read("cases/live.two.jsonl")),
        before
    );
}

#[test]
fn repeated_live_cases_report_pass_rates() {
    // Of eight runs, two runs of the second case name another city.
    let (server, asked) = server(|at| if at == 5 || at == 6 { "Porto" } else { "Lisbon" });
    let place = live_place();
    let done = live(&place, &server).and(["--repeat", "4", "--json"]).done();
    assert_eq!(
        (done.code, asked.load(Ordering::SeqCst)),
        (Some(1), 8),
        "{}",
        done.shown()
    );
    let object = done.json();
    let rate = |at: usize| object["cases"][at]["repeated"].clone();
    assert_eq!(
        (rate(0)["passed"].clone(), rate(0)["tried"].clone()),
        (json!(4), json!(4))
    );
    assert_eq!(
        (rate(1)["passed"].clone(), rate(1)["tried"].clone()),
        (json!(2), json!(4))
    );
    let bound = |name: &str| (rate(1)[name].as_f64().unwrap() * 1e3).round() / 1e3;
    assert_eq!(
        (bound("low"), bound("high")),
        (0.150, 0.850),
        "the Wilson interval of 2 of 4"
    );
    assert!(!place.path("cases/live.one.jsonl").exists(), "nothing is recorded");
}

#[test]
fn prompt_variants_are_compared() {
    let place = recorded(&[]);
    for (folder, words) in [("a", "Be brief."), ("b", "Be kind.")] {
        assert_eq!(
            place.rlm(["prompts", "eject", folder, "sub-system"]).done().code,
            Some(0)
        );
        let file = format!("{folder}/sub-system.md");
        let text = format!("{}\n{words}\n", place.read(&file).trim_end());
        std::fs::write(place.path(&file), text).unwrap();
    }
    let both = ["--prompts", "a", "--prompts", "b"];
    let reused = test(&place).and(both).and(["--reuse-replies"]).done();
    assert_eq!(reused.code, Some(0), "{}", reused.shown());
    snapshot!("case-compared", reused.shown());

    // The prompt "Be kind." makes the model give a wrong answer.
    let place = live_place();
    for (folder, words) in [("a", "Be brief."), ("b", "Be kind.")] {
        assert_eq!(
            place.rlm(["prompts", "eject", folder, "root-system"]).done().code,
            Some(0)
        );
        let file = format!("{folder}/root-system.md");
        let text = format!("{}\n{words}\n", place.read(&file).trim_end());
        std::fs::write(place.path(&file), text).unwrap();
    }
    let respond = |_, request: &CapturedRequest| {
        let city = if request.text.contains("Be kind.") {
            "Porto"
        } else {
            "Lisbon"
        };
        Answer::completion(
            &format!("```repl\nprint(context[:9])\nFINAL('{city}'.strip())\n```"),
            "stop",
            None,
        )
    };
    let server = TestServer::start(respond).unwrap();
    let done = live(&place, &server).and(both).and(["--repeat", "2", "--json"]).done();
    let object = done.json();
    let compared = object["compared"].as_array().unwrap();
    let rates: Vec<_> = compared
        .iter()
        .map(|one| (one["rate"]["passed"].clone(), one["rate"]["tried"].clone()))
        .collect();
    assert_eq!(rates, [(json!(4), json!(4)), (json!(0), json!(4))], "{}", done.shown());
    let shown = live(&place, &server).and(both).done();
    assert!(shown.stdout.contains("live::one: passed → failed"), "{}", shown.shown());
}
