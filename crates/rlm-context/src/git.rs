//! Reads the files of a git revision with the program `git`.

use std::collections::HashMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use crate::error::{ContextError, GitProblem, LoadWarning, SkipReason};
use crate::extraction::UnpackedBytes;
use crate::spec::{ContextSpec, GitPlace, Place};
use crate::walk::{Choice, Found, GlobSearch, shown, without_dot};

/// The maximum number of bytes that are kept of an error message of git.
const MESSAGE_BYTES: u64 = 4_096;

/// The files found in commits, which are read together.
pub(crate) struct Commits<'a> {
    sum: &'a UnpackedBytes,
    /// The repository and commit of each revision in a folder.
    known: HashMap<(PathBuf, String), Commit>,
    /// The blob of each file, by its place.
    blobs: HashMap<GitPlace, String>,
}

/// A commit in a repository.
#[derive(Clone)]
struct Commit {
    repository: PathBuf,
    hash: String,
}

/// An entry of a commit: its mode, the hash of its content, and its path from the top folder.
struct Entry {
    mode: String,
    blob: String,
    path: String,
}

impl<'a> Commits<'a> {
    pub(crate) fn new(sum: &'a UnpackedBytes) -> Self {
        Self {
            sum,
            known: HashMap::new(),
            blobs: HashMap::new(),
        }
    }

    /// Finds the files below a path, or matching a glob, in a revision. The path may be missing in
    /// the working tree.
    pub(crate) fn find(
        &mut self,
        spec: &ContextSpec,
        path: &Path,
        base: &Path,
        revision: &str,
        warnings: &mut Vec<LoadWarning>,
    ) -> Result<Vec<Found>, ContextError> {
        let place = base.join(path);
        let glob = if place.exists() { None } else { GlobSearch::new(path)? };
        // Git runs in the deepest folder that exists: the path may be in another repository.
        let folder = match &glob {
            Some(_) => base,
            None => place.ancestors().find(|path| path.is_dir()).unwrap_or(base),
        };
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let within = if glob.is_some() {
            Path::new("")
        } else {
            place.strip_prefix(folder).unwrap_or(&place)
        };
        let commit = self.commit(folder, revision)?;
        let entries = list(folder, &commit.hash, revision, within)?;
        let mut found = Vec::new();
        for entry in entries {
            // Paths are relative to the folder in which git runs, and names to the base folder.
            let relative = folder.strip_prefix(base).unwrap_or(folder).join(&entry.path);
            let relative = shown(&relative);
            let is_file = Path::new(&entry.path) == within;
            let is_wanted = match &glob {
                Some(glob) => glob.matcher.is_match(without_dot(Path::new(relative.as_str()))),
                None => is_file || !is_hidden(&entry.path, within),
            };
            if !is_wanted {
                continue;
            }
            if let Some(reason) = entry.skipped() {
                let path = PathBuf::from(relative.as_str());
                warnings.push(LoadWarning::Skipped { path, reason });
                continue;
            }
            let name = match (spec.name(), is_file) {
                (None, _) => relative.to_string(),
                (Some(name), true) => name.to_string(),
                (Some(name), false) => {
                    let below = Path::new(&entry.path)
                        .strip_prefix(within)
                        .unwrap_or(Path::new(&entry.path));
                    format!("{name}/{}", shown(below))
                }
            };
            let place = GitPlace {
                repository: commit.repository.clone(),
                commit: commit.hash.clone(),
                path: format!("{}{}", self.prefix(folder, revision)?, entry.path),
            };
            self.blobs.insert(place.clone(), entry.blob);
            found.push(Found {
                name: format!("{name}@{revision}").into(),
                place: Place::Git(place),
                choice: if is_file { Choice::Named } else { Choice::Swept },
                blob: None,
            });
        }
        match (found.is_empty(), glob) {
            (false, _) => Ok(found),
            (true, Some(glob)) => Err(ContextError::NoMatches { pattern: glob.pattern }),
            (true, None) => Err(failed(
                folder,
                revision,
                GitProblem::NoPath {
                    path: spec.given().display().to_string(),
                },
            )),
        }
    }

