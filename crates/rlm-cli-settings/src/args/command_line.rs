//! The clap command of `rlm`, whose help groups the subcommands under headings.

use std::fmt::Write as _;

use clap::{Command, CommandFactory};

use super::cli::Arguments;

/// The headings in the help of `rlm`, each with the names of its commands, in the order of the
/// help.
const HEADINGS: [(&str, &[&str]); 5] = [
    ("Ask", &["run", "batch", "session", "chat", "job", "estimate"]),
    ("Inspect runs", &["runs", "watch", "trace", "report", "bundle"]),
    ("Resume and compare", &["resume", "fork", "replay", "call", "diff"]),
    (
        "Develop programs and prompts",
        &["repl", "exec", "check", "fmt", "record", "test", "prompts"],
    ),
    (
        "Setup and maintenance",
        &[
            "init",
            "config",
            "doctor",
            "models",
            "cache",
            "completions",
            "schema",
            "version",
        ],
    ),
];

/// Returns the clap command of `rlm`, whose help lists the subcommands under headings.
pub fn command_line() -> Command {
    let command = Arguments::command();
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{}{}:\n{{options}}{{after-help}}",
        listing(&command),
        heading(&command, "Options"),
    );
    command.help_template(template)
}

/// Formats the list of subcommands for the help: grouped by heading, with descriptions aligned in
/// one column.
fn listing(command: &Command) -> String {
    let named = |one: &Command| {
        let aliases = one.get_visible_aliases();
        std::iter::once(one.get_name())
            .chain(aliases)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let widths = command.get_subcommands().map(|one| named(one).chars().count());
    let width = widths.max().unwrap_or_default();
    let literal = command.get_styles().get_literal();
    let mut listing = String::new();
    for (title, names) in HEADINGS {
        let _ = writeln!(listing, "{}:", heading(command, title));
        for one in names.iter().filter_map(|name| command.find_subcommand(name)) {
            let about = one.get_about().map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(listing, "  {literal}{:width$}{literal:#}  {about}", named(one));
        }
        listing.push('\n');
    }
    listing
}

fn heading(command: &Command, title: &str) -> String {
    let style = command.get_styles().get_header();
    format!("{style}{title}{style:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The maximum width of the command list: the default width of a terminal.
    const COLUMNS: usize = 80;

    fn each(command: &Command, look: &mut dyn FnMut(&Command)) {
        look(command);
        command.get_subcommands().for_each(|one| each(one, look));
    }

    #[test]
    fn every_command_is_listed_under_exactly_one_heading() {
        let mut listed: Vec<&str> = HEADINGS.iter().flat_map(|(_, names)| *names).copied().collect();
        let command = Arguments::command();
        let mut known: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        listed.sort_unstable();
        known.sort_unstable();
        assert_eq!(listed, known);
    }

    #[test]
    fn command_list_fits_the_column_limit() {
        let shown = command_line().render_help().to_string();
        let list = shown.split("Options:").next().unwrap_or_default();
        let wide: Vec<&str> = list.lines().filter(|line| line.chars().count() > COLUMNS).collect();
        assert_eq!(wide, Vec::<&str>::new());
    }

    #[test]
    fn the_help_of_every_command_ends_on_examples() {
        let mut without = Vec::new();
        each(&command_line(), &mut |command| {
            let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples = after.rsplit_once("Examples:\n").map(|(_, examples)| examples);
            let is_example = |line: &str| line.starts_with("  ") && line.contains("rlm ");
            if !examples.is_some_and(|examples| examples.lines().all(is_example)) {
                without.push(command.get_name().to_owned());
            }
        });
        assert_eq!(without, Vec::<String>::new());
    }
}
