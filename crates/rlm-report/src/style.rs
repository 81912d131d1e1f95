//! How a page looks. The style is the same for every page, so that the page can name its digest as the only one it takes.

use std::fmt::Write as _;
use std::sync::LazyLock;

use crate::palette::COLORS;

/// The rules, without the colours.
pub(crate) const RULES: &str = include_str!("report.css");

/// The whole style sheet.
pub(crate) static STYLE: LazyLock<String> = LazyLock::new(|| {
    let mut light = String::new();
    let mut dark = String::new();
    for color in COLORS {
        let _ = write!(light, "--{}:{};", color.name, color.light);
        let _ = write!(dark, "--{}:{};", color.name, color.dark);
    }
    // Paper is white.
    format!(
        ":root{{color-scheme:light dark;{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n{RULES}"
    )
});

/// The SHA-256 digest of the style sheet, in base64. A test compares it, so that the binary needs no SHA-256.
const DIGEST: &str = "8sen1F9s3ZF4FBTgB/ikpaYGk3WGiZf+At/pzhaClco=";

/// What the page may do: show itself, by this style. No script runs, nothing is fetched, nothing is sent, nowhere is it framed or based.
pub(crate) static POLICY: LazyLock<String> =
    LazyLock::new(|| format!("default-src 'none'; style-src 'sha256-{DIGEST}'; base-uri 'none'; form-action 'none'"));

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;
    use sha2::{Digest as _, Sha256};

    use super::*;

    #[test]
    fn the_digest_is_that_of_the_style() {
        let digest = BASE64_STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
        assert_eq!(DIGEST, digest, "set DIGEST to the right-hand side");
    }
}
