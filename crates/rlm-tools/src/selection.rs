//! Selection and naming of the tools of an MCP server.

use std::collections::HashSet;
use std::fmt;

use sift_syntax::KEYWORDS;
use smol_str::SmolStr;

/// The maximum number of tools that are offered per MCP server; each takes a line of the prompt.
pub const MAX_MCP_TOOLS: usize = 128;

/// The maximum length of a tool's function name, in bytes.
const MAX_NAME: usize = 64;

/// The maximum length of a tool's name in messages about skipped tools, in characters.
const SHOWN_NAME: usize = 40;

type OfName<'a> = Box<dyn Fn(&str) -> bool + Send + Sync + 'a>;

/// The selection of an MCP server's tools that are offered, and their names.
///
/// ```
/// use rlm_tools::McpSelection;
///
/// let selection = McpSelection::default()
///     .prefix("shop")
///     .wanted(|name| name.starts_with("shop_get_"))
///     .taken(|name| name == "shop_get_orders");
/// # let _ = selection;
/// ```
#[derive(Default)]
pub struct McpSelection<'a> {
    prefix: Option<&'a str>,
    wanted: Option<OfName<'a>>,
    taken: Option<OfName<'a>>,
}

impl<'a> McpSelection<'a> {
    /// Sets a prefix that is prepended to the name of each tool, followed by `_`.
    #[must_use]
    pub const fn prefix(mut self, prefix: &'a str) -> Self {
        self.prefix = Some(prefix);
        self
    }

    /// Sets the filter that selects tools. It is called with the name that programs would use.
    #[must_use]
    pub fn wanted(mut self, is_wanted: impl Fn(&str) -> bool + Send + Sync + 'a) -> Self {
        self.wanted = Some(Box::new(is_wanted));
        self
    }

    /// Sets the predicate that returns `true` for names already in use. A `_` is appended to such a
    /// name of a tool.
    #[must_use]
    pub fn taken(mut self, is_taken: impl Fn(&str) -> bool + Send + Sync + 'a) -> Self {
        self.taken = Some(Box::new(is_taken));
        self
    }

    fn is_wanted(&self, name: &str) -> bool {
        self.wanted.as_ref().is_none_or(|is_wanted| is_wanted(name))
    }

    fn is_taken(&self, name: &str) -> bool {
        KEYWORDS.contains(&name) || self.taken.as_ref().is_some_and(|is_taken| is_taken(name))
    }

    /// Returns the function names for the tools that a server lists, in order; `None` for a skipped
    /// tool. Also returns the skipped tools.
    pub(crate) fn names<'t>(&self, listed: impl Iterator<Item = &'t str>) -> (Vec<Option<SmolStr>>, Vec<SkippedTool>) {
        let (mut names, mut skipped) = (Vec::new(), Vec::new());
        let (mut seen, mut given) = (HashSet::new(), HashSet::<SmolStr>::new());
        let mut too_many = 0_usize;
        for own in listed {
            let name = program_name(own, self.prefix);
            let name = if !self.is_wanted(&name) {
                None
            } else if !is_function_name(&name) {
                skipped.push(SkippedTool::new(own, Reason::Name));
                None
            } else if !seen.insert(own) {
                skipped.push(SkippedTool::new(own, Reason::Twice));
                None
            } else if given.len() == MAX_MCP_TOOLS {
                too_many = too_many.saturating_add(1);
                None
            } else {
                let free = free_name(name, |name| !self.is_taken(name) && !given.contains(name));
                if free.is_none() {
                    skipped.push(SkippedTool::new(own, Reason::Name));
                }
                free
            };
            given.extend(name.clone());
            names.push(name);
        }
        if too_many > 0 {
            skipped.push(SkippedTool(Reason::TooMany(too_many)));
        }
        (names, skipped)
    }
}

impl fmt::Debug for McpSelection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpSelection")
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

/// A tool of an MCP server that isn't offered. It displays as a one-line reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedTool(Reason);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reason {
    /// The tool's name can't be converted to a function name.
    Name(SmolStr),
    /// The server lists the tool's name more than once.
    Twice(SmolStr),
    /// The server offers too many tools. The number is that of the tools beyond the maximum.
    TooMany(usize),
}

