//! The table: nanoseconds per unit of every op and function, the slowest last.

use std::collections::BTreeMap;

use crate::inputs::{self, Input, Kind};
use crate::measure::{FUEL, Figure, measure};

/// How many times the median the slowest may take.
pub(crate) const BOUND: f64 = 10.0;

/// The slowest input of a row.
struct Row {
    name: String,
    kind: Kind,
    figure: Figure,
    repeated: String,
    inputs: usize,
}

/// Measures all rows whose name holds `filter`, and prints them.
pub(crate) fn print(filter: &str) {
    let all = inputs::all();
    let missing = inputs::missing(&all);
    assert!(missing.is_empty(), "nothing measures {missing:?}");
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut friendly: BTreeMap<String, f64> = BTreeMap::new();
    let (mut unusable, mut short) = (Vec::new(), BTreeMap::new());
    for input in all.iter().filter(|input| input.row.contains(filter)) {
        let Input { row, kind, program } = input;
        let figure = match measure(program, FUEL) {
            Ok(figure) => figure,
            Err(error) => {
                unusable.push(format!("{row}: {} {error}", program.repeated));
                continue;
            }
        };
        if !figure.counts() {
            short.insert(row.clone(), program.repeated.clone());
            continue;
        }
        if *kind == Kind::Friendly {
            friendly.insert(row.clone(), figure.per_unit());
        }
        let inputs = rows.get(row).map_or(0, |slowest| slowest.inputs) + 1;
        match rows.get_mut(row) {
            Some(slowest) if slowest.figure.per_unit() >= figure.per_unit() => slowest.inputs = inputs,
            _ => {
                let repeated = program.repeated.clone();
                rows.insert(
                    row.clone(),
                    Row {
                        name: row.clone(),
                        kind: *kind,
                        figure,
                        repeated,
                        inputs,
                    },
                );
            }
        }
    }
    let unmeasured: Vec<_> = short.iter().filter(|(row, _)| !rows.contains_key(*row)).collect();
    let mut rows: Vec<Row> = rows.into_values().collect();
    rows.sort_by(|a, b| a.figure.per_unit().total_cmp(&b.figure.per_unit()));
    let middle = |mut figures: Vec<f64>| {
        figures.sort_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied().unwrap_or(1.0)
    };
    let of_friendly = middle(friendly.values().copied().collect());
    let median = middle(
        rows.iter()
            .filter(|row| row.kind != Kind::Found)
            .map(|row| row.figure.per_unit())
            .collect(),
    );
    println!(
        "{:<44} {:>9} {:>7} {:>10} {:>9}  slowest input",
        "op or function", "ns/unit", "ratio", "units", "ms"
    );
    for row in &rows {
        let (per_unit, shown) = (row.figure.per_unit(), row.repeated.replace('\n', "; "));
        println!(
            "{:<44} {per_unit:>9.2} {:>7.2} {:>10} {:>9.2}  {:?} of {}: {} [{}]",
            row.name,
            per_unit / median,
            row.figure.units,
            row.figure.time.as_secs_f64() * 1e3,
            row.kind,
            row.inputs,
            shown.chars().take(110).collect::<String>(),
            row.figure.end,
        );
    }
    for line in &unusable {
        println!("unusable: {line}");
    }
    for (row, repeated) in &unmeasured {
        println!("too short: {row}: {repeated}");
    }
    if let Some(slowest) = rows.last() {
        let ratio = slowest.figure.per_unit() / median;
        println!(
            "{} rows; median {median:.2} ns per unit, of the friendly inputs alone {of_friendly:.2}",
            rows.len()
        );
        println!(
            "slowest: {} with {:.1} ns, {ratio:.1} times the median: {} the bound of {BOUND}",
            slowest.name,
            slowest.figure.per_unit(),
            if ratio <= BOUND { "within" } else { "BEYOND" },
        );
    }
}
