//! Formats trees as text: one node per line, with guide lines.

use crate::console::Console;

/// A tree node with its lines of text and its children.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// The first line of the node, and further lines below it.
    lines: Vec<String>,
    children: Vec<Outline>,
}

impl Outline {
    /// Creates a tree node with one line of text.
    pub fn new(line: impl Into<String>) -> Self {
        Self {
            lines: vec![line.into()],
            children: Vec::new(),
        }
    }

    /// Adds further lines of text below the first line of the node.
    pub fn lines(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.lines.extend(lines);
        self
    }

    /// Adds a child node.
    pub fn push(&mut self, child: Self) {
        self.children.push(child);
    }

    /// Formats the tree as text. The lines of the root are not indented. On a plain console, levels
    /// are shown by indentation alone.
    pub fn render(&self, console: Console) -> String {
        let is_plain = console.is_plain();
        let guides = |drawn: &'static str| if is_plain { "  " } else { drawn };
        let mut out = String::new();
        // An explicit stack, because journals have no limit on their nesting.
        let mut left: Vec<(&Self, String, String)> = vec![(self, String::new(), String::new())];
        while let Some((node, first, rest)) = left.pop() {
            let guide = if node.children.is_empty() { "" } else { guides("│ ") };
            for (index, line) in node.lines.iter().enumerate() {
                let prefix = if index == 0 {
                    first.clone()
                } else {
                    format!("{rest}{guide}")
                };
                out.push_str(format!("{prefix}{line}").trim_end());
                out.push('\n');
            }
            for (index, child) in node.children.iter().enumerate().rev() {
                let is_last = index + 1 == node.children.len();
                let (branch, below) = if is_last {
                    (guides("└─ "), guides("   "))
                } else {
                    (guides("├─ "), guides("│  "))
                };
                left.push((child, format!("{rest}{branch}"), format!("{rest}{below}")));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outline_draws_tree_lines() {
        let mut turn = Outline::new("turn 1");
        turn.push(Outline::new("program").lines(["  x = 1".to_owned()]));
        turn.push(Outline::new("call"));
        let mut run = Outline::new("run").lines(["question".to_owned()]);
        run.push(turn);
        run.push(Outline::new("answer"));
        assert_eq!(
            run.render(Console::colored()),
            "run\n│ question\n├─ turn 1\n│  ├─ program\n│  │    x = 1\n│  └─ call\n└─ answer\n"
        );
        assert_eq!(
            run.render(Console::plain()),
            "run\n  question\n  turn 1\n    program\n      x = 1\n    call\n  answer\n"
        );
    }
}
