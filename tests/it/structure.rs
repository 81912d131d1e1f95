//! Checks the size of files, functions and crates, and the length of dependency cycles between
//! files of a crate.
//!
//! The checks parse sources formatted by rustfmt. A function ends at the first closing brace with
//! the indentation of its `fn`. A file depends on the files that define the names in its `crate::`,
//! `super::` and `self::` paths.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const MAX_FILE_LINES: usize = 600;
const MAX_FUNCTION_LINES: usize = 80;
const MAX_CRATE_LINES: usize = 12_000;
const MAX_CYCLE_FILES: usize = 3;

/// Lists everything that is too large or has too long dependency cycles.
#[test]
fn files_functions_crates_and_cycles_stay_within_size_limits() {
    let mut found = Vec::new();
    for folder in crates() {
        let name = folder.strip_prefix(root()).unwrap().display().to_string();
        for file in rust_files(&folder) {
            let text = fs::read_to_string(&file).unwrap();
            let shown = file.strip_prefix(root()).unwrap().display();
            if text.lines().count() > MAX_FILE_LINES {
                found.push(format!("{shown}: more than {MAX_FILE_LINES} lines"));
            }
            for (function, lines) in functions(&text) {
                if lines > MAX_FUNCTION_LINES {
                    found.push(format!("{shown}: fn {function}: more than {MAX_FUNCTION_LINES} lines"));
                }
            }
        }
        let sources = Sources::of(&folder.join("src"));
        if sources.lines() > MAX_CRATE_LINES {
            found.push(format!("{name}: more than {MAX_CRATE_LINES} lines of source"));
        }
        for cycle in sources.cycles() {
            if cycle.len() > MAX_CYCLE_FILES {
                found.push(format!("{name}: a cycle of files: {}", cycle.join(" ")));
            }
        }
    }
    found.sort();
    assert!(found.is_empty(), "too large, or cycles too long:\n{}", found.join("\n"));
}

#[test]
fn paths_resolve_to_the_file_defining_the_name() {
    let sources = Sources::of_texts(&[
        ("lib.rs", "mod a;\nmod b;\nmod c;\npub use a::One;"),
        ("c.rs", "use crate::a::{One};"),
        ("a/mod.rs", "mod inner;\npub use self::inner::{One, Two as Three};\n"),
        ("a/inner.rs", "use crate::b;\npub struct One;\npub struct Two;"),
        (
            "b.rs",
            "use crate::{\n    One,\n    a::Three,\n};\nfn f() -> super::a::inner::Two {}",
        ),
    ]);
    let edges: Vec<(String, Vec<String>)> = sources
        .dependencies()
        .into_iter()
        .map(|(file, to)| (file, to.into_iter().collect()))
        .collect();
    let inner = vec!["a/inner.rs".to_owned()];
    assert_eq!(
        edges,
        [
            ("a/inner.rs".to_owned(), vec!["b.rs".to_owned()]),
            ("a/mod.rs".to_owned(), inner.clone()),
            ("b.rs".to_owned(), inner.clone()),
            ("c.rs".to_owned(), inner.clone()),
            ("lib.rs".to_owned(), inner),
        ]
    );
    assert_eq!(sources.cycles(), [["a/inner.rs", "b.rs"]]);
    let functions = functions(
        "fn one() {\n    two();\n}\n\nimpl A {\n    pub async fn three(\n        &self,\n    ) {\n    }\n}\n",
    );
    assert_eq!(functions, [("one".to_owned(), 3), ("three".to_owned(), 4)]);
}

/// Returns a file without the module of tests at its end.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod ").next().unwrap_or(text)
}

/// The source files of a crate, keyed by path within `src`, and their modules.
struct Sources {
    texts: BTreeMap<String, String>,
    /// The file of each module.
    modules: BTreeMap<Vec<String>, String>,
}

impl Sources {
    fn of(folder: &Path) -> Self {
        let read = |path: PathBuf| {
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            (name, fs::read_to_string(&path).unwrap())
        };
        Self::new(rust_files(folder).into_iter().map(read).collect())
    }

