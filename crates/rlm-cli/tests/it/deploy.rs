//! The files of `deploy/`: each flag and variable in them exists, and the commands start.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::Place;

#[test]
fn commands_of_deployments_are_valid() {
    let mut commands = 0;
    for (name, text) in files() {
        for words in text.lines().filter_map(command) {
            let place = Place::new();
            // An address of this machine, since there are no API keys.
            let words = words.iter().map(|word| match word.as_str() {
                listen if listen.contains(":8787") || listen.contains(":10000") => "127.0.0.1:0".to_owned(),
                word => word.to_owned(),
            });
            let serve = place
                .rlm(words.collect::<Vec<_>>())
                .and(["--model", "search", "--check"]);
            let done = serve.done();
            assert_eq!(done.code, Some(0), "{name}: {}", done.shown());
            commands += 1;
        }
    }
    assert_eq!(commands, 4, "one command for each file");
}

// Variables without `_`, such as HOME, are those of others.
#[test]
fn variables_of_deployments_exist() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut sources = String::new();
    for source in ["rlm-cli-settings/src", "rlm-adapters/src"] {
        add_texts(&crates.join(source), &mut sources);
    }
    let name = regex::Regex::new(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b").unwrap();
    let mut variables = 0;
    for (file, text) in files() {
        let settings = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.contains("Filter="));
        for found in settings
            .flat_map(|line| name.find_iter(line))
            .map(|found| found.as_str())
        {
            if found.starts_with("AF_") {
                continue;
            }
            assert!(
                sources.contains(&format!("\"{found}\"")),
                "{file} sets {found}, which nothing reads"
            );
            variables += 1;
        }
    }
    assert!(variables >= 8, "{variables}");
}

/// Returns the words behind `rlm` in a line that starts the service.
fn command(line: &str) -> Option<Vec<String>> {
    let (before, words) = line.split_once("serve")?;
    let is_list = before.ends_with('"');
    if line.starts_with('#') || !(is_list || before.ends_with("rlm ")) {
        return None;
    }
    let words = words.replace(['"', '[', ']', ','], " ");
    let words = words.split_whitespace().map(str::to_owned);
    Some(std::iter::once("serve".to_owned()).chain(words).collect())
}

fn files() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deploy");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let read = entries.map(|entry| {
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read_to_string(entry.path()).unwrap())
    });
    read.collect()
}

fn add_texts(folder: &Path, texts: &mut String) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            add_texts(&entry, texts);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            texts.push_str(&fs::read_to_string(entry).unwrap());
        }
    }
}
