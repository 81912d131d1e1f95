//! Tests that no program form leaks, and that each form would leak without labels.

use rlm_fuzzing::generators::{Dice, label_forms};
use rlm_fuzzing::oracles::labels::{carries_something, leak_of};

#[test]
fn listed_label_flows_do_not_leak() {
    let mut dice = Dice::new(1);
    for form in 0..label_forms() {
        assert_eq!(leak_of(&mut dice, Some(form)), None);
    }
}

#[test]
fn every_listed_label_flow_depends_on_the_text() {
    let mut dice = Dice::new(2);
    let vain: Vec<usize> = (0..label_forms())
        .filter(|form| !carries_something(&mut dice, *form))
        .collect();
    assert_eq!(vain, [0; 0], "these templates send the same call for every text");
}
