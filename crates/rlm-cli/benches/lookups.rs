//! Measures keyword search on real files: how often `search` cites the right file and line, and
//! how long it takes.
//!
//! The corpus consists of at least 50 MB of sources that cargo has downloaded. 200 lines are drawn
//! with a seed, and each question consists of three rare words of a line. 50 further questions
//! consist of words that occur nowhere, and must end without an answer.
//!
//! `cargo bench -p rlm-cli --features full --bench lookups [--seed N] [--lines N] [FOLDER…]`

#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The minimum size of the corpus, in bytes. The actual size is only slightly larger.
const CORPUS_BYTES: u64 = 50_000_000;
/// The maximum size of a file, in bytes. Larger files are usually data.
const LARGEST_FILE: u64 = 1_000_000;
const ABSENT: usize = 50;
/// The maximum number of lines on which a rare word occurs.
const RARE: usize = 20;
const WORDS: usize = 3;

/// The lines on which each word occurs: file and line, both from 0.
type Index = HashMap<String, Vec<(u32, u32)>>;
type Outcome<T> = Result<T, Box<dyn Error>>;

struct Options {
    seed: u64,
    lines: usize,
    folders: Vec<PathBuf>,
}

struct Corpus {
    folder: PathBuf,
    files: Vec<(String, String)>,
}

/// A line to find.
struct Wanted {
    file: String,
    line: u64,
    words: Vec<String>,
}

fn main() -> Outcome<()> {
    let options = options()?;
    let folder = std::env::temp_dir().join(format!("rlm-lookups-{}", std::process::id()));
    let outcome = look_up(&options, &folder);
    let _ = fs::remove_dir_all(&folder);
    outcome
}

fn look_up(options: &Options, folder: &Path) -> Outcome<()> {
    let corpus = Corpus::build(&options.folders, folder.join("corpus"))?;
    let bytes: usize = corpus.files.iter().map(|(_, text)| text.len()).sum();
    println!(
        "corpus: {} files, {:.1} MB; seed {}",
        corpus.files.len(),
        bytes as f64 / 1e6,
        options.seed
    );
    let index = corpus.index();
    let mut random = Random(options.seed);
    let wanted = corpus.draw(&index, options.lines, &mut random);
    let mut found = Tally::default();
    for wanted in &wanted {
        let (answer, time) = ask(&corpus.folder, folder, &wanted.words)?;
        let right = citations(&answer).iter().any(|citation| wanted.is_cited_by(citation));
        if !right {
            println!("  missed {}:{} by {}", wanted.file, wanted.line, wanted.words.join(" "));
        }
        found.add(right, time);
    }
    println!("{}", found.shown("cite the right file and line"));
    let mut absent = Tally::default();
    for _ in 0..ABSENT {
        let words: Vec<String> = (0..WORDS).map(|_| random.absent_word(&index)).collect();
        let (answer, time) = ask(&corpus.folder, folder, &words)?;
        let text = answer
            .get("answer")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_lowercase();
        let right = answer.get("outcome").and_then(Value::as_str) == Some("unable");
        if !right {
            println!("  answered {text:?} for {}", words.join(" "));
        }
        absent.add(right, time);
    }
    println!("{}", absent.shown("of the absent ones ended without an answer"));
    Ok(())
}

impl Wanted {
    fn is_cited_by(&self, citation: &Value) -> bool {
        let number = |field: &str| citation.get(field).and_then(Value::as_u64);
        let (Some(start), Some(end)) = (number("line_start"), number("line_end")) else {
            return false;
        };
        let name = citation.get("document").and_then(Value::as_str).unwrap_or_default();
        name.ends_with(&self.file) && (start..=end).contains(&self.line)
    }
}

fn citations(answer: &Value) -> &[Value] {
    answer
        .get("citations")
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Asks one question. Returns the object of `--json` and the time from start to exit.
fn ask(corpus: &Path, folder: &Path, words: &[String]) -> Outcome<(Value, Duration)> {
    let started = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_rlm"))
        .args([
            "run",
            &words.join(" "),
            "--model",
            "search",
            "--json",
            "--progress",
            "none",
            "--context",
        ])
        .arg(corpus)
        .env("RLM_DATA_DIR", folder.join("data"))
        .env("RLM_CACHE", folder.join("cache"))
        .stdin(Stdio::null())
        .output()?;
    let time = started.elapsed();
    let answer = serde_json::from_slice(&output.stdout);
    let answer = answer.map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())?;
    Ok((answer, time))
}

impl Corpus {
    /// Copies files until the corpus is large enough, in the order of the folders and of the paths
    /// in them.
    fn build(folders: &[PathBuf], folder: PathBuf) -> Outcome<Self> {
        let mut files = Vec::new();
        let mut bytes = 0;
        for source in folders {
            let mut paths = Vec::new();
            walk(source, &mut paths)?;
            paths.sort();
            for path in paths {
                if bytes >= CORPUS_BYTES {
                    break;
                }
                let Ok(text) = fs::read_to_string(&path) else { continue };
                if text.contains('\0') {
                    continue;
                }
                let name = path.strip_prefix(source)?.to_string_lossy().into_owned();
                let copy = folder.join(&name);
                fs::create_dir_all(copy.parent().unwrap_or(&folder))?;
                fs::write(&copy, &text)?;
                bytes += text.len() as u64;
                files.push((name, text));
            }
        }
        if bytes < CORPUS_BYTES {
            return Err(format!("only {bytes} bytes of text were found; name folders with more").into());
        }
        Ok(Self { folder, files })
    }

