//! Tests of questions without a context, and of a context that is piped to standard input.

use crate::support::{Place, session, snapshot};

/// A model whose only program calculates the answer.
const SUM: &str =
    r#"{"script": ["```repl\nFINAL(sum(n for n in range(2, 30) if all(n % d for d in range(2, n))))\n```"]}"#;

#[test]
fn question_without_a_context_is_answered_recorded_and_replayed() {
    let place = Place::new().file("model.json", SUM);
    let asked = place
        .rlm([
            "ask",
            "What is the sum of the primes below 30?",
            "--model",
            "fake:model.json",
        ])
        .done();
    assert_eq!(
        (asked.stdout.as_str(), asked.code),
        ("129\n", Some(0)),
        "{}",
        asked.shown()
    );
    let replayed = place.rlm(["replay", "last"]).done();
    assert_eq!(replayed.code, Some(0), "{}", replayed.shown());
    let traced = place.rlm(["trace", "last"]).done();
    let reported = place.rlm(["report", "last", "-o", "run.html"]).done();
    assert_eq!(reported.code, Some(0), "{}", reported.shown());
    snapshot!("without_context", session(&[asked, replayed, traced]));
}

#[test]
fn job_without_a_context_is_answered() {
    let place = Place::new().file("model.json", SUM);
    let submitted = place
        .rlm(["job", "submit", "What is the sum?", "--model", "fake:model.json"])
        .done();
    assert_eq!(submitted.code, Some(0), "{}", submitted.shown());
    let worked = place.rlm(["job", "work"]).input("not a context").done();
    assert_eq!(worked.code, Some(0), "{}", worked.shown());
    let answered = place.rlm(["job", "wait", "last"]).done();
    assert_eq!(answered.stdout, "129\n", "{}", answered.shown());
}

#[test]
fn piped_text_is_the_context() {
    let place = Place::new();
    let question = ["ask", "When does the roof leak?", "--model", "search"];
    let piped = place.rlm(question).input("The roof leaks in May.\n").done();
    assert_eq!(piped.code, Some(0), "{}", piped.shown());
    assert!(piped.stdout.contains("The roof leaks in May."), "{}", piped.shown());
    let replayed = place.rlm(["replay", "last"]).done();
    assert_eq!(replayed.code, Some(0), "{}", replayed.shown());
    snapshot!("piped_context", session(&[piped]));
}

#[test]
fn named_context_takes_precedence_over_piped_text() {
    let place = Place::new().file("a.md", "The roof leaks in June.\n");
    let named = place
        .rlm(["ask", "When does the roof leak?", "a.md", "--model", "search"])
        .input("The roof leaks in May.\n")
        .done();
    assert!(
        named.stdout.contains("June") && !named.stdout.contains("May"),
        "{}",
        named.shown()
    );
}

#[test]
fn keyword_search_without_a_context_is_an_error() {
    let place = Place::new();
    let done = place
        .rlm(["ask", "When does the roof leak?", "--model", "search"])
        .done();
    assert_eq!(done.code, Some(2), "{}", done.shown());
    snapshot!("nothing_to_search", session(&[done]));
}