impl SkippedTool {
    fn new(name: &str, reason: impl FnOnce(SmolStr) -> Reason) -> Self {
        let mut shown: String = name.escape_debug().take(SHOWN_NAME).collect();
        if name.escape_debug().nth(SHOWN_NAME).is_some() {
            shown.push('…');
        }
        Self(reason(shown.into()))
    }
}

impl SkippedTool {
    /// Returns `true` if the tool is skipped because the server offers more than [`MAX_MCP_TOOLS`]
    /// tools.
    #[must_use]
    pub const fn exceeds_limit(&self) -> bool {
        matches!(self.0, Reason::TooMany(_))
    }
}

impl fmt::Display for SkippedTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::Name(name) => write!(
                f,
                "the tool `{name}` is left out: programs can't call a function of this name"
            ),
            Reason::Twice(name) => write!(
                f,
                "a second tool `{name}` is left out: the server lists this name twice"
            ),
            Reason::TooMany(count) => {
                write!(
                    f,
                    "{count} more tools are left out: at most {MAX_MCP_TOOLS} of a server are offered"
                )
            }
        }
    }
}

/// Converts the name of an MCP tool to an identifier with an optional prefix.
fn program_name(name: &str, prefix: Option<&str>) -> SmolStr {
    let name = name.chars().map(|char| match char {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => char,
        _ => '_',
    });
    let prefix = prefix.map(|prefix| format!("{prefix}_")).unwrap_or_default();
    prefix.chars().chain(name).collect()
}

/// Returns `true` if programs can call a function of this name. A leading `_` is reserved for the
/// library.
fn is_function_name(name: &str) -> bool {
    name.len() <= MAX_NAME && name.starts_with(|first: char| first.is_ascii_alphabetic())
}

/// Appends `_` to a function name until it is unused. Returns `None` if it becomes too long.
fn free_name(name: SmolStr, is_free: impl Fn(&str) -> bool) -> Option<SmolStr> {
    let tried = std::iter::successors(Some(name), |name| Some(format!("{name}_").into()));
    tried
        .take_while(|name| name.len() <= MAX_NAME)
        .find(|name| is_free(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(selection: &McpSelection<'_>, listed: &[&str]) -> (Vec<String>, Vec<String>) {
        let (names, skipped) = selection.names(listed.iter().copied());
        let names = names.iter().map(|name| name.as_deref().unwrap_or("-").to_owned());
        (names.collect(), skipped.iter().map(SkippedTool::to_string).collect())
    }

    #[test]
    fn tool_names_are_turned_into_valid_identifiers() {
        let none = McpSelection::default();
        assert_eq!(
            chosen(&none, &["get-weather", "größe", "a b", "a-b"]).0,
            ["get_weather", "gr__e", "a_b", "a_b_"]
        );
        let prefixed = McpSelection::default().prefix("fs");
        assert_eq!(
            chosen(&prefixed, &["files/read.text", "__import__"]).0,
            ["fs_files_read_text", "fs___import__"]
        );
        let taken = McpSelection::default().taken(|name| matches!(name, "search" | "search_"));
        assert_eq!(
            chosen(&taken, &["raise", "search", "stock"]).0,
            ["raise_", "search__", "stock"]
        );
        assert_eq!(chosen(&McpSelection::default().taken(|_| true), &["x"]).0, ["-"]);
    }

    #[test]
    fn omitted_tools_are_reported() {
        let long = "x".repeat(300);
        let listed = ["get", "__import__", "../x", "", "7z", &long, "get", "set"];
        let (names, said) = chosen(&McpSelection::default().wanted(|name| name != "set"), &listed);
        assert_eq!(names, ["get", "-", "-", "-", "-", "-", "-", "-"]);
        insta::assert_snapshot!(said.join("\n"));
    }

    #[test]
    fn tools_per_server_are_capped() {
        let names: Vec<String> = (0..20_000).map(|number| format!("get{number}")).collect();
        let listed: Vec<&str> = names.iter().map(String::as_str).collect();
        let (offered, said) = chosen(&McpSelection::default(), &listed);
        assert_eq!(offered.iter().filter(|name| *name != "-").count(), MAX_MCP_TOOLS);
        assert_eq!(
            said,
            ["19872 more tools are left out: at most 128 of a server are offered"]
        );
        let last = McpSelection::default().wanted(|name| name == "get19999");
        assert_eq!(chosen(&last, &listed).1, [""; 0]);
    }
}
