//! The command `peatlog`.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use peatlog::client::Client;
use peatlog::segment::{self, Segment};
use peatlog::{Config, Error, Store};

const USAGE: &str = "\
usage: peatlog [--config FILE] FOLDER COMMAND

commands:
  get KEY       print a value
  put KEY       store standard input under a key
  remove KEY    remove a key
  keys [PREFIX] list keys
  tidy          compact the store if it is worth it
  check         verify the checksums of all records
";

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let config_file = match take_option(&mut arguments, "--config") {
        Ok(file) => file.map(PathBuf::from),
        Err(message) => {
            eprintln!("peatlog: {message}");
            return ExitCode::from(2);
        }
    };
    match run(&arguments, config_file.as_deref()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("peatlog: {error}");
            match error {
                Error::Locked(_) => ExitCode::from(3),
                Error::Corrupt { .. } => ExitCode::from(4),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

fn run(arguments: &[String], config_file: Option<&Path>) -> Result<ExitCode, Error> {
    let config = match config_file {
        Some(path) => Config::read(path)?,
        None => Config::default(),
    };
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [folder, "get", key] => get(&mut Store::open(folder, config)?, key),
        [folder, "put", key] => put(folder, config, key),
        [folder, "remove", key] => remove(folder, config, key),
        [folder, "keys"] => keys(&Store::open(folder, config)?, ""),
        [folder, "keys", prefix] => keys(&Store::open(folder, config)?, prefix),
        [folder, "tidy"] => tidy(&mut Store::open(folder, config)?),
        [folder, "check"] => check(Path::new(folder)),
        _ => {
            eprint!("{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}

fn get(store: &mut Store, key: &str) -> Result<ExitCode, Error> {
    match store.get(key.as_bytes())? {
        Some(value) => {
            io::stdout().write_all(&value)?;
            Ok(ExitCode::SUCCESS)
        }
        // Like grep: nothing found is not an error, but scripts can tell.
        None => Ok(ExitCode::FAILURE),
    }
}

/// Stores a value here first and at the replica afterwards. If the replica
/// cannot be reached, the value stays stored here and the exit code is 1.
fn put(folder: &str, config: Config, key: &str) -> Result<ExitCode, Error> {
    let client = Client::new(&config);
    let mut store = Store::open(folder, config)?;
    let mut value = Vec::new();
    io::stdin().read_to_end(&mut value)?;
    store.put(key.as_bytes(), &value)?;
    if let Some(client) = client {
        client.put(key.as_bytes(), &value)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn remove(folder: &str, config: Config, key: &str) -> Result<ExitCode, Error> {
    let client = Client::new(&config);
    let mut store = Store::open(folder, config)?;
    if !store.remove(key.as_bytes())? {
        return Ok(ExitCode::FAILURE);
    }
    if let Some(client) = client {
        client.remove(key.as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn keys(store: &Store, prefix: &str) -> Result<ExitCode, Error> {
    let mut out = io::stdout().lock();
    for key in store.keys(prefix.as_bytes()) {
        writeln!(out, "{}", String::from_utf8_lossy(key))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn tidy(store: &mut Store) -> Result<ExitCode, Error> {
    match store.tidy()? {
        Some(report) => println!(
            "kept {} records, dropped {}, freed {} bytes",
            report.kept, report.dropped, report.freed
        ),
        None => println!("{:.0} per cent waste, not worth it", store.waste() * 100.0),
    }
    Ok(ExitCode::SUCCESS)
}

/// Works on the files directly, so that a damaged store can be looked at
/// although it cannot be opened. Changes nothing.
fn check(folder: &Path) -> Result<ExitCode, Error> {
    let mut damaged = 0;
    for number in segment::list(folder)? {
        let mut records = 0;
        match Segment::open(folder, number)?.scan(false, |_, _| records += 1) {
            Ok(()) => println!("segment {number}: {records} records"),
            Err(error @ Error::Corrupt { .. }) => {
                println!("{error}, after {records} good records");
                damaged += 1;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(if damaged == 0 { ExitCode::SUCCESS } else { ExitCode::from(4) })
}

/// Takes `--name value` out of the arguments, wherever it stands.
fn take_option(arguments: &mut Vec<String>, name: &str) -> Result<Option<String>, String> {
    let Some(at) = arguments.iter().position(|word| word == name) else { return Ok(None) };
    if at + 1 >= arguments.len() {
        return Err(format!("{name} needs a value"));
    }
    let value = arguments.remove(at + 1);
    arguments.remove(at);
    Ok(Some(value))
}
