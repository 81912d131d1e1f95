//! The style sheet of report pages. It is the same for every page, so that the page's policy can
//! allow only its digest.

use std::fmt::Write as _;
use std::sync::LazyLock;

use crate::palette::COLORS;

/// The CSS rules of the style sheet, without the colours.
pub(crate) const RULES: &str = include_str!("report.css");

/// The complete style sheet of a report page: colours and rules.
pub(crate) static STYLE: LazyLock<String> = LazyLock::new(|| color_rules() + "\n" + RULES);

/// The SHA-256 digest of the style sheet, in base64. A test checks it, so that the binary needs no
/// SHA-256.
const DIGEST: &str = "KBTC8MkVKVQDkKKsRHs6KKtZ8Wh8oVvIqF99YCxc9eY=";

/// The content security policy of the page. It allows only this crate's style sheet, and blocks
/// scripts, fetches, form submissions, frames and base URLs.
pub(crate) static POLICY: LazyLock<String> =
    LazyLock::new(|| format!("default-src 'none'; style-src 'sha256-{DIGEST}'; base-uri 'none'; form-action 'none'"));

/// Returns CSS rules that define the colours of reports as variables, in light and dark mode, for
/// other pages of the same design.
#[must_use]
pub fn color_rules() -> String {
    let mut light = String::new();
    let mut dark = String::new();
    for color in COLORS {
        let _ = write!(light, "--{}:{};", color.name, color.light);
        let _ = write!(dark, "--{}:{};", color.name, color.dark);
    }
    // Printed pages are white.
    format!(
        ":root{{color-scheme:light dark;{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    )
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;
    use sha2::{Digest as _, Sha256};

    use super::*;

    #[test]
    fn policy_digest_matches_the_stylesheet() {
        let digest = BASE64_STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
        assert_eq!(DIGEST, digest, "set DIGEST to the right-hand side");
    }
}
