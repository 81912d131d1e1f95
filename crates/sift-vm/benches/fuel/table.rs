//! The table of nanoseconds per unit of every op and function, slowest last.

use std::collections::BTreeMap;

use crate::inputs::{self, Input, Kind};
use crate::measure::{FUEL, Figure, measure};

/// Largest allowed ratio of the slowest row to the median.
pub(crate) const BOUND: f64 = 10.0;

/// The slowest input of a row.
struct Row {
    name: String,
    kind: Kind,
    figure: Figure,
    repeated: String,
    inputs: usize,
}

/// All measurements.
#[derive(Default)]
struct Table {
    rows: BTreeMap<String, Row>,
    /// Nanoseconds per unit of the typical input of each row.
    friendly: BTreeMap<String, f64>,
    /// Inputs that failed, with their errors.
    unusable: Vec<String>,
    /// Inputs that ended too soon, by row.
    short: BTreeMap<String, String>,
}

/// Measures all rows whose name contains `filter`, and prints them.
pub(crate) fn print(filter: &str) {
    let all = inputs::all();
    let missing = inputs::missing(&all);
    assert!(missing.is_empty(), "no input for {missing:?}");
    let mut table = Table::default();
    for input in all.into_iter().filter(|input| input.row.contains(filter)) {
        table.measure(input);
    }
    table.print();
}

impl Table {
    fn measure(&mut self, input: Input) {
        let Input { row, kind, program } = input;
        let figure = match measure(&program, FUEL) {
            Ok(figure) => figure,
            Err(error) => {
                self.unusable.push(format!("{row}: {} {error}", program.repeated));
                return;
            }
        };
        let repeated = program.repeated;
        if !figure.counts() {
            self.short.insert(row, repeated);
            return;
        }
        if kind == Kind::Friendly {
            self.friendly.insert(row.clone(), figure.per_unit());
        }
        let inputs = self.rows.get(&row).map_or(0, |slowest| slowest.inputs) + 1;
        match self.rows.get_mut(&row) {
            Some(slowest) if slowest.figure.per_unit() >= figure.per_unit() => slowest.inputs = inputs,
            _ => {
                let name = row.clone();
                let slowest = Row {
                    name,
                    kind,
                    figure,
                    repeated,
                    inputs,
                };
                self.rows.insert(row, slowest);
            }
        }
    }

    fn print(&self) {
        let mut rows: Vec<&Row> = self.rows.values().collect();
        rows.sort_by(|a, b| a.figure.per_unit().total_cmp(&b.figure.per_unit()));
        let measured = rows.iter().filter(|row| row.kind != Kind::Found);
        let median = median_of(measured.map(|row| row.figure.per_unit()).collect());
        println!(
            "{:<44} {:>9} {:>7} {:>10} {:>9}  slowest input",
            "op or function", "ns/unit", "ratio", "units", "ms"
        );
        rows.iter().for_each(|row| row.print(median));
        for line in &self.unusable {
            println!("unusable: {line}");
        }
        for (row, repeated) in self.short.iter().filter(|(row, _)| !self.rows.contains_key(*row)) {
            println!("too short: {row}: {repeated}");
        }
        let Some(slowest) = rows.last() else {
            return;
        };
        let per_unit = slowest.figure.per_unit();
        let ratio = per_unit / median;
        println!(
            "{} rows; median {median:.2} ns per unit, {:.2} without adversarial inputs",
            rows.len(),
            median_of(self.friendly.values().copied().collect())
        );
        println!(
            "slowest: {} with {per_unit:.1} ns, {ratio:.1} times the median: {} the bound of {BOUND}",
            slowest.name,
            if ratio <= BOUND { "within" } else { "BEYOND" },
        );
    }
}

impl Row {
    fn print(&self, median: f64) {
        let (per_unit, shown) = (self.figure.per_unit(), self.repeated.replace('\n', "; "));
        println!(
            "{:<44} {per_unit:>9.2} {:>7.2} {:>10} {:>9.2}  {:?} of {}: {} [{}]",
            self.name,
            per_unit / median,
            self.figure.units,
            self.figure.time.as_secs_f64() * 1e3,
            self.kind,
            self.inputs,
            shown.chars().take(110).collect::<String>(),
            self.figure.end,
        );
    }
}

/// Returns the median; 1 if there are no values.
fn median_of(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(1.0)
}
