//! The TOML text of a test case, and the form of paths in it.

use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

/// The TOML document of a test case, under construction.
pub(super) struct Document(String);

impl Document {
    pub(super) fn new(remark: &str) -> Self {
        let mut document = Self(String::new());
        document.remark(remark);
        document
    }

    pub(super) fn key(&mut self, key: &str, value: &str) {
        let _ = writeln!(self.0, "{key} = {value}");
    }

    pub(super) fn remark(&mut self, text: &str) {
        let _ = writeln!(self.0, "# {}", text.replace(char::is_control, " "));
    }

    pub(super) fn table(&mut self, name: &str) {
        let _ = writeln!(self.0, "\n[{name}]");
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// Returns a text as a quoted TOML string.
pub(super) fn quoted(text: &str) -> String {
    // JSON strings are basic strings of TOML, except for one control character.
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

/// Returns the relative path from a folder to a file if they have a common ancestor other than the
/// root, or else the absolute path.
pub(super) fn relative(from: &Path, to: &Path) -> PathBuf {
    let whole = |path: &Path| {
        let here = std::env::current_dir().unwrap_or_default().join(path);
        std::fs::canonicalize(&here).unwrap_or(here)
    };
    let (from, to) = (whole(from), whole(to));
    let shared = from
        .components()
        .zip(to.components())
        .take_while(|(left, right)| left == right)
        .count();
    let is_near = to
        .components()
        .take(shared)
        .any(|part| matches!(part, Component::Normal(_)));
    if !is_near {
        return to;
    }
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(to.components().skip(shared)).collect()
}

/// Formats a path with `/` as separator, as test cases require.
pub(super) fn path_text(path: &Path) -> String {
    let text = path.to_string_lossy();
    match std::path::MAIN_SEPARATOR {
        '/' => text.into_owned(),
        separator => text.replace(separator, "/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_relative_if_possible() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a/cases", "a/b"] {
            std::fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        let way = |from: &str, to: &str| relative(&folder.path().join(from), &folder.path().join(to));
        assert_eq!(way("a/cases", "a/b"), Path::new("../b"));
        assert_eq!(way("a", "a/b"), Path::new("b"));
        assert_eq!(way("a", "a"), Path::new(""));
        assert_eq!(relative(folder.path(), Path::new("/")), Path::new("/"));
    }
}