    /// Returns the lines on which each word occurs. For words that are not rare, the list is
    /// truncated.
    fn index(&self) -> Index {
        let mut index = Index::new();
        for (file, (_, text)) in (0..).zip(&self.files) {
            for (line, text) in (0..).zip(text.lines()) {
                let words: HashSet<String> = words(text).map(str::to_lowercase).collect();
                for word in words {
                    let lines = index.entry(word).or_default();
                    if lines.len() <= RARE {
                        lines.push((file, line));
                    }
                }
            }
        }
        index
    }

    /// Draws lines that have enough rare words. Skips lines whose words also occur together on
    /// another line, since copies are indistinguishable.
    fn draw(&self, index: &Index, lines: usize, random: &mut Random) -> Vec<Wanted> {
        let mut drawn = Vec::new();
        let mut tries = 0_u32;
        while drawn.len() < lines && tries < 1_000_000 {
            tries += 1;
            let Some((name, text)) = self.files.get(random.below(self.files.len())) else {
                continue;
            };
            let number = random.below(text.lines().count());
            let line = text.lines().nth(number).unwrap_or_default();
            let places = |word: &str| index.get(&word.to_lowercase()).map_or(&[][..], Vec::as_slice);
            let mut seen = HashSet::new();
            let mut rare: Vec<&str> = words(line).filter(|word| seen.insert(word.to_lowercase())).collect();
            rare.retain(|word| places(word).len() <= RARE);
            rare.sort_by_key(|word| places(word).len());
            rare.truncate(WORDS);
            let Some((first, others)) = rare.split_first() else {
                continue;
            };
            let shared = places(first)
                .iter()
                .filter(|place| others.iter().all(|word| places(word).contains(place)));
            if rare.len() == WORDS && shared.count() == 1 {
                drawn.push(Wanted {
                    file: name.clone(),
                    line: number as u64 + 1,
                    words: rare.into_iter().map(str::to_owned).collect(),
                });
            }
        }
        drawn
    }
}

/// Returns the words of a line: at least four letters or digits, and not only digits.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|char: char| !char.is_alphanumeric() && char != '_');
    words.filter(|word| (4..=40).contains(&word.chars().count()) && word.chars().any(char::is_alphabetic))
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Outcome<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let name = entry.file_name();
        // Contexts omit hidden files too.
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            walk(&entry.path(), files)?;
        } else if kind.is_file() && entry.metadata()?.len() <= LARGEST_FILE {
            let extension = entry
                .path()
                .extension()
                .map(|extension| extension.to_string_lossy().into_owned());
            if matches!(
                extension.as_deref(),
                Some("rs" | "md" | "txt" | "toml" | "c" | "h" | "py")
            ) {
                files.push(entry.path());
            }
        }
    }
    Ok(())
}

/// The counts of answers, and their times.
#[derive(Default)]
struct Tally {
    right: usize,
    times: Vec<Duration>,
}

impl Tally {
    fn add(&mut self, right: bool, time: Duration) {
        self.right += usize::from(right);
        self.times.push(time);
    }

    fn shown(&self, what: &str) -> String {
        let mut times = self.times.clone();
        times.sort_unstable();
        let at = |share: usize| {
            times
                .get(times.len().saturating_sub(1) * share / 100)
                .copied()
                .unwrap_or_default()
        };
        let count = times.len();
        let share = 100.0 * self.right as f64 / count.max(1) as f64;
        format!(
            "{} of {count} ({share:.1} %) {what}; median {:.2} s, slowest {:.2} s",
            self.right,
            at(50).as_secs_f64(),
            at(100).as_secs_f64(),
        )
    }
}

/// The SplitMix64 generator (Steele, Lea, Flood 2014), which draws the same lines for the same seed
/// on all machines.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        let count = count.max(1) as u64;
        usize::try_from(self.next() % count).unwrap_or(0)
    }

    /// Returns a pronounceable word that does not occur in the corpus.
    fn absent_word(&mut self, index: &Index) -> String {
        loop {
            let syllables = 3 + self.below(2);
            let letter = |random: &mut Self, letters: &[u8]| {
                char::from(letters.get(random.below(letters.len())).copied().unwrap_or(b'x'))
            };
            let word: String = (0..syllables)
                .flat_map(|_| [letter(self, b"bdfgklmnprstvz"), letter(self, b"aeiou")])
                .collect();
            if !index.contains_key(&word) {
                return word;
            }
        }
    }
}

fn options() -> Outcome<Options> {
    let mut options = Options {
        seed: 1,
        lines: 200,
        folders: Vec::new(),
    };
    let mut arguments = std::env::args().skip(1).filter(|given| given != "--bench");
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a number"));
        match argument.as_str() {
            "--seed" => options.seed = value()?.parse()?,
            "--lines" => options.lines = value()?.parse()?,
            _ => options.folders.push(argument.into()),
        }
    }
    if options.folders.is_empty() {
        let home = std::env::var("CARGO_HOME").map(PathBuf::from);
        let home = home.or_else(|_| std::env::var("HOME").map(|home| PathBuf::from(home).join(".cargo")))?;
        for index in fs::read_dir(home.join("registry/src"))? {
            options.folders.push(index?.path());
        }
    }
    Ok(options)
}
