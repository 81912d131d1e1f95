//! Tests of the keyword search: the programs of the planner, and the selection of sentences from
//! real texts.

use proptest::prelude::*;
use rlm_adapters::SearchModel;
use rlm_model::{Message, Model, Usage};

use crate::support::{ask_root, ask_sub, call_of};

const LICENSE: &str = include_str!("fixtures/apache-2.0.txt");

fn asked(question: &str) -> String {
    format!("Answer the question.\n\n<question>\n{question}\n</question>\n\nThe context has 3 documents.")
}

/// Sends a sub-call like the planner's second program.
async fn picked(question: &str, text: &str) -> String {
    let prompt = format!(
        "Copy the sentences of the text that answer the question, word for word, or write NO_ANSWER.\n\n\
         Question: {question}\n\nText:\n{text}"
    );
    ask_sub(&SearchModel::new(), "2.1.0", &prompt).await.unwrap().text
}

#[tokio::test]
async fn search_model_sends_one_program() {
    let model = SearchModel::new();
    let question = asked("Where does the \"retry budget\" limit Backoff?");
    let search = ask_root(&model, 1, &question).await.unwrap();
    assert_eq!(search.usage, Usage::default());
    insta::assert_snapshot!("program", search.text);
    let error = ask_root(&model, 2, &question).await.unwrap_err();
    insta::assert_snapshot!(format!("{error}\nhint: {}", error.hint.as_deref().unwrap()), @"
    search: no answer by turn 2, after its program has run
    hint: it needs the function `search` of programs: omit --no-search, or set `RunOptions::retriever`; `rlm trace last` shows the error
    ");
}

#[tokio::test]
async fn question_without_words_cannot_be_determined() {
    let reply = ask_root(&SearchModel::new(), 1, &asked(" ?! ")).await.unwrap();
    insta::assert_snapshot!(reply.text, @r#"
    The question has no search terms.

    ```repl
    FINAL("CANNOT_DETERMINE: the question has no search terms")
    ```
    "#);
}

#[tokio::test]
async fn search_model_rejects_foreign_prompts() {
    let error = ask_root(&SearchModel::new(), 1, "Who are you?").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "search: no question between <question> and </question> in the prompt"
    );
}

#[tokio::test]
async fn search_model_has_no_best_effort_answer() {
    let model = SearchModel::new();
    let messages = vec![
        Message::user(asked("retry budget")),
        Message::assistant("the first program"),
        Message::user("The run ends here: 1 of 1 steps taken.\n<question>\nretry budget\n</question>\n"),
    ];
    let reply = model.complete(&call_of(&model, "2.0.0", messages)).await.unwrap();
    assert_eq!(
        reply.text,
        "CANNOT_DETERMINE: the run ended before the search had finished."
    );
}

#[tokio::test]
async fn sentences_are_copied_from_a_license() {
    insta::assert_snapshot!(
        picked(
            "Who may use the trade names, trademarks or service marks of the Licensor?",
            LICENSE
        )
        .await
    );
    insta::assert_snapshot!(
        picked(
            "What happens to patent licenses if patent litigation is filed?",
            LICENSE
        )
        .await
    );
}

#[tokio::test]
async fn sentences_are_copied_from_code() {
    let code = include_str!("download.rs.txt");
    insta::assert_snapshot!(picked("what is the longest reply body", code).await);
}

#[tokio::test]
async fn unrelated_questions_yield_no_answer() {
    assert_eq!(picked("Which elephant plays the trombone?", LICENSE).await, "NO_ANSWER");
    assert_eq!(
        picked("license elephant", LICENSE).await,
        "NO_ANSWER",
        "one of two words is not enough"
    );
    assert_eq!(picked("anything", "").await, "NO_ANSWER");
}

proptest! {
    /// For any text, each selected line occurs in it.
    #[test]
    fn picked_lines_occur_in_the_text(text in "([a-z]{1,6}[ .\n]{1,2}){0,60}", words in "[a-z]{1,3} [a-z]{1,3}") {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let reply = runtime.block_on(picked(&words, &text));
        if reply != "NO_ANSWER" {
            for line in reply.lines() {
                prop_assert!(text.contains(line), "{line:?}");
            }
        }
    }

    /// For any question, the program contains nothing of it but literals.
    #[test]
    fn questions_cannot_inject_code_into_programs(question in "[\\PC\n\"`]{0,60}") {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let model = SearchModel::new();
        let reply = runtime.block_on(ask_root(&model, 1, &asked(&question.replace('<', "")))).unwrap().text;
        prop_assert_eq!(reply.matches("```").count() - reply.split("\n\n```repl\n").next().unwrap().matches("```").count(), 2);
        let program = reply.split("\n\n```repl\n").nth(1).unwrap();
        let (query, list) = (program.lines().nth(1).unwrap_or_default(), program.lines().nth(2).unwrap_or_default());
        prop_assert!(program.starts_with("FINAL(") || query.starts_with("question = \"") && query.ends_with('"'), "{}", query);
        prop_assert!(program.starts_with("FINAL(") || list.starts_with("words = [\"") && list.ends_with("\"]"), "{}", list);
        prop_assert_eq!(model.identity().to_string(), "search");
    }
}
