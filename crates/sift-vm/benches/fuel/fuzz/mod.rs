//! Searches for programs that are slow relative to their fuel. Slow programs are mutated
//! repeatedly, and slower ones are kept. `just fuzz-fuel MINUTES` writes the worst ten to `found/`.

mod grammar;
mod mutate;
mod random;

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use random::Random;
use sift_vm::Machine;

use crate::inputs::{self, Kind};
use crate::measure::{self, Figure, Program};

/// Fuel units of a first, rough measurement.
const GLANCE: u64 = 50_000;

/// Fuel units of a thorough measurement: at least five milliseconds.
const THOROUGH: u64 = 250_000;

/// Number of inputs that are kept for the bench.
const WORST: usize = 10;

/// Maximum length of an input.
const LONGEST: usize = 600;

/// An input and its measurements.
#[derive(Debug, Clone)]
struct Elite {
    program: Program,
    figure: Figure,
}

impl Elite {
    fn per_unit(&self) -> f64 {
        self.figure.per_unit()
    }
}

/// Runs for this many minutes and writes the findings.
pub(crate) fn run(minutes: u64, seed: u64) {
    let until = Instant::now() + Duration::from_secs(minutes * 60);
    let mut random = Random::new(seed);
    let corpus: Vec<Program> = inputs::all()
        .into_iter()
        .filter(|input| input.kind != Kind::Found || seed.is_multiple_of(2))
        .map(|input| Program {
            given: format!("{}{}", grammar::VALUES, input.program.given),
            ..input.program
        })
        .collect();
    let statements: Vec<String> = corpus.iter().map(|program| program.repeated.clone()).collect();
    // The slowest input of each kind.
    let mut elites: BTreeMap<String, Elite> = BTreeMap::new();
    let mut machines = Machines::default();
    let mut tried = (0_u64, 0_u64);
    while Instant::now() < until {
        let parent = match ranked(&elites).as_slice() {
            ranked if !ranked.is_empty() && !random.once_in(3) => {
                // The slowest are chosen most often.
                let place = random
                    .below(ranked.len())
                    .min(random.below(ranked.len()))
                    .min(random.below(ranked.len()));
                ranked[place].program.clone()
            }
            _ => random.of(&corpus).clone(),
        };
        let mut repeated = unguarded(&parent.repeated);
        for _ in 0..=random.below(3) {
            repeated = mutate::changed(&mut random, &repeated, &statements);
        }
        if repeated.len() > LONGEST {
            continue;
        }
        let program = Program {
            repeated: guarded(&repeated),
            ..parent
        };
        tried.0 += 1;
        let begun = Instant::now();
        let looked = looked_at(&program, &mut machines, &elites);
        if begun.elapsed() > Duration::from_secs(1) {
            println!("took {:?}: {}\n", begun.elapsed(), unguarded(&program.repeated));
        }
        let Some(elite) = looked else { continue };
        tried.1 += 1;
        let kind = kind_of(&elite.program.repeated);
        if elites
            .get(&kind)
            .is_none_or(|known| known.per_unit() < elite.per_unit())
        {
            let top = ranked(&elites).first().map_or(0.0, |top| top.per_unit());
            if elite.per_unit() > top {
                println!(
                    "{:>8} tried: {:.1} ns per unit ({} units, {}):\n{}\n",
                    tried.0,
                    elite.per_unit(),
                    elite.figure.units,
                    elite.figure.end,
                    unguarded(&program.repeated)
                );
            }
            elites.insert(kind, elite);
            thin_out(&mut elites);
        }
    }
    println!("{} programs tried, {} measured", tried.0, tried.1);
    write(&elites);
}

/// Measures one program, which may use the values of the grammar, and prints the result.
pub(crate) fn show(repeated: &str) {
    let program = Program {
        machine: crate::machine,
        given: grammar::VALUES.to_owned(),
        repeated: guarded(repeated),
    };
    match measure::measure(&program, THOROUGH) {
        Ok(figure) => println!("{:.1} ns per unit: {figure:?}", figure.per_unit()),
        Err(error) => println!("{error}"),
    }
}

/// Wraps a program so that it continues after an exception.
fn guarded(repeated: &str) -> String {
    format!(
        "try:\n    {}\nexcept Exception:\n    pass",
        repeated.trim_end().replace('\n', "\n    ")
    )
}

fn unguarded(repeated: &str) -> String {
    match repeated
        .strip_prefix("try:\n    ")
        .and_then(|rest| rest.strip_suffix("\nexcept Exception:\n    pass"))
    {
        Some(inside) => inside.replace("\n    ", "\n"),
        None => repeated.to_owned(),
    }
}

