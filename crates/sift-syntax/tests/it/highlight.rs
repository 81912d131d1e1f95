//! Tests of the highlighted ranges.

use sift_syntax::{MAX_SOURCE_BYTES, highlight};

fn shown(source: &str) -> String {
    let mut shown = String::new();
    let mut at = 0;
    for (range, kind) in highlight(source) {
        shown.push_str(source.get(at..range.start).unwrap());
        shown.push_str(&format!("⟨{kind:?} {}⟩", source.get(range.clone()).unwrap()));
        at = range.end;
    }
    shown + source.get(at..).unwrap()
}

#[test]
fn highlighted_pieces_match_snapshot() {
    let source = "def half(x):\n    if x is not None: return x.get('ä', 1.5) / f\"a{len(x)!r:>{w}}b\"  # é\n";
    insta::assert_snapshot!(shown(source), @r#"
    ⟨Keyword def⟩ ⟨Function half⟩(x):
        ⟨Keyword if⟩ x ⟨Keyword is not⟩ ⟨Constant None⟩: ⟨Keyword return⟩ x.⟨Function get⟩(⟨String 'ä'⟩, ⟨Number 1.5⟩) / ⟨String f"a⟩{⟨Function len⟩(x)!r:>{w}}⟨String b"⟩  ⟨Comment # é⟩
    "#);
    assert_eq!(shown("key = lambda x: x\n"), "key = ⟨Keyword lambda⟩ x: x\n");
}

#[test]
fn invalid_programs_are_highlighted_as_far_as_possible() {
    assert_eq!(shown("a = len(b)\nprint('a\n"), "a = ⟨Function len⟩(b)\nprint('a\n");
    assert_eq!(shown(&"(".repeat(1_000)), "(".repeat(1_000));
    assert_eq!(highlight(&"1 ".repeat(MAX_SOURCE_BYTES)), []);
}
