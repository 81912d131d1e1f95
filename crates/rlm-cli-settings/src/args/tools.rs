//! Command-line arguments about the tools that programs may call in addition to their library.

use std::str::FromStr;

use clap::{Args, ValueEnum};
use rlm_model::NamePattern;
use rlm_policy::ToolGrant;

/// The tools that programs may call in addition to their library.
#[derive(Debug, Clone, Args)]
pub struct ToolSourceArguments {
    /// Command that programs call as the function NAME, with JSON input and output (repeatable)
    #[arg(
        long,
        value_name = "NAME=COMMAND",
        help_heading = "Tools",
        long_help = "Command that programs call as the function NAME. It reads a JSON object of arguments from standard input and writes \
                     one JSON value to standard output. `COMMAND --schema` prints {\"description\": …, \"parameters\": {JSON schema}, \"access\": \"read\" or \
                     \"effect\", \"outside\": true or false}. It is started without a shell (to use one: NAME='sh -c \"…\"') and without \
                     variables that hold keys. Repeatable"
    )]
    pub tool: Vec<Named>,
    /// Command of an MCP server whose tools programs may call; with NAME=, functions are named NAME_TOOL
    #[arg(long, value_name = "[NAME=]COMMAND", help_heading = "Tools")]
    pub mcp: Vec<Server>,
    /// Offer only tools of MCP servers whose function name matches; * and ? are wildcards (repeatable)
    #[arg(long, value_name = "PATTERN", requires = "mcp", help_heading = "Tools")]
    pub mcp_tools: Vec<NamePattern>,
    /// Let programs search the web with research(query), using Exa and the key in EXA_API_KEY
    #[arg(long, help_heading = "Tools")]
    pub web_search: bool,
}

/// The tools that programs may call in addition to their library, and their permissions.
#[derive(Debug, Clone, Args)]
pub struct ToolArguments {
    #[command(flatten)]
    pub offered: ToolSourceArguments,
    #[command(flatten)]
    pub granted: ToolGrantArguments,
    /// How strictly to check where tool arguments come from
    #[arg(
        long,
        value_enum,
        value_name = "HOW",
        default_value_t,
        hide_possible_values = true,
        help_heading = "Tools",
        long_help = "How strictly to check where tool arguments come from: `usual` applies the grants; `strict` also rejects effects under \
                     a condition or in a loop that derives from untrusted text, and asks you before any effect of a program that was \
                     written after output was shown. If it can't ask you, it rejects the effect"
    )]
    pub taint: Taint,
}

/// The permissions of tools.
#[derive(Debug, Clone, Default, Args)]
pub struct ToolGrantArguments {
    /// Permissions of a tool: calls=N per run, depth=N levels down, seconds=N per call, derived (untrusted text as arguments)
    #[arg(
        long,
        value_name = "NAME:TERM,…",
        help_heading = "Tools",
        long_help = "Permissions of a tool, such as `look_up:calls=20,seconds=10,derived`: `calls` per run [100], `seconds` per call [60], \
                     the maximum `depth` of runs that may call it (0 is the root run; by default, all runs, but only the root run for tools \
                     that have effects or leave the machine), and `derived`: arguments of such tools may derive from the context, from \
                     replies or from other tools. Repeatable"
    )]
    pub grant: Vec<Grant>,
}

/// A command that programs call as a tool, parsed from `NAME=COMMAND`.
#[derive(Debug, Clone)]
pub struct Named {
    pub name: String,
    pub command: String,
}

impl FromStr for Named {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, command) = text.split_once('=').ok_or("expected NAME=COMMAND")?;
        Ok(Self {
            name: name.trim().to_owned(),
            command: command.trim().to_owned(),
        })
    }
}

/// The command of an MCP server and the prefix of its tools' names, parsed from `[NAME=]COMMAND`.
#[derive(Debug, Clone)]
pub struct Server {
    pub prefix: Option<String>,
    pub command: String,
}

