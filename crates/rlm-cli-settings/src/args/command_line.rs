//! The clap command of `rlm`, whose help groups the subcommands under headings.

use std::fmt::Write as _;

use clap::{Command, CommandFactory};

use super::cli::Arguments;

/// The headings in the help of `rlm`, each with the names of its commands, in the order of the
/// help.
const HEADINGS: [(&str, &[&str]); 5] = [
    (
        "Ask",
        &[
            "run", "demo", "batch", "session", "chat", "job", "serve", "mcp", "estimate",
        ],
    ),
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
            "keys",
            "db",
            "completions",
            "man",
            "schema",
            "version",
        ],
    ),
];

/// The flags that `-h` shows of a command with many flags.
const COMMON_FLAGS: [&str; 14] = [
    "model",
    "sub_model",
    "context",
    "max_cost",
    "max_tokens",
    "max_steps",
    "max_seconds",
    "schema",
    "show_steps",
    "tui",
    "quiet",
    "json",
    "output",
    "help",
];
/// The number of flags from which `-h` shows only the common ones.
const MANY_FLAGS: usize = 24;

/// Returns the clap command of `rlm`, whose help lists the subcommands under headings. `-h` shows
/// only the common flags of commands with many flags.
pub fn command_line() -> Command {
    let command = with_short_help(Arguments::command(), "rlm");
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{}{}:\n{{options}}{{after-help}}",
        listing(&command),
        heading(&command, "Options"),
    );
    command.help_template(template)
}

/// Hides the rare flags of a command, and of its subcommands, from `-h`. `path` is the command as a
/// user types it.
fn with_short_help(command: Command, path: &str) -> Command {
    // So that a limit of -1 is an invalid limit, not an unknown flag.
    let command = command.allow_negative_numbers(true);
    let command = command.mut_subcommands(|below| {
        let path = format!("{path} {}", below.get_name());
        with_short_help(below, &path)
    });
    if command.get_opts().count() < MANY_FLAGS {
        return command;
    }
    let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let examples = after
        .find("Examples:")
        .and_then(|at| after.get(at..))
        .unwrap_or_default();
    let short = format!("All flags: {path} --help\n\n{examples}");
    command
        .mut_args(|arg| {
            let is_common = arg.is_positional() || COMMON_FLAGS.contains(&arg.get_id().as_str());
            arg.hide_short_help(!is_common)
        })
        .after_long_help(after)
        .after_help(short)
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
    fn short_help_shows_at_most_a_dozen_flags_of_a_command_with_many() {
        each(&command_line(), &mut |command| {
            let flags = |is_short: bool| {
                let shown = command
                    .get_opts()
                    .filter(|arg| !(is_short && arg.is_hide_short_help_set()));
                shown.filter(|arg| !arg.is_hide_set()).count()
            };
            if flags(false) >= MANY_FLAGS {
                assert!(flags(true) <= 12, "{} shows {} flags", command.get_name(), flags(true));
            }
        });
    }

    #[test]
    fn short_flags_have_the_same_meaning_everywhere() {
        let mut differing = Vec::new();
        each(&command_line(), &mut |command| {
            for (short, long) in [('c', "context"), ('m', "model"), ('o', "output"), ('j', "json")] {
                let is_same = |arg: &&clap::Arg| (arg.get_short() == Some(short)) != (arg.get_long() == Some(long));
                differing.extend(
                    command
                        .get_opts()
                        .find(is_same)
                        .map(|arg| (command.get_name().to_owned(), arg.get_id().to_string())),
                );
            }
        });
        assert_eq!(differing, []);
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
