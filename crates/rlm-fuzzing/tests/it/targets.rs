//! Runs the targets without a fuzzer: over their seeds, their regression inputs, and some hundreds
//! of fixed inputs. Also checks that `fuzz/` contains all targets.

use rlm_test_needs::needs;

use std::fs;
use std::path::Path;

use rlm_fuzzing::generators::Dice;
use rlm_fuzzing::oracles::providers::{JSON, Protocol, reply_to};
use rlm_fuzzing::oracles::runs::effects_of_temptation;
use rlm_fuzzing::{Seed, TARGETS, Target};

/// The maximum length of an input that is not based on a seed.
const LONGEST: usize = 300;

/// Creates a test for each target, and a list of their names.
macro_rules! targets_hold {
    ($($(#[$needs:meta])? $name:ident),* $(,)?) => {
        const TESTED: &[&str] = &[$(stringify!($name)),*];
        $(
            $(#[$needs])?
            #[test]
            fn $name() {
                holds(stringify!($name));
            }
        )*
    };
}

targets_hold!(
    parse_bytes,
    parse_tokens,
    parse_print_parse,
    diagnostics_render,
    grammar_implies_parser,
    printer_in_grammar,
    run_tiny_limits,
    #[needs("python3")]
    cpython_vs_machine,
    #[needs("python3")]
    regex_vs_cpython,
    completion_order,
    budget_monotone,
    text_ops,
    policy_rules,
    context_loader,
    journal_junk,
    replay_journal,
    sse_chunking,
    provider_reply_junk,
    noninterference,
    service_requests,
);

fn holds(name: &str) {
    let target = Target::named(name).unwrap();
    let (seeds, regressions) = (target.seeds().unwrap(), target.regressions().unwrap());
    assert!(seeds.is_empty() == target.seeds.is_empty(), "{name} has no seeds");
    let given = seeds.iter().chain(&regressions).map(|seed| seed.bytes.clone());
    let made = (0..target.cases).map(|number| input(number, target, &seeds));
    for input in given.chain(made) {
        if let Err(broken) = target.hold(&input) {
            panic!("{broken}");
        }
    }
}

/// Creates an input: random bytes, or a seed with a few mutations.
fn input(number: u64, target: &Target, seeds: &[Seed]) -> Vec<u8> {
    let mut dice = Dice::new(number);
    if seeds.is_empty() || number.is_multiple_of(3) {
        let length = dice.roll(LONGEST);
        return dice.bytes(length);
    }
    let mut bytes = seeds[dice.roll(seeds.len())].bytes.clone();
    let words = target
        .dictionary
        .map(|dictionary| dictionary.words())
        .unwrap_or_default();
    for _ in 0..1 + dice.roll(4) {
        let start = dice.roll(bytes.len() + 1);
        let end = (start + dice.roll(9)).min(bytes.len());
        let put_in = match dice.roll(3) {
            0 => dice.bytes(2),
            _ if words.is_empty() => Vec::new(),
            _ => dice.pick(&words).as_bytes().to_vec(),
        };
        drop(bytes.splice(start..end, put_in));
    }
    bytes
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

#[test]
fn every_fuzz_target_is_tested_declared_and_documented() {
    let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(names, TESTED);
    let (manifest, table) = (read("fuzz/Cargo.toml"), read("fuzz/README.md"));
    for Target { name, property, .. } in TARGETS {
        let glue = read(&format!("fuzz/fuzz_targets/{name}.rs"));
        assert!(
            glue.ends_with(&format!("fuzz_target!(|data: &[u8]| oracles::{name}(data));\n")),
            "{glue}"
        );
        assert!(
            manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")),
            "{name} is not a binary of the fuzz workspace"
        );
        assert!(
            table.contains(&format!("| `{name}` | {property} |")),
            "{name} is not in the table of fuzz/README.md"
        );
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/fuzz_targets");
    assert_eq!(
        fs::read_dir(folder).unwrap().count(),
        TARGETS.len(),
        "each file is a target"
    );
}

#[test]
fn regression_inputs_are_numbered() {
    for target in TARGETS {
        for (number, seed) in (1..).zip(target.regressions().unwrap()) {
            assert!(
                seed.name.starts_with(&format!("{number:04}-")),
                "{}: {}",
                target.name,
                seed.name
            );
        }
    }
}

/// The name of seeds that are not valid replies of any API.
const NO_REPLY: &str = "error.txt";

#[test]
fn seed_responses_parse_in_their_own_protocol() {
    let whole = [
        ("candidates.txt", Protocol::Vertex),
        ("chat-completion.txt", Protocol::ChatCompletions),
        ("generic.txt", Protocol::Generic),
        ("messages.txt", Protocol::Messages),
        ("responses.txt", Protocol::Responses),
    ];
    let streams = [
        ("candidates-stream.txt", Protocol::Vertex),
        ("chat-stream.txt", Protocol::ChatCompletions),
        ("messages-stream.txt", Protocol::Messages),
        ("ollama-stream.txt", Protocol::Ollama),
        ("responses-stream.txt", Protocol::Responses),
    ];
    for seed in Target::named("provider_reply_junk").unwrap().seeds().unwrap() {
        let of = |seeds: &[(&str, Protocol)]| seeds.iter().find(|(name, _)| *name == seed.name).map(|(_, of)| *of);
        let (protocol, content_type) = match (of(&whole), of(&streams)) {
            (Some(protocol), _) => (protocol, JSON),
            (None, Some(protocol)) => (protocol, protocol.stream_type()),
            (None, None) => {
                assert_eq!(seed.name, NO_REPLY);
                continue;
            }
        };
        let reply = reply_to(protocol, content_type, &seed.bytes);
        assert_eq!(reply.map(|reply| reply.text).as_deref(), Ok("Seven."), "{}", seed.name);
    }
}

#[test]
fn noninterference_programs_often_have_comparable_effects() {
    let target = Target::named("noninterference").unwrap();
    let counts = (0..target.cases).map(|number| effects_of_temptation(&input(number, target, &[])));
    let counts: Vec<[usize; 2]> = counts.collect();
    for taint in [0, 1] {
        let with_effects = counts.iter().filter(|count| count[taint] > 0).count();
        assert!(
            with_effects * 3 >= counts.len(),
            "{with_effects} of {} ({taint})",
            counts.len()
        );
    }
}
