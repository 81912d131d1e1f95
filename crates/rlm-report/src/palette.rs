//! The colours of a report page, for light and dark mode. Text has a contrast of at least 4.5 to
//! its background.

/// A named colour, with values for light and dark mode.
pub(crate) struct Color {
    pub(crate) name: &'static str,
    pub(crate) light: &'static str,
    pub(crate) dark: &'static str,
}

const fn color(name: &'static str, light: &'static str, dark: &'static str) -> Color {
    Color { name, light, dark }
}

/// The colours of the report page. The style sheet refers to them as `var(--name)`.
pub(crate) const COLORS: &[Color] = &[
    color("page", "#f7f6f3", "#131416"),
    color("surface", "#ffffff", "#1b1d20"),
    color("sunken", "#f4f3ef", "#15171a"),
    color("line", "#dedbd3", "#33373d"),
    color("ink", "#1e1d1b", "#e7e5e0"),
    color("muted", "#625e57", "#a7a49c"),
    color("link", "#0a58a8", "#85b8f5"),
    color("good", "#17643a", "#86d3a5"),
    color("good-back", "#e4f2e9", "#16301f"),
    color("fair", "#7a4a00", "#f0c471"),
    color("fair-back", "#fbefd6", "#372a10"),
    color("bad", "#9f2018", "#ffa097"),
    color("bad-back", "#fce9e7", "#3d1c19"),
    color("cited", "#eaf1fb", "#1c2c41"),
    color("mark", "#ffedab", "#57480f"),
    color("code-keyword", "#84267f", "#dba3e4"),
    color("code-constant", "#0a58a8", "#85b8f5"),
    color("code-function", "#5d4a00", "#e3cb83"),
    color("code-number", "#963208", "#f2ae82"),
    color("code-string", "#17643a", "#93d3a2"),
    color("code-comment", "#66615a", "#a09d95"),
    color("bar-root", "#3d6ead", "#6d9fe0"),
    color("bar-sub", "#2c8a68", "#55b892"),
    color("bar-cached", "#a8a295", "#6f7279"),
    color("bar-bad", "#c23a2e", "#ef7468"),
    color("bar-cost", "#7a4f9e", "#b993dc"),
    color("bar-own", "#8a6d3b", "#c9a86a"),
];

/// The background colours on which each text colour is read, for the test of their contrast.
#[cfg(test)]
const BACKGROUNDS_OF_TEXT: &[(&str, &[&str])] = &[
    (
        "ink",
        &[
            "page",
            "surface",
            "sunken",
            "cited",
            "mark",
            "good-back",
            "fair-back",
            "bad-back",
        ],
    ),
    (
        "muted",
        &["page", "surface", "sunken", "good-back", "fair-back", "bad-back"],
    ),
    (
        "link",
        &[
            "page",
            "surface",
            "sunken",
            "cited",
            "good-back",
            "fair-back",
            "bad-back",
        ],
    ),
    ("good", &["surface", "page", "good-back"]),
    ("fair", &["surface", "page", "sunken", "fair-back"]),
    ("bad", &["surface", "page", "sunken", "bad-back"]),
    ("code-keyword", &["sunken"]),
    ("code-constant", &["sunken"]),
    ("code-function", &["sunken"]),
    ("code-number", &["sunken"]),
    ("code-string", &["sunken"]),
    ("code-comment", &["sunken"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(hex: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(hex.get(at..at + 2).unwrap(), 16).unwrap()) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        // The relative luminance of WCAG 2.2.
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn find(name: &str) -> &'static Color {
        COLORS.iter().find(|color| color.name == name).unwrap()
    }

    #[test]
    fn text_colors_have_sufficient_contrast() {
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
        for (text, backs) in BACKGROUNDS_OF_TEXT {
            let text = find(text);
            for back in *backs {
                let back = find(back);
                for (mode, text_is, back_is) in [("light", text.light, back.light), ("dark", text.dark, back.dark)] {
                    let found = contrast(text_is, back_is);
                    assert!(found >= 4.5, "{mode}: {} on {} has {found:.2}", text.name, back.name);
                }
            }
        }
    }

    #[test]
    fn bar_colors_have_sufficient_contrast() {
        for bar in COLORS
            .iter()
            .filter(|color| color.name.starts_with("bar-") && color.name != "bar-cached")
        {
            for (mode, bar_is, back) in [
                ("light", bar.light, find("sunken").light),
                ("dark", bar.dark, find("sunken").dark),
            ] {
                let found = contrast(bar_is, back);
                assert!(found >= 3.0, "{mode}: {} has {found:.2}", bar.name);
            }
        }
    }

    #[test]
    fn stylesheet_uses_exactly_the_palette_colors() {
        let style = crate::style::RULES;
        for used in style.split("var(--").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(COLORS.iter().any(|color| color.name == used), "{used}");
        }
        for color in COLORS {
            assert!(
                style.contains(&format!("var(--{})", color.name)),
                "{} is not used",
                color.name
            );
        }
    }
}