    fn of_texts(texts: &[(&str, &str)]) -> Self {
        let texts = texts
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Self::new(texts.collect())
    }

    fn new(mut texts: BTreeMap<String, String>) -> Self {
        // Test modules may depend on all others.
        texts.retain(|name, _| !name.ends_with("tests.rs"));
        let modules = texts.keys().map(|name| (module_of(name), name.clone())).collect();
        Self { texts, modules }
    }

    fn lines(&self) -> usize {
        self.texts
            .values()
            .map(|text| without_tests(text).lines().count())
            .sum()
    }

    /// Returns the files that each file depends on.
    fn dependencies(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut dependencies = BTreeMap::new();
        for (name, text) in &self.texts {
            let text = without_tests(text);
            let module = module_of(name);
            let used = uses(text).into_iter().map(|used| used.path).chain(inline_paths(text));
            let mut files: BTreeSet<String> = used
                .filter_map(|path| self.defined_in(&module, &path, &mut Vec::new()))
                .collect();
            files.remove(name);
            if !files.is_empty() {
                dependencies.insert(name.clone(), files);
            }
        }
        dependencies
    }

    /// Returns the file that defines the name of a path in a module; `None` if it is in another
    /// crate.
    fn defined_in(&self, module: &[String], path: &[String], seen: &mut Vec<Vec<String>>) -> Option<String> {
        let mut path = path.iter();
        let mut here = match path.clone().next()?.as_str() {
            "crate" => {
                path.next();
                Vec::new()
            }
            "self" | "super" => module.to_vec(),
            first if self.modules.contains_key(&joined(module, first)) => module.to_vec(),
            _ => return None,
        };
        while let Some(first @ ("self" | "super")) = path.clone().next().map(String::as_str) {
            path.next();
            if first == "super" {
                here.pop();
            }
        }
        for segment in path.by_ref() {
            let child = joined(&here, segment);
            if self.modules.contains_key(&child) {
                here = child;
                continue;
            }
            if seen.contains(&child) {
                return None;
            }
            seen.push(child);
            let file = self.modules.get(&here)?;
            let exported = uses(&self.texts[file]).into_iter().find(|used| used.name == *segment);
            return match exported {
                Some(exported) => self.defined_in(&here, &exported.path, seen).or(Some(file.clone())),
                None => Some(file.clone()),
            };
        }
        self.modules.get(&here).cloned()
    }

    /// Returns the dependency cycles: sets of files that all depend on each other, each in order.
    fn cycles(&self) -> Vec<Vec<String>> {
        let edges = self.dependencies();
        let reach = |from: &str| {
            let mut reached = BTreeSet::new();
            let mut next = vec![from.to_owned()];
            while let Some(file) = next.pop() {
                for to in edges.get(&file).into_iter().flatten() {
                    if reached.insert(to.clone()) {
                        next.push(to.clone());
                    }
                }
            }
            reached
        };
        let reached: BTreeMap<&String, BTreeSet<String>> = edges.keys().map(|file| (file, reach(file))).collect();
        let mut cycles = BTreeSet::new();
        for (file, to) in &reached {
            let cycle: Vec<String> = to
                .iter()
                .filter(|other| reached.get(other).is_some_and(|back| back.contains(*file)))
                .cloned()
                .collect();
            if !cycle.is_empty() {
                cycles.insert(cycle);
            }
        }
        cycles.into_iter().collect()
    }
}

/// A name imported by a `use` declaration.
struct Use {
    path: Vec<String>,
    /// The local name; empty for `*`.
    name: String,
}

/// Returns the names imported by a file's `use` declarations.
fn uses(text: &str) -> Vec<Use> {
    let mut found = Vec::new();
    let mut declaration: Option<String> = None;
    for line in text.lines() {
        let line = line.trim();
        if declaration.is_none() && !line.starts_with("//") {
            let rest = match line.split_once("use ") {
                Some((before, rest)) if before.is_empty() || before.starts_with("pub") => rest,
                _ => continue,
            };
            declaration = Some(rest.to_owned());
        } else if let Some(declaration) = &mut declaration {
            declaration.push(' ');
            declaration.push_str(line);
        }
        if let Some(whole) = declaration.take_if(|declaration| declaration.contains(';')) {
            let whole = whole.split(';').next().unwrap();
            flatten(whole, &[], &mut found);
        }
    }
    found
}

