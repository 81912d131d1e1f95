//! The environment variables that contain API keys: those of the providers, of web search, and
//! those that configuration files name. Their values are never shown.

use std::path::Path;

use rlm_adapters::{ModelEntry, ProviderName, SERVICE_ACCOUNT_VARIABLE, key_variables};
use rlm_cli_output::failure::Failure;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::configuration_file;
use crate::environment::Environment;

/// The environment variable that contains the key of the web search API.
pub const WEB_SEARCH_KEY: &str = "EXA_API_KEY";
/// The minimum length of a value that counts as a key, in bytes. Shorter values may occur in any
/// text.
const SHORTEST_KEY: usize = 8;
/// The minimum length of a private key's line to search for, in bytes. Shorter lines are not
/// unique.
const SHORTEST_LINE: usize = 32;

/// An environment variable that contains a key, or the path of a file with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyVariable {
    /// The name of the environment variable.
    pub name: String,
    /// What the variable contains: a key or a path.
    pub holds: Holds,
}

/// What an environment variable for keys contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// The variable contains a key.
    Key,
    /// The variable contains the path of a service account file, which contains a key.
    ServiceAccount,
}

/// Returns the environment variables that may contain keys: those of known providers, those that
/// configuration files name, and `also`. The list has no duplicates.
///
/// # Errors
/// [`Failure::ConfigurationFile`].
pub fn variables(also: Option<&str>, environment: &Environment) -> Result<Vec<KeyVariable>, Failure> {
    let mut found: Vec<KeyVariable> = Vec::new();
    let mut add = |name: &str, holds| {
        if !found.iter().any(|known| known.name == name) {
            found.push(KeyVariable {
                name: name.to_owned(),
                holds,
            });
        }
    };
    key_variables().into_iter().for_each(|name| add(name, Holds::Key));
    add(WEB_SEARCH_KEY, Holds::Key);
    add(SERVICE_ACCOUNT_VARIABLE, Holds::ServiceAccount);
    for (_, file) in configuration_file::read_all(environment)? {
        for (_, entry) in file.models() {
            entry
                .secret_variables()
                .for_each(|name| add(name, held_for(entry, name)));
        }
        for (_, entry) in file.commands() {
            entry.env.iter().for_each(|name| add(name, Holds::Key));
        }
        let named = file.run().find(|(key, _)| key.replace('-', "_") == "api_key_env");
        if let Some(name) = named.and_then(|(_, value)| value.as_str()) {
            add(name, Holds::Key);
        }
    }
    if let Some(name) = also {
        add(name, Holds::Key);
    }
    Ok(found)
}

fn held_for(entry: &ModelEntry, name: &str) -> Holds {
    let is_its_key = entry.api_key_env.as_deref() == Some(name);
    if is_its_key && entry.adapter == ProviderName::Vertex {
        Holds::ServiceAccount
    } else {
        Holds::Key
    }
}

/// Returns the name of an environment variable whose key occurs in one of the texts. Plain and JSON
/// texts are searched alike.
///
/// # Errors
/// [`Failure::ConfigurationFile`].
pub fn key_within(texts: &[&[u8]], also: Option<&str>, environment: &Environment) -> Result<Option<String>, Failure> {
    let stands = |secret: &SecretString| {
        let secret = secret.expose_secret().as_bytes();
        let within = |text: &&[u8]| text.windows(secret.len()).any(|window| window == secret);
        texts.iter().any(within)
    };
    let found = variables(also, environment)?
        .into_iter()
        .find(|variable| secrets(variable, environment).iter().any(stands));
    Ok(found.map(|variable| variable.name))
}

/// Returns the secrets of an environment variable: its key, or the lines of the private key in its
/// file.
fn secrets(variable: &KeyVariable, environment: &Environment) -> Vec<SecretString> {
    let Some(value) = environment.secret(&variable.name) else {
        return Vec::new();
    };
    let value = value.expose_secret().trim();
    let mut secrets = vec![SecretString::from(value)];
    // A variable may hold a key or a file's path: the caller decides which, since `--api-key-env`
    // may name either.
    if let Some(lines) = private_key(value.as_ref()) {
        if variable.holds == Holds::ServiceAccount {
            secrets.clear();
        }
        secrets.extend(lines);
    } else if variable.holds == Holds::ServiceAccount {
        secrets.clear();
    }
    secrets.retain(|secret| secret.expose_secret().len() >= SHORTEST_KEY);
    secrets
}

/// Returns the long lines of the private key in a service account file. They are searched for one
/// by one, because JSON escapes the line ends between them.
fn private_key(file: &Path) -> Option<Vec<SecretString>> {
    let text = Zeroizing::new(std::fs::read_to_string(file).ok()?);
    let account: Value = serde_json::from_str(&text).ok()?;
    let key = account.get("private_key")?.as_str()?;
    let lines = key.lines().map(str::trim);
    let telling = lines.filter(|line| line.len() >= SHORTEST_LINE && !line.starts_with('-'));
    Some(telling.map(SecretString::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn service_account_key_lines_are_secret_but_its_path_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
        let account = serde_json::json!({
            "private_key": format!("-----BEGIN PRIVATE KEY-----\n{line}\nshort==\n-----END PRIVATE KEY-----\n"),
        });
        let file = folder.path().join("account.json");
        std::fs::write(&file, account.to_string()).unwrap();
        let lines = private_key(&file).unwrap();
        let lines: Vec<&str> = lines.iter().map(ExposeSecret::expose_secret).collect();
        assert_eq!(lines, [line]);
        assert!(private_key(&folder.path().join("none.json")).is_none());
    }
}
