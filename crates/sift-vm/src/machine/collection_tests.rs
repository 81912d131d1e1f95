//! Tests that compare the memory meter with a count from scratch, for the conformance programs,
//! generated programs and programs with calls.

use std::collections::BTreeSet;
use std::path::Path;

use rlm_fuzzing::generators::{Dice, Writer};
use sift_text::{Origin, OwnedKey, ReplyId, SourceId, Text, VisitOutcome};
use sift_values::object::Object;
use sift_values::value::Handle;

use super::{Interpreter, PendingId};
use crate::step::{Blocked, Progress};
use crate::{CallOutcome, ContextData, Machine, Settings};

const SLICE: u64 = 3_000;

/// Counts the nominal bytes of all that is reachable: objects, shared parts of texts and memory
/// outside of the heap.
fn count(m: &mut Interpreter) -> usize {
    let mut seen = BTreeSet::new();
    let mut keys: BTreeSet<OwnedKey> = BTreeSet::new();
    let mut open = m.roots();
    let mut pending = BTreeSet::new();
    let mut bytes = m.bytes_beside_heap();
    let m = &mut m.runtime;
    let heap = &m.heap;
    let mut shared = |text: &Text, bytes: &mut usize| {
        text.for_each_owned(|key, size| {
            if !heap.is_lent(key) && keys.insert(key) {
                *bytes += size;
                VisitOutcome::First
            } else {
                VisitOutcome::Again
            }
        });
    };
    while let Some(value) = open.pop() {
        if !value.is_object() || !seen.insert(value.handle().0) {
            continue;
        }
        let object = heap.get(Handle(value.handle().0));
        assert!(!matches!(object, Object::Free), "a value of nothing is reached");
        bytes += object.nominal_bytes();
        object.for_each_text(|text| {
            shared(text, &mut bytes);
            pending.extend(text.pending_ids());
        });
        object.for_each_value(|value| open.push(value));
    }
    pending.into_iter().for_each(|pending| m.pending_calls.refer(pending));
    let waiting: Vec<PendingId> = m.output.waiting_for().collect();
    let calls = m.pending_calls.count(
        |text| {
            let mut bytes = 0;
            shared(text, &mut bytes);
            bytes
        },
        waiting.into_iter(),
    );
    bytes + calls
}

/// Runs a program in short slices and compares the memory meter with a count after each. The meter
/// is at least the count, and equals it after a collection. Returns the maximum count.
fn audit(name: &str, source: &str) -> usize {
    let text = "The quick brown fox\njumps over\nthe lazy dog, größer als gedacht\n".repeat(40);
    let context = Text::with_origin(text, Origin::Source(SourceId(0)));
    let mut machine = Machine::new(Settings::default(), ContextData::text("fox.txt", context), "");
    let Ok(program) = machine.compile(source) else { return 0 };
    let counted = count(&mut machine.inner);
    assert_eq!(machine.inner.heap.live_bytes(), counted, "{name}, before it begins");
    machine.begin(&program);
    let mut most = 0;
    let mut progress = machine.advance(SLICE);
    let mut slices = 0_usize;
    loop {
        slices += 1;
        // Checking every slice of a long program would take too long.
        if slices < 12 || slices.is_power_of_two() {
            let counted = count(&mut machine.inner);
            let metered = machine.inner.heap.live_bytes();
            assert!(
                metered >= counted,
                "{name}, slice {slices}: {metered} metered, {counted} held"
            );
            machine.inner.collect();
            assert_eq!(machine.inner.heap.live_bytes(), counted, "{name}, slice {slices}");
            assert_eq!(count(&mut machine.inner), counted, "{name}, slice {slices}, collected");
            most = most.max(counted);
        }
        progress = match progress {
            Progress::Slice => machine.advance(SLICE),
            Progress::Blocked(blocked) => answer(&mut machine, blocked),
            Progress::Over(..) => return most,
        };
    }
}

fn answer(machine: &mut Machine, blocked: Blocked) -> Progress {
    let outcomes = blocked.issue.into_iter().map(|call| {
        let prompt = call.prompt.to_flat().unwrap_or_default().to_uppercase();
        let reply = Text::with_origin(prompt, Origin::Reply(ReplyId(call.key.ordinal)));
        (call.key, CallOutcome::Reply(reply))
    });
    let outcomes = outcomes.collect();
    machine
        .receive(outcomes, blocked.continuation)
        .unwrap_or_else(|| machine.advance(SLICE))
}

const WITH_CALLS: &[&str] = &[
    "a = [llm_query(f'{i} {context[i:i + 200]}') for i in range(50)]\nb = [x.strip() for x in a]\nprint(b)",
    "a = ''\nfor i in range(300):\n    a = llm_query(str(i) + a[-20:] + 'x' * 2000)\nprint(a)",
    "for i in range(1500):\n    llm_query('who?')\nx = [str(i) for i in range(1000)]",
    "a = llm_query('a')\nb = llm_query(a + 'b')\nprint(a, b)\nc = [a + b] * 100\nprint(len(c[0]))",
    "a = context\nfor i in range(200):\n    a += context[i:i + 100]\n    a.find('no')\nb = re.sub('o', '0', a)\nc = a.split()\nd = '-'.join(c[:99])",
    "a = ('x' * 3000).upper()\nb = [a[i:i + 1500] + a[:i] for i in range(900)]\nc = [re.search('y', x) for x in b]",
    "a = [1, 2, 3]\nfor i in range(99):\n    a.append(a * 3)\n    a.insert(0, {i: a})\n    del a[5:]\n    a[1:2] = range(i)",
    "d = deque(maxlen=20)\nfor i in range(999):\n    d.append(str(i) * i)\n    d.rotate(3)\n    d.insert(0, i) if len(d) < 9 else d.popleft()",
];

#[test]
fn the_meter_matches_a_count_from_scratch() {
    for (number, source) in WITH_CALLS.iter().enumerate() {
        assert!(audit(&format!("number {number}"), source) > 0);
    }
}

#[test]
fn the_meter_matches_conformance_programs() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")];
    let mut audited = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py") && !path.ends_with("update.py") {
                let source = std::fs::read_to_string(&path).unwrap();
                audited += usize::from(audit(&path.display().to_string(), &source) > 0);
            }
        }
    }
    assert!(audited > 100, "{audited}");
}

#[test]
fn the_meter_matches_generated_programs() {
    for number in 0..100 {
        audit(&format!("generated {number}"), &Writer::program(Dice::new(number)));
    }
}
