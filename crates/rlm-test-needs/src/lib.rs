//! The attribute `#[needs]`: declares the external programs that a test runs.
//!
//! A test that returns early because a program is missing passes without having tested anything.
//! With this attribute it fails and reports what to install. `RLM_TESTS_WITHOUT=tmux,chromium`
//! skips tests by the name of the program; the test harness then counts them as ignored.
//!
//! ```ignore
//! use rlm_test_needs::needs;
//!
//! #[needs("python3", "git")]
//! #[test]
//! fn python_agrees() {}
//! ```
//!
//! The need `shared` is the folder of that name next to the checkout. It contains corpora that are
//! not part of the repository. They can't be installed, so tests with this need are ignored if the
//! folder is missing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

/// The environment variable with a comma-separated list of the needs to skip.
const WITHOUT: &str = "RLM_TESTS_WITHOUT";

/// The only need that is a folder instead of a program.
const SHARED: &str = "shared";

/// The folder in which Debian has the server's programs, in `VERSION/bin`, instead of in `PATH`.
const POSTGRES: (&str, &str) = ("postgres", "/usr/lib/postgresql");

/// Makes a test fail if a program that it needs is missing, or ignores it if `RLM_TESTS_WITHOUT`
/// contains the program's name. Place it above `#[test]`.
#[proc_macro_attribute]
pub fn needs(arguments: TokenStream, test: TokenStream) -> TokenStream {
    let needs: Vec<String> = arguments
        .into_iter()
        .filter(|token| matches!(token, TokenTree::Literal(_)))
        .map(|token| token.to_string().trim_matches('"').to_owned())
        .collect();
    let mut output = TokenStream::new();
    if let Some(reason) = reason_to_ignore(&needs) {
        output.extend(parse(&format!("#[ignore = {reason:?}]")));
    }
    let mut test: Vec<TokenTree> = test.into_iter().collect();
    if let Some(TokenTree::Group(body)) = test.last_mut()
        && body.delimiter() == Delimiter::Brace
    {
        let mut checked = parse(&check(&needs));
        checked.extend(body.stream());
        *body = Group::new(Delimiter::Brace, checked);
    }
    output.extend(test);
    output
}

fn reason_to_ignore(needs: &[String]) -> Option<String> {
    let without = std::env::var(WITHOUT).unwrap_or_default();
    let without: BTreeSet<&str> = without.split(',').map(str::trim).collect();
    let left_out: Vec<&str> = needs
        .iter()
        .map(String::as_str)
        .filter(|need| without.contains(need))
        .collect();
    if !left_out.is_empty() {
        return Some(format!("left out by {WITHOUT}={}", left_out.join(",")));
    }
    let is_missing = needs.iter().any(|need| need == SHARED) && !shared_folder()?.exists();
    is_missing.then(|| "needs the folder `shared` beside the checkout".to_owned())
}

/// Returns the folder of the corpora: `shared` next to the folder with `Cargo.lock`.
fn shared_folder() -> Option<PathBuf> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")?;
    let root = Path::new(&package)
        .ancestors()
        .find(|folder| folder.join("Cargo.lock").exists())?;
    Some(root.parent()?.join(SHARED))
}

/// Returns the statements that check for the programs. `option_env!` makes cargo rebuild the test
/// if the variable changes.
fn check(needs: &[String]) -> String {
    let mut statements = format!("const _: ::core::option::Option<&str> = ::core::option_env!({WITHOUT:?});");
    for program in needs.iter().filter(|need| *need != SHARED) {
        let elsewhere = if program == POSTGRES.0 { POSTGRES.1 } else { "" };
        let message = format!(
            "this test needs {program}, which is not in PATH; install it, or leave its tests out with {WITHOUT}={program}"
        );
        statements.push_str(&format!(
            "assert!(::std::env::split_paths(&::std::env::var_os(\"PATH\").unwrap_or_default())\
                .chain(::std::fs::read_dir({elsewhere:?}).into_iter().flatten().flatten().map(|version| version.path().join(\"bin\")))\
                .any(|folder| folder.join({program:?}).is_file()), {message:?});"
        ));
    }
    statements
}

fn parse(code: &str) -> TokenStream {
    code.parse().unwrap_or_default()
}
