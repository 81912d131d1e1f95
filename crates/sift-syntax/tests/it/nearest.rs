//! Tests of the suggested names.

use sift_syntax::nearest;
use smol_str::SmolStr;

fn near(name: &str, known: &[&str]) -> Vec<SmolStr> {
    let known: Vec<SmolStr> = known.iter().map(SmolStr::new).collect();
    nearest(name, known.iter())
}

#[test]
fn misspelled_names_suggest_similar_ones() {
    assert_eq!(near("totl", &["total", "title", "x"]), ["total"]);
    assert_eq!(near("prnit", &["print", "point"]), ["print"]);
    assert_eq!(near("Context", &["context", "content"]), ["context", "content"]);
    assert_eq!(near("responses", &["response", "results"]), ["response"]);
    assert_eq!(near("X", &["x", "y"]), ["x"]);
}

#[test]
fn dissimilar_names_are_not_suggested() {
    assert_eq!(near("x", &["foo", "bar"]), Vec::<SmolStr>::new());
    assert_eq!(near("lines", &["chunks", "text"]), Vec::<SmolStr>::new());
    assert_eq!(near(&"a".repeat(200), &[&"a".repeat(199)]), Vec::<SmolStr>::new());
}