    /// Finds one file of a commit again.
    pub(crate) fn file(&mut self, spec: &ContextSpec, place: &GitPlace) -> Result<Found, ContextError> {
        if !self.blobs.contains_key(place) {
            let key = (place.repository.clone(), place.commit.clone());
            if self.known.contains_key(&key) {
                return Err(no_path(place));
            }
            let commit = self.commit(&place.repository, &place.commit)?;
            // One call of git lists all files of the commit.
            for entry in list(&place.repository, &commit.hash, &place.commit, Path::new(""))? {
                let place = GitPlace {
                    path: entry.path,
                    ..place.clone()
                };
                self.blobs.insert(place, entry.blob);
            }
            if !self.blobs.contains_key(place) {
                return Err(no_path(place));
            }
        }
        Ok(Found {
            name: spec.name().cloned().unwrap_or_else(|| place.path.as_str().into()),
            place: Place::Git(place.clone()),
            choice: Choice::Named,
            blob: None,
        })
    }

    /// Reads the contents of all found files, with one call of git for each repository.
    pub(crate) fn read(&self, found: &mut [Found]) -> Result<(), ContextError> {
        let mut repositories: HashMap<PathBuf, Vec<(&mut Found, String, String)>> = HashMap::new();
        for file in found {
            let Place::Git(place) = &file.place else { continue };
            let Some(blob) = self.blobs.get(place).cloned() else {
                continue;
            };
            let (repository, commit) = (place.repository.clone(), place.commit.clone());
            repositories.entry(repository).or_default().push((file, blob, commit));
        }
        for (repository, files) in repositories {
            let commit = files.first().map(|(_, _, commit)| commit.clone()).unwrap_or_default();
            self.read_blobs(&repository, files).map_err(|error| match error {
                BlobError::Io(error) => failed(&repository, &commit, problem(&error)),
                BlobError::Context(error) => error,
            })?;
        }
        Ok(())
    }

    fn read_blobs(&self, repository: &Path, files: Vec<(&mut Found, String, String)>) -> Result<(), BlobError> {
        let mut child = git(repository)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let missing = || io::Error::other("git has no pipes");
        let mut input = child.stdin.take().ok_or_else(missing)?;
        let mut output = BufReader::new(child.stdout.take().ok_or_else(missing)?);
        let asked: Vec<u8> = files
            .iter()
            .flat_map(|(_, blob, _)| format!("{blob}\n").into_bytes())
            .collect();
        // Git answers while it reads, so both directions run at the same time.
        let writer = thread::spawn(move || input.write_all(&asked));
        let read = || -> Result<(), BlobError> {
            for (file, ..) in files {
                let mut header = String::new();
                output.read_line(&mut header)?;
                let size = header
                    .trim_end()
                    .rsplit(' ')
                    .next()
                    .and_then(|size| size.parse::<u64>().ok());
                let size =
                    size.ok_or_else(|| io::Error::other(format!("git can't read an object: {}", header.trim_end())))?;
                self.sum.keep(size).map_err(BlobError::Context)?;
                let mut bytes = Vec::new();
                // A line feed ends the content.
                (&mut output).take(size + 1).read_to_end(&mut bytes)?;
                if bytes.pop() != Some(b'\n') || bytes.len() as u64 != size {
                    return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
                }
                file.blob = Some(bytes.into());
            }
            Ok(())
        };
        let result = read();
        // If reading failed, git is stuck writing, and its writer with it.
        if result.is_err() {
            let _ = child.kill();
        }
        drop(output);
        let _ = writer.join();
        let _ = child.wait();
        result
    }

