//! Snapshot tests of runs in different states, at different sizes.

use rlm_trace::{Ending, Millis};
use rlm_tui::{Host, Writer};

use crate::screen::{SIZES, press, screen, view_of};
use crate::written::{Written, complete, failed_run, partial, recorded, recursive, running};

/// A function that creates a run.
type Make = fn() -> Written;

macro_rules! snapshot {
    ($name:expr, $text:expr) => {
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!($name, $text) });
    };
}

#[test]
fn runs_at_every_size() {
    let runs: [(&str, Make); 5] = [
        ("running", running),
        ("complete", complete),
        ("partial", partial),
        ("failed", failed_run),
        ("recursive", recursive),
    ];
    for (name, run) in runs {
        for size in SIZES {
            let mut view = view_of(Host::Runner, run().records);
            view.tick(Millis(9_000));
            snapshot!(format!("{name}@{}x{}", size.0, size.1), screen(&mut view, size));
        }
    }
}

#[test]
fn recorded_runs() {
    for name in ["minutes", "unused"] {
        let mut view = view_of(Host::Watcher, recorded(name));
        snapshot!(format!("recorded_{name}"), screen(&mut view, (80, 24)));
        press(&mut view, "gj");
        snapshot!(format!("recorded_{name}_step"), screen(&mut view, (120, 40)));
    }
}

#[test]
fn steps_and_calls_can_be_expanded() {
    let mut view = view_of(Host::Watcher, complete().records);
    press(&mut view, "gjj ");
    snapshot!("step_open", screen(&mut view, (80, 24)));
    press(&mut view, "jj");
    snapshot!("call", screen(&mut view, (80, 24)));
    press(&mut view, "z\n");
    snapshot!("call_alone", screen(&mut view, (80, 24)));
    press(&mut view, "z\u{1b}gh");
    snapshot!("all_closed", screen(&mut view, (80, 24)));
}

#[test]
fn search_finds_words_anywhere_in_a_run() {
    let mut view = view_of(Host::Watcher, complete().records);
    press(&mut view, "g/breach\n");
    snapshot!("found", screen(&mut view, (80, 24)));
    press(&mut view, "/three mon");
    snapshot!("typing", screen(&mut view, (80, 24)).lines().last().unwrap_or_default());
    press(&mut view, "\nnn");
    snapshot!("found_next", screen(&mut view, (80, 24)));
    press(&mut view, "/is not there\n");
    snapshot!(
        "found_nowhere",
        screen(&mut view, (80, 24)).lines().last().unwrap_or_default()
    );
}

#[test]
fn help_and_quit_confirmation_match_snapshots() {
    let mut view = view_of(Host::Runner, running().records);
    press(&mut view, "?");
    snapshot!("help", screen(&mut view, (80, 24)));
    snapshot!("help_small", screen(&mut view, (44, 14)));
    press(&mut view, "xq");
    snapshot!("leaving", screen(&mut view, (80, 24)));
}

#[test]
fn killed_run_screen_matches_snapshot() {
    let mut view = view_of(Host::Watcher, running().records);
    view.set_writer(Writer::Gone(Ending::Torn { line: 24, dropped: 180 }));
    snapshot!("killed", screen(&mut view, (80, 24)));
}

#[test]
fn small_terminals() {
    let mut view = view_of(Host::Watcher, complete().records);
    snapshot!("narrow", screen(&mut view, (44, 14)));
    press(&mut view, "\t");
    snapshot!("narrow_text", screen(&mut view, (44, 14)));
    snapshot!("too_small", screen(&mut view, (30, 9)));
}

#[test]
fn terminal_escapes_in_run_texts_are_neutralized() {
    let mut run = Written::begin("What\u{1b}[2J is \u{202e}this?\u{7}");
    run.turn("1")
        .call("1.0.0", "a\u{1b}]0;title\u{7}b", "\u{1b}[31mred\r\n\u{9b}1A");
    run.program("1", "print('\u{1b}[2J')")
        .ran("1", rlm_trace::ProgramEnd::Done, "\u{8}\u{8}x\tq\u{0}", None);
    run.end("", "complete", Some("\u{1b}c"), None);
    for keys in ["", "g", "gj", "gjj"] {
        let mut view = view_of(Host::Watcher, run.records.clone());
        press(&mut view, keys);
        for size in SIZES {
            let shown = screen(&mut view, size);
            let obeyed = |char: char| char.is_control() && char != '\n' || char == '\u{202e}';
            assert!(!shown.contains(obeyed), "{shown:?}");
        }
    }
    let mut view = view_of(Host::Watcher, run.records);
    press(&mut view, "gj");
    snapshot!("hostile", screen(&mut view, (80, 24)));
}
