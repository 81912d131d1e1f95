//! Settings, read from a file of `name = value` lines.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::error::Error;

/// All settings of a store and its client.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// A segment is sealed when it would grow beyond this many bytes.
    pub segment_size: u64,
    /// Whether each write waits for the disk. Slow but safe.
    pub sync: bool,
    /// Compaction starts when this share of the store is waste.
    pub compact_at: f64,
    /// Where changes are sent, as `host:port`; none if empty.
    pub replica: String,
    /// How long the client waits for an answer of the replica.
    pub replica_timeout: Duration,
    /// Whether to report on standard error what is being done.
    pub verbose: bool,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            segment_size: 32 << 20,
            sync: true,
            compact_at: 0.4,
            replica: String::new(),
            replica_timeout: Duration::from_secs(5),
            verbose: false,
        }
    }
}

impl Config {
    /// Reads a file. Settings it does not mention keep their defaults.
    pub fn read(path: &Path) -> Result<Config, Error> {
        Config::parse(&fs::read_to_string(path)?)
    }

    /// Reads settings from text. A `#` begins a comment, also behind a value.
    pub fn parse(text: &str) -> Result<Config, Error> {
        let mut config = Config::default();
        for (number, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or("").trim();
            if line.is_empty() {
                continue;
            }
            config.set(line).map_err(|reason| Error::Config { line: number + 1, reason })?;
        }
        config.check()?;
        Ok(config)
    }

    fn set(&mut self, line: &str) -> Result<(), String> {
        let (name, value) = line.split_once('=').ok_or("no equals sign")?;
        let (name, value) = (name.trim(), value.trim());
        match name {
            "segment_size" => self.segment_size = bytes(value)?,
            "sync" => self.sync = boolean(value)?,
            "compact_at" => {
                self.compact_at = value.parse().map_err(|_| format!("{value:?} is no number"))?;
            }
            "replica" => self.replica = value.to_string(),
            "replica_timeout" => {
                let seconds: u64 = value.parse().map_err(|_| format!("{value:?} is no number"))?;
                self.replica_timeout = Duration::from_secs(seconds);
            }
            "verbose" => self.verbose = boolean(value)?,
            _ => return Err(format!("unknown setting {name:?}")),
        }
        Ok(())
    }

    /// Refuses settings that cannot work.
    pub fn check(&self) -> Result<(), Error> {
        let reason = if self.segment_size < 4096 {
            "segment_size must be at least 4096"
        } else if !(0.05..=0.95).contains(&self.compact_at) {
            // Below that, compaction would never stop; above, never start.
            "compact_at must lie between 0.05 and 0.95"
        } else if self.replica_timeout.is_zero() {
            "replica_timeout must be positive"
        } else {
            return Ok(());
        };
        Err(Error::Config { line: 0, reason: reason.to_string() })
    }
}

/// Reads "4096", "64 KiB" or "32 MiB".
fn bytes(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let number: u64 = digits.parse().map_err(|_| format!("{text:?} is no size"))?;
    match text[digits.len()..].trim() {
        "" | "B" => Ok(number),
        "KiB" => Ok(number << 10),
        "MiB" => Ok(number << 20),
        // Decimal units are refused, because people mean different things by them.
        unit => Err(format!("unit {unit:?} is not known; use KiB or MiB")),
    }
}

fn boolean(text: &str) -> Result<bool, String> {
    match text {
        "yes" | "true" | "on" => Ok(true),
        "no" | "false" | "off" => Ok(false),
        _ => Err(format!("{text:?} is neither yes nor no")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_units() {
        let config = Config::parse("segment_size = 64 KiB # small\n\nsync = off\n").unwrap();
        assert_eq!(config.segment_size, 65_536);
        assert!(!config.sync);
    }

    #[test]
    fn an_error_names_its_line() {
        let error = Config::parse("sync = on\nsegmnet_size = 1\n").unwrap_err();
        assert!(matches!(error, Error::Config { line: 2, .. }));
    }
}