impl FromStr for Server {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_name =
            |name: &str| !name.is_empty() && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
        Ok(match text.split_once('=') {
            Some((name, command)) if is_name(name) => Self {
                prefix: Some(name.to_owned()),
                command: command.trim().to_owned(),
            },
            _ => Self {
                prefix: None,
                command: text.trim().to_owned(),
            },
        })
    }
}

/// The permissions of one tool, parsed from `--grant`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub name: String,
    pub grant: ToolGrant,
}

impl FromStr for Grant {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, terms) = text
            .split_once(':')
            .ok_or("expected NAME:calls=N,depth=N,seconds=N,derived")?;
        let mut grant = ToolGrant::default();
        for term in terms.split(',').map(str::trim).filter(|term| !term.is_empty()) {
            let (term, value) = term
                .split_once('=')
                .map_or((term, None), |(term, value)| (term, Some(value)));
            let number = |most: u64| {
                let number = value.and_then(|value| value.trim().parse().ok());
                let number = number.filter(|number: &u64| *number <= most);
                number.ok_or_else(|| format!("expected a whole number up to {most} for `{term}`"))
            };
            match term {
                "calls" => grant.calls = u32::try_from(number(1_000_000)?).unwrap_or(u32::MAX),
                "depth" => grant.depth = Some(u32::try_from(number(100)?).unwrap_or(u32::MAX)),
                "seconds" => grant.seconds = number(86_400)?,
                "derived" if value.is_none() => grant.derived = true,
                _ => {
                    return Err(format!(
                        "invalid term `{term}`; expected calls=N, depth=N, seconds=N or derived"
                    ));
                }
            }
        }
        Ok(Self {
            name: name.trim().to_owned(),
            grant,
        })
    }
}

/// How strictly to check where tool arguments come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Taint {
    /// Apply the grants
    #[default]
    Usual,
    /// Also check conditions and earlier output
    Strict,
}

impl From<Taint> for rlm_policy::Taint {
    fn from(taint: Taint) -> Self {
        match taint {
            Taint::Usual => Self::Usual,
            Taint::Strict => Self::Strict,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tool_permission_terms_are_parsed() {
        let read = |text: &str| text.parse::<Grant>();
        let grant = ToolGrant {
            calls: 5,
            depth: Some(1),
            derived: true,
            seconds: 10,
        };
        assert_eq!(
            read("look_up:calls=5, depth=1,seconds=10,derived"),
            Ok(Grant {
                name: "look_up".to_owned(),
                grant
            })
        );
        assert_eq!(read("a:").map(|read| read.grant), Ok(ToolGrant::default()));
        let wrong: Vec<String> = ["a", "a:calls", "a:calls=-1", "a:depth=101", "a:derived=yes", "a:often"]
            .into_iter()
            .map(|text| read(text).map_or_else(|error| error, |_| "fine".to_owned()))
            .collect();
        assert_eq!(
            wrong,
            [
                "expected NAME:calls=N,depth=N,seconds=N,derived",
                "expected a whole number up to 1000000 for `calls`",
                "expected a whole number up to 1000000 for `calls`",
                "expected a whole number up to 100 for `depth`",
                "invalid term `derived`; expected calls=N, depth=N, seconds=N or derived",
                "invalid term `often`; expected calls=N, depth=N, seconds=N or derived",
            ]
        );
    }

    #[test]
    fn server_flag_accepts_an_optional_prefix() {
        let read = |text: &str| text.parse::<Server>().map(|server| (server.prefix, server.command));
        assert_eq!(
            read("fs=npx server /tmp"),
            Ok((Some("fs".to_owned()), "npx server /tmp".to_owned()))
        );
        assert_eq!(
            read("python3 server.py --root=/tmp"),
            Ok((None, "python3 server.py --root=/tmp".to_owned()))
        );
    }
}