/// Adds all paths of a use tree such as `crate::{a, b::{self, c as d}}`.
fn flatten(tree: &str, before: &[String], found: &mut Vec<Use>) {
    let tree = tree.trim();
    if let Some((head, group)) = tree.split_once('{') {
        let mut path = before.to_vec();
        path.extend(
            head.split("::")
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(str::to_owned),
        );
        let group = group.strip_suffix('}').unwrap_or(group);
        let (mut depth, mut start) = (0, 0);
        for (at, char) in group.char_indices() {
            match char {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    flatten(&group[start..at], &path, found);
                    start = at + 1;
                }
                _ => {}
            }
        }
        flatten(&group[start..], &path, found);
    } else if !tree.is_empty() {
        let (tree, alias) = tree
            .split_once(" as ")
            .map_or((tree, None), |(tree, alias)| (tree, Some(alias)));
        let mut path = before.to_vec();
        path.extend(
            tree.split("::")
                .filter(|part| !["", "*"].contains(part))
                .map(str::to_owned),
        );
        if path.len() > 1 {
            path.pop_if(|last| last == "self");
        }
        let name = match alias {
            _ if tree.ends_with('*') => "",
            Some(alias) => alias,
            None => path.last().map_or("", String::as_str),
        };
        found.push(Use {
            name: name.to_owned(),
            path,
        });
    }
}

/// Returns the paths in a file's code that start with `crate` or `super`.
fn inline_paths(text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for start in ["crate::", "super::"] {
            for (at, _) in line.match_indices(start) {
                let before = line[..at].chars().next_back();
                if before.is_some_and(|char| char.is_alphanumeric() || "_:".contains(char)) {
                    continue;
                }
                let is_of_path = |char: char| char.is_alphanumeric() || "_:".contains(char);
                let path = line[at..].split(|char| !is_of_path(char)).next().unwrap();
                // The path precedes a group, which `uses` parses.
                if path.ends_with("::") {
                    continue;
                }
                let path: Vec<String> = path
                    .split("::")
                    .filter(|part| !part.is_empty())
                    .map(str::to_owned)
                    .collect();
                found.push(path);
            }
        }
    }
    found
}

/// Returns the functions of a file with their numbers of lines.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let indent = &line[..line.len() - code.len()];
        let words = code.split("fn ").next().unwrap_or_default();
        let is_function = code.contains("fn ")
            && words.split_whitespace().all(|word| {
                word.starts_with("pub") || ["const", "async", "unsafe", "in", "crate)", "super)"].contains(&word)
            });
        if !is_function || line.ends_with('}') || line.ends_with(';') {
            continue;
        }
        let name: String = code[words.len() + 3..]
            .chars()
            .take_while(|char| char.is_alphanumeric() || *char == '_')
            .collect();
        let end = lines[at..].iter().position(|line| {
            line.strip_prefix(indent)
                .is_some_and(|rest| rest == "}" || rest.ends_with(';') && !rest.starts_with(' '))
        });
        if let Some(end) = end {
            found.push((name, end + 1));
        }
    }
    found
}

fn module_of(name: &str) -> Vec<String> {
    let stem = name.trim_end_matches(".rs");
    let mut module: Vec<String> = stem.split('/').map(str::to_owned).collect();
    module.pop_if(|last| ["mod", "lib", "main"].contains(&last.as_str()));
    module
}

fn joined(module: &[String], name: &str) -> Vec<String> {
    module.iter().cloned().chain([name.to_owned()]).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the folders of the workspace's crates, without the root crate.
fn crates() -> Vec<PathBuf> {
    let folders = fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    folders.filter(|folder| folder.join("Cargo.toml").is_file()).collect()
}

/// Returns all Rust files below a folder, sorted.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}