/// Machines for first measurements, by setup, with their number of uses.
#[derive(Default)]
struct Machines(HashMap<String, (Machine, u32)>);

impl Machines {
    /// Maximum number of uses of a machine, after which changes by programs are discarded.
    const USES: u32 = 40;

    /// Runs a program in a shared machine.
    fn glance(&mut self, program: &Program) -> Option<Figure> {
        let (mut machine, uses) = match self.0.remove(&program.given) {
            Some((machine, uses)) if uses < Self::USES => (machine, uses),
            _ => (measure::ready(program, GLANCE).ok()?.0, 0),
        };
        if machine.compile(&measure::endless(&program.repeated)).is_err() {
            self.0.insert(program.given.clone(), (machine, uses));
            return None;
        }
        let (machine, figure) = measure::timed(machine, &program.repeated, GLANCE).ok()?;
        if let Some(machine) = machine {
            self.0.insert(program.given.clone(), (machine, uses + 1));
        }
        Some(figure)
    }
}

/// Measures a program, thoroughly if it looks slow, and removes parts that don't make it slow.
fn looked_at(program: &Program, machines: &mut Machines, elites: &BTreeMap<String, Elite>) -> Option<Elite> {
    let glance = machines.glance(program)?;
    let worth_it = ranked(elites).get(100).map_or(30.0, |elite| elite.per_unit());
    if glance.per_unit() < worth_it {
        return None;
    }
    let mut elite = thoroughly(program)?;
    if elite.per_unit() <= worth_it {
        return None;
    }
    let mut place = 0;
    loop {
        let repeated = unguarded(&elite.program.repeated);
        let lines: Vec<&str> = repeated.lines().collect();
        if place >= lines.len() || lines.len() < 2 {
            return Some(elite);
        }
        let fewer: Vec<&str> = lines
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != place)
            .map(|(_, line)| *line)
            .collect();
        let smaller = Program {
            repeated: guarded(&fewer.join("\n")),
            ..elite.program.clone()
        };
        match thoroughly(&smaller) {
            Some(smaller) if smaller.per_unit() > elite.per_unit() * 0.9 => elite = smaller,
            _ => place += 1,
        }
    }
}

fn thoroughly(program: &Program) -> Option<Elite> {
    let figure = measure::measure(program, THOROUGH).ok()?;
    figure.counts().then(|| Elite {
        program: program.clone(),
        figure,
    })
}

fn ranked(elites: &BTreeMap<String, Elite>) -> Vec<&Elite> {
    let mut ranked: Vec<&Elite> = elites.values().collect();
    ranked.sort_by(|a, b| b.per_unit().total_cmp(&a.per_unit()));
    ranked
}

/// Keeps the slowest.
fn thin_out(elites: &mut BTreeMap<String, Elite>) {
    const KEPT: usize = 300;
    if elites.len() > KEPT {
        let least = ranked(elites)[KEPT - 1].per_unit();
        elites.retain(|_, elite| elite.per_unit() >= least);
    }
}

/// Returns the name of the innermost call of a program as its kind, so that the kept inputs differ.
fn kind_of(repeated: &str) -> String {
    let called: Vec<&str> = repeated
        .match_indices('(')
        .filter_map(|(at, _)| repeated[..at].rsplit(|c: char| !c.is_alphanumeric() && c != '_').next())
        .filter(|name| !name.is_empty())
        .collect();
    let is_value = |name: &str| grammar::NAMES.iter().any(|value| value.trim_end_matches("()") == name);
    let wraps = |name: &str| grammar::FORMS.iter().any(|form| form.starts_with(&format!("{name}(")));
    let innermost = called.iter().rev().find(|name| !is_value(name) && !wraps(name));
    innermost.or(called.first()).map_or_else(
        || repeated.chars().filter(char::is_ascii_punctuation).collect(),
        |name| (*name).to_owned(),
    )
}

/// Writes the worst inputs to `found/`, and prints more of them.
fn write(elites: &BTreeMap<String, Elite>) {
    let folder = inputs::folder().join("found");
    std::fs::create_dir_all(&folder).unwrap();
    for (place, elite) in ranked(elites).iter().take(60).enumerate() {
        let shown = unguarded(&elite.program.repeated);
        println!(
            "{:.1} ns per unit ({} units, {}):\n{shown}\n",
            elite.per_unit(),
            elite.figure.units,
            elite.figure.end
        );
        if place < WORST {
            let source = format!("{}---\n{}\n", elite.program.given, elite.program.repeated);
            std::fs::write(folder.join(format!("{:02}.sift", place + 1)), source).unwrap();
        }
    }
}
