//! Formats the list of variables.

/// A variable of the session, as it is listed by `:vars`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The name of the variable.
    pub name: String,
    /// The name of the variable's type.
    pub type_name: String,
    /// The size of the variable's value, or an empty string for a value without a size.
    pub size: String,
    /// The beginning of the variable's text, in one line that is safe to display.
    pub preview: String,
}

/// The maximum number of characters in the preview of a variable's text.
const PREVIEW: usize = 60;

/// Formats variables in columns, one per line.
///
/// ```
/// use rlm_repl::{Listed, list_variables};
///
/// let listed = |name: &str, type_name: &str, size: &str, preview: &str| Listed {
///     name: name.to_owned(),
///     type_name: type_name.to_owned(),
///     size: size.to_owned(),
///     preview: preview.to_owned(),
/// };
/// let lines = list_variables(&[listed("n", "int", "", "3"), listed("reviews", "list", "240 items", "['Too dear', …")]);
/// assert_eq!(lines.lines().count(), 2);
/// assert!(lines.lines().all(|line| line.find("int").or(line.find("list")) == Some(9)), "in columns:\n{lines}");
/// ```
#[must_use]
pub fn list_variables(variables: &[Listed]) -> String {
    if variables.is_empty() {
        return "no variables\n".to_owned();
    }
    let widest = |of: fn(&Listed) -> &str| variables.iter().map(|one| of(one).chars().count()).max().unwrap_or(0);
    let (names, types) = (widest(|one| &one.name), widest(|one| &one.type_name));
    let sizes = widest(|one| &one.size);
    let lines = variables.iter().map(|one| {
        let preview = shortened(&one.preview);
        let line = format!(
            "{:<names$}  {:<types$}  {:<sizes$}  {preview}",
            one.name, one.type_name, one.size
        );
        format!("{}\n", line.trim_end())
    });
    lines.collect()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(PREVIEW) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}
