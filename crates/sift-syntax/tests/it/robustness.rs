//! Fuzz-like tests with arbitrary input: no panics, spans within the text, and all three renderings
//! succeed.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use rlm_fuzzing::generators::PIECES;
use rlm_fuzzing::oracles::syntax;

fn survive(source: &str) {
    syntax::reads(source);
    syntax::renders(source);
    syntax::reads_back(source);
}

/// Returns the seed programs: the forms, the diagnostics' snapshots, and the corpus if it exists.
fn programs() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut programs = vec![include_str!("../forms.sift").to_owned()];
    let mut pages: Vec<_> = fs::read_dir(folder.join("tests/diagnostics"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    pages.sort();
    programs.extend(pages.iter().map(|path| fs::read_to_string(path).unwrap()));
    if let Ok(text) = fs::read_to_string(folder.join("../../../shared/corpus/blocks.jsonl")) {
        for line in text.lines() {
            let block: serde_json::Value = serde_json::from_str(line).unwrap();
            programs.push(block["code"].as_str().unwrap().to_owned());
        }
    }
    programs
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![prop::sample::select(PIECES).prop_map(str::to_owned), ".{0,3}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(800))]

    #[test]
    fn arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        survive(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn pieces_in_any_order(pieces in prop::collection::vec(piece(), 0..30)) {
        survive(&pieces.concat());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(800))]

    #[test]
    fn changed_programs(
        index in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize, piece()), 1..4),
    ) {
        thread_local!(static PROGRAMS: Vec<String> = programs());
        let mut source = PROGRAMS.with(|programs| index.get(programs).clone());
        for (at, removed, inserted) in changes {
            let start = source.floor_char_boundary(at.index(source.len().max(1)).min(source.len()));
            let end = source.ceil_char_boundary((start + removed).min(source.len()));
            source.replace_range(start..end, &inserted);
        }
        survive(&source);
    }
}
