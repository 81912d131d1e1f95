//! Command-line arguments about the tools that programs may call in addition to their library.

use std::str::FromStr;

use clap::{Args, ValueEnum};
use rlm_model::NamePattern;
use rlm_policy::ToolGrant;

/// Arguments that name the tools for programs: commands, MCP servers and web search.
#[derive(Debug, Clone, Args)]
pub struct ToolSourceArguments {
    /// A command that programs call as a function NAME: JSON in, JSON out; may be given several times
    #[arg(
        long,
        value_name = "NAME=COMMAND",
        help_heading = "Tools",
        long_help = "A command that programs call as a function NAME: a JSON object of arguments on standard input, one JSON value on \
                     standard output. `COMMAND --schema` prints {\"description\": …, \"parameters\": {JSON schema}, \"access\": \"read\" or \
                     \"effect\", \"outside\": true or false}. It is started without a shell (for one: NAME='sh -c \"…\"'), without variables \
                     that hold keys. May be given several times"
    )]
    pub tool: Vec<Named>,
    /// An MCP server whose tools programs call, started with this command; with a name, functions are called NAME_TOOL
    #[arg(long, value_name = "[NAME=]COMMAND", help_heading = "Tools")]
    pub mcp: Vec<Server>,
    /// Offer of the tools of MCP servers only those whose function's name matches, with * and ?; may be given several times
    #[arg(long, value_name = "PATTERN", requires = "mcp", help_heading = "Tools")]
    pub mcp_tools: Vec<NamePattern>,
    /// Let programs search the web by research(query): Exa's search, with the key in EXA_API_KEY
    #[arg(long, help_heading = "Tools")]
    pub web_search: bool,
}

/// Arguments about the tools for programs and the permissions of these tools.
#[derive(Debug, Clone, Args)]
pub struct ToolArguments {
    #[command(flatten)]
    pub offered: ToolSourceArguments,
    #[command(flatten)]
    pub granted: ToolGrantArguments,
    /// How much it matters where what tools are given comes from
    #[arg(
        long,
        value_enum,
        value_name = "HOW",
        default_value_t,
        hide_possible_values = true,
        help_heading = "Tools",
        long_help = "How much it matters where what tools are given comes from: `usual`, as the grants say; `strict` also refuses effects under \
                     a condition or in a loop that derives from text of others, and asks you before any effect of a program that was written \
                     after output was shown; where nobody can be asked, there is none"
    )]
    pub taint: Taint,
}

/// Arguments that grant permissions to tools.
#[derive(Debug, Clone, Default, Args)]
pub struct ToolGrantArguments {
    /// What runs may do with a tool: calls=N a run, depth=N levels down, seconds=N a call, derived (text of others as arguments)
    #[arg(
        long,
        value_name = "NAME:TERM,…",
        help_heading = "Tools",
        long_help = "What runs may do with a tool, such as `look_up:calls=20,seconds=10,derived`: `calls` of one run [100], `seconds` of one call \
                     [60], the `depth` of runs that have it (0 is the root run; where nothing is said, all of them, and the root run alone for \
                     tools that have effects or leave the machine), and `derived`: such a tool may be given what derives from the context, \
                     from replies or from other tools. May be given several times"
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
        let (name, command) = text.split_once('=').ok_or("write it as NAME=COMMAND")?;
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
            .ok_or("write it as NAME:calls=N,depth=N,seconds=N,derived")?;
        let mut grant = ToolGrant::default();
        for term in terms.split(',').map(str::trim).filter(|term| !term.is_empty()) {
            let (term, value) = term
                .split_once('=')
                .map_or((term, None), |(term, value)| (term, Some(value)));
            let number = |most: u64| {
                let number = value.and_then(|value| value.trim().parse().ok());
                let number = number.filter(|number: &u64| *number <= most);
                number.ok_or_else(|| format!("`{term}` takes a whole number up to {most}"))
            };
            match term {
                "calls" => grant.calls = u32::try_from(number(1_000_000)?).unwrap_or(u32::MAX),
                "depth" => grant.depth = Some(u32::try_from(number(100)?).unwrap_or(u32::MAX)),
                "seconds" => grant.seconds = number(86_400)?,
                "derived" if value.is_none() => grant.derived = true,
                _ => {
                    return Err(format!(
                        "`{term}` is no term: there are calls=N, depth=N, seconds=N and derived"
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

/// How strictly tool calls are checked for influence of untrusted text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Taint {
    /// As the grants say
    #[default]
    Usual,
    /// Also conditions and what was shown
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
    fn grants_are_read_term_by_term() {
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
                "write it as NAME:calls=N,depth=N,seconds=N,derived",
                "`calls` takes a whole number up to 1000000",
                "`calls` takes a whole number up to 1000000",
                "`depth` takes a whole number up to 100",
                "`derived` is no term: there are calls=N, depth=N, seconds=N and derived",
                "`often` is no term: there are calls=N, depth=N, seconds=N and derived",
            ]
        );
    }

    #[test]
    fn servers_may_have_a_name() {
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
