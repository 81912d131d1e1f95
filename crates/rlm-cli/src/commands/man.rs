//! `rlm man`: prints or writes manual pages.

use std::io;
use std::path::Path;

use clap::Command;
use clap_mangen::Man;
use rlm_cli_output::console::Console;
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
    let mut page = Vec::new();
    Man::new(command.clone())
        .render(&mut page)
        .map_err(|cause| Failure::Output { cause })?;
    console.result(&String::from_utf8_lossy(&page))?;
    Ok(0)
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
    Man::new(command.clone()).generate_to(folder)?;
    let mut count = 1;
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        count += write_all(below, folder)?;
    }
    Ok(count)
}
