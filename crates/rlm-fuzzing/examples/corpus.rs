//! Writes the initial corpus of one target, or of all: its seeds, its regression inputs and its
//! dictionary.
//!
//! `corpus TARGET|all FOLDER` writes the folder `FOLDER/TARGET/`, and `FOLDER/TARGET.dict` if the
//! target has a dictionary. It prints the names of the targets.

#![expect(clippy::print_stdout, reason = "a script reads the names")]

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use rlm_fuzzing::{TARGETS, Target};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(wanted), Some(folder)) = (arguments.next(), arguments.next().map(PathBuf::from)) else {
        return Err("write `corpus TARGET|all FOLDER`".into());
    };
    let targets: Vec<&Target> = TARGETS
        .iter()
        .filter(|target| wanted == "all" || wanted == target.name)
        .collect();
    if targets.is_empty() {
        return Err(format!("no target is called `{wanted}`; fuzz/README.md lists them").into());
    }
    for target in targets {
        let corpus = folder.join(target.name);
        fs::create_dir_all(&corpus)?;
        for seed in target.seeds()?.into_iter().chain(target.regressions()?) {
            fs::write(corpus.join(&seed.name), &seed.bytes)?;
        }
        // libFuzzer rejects an empty dictionary.
        if let Some(words) = target.dictionary {
            fs::write(folder.join(format!("{}.dict", target.name)), words.to_libfuzzer())?;
        }
        println!("{}", target.name);
    }
    Ok(())
}
