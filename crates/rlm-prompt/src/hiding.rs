//! The removal of functions from prompts if tools of the same name hide them, so that the model
//! reads about one function per name.

/// Removes the `hidden` functions from a prompt: entries of lists that begin with `- `, other list
/// items that mention one, and examples that call one, including the line before the example.
pub(crate) fn without_hidden(prompt: &str, hidden: &[impl AsRef<str>]) -> String {
    if hidden.is_empty() {
        return prompt.to_owned();
    }
    let hidden: Vec<&str> = hidden.iter().map(AsRef::as_ref).collect();
    let hidden = hidden.as_slice();
    let mut kept: Vec<String> = Vec::new();
    let mut lines = prompt.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            let mut example = vec![line.to_owned()];
            for line in lines.by_ref() {
                example.push(line.to_owned());
                if line.starts_with("```") {
                    break;
                }
            }
            if example.iter().any(|line| calls_any(line, hidden)) {
                // The title of the example.
                kept.pop();
            } else {
                kept.extend(example);
            }
        } else if let Some(entries) = line.strip_prefix("- ").filter(|entries| calls_any(entries, hidden)) {
            let left = left_of(entries, hidden);
            if !left.is_empty() && !calls_any(&left, hidden) {
                kept.push(format!("- {left}"));
            }
        } else {
            kept.push(line.to_owned());
        }
    }
    let end = if prompt.ends_with('\n') { "\n" } else { "" };
    kept.join("\n") + end
}

/// Returns a list without the entries of hidden functions. Text after an entry that is not an entry
/// itself belongs to that entry.
fn left_of(entries: &str, hidden: &[&str]) -> String {
    let mut left = String::new();
    let mut is_kept = true;
    for (separator, entry) in split(entries) {
        if let Some(name) = called(entry) {
            is_kept = !hidden.contains(&name);
        }
        if is_kept {
            if !left.is_empty() {
                left.push_str(separator);
            }
            left.push_str(entry);
        }
    }
    if entries.ends_with('.') && !left.is_empty() && !left.ends_with('.') {
        left.push('.');
    }
    left
}

/// Splits a list at each `, ` and `; ` outside brackets; returns each entry with the separator
/// before it.
fn split(entries: &str) -> Vec<(&str, &str)> {
    let mut depth = 0_u32;
    let mut found = Vec::new();
    let (mut separator, mut start) = ("", 0);
    for (place, char) in entries.char_indices() {
        match char {
            '(' | '[' => depth = depth.saturating_add(1),
            ')' | ']' => depth = depth.saturating_sub(1),
            ',' | ';' if depth == 0 && entries.get(place..).is_some_and(|rest| rest.get(1..2) == Some(" ")) => {
                found.push((separator, entries.get(start..place).unwrap_or_default()));
                start = place.saturating_add(2);
                separator = entries.get(place..start).unwrap_or_default();
            }
            _ => {}
        }
    }
    found.push((separator, entries.get(start..).unwrap_or_default()));
    found
}

/// Returns the name of the function with which an entry begins.
fn called(entry: &str) -> Option<&str> {
    let (name, _) = entry.split_once('(')?;
    let is_name = !name.is_empty() && name.chars().all(is_name_char);
    is_name.then_some(name)
}

fn calls_any(text: &str, names: &[&str]) -> bool {
    names.iter().any(|name| calls(text, name))
}

fn calls(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(place, _)| {
        let before = text.get(..place).and_then(|before| before.chars().next_back());
        let after = text.get(place.saturating_add(name.len())..).unwrap_or_default();
        after.starts_with('(') && !before.is_some_and(|before| is_name_char(before) || before == '.')
    })
}

const fn is_name_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_functions_are_removed_from_the_prompt() {
        let prompt = "\
- ctx: find(pattern, max=2) and chunk(size=None) -> [(start, end)].
- grep(text, pattern='a, b') -> hits with .text; pattern as in re, max=None for all.
- lines(text), chunks(text, by=\"char\") (by \"line\"; unit \"token\") -> list of str; records(text), top(counts, n=10).
- Ask sub-models: llm_query(prompt) asks one, and task(grepper(x)) none.
  - grep(words: str): the tool

A look:
```repl
for hit in grep(P, 'x'):
    print(hit)
```
Another:
```repl
regrep(P); x.grep(P)
```
";
        let without = |hidden: &[&str]| without_hidden(prompt, hidden);
        assert_eq!(without(&[]), prompt);
        insta::assert_snapshot!(without(&["grep", "top", "llm_query"]));
        insta::assert_snapshot!(without(&["chunks", "find"]));
    }
}