    /// Returns the repository that contains a folder, and the commit that the revision names.
    fn commit(&mut self, folder: &Path, revision: &str) -> Result<Commit, ContextError> {
        let key = (folder.to_owned(), revision.to_owned());
        if let Some(commit) = self.known.get(&key) {
            return Ok(commit.clone());
        }
        let failed = |problem| failed(folder, revision, problem);
        let top = run(folder, &["rev-parse", "--show-toplevel"]).map_err(|problem| {
            failed(match problem {
                GitProblem::Failed { message } if message.contains("not a git repository") => GitProblem::NoRepository,
                other => other,
            })
        })?;
        let wanted = format!("{revision}^{{commit}}");
        let hash = run(
            folder,
            &["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted],
        )
        .map_err(|problem| match problem {
            GitProblem::NoProgram => failed(problem),
            _ => failed(GitProblem::NoRevision),
        })?;
        let commit = Commit {
            repository: text_of(&top).into(),
            hash: text_of(&hash),
        };
        self.known.insert(key, commit.clone());
        Ok(commit)
    }

    /// Returns the path of a folder within its repository, with a `/` at the end; empty for the top.
    fn prefix(&self, folder: &Path, revision: &str) -> Result<String, ContextError> {
        let commit = self.known.get(&(folder.to_owned(), revision.to_owned()));
        let canonical = std::fs::canonicalize(folder).ok();
        let below = commit.zip(canonical).and_then(|(commit, folder)| {
            let top = std::fs::canonicalize(&commit.repository).ok()?;
            Some(shown(folder.strip_prefix(top).ok()?))
        });
        match below {
            Some(below) if below.is_empty() => Ok(String::new()),
            Some(below) => Ok(format!("{below}/")),
            None => Err(failed(folder, revision, GitProblem::NoRepository)),
        }
    }
}

enum BlobError {
    Io(io::Error),
    Context(ContextError),
}

impl From<io::Error> for BlobError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Entry {
    /// Parses `100644 blob HASH\tPATH`.
    fn parse(line: &[u8]) -> Option<Self> {
        let line = String::from_utf8_lossy(line);
        let (attributes, path) = line.split_once('\t')?;
        let mut attributes = attributes.split(' ');
        Some(Self {
            mode: attributes.next()?.to_owned(),
            blob: attributes.nth(1)?.to_owned(),
            path: path.to_owned(),
        })
    }

    fn skipped(&self) -> Option<SkipReason> {
        match self.mode.as_str() {
            "120000" => Some(SkipReason::SymbolicLink),
            "160000" => Some(SkipReason::Submodule),
            _ => None,
        }
    }
}

/// Returns `true` for a file that is hidden below the given path, as in folders.
fn is_hidden(path: &str, within: &Path) -> bool {
    let below = Path::new(path).strip_prefix(within).unwrap_or(Path::new(path));
    below
        .components()
        .any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."))
}

/// Lists the files of a commit below a path, both relative to the folder.
fn list(folder: &Path, hash: &str, revision: &str, within: &Path) -> Result<Vec<Entry>, ContextError> {
    let within = shown(within);
    let mut arguments = vec!["ls-tree", "-r", "-z", hash];
    if !within.is_empty() {
        arguments.extend(["--", within.as_str()]);
    }
    let listed = run(folder, &arguments).map_err(|problem| failed(folder, revision, problem))?;
    Ok(listed.split(|&byte| byte == 0).filter_map(Entry::parse).collect())
}

/// Creates a git command that reads the repository of a folder, and nothing but it: a repository from
/// elsewhere may be configured to fetch missing objects with a program of its choice.
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder);
    // Within a hook, these name another repository.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_ALLOW_PROTOCOL", "none");
    // Messages are compared, and paths are taken as they are.
    command.env("LC_ALL", "C").env("GIT_LITERAL_PATHSPECS", "1");
    command
}

/// Runs git and returns its output.
fn run(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, GitProblem> {
    let output = git(folder).args(arguments).stdin(Stdio::null()).output();
    let output = output.map_err(|error| problem(&error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let mut message = String::new();
    let _ = output
        .stderr
        .as_slice()
        .take(MESSAGE_BYTES)
        .read_to_string(&mut message);
    let message = message
        .lines()
        .next()
        .unwrap_or("git failed")
        .trim_start_matches("fatal: ");
    Err(GitProblem::Failed {
        message: message.to_owned(),
    })
}

fn problem(error: &io::Error) -> GitProblem {
    match error.kind() {
        io::ErrorKind::NotFound => GitProblem::NoProgram,
        _ => GitProblem::Failed {
            message: error.to_string(),
        },
    }
}

fn text_of(output: &[u8]) -> String {
    String::from_utf8_lossy(output).trim_end().to_owned()
}

fn failed(folder: &Path, revision: &str, problem: GitProblem) -> ContextError {
    ContextError::Git {
        revision: revision.to_owned(),
        folder: folder.to_owned(),
        problem,
    }
}

fn no_path(place: &GitPlace) -> ContextError {
    let problem = GitProblem::NoPath {
        path: place.path.clone(),
    };
    failed(&place.repository, &place.commit, problem)
}
