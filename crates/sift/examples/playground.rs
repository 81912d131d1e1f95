//! Reads programs from a terminal, or from standard input, and shows their values.
//!
//! `cargo run -p sift --example playground`
//!
//! A program ends with an empty line. Variables persist; each program has 10 million units of fuel.

use std::io::{self, BufRead, IsTerminal, Write};

use sift::{Echo, Session, Settings};

fn main() -> io::Result<()> {
    let settings = Settings {
        fuel: 10_000_000,
        memory_bytes: 16 << 20,
        echo: Echo::On,
        ..Settings::default()
    };
    let mut session = Session::new(settings);
    let is_terminal = io::stdin().is_terminal();
    let mut source = String::new();
    prompt(is_terminal, &source)?;
    for line in io::stdin().lock().lines() {
        let line = line?;
        if line.is_empty() {
            run(&mut session, &source)?;
            source.clear();
        } else {
            source.push_str(&line);
            source.push('\n');
        }
        prompt(is_terminal, &source)?;
    }
    run(&mut session, &source)
}

fn prompt(is_terminal: bool, source: &str) -> io::Result<()> {
    let mut out = io::stdout();
    if is_terminal {
        write!(out, "{}", if source.is_empty() { ">>> " } else { "... " })?;
    }
    out.flush()
}

fn run(session: &mut Session, source: &str) -> io::Result<()> {
    if source.is_empty() {
        return Ok(());
    }
    let result = session.exec(source);
    let mut out = io::stdout();
    write!(out, "{}", result.printed.text)?;
    if let Some(error) = result.error() {
        writeln!(out, "{}", error.rendered)?;
    }
    writeln!(out, "({} units of fuel)", result.fuel)
}
