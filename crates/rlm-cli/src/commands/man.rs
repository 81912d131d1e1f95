//! `rlm man`: prints or writes manual pages.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command as Process, Stdio};

use clap::Command;
use clap::builder::Resettable;
use clap_mangen::Man;
use rlm_cli_output::console::{Console, Stream};
use rlm_cli_output::failure::Failure;
use rlm_cli_settings::args::{ManArguments, command_line};

/// Runs `rlm man`: prints the manual page of a command, or writes all pages. Returns the exit code.
pub(crate) fn run(arguments: &ManArguments, console: Console) -> Result<u8, Failure> {
    let mut root = with_all_flags(command_line());
    root.build();
    if let Some(folder) = &arguments.output {
        let count = write_all(&root, folder).map_err(|cause| Failure::Report {
            path: folder.clone(),
            cause,
        })?;
        console.say(&format!("wrote {count} manual pages to {}", folder.display()));
        return Ok(0);
    }
    let mut command = &root;
    for name in &arguments.command {
        command = command.find_subcommand(name).ok_or_else(|| Failure::Usage {
            detail: format!("unknown command `{}`", arguments.command.join(" ")),
            command: "man".to_owned(),
        })?;
    }
    let page = page(command);
    if !(Stream::Output.is_terminal() && shown_by_man(&page)) {
        console.result(&String::from_utf8_lossy(&page))?;
    }
    Ok(0)
}

/// Shows a page with `man`. Returns `false` if that fails, as on a machine without it.
fn shown_by_man(page: &[u8]) -> bool {
    let Ok(mut man) = Process::new("man").args(["-l", "-"]).stdin(Stdio::piped()).spawn() else {
        return false;
    };
    let is_passed = man.stdin.take().is_some_and(|mut input| input.write_all(page).is_ok());
    man.wait().is_ok_and(|status| status.success()) && is_passed
}

/// Returns the manual page of a command, in roff.
fn page(command: &Command) -> Vec<u8> {
    let after = command.get_after_long_help().or(command.get_after_help());
    let after = after.map(ToString::to_string).unwrap_or_default();
    let (notes, examples) = after.split_once("Examples:\n").unwrap_or((&after, ""));
    let name = command.get_bin_name().unwrap_or("rlm").replace(' ', "-");
    let plain = command
        .clone()
        .after_help(Resettable::Reset)
        .after_long_help(Resettable::Reset);
    let man = Man::new(plain)
        .title(name.to_uppercase())
        .source(format!("rlm {}", env!("CARGO_PKG_VERSION")))
        .manual("rlm manual");
    let mut page = Vec::new();
    // A vector takes everything that is written to it.
    let _ = man.render(&mut page);
    let mut section = |title: &str, text: &str, between: &str| {
        if !text.trim().is_empty() {
            let lines = text.trim_end().lines().map(escaped).collect::<Vec<_>>().join(between);
            page.extend(format!(".SH {title}\n{lines}\n").into_bytes());
        }
    };
    section("NOTES", notes, "\n.PP\n");
    section("EXAMPLES", examples, "\n.br\n");
    page
}

/// Returns a line of text that roff prints as it is.
fn escaped(line: &str) -> String {
    let line = line.replace('\\', "\\e").replace('-', "\\-");
    match line.starts_with(['.', '\'']) {
        true => format!("\\&{line}"),
        false => line,
    }
}

/// Shows all flags of a command and its subcommands: a page lists no text for those that `-h` hides.
fn with_all_flags(command: Command) -> Command {
    command
        .mut_args(|arg| arg.hide_short_help(false))
        .mut_subcommands(with_all_flags)
}

/// Writes the manual pages of a command and its subcommands. Returns their number.
fn write_all(command: &Command, folder: &Path) -> io::Result<usize> {
    std::fs::create_dir_all(folder)?;
    let name = command.get_bin_name().unwrap_or("rlm").replace(' ', "-");
    std::fs::write(folder.join(format!("{name}.1")), page(command))?;
    let mut count = 1;
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        count += write_all(below, folder)?;
    }
    Ok(count)
}
