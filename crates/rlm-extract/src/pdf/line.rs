//! Joins the glyphs on a baseline and inserts the spaces that only gaps indicate.

use super::glyphs::Glyph;

/// The minimum gap, in em, that counts as a space.
const SPACE: f64 = 0.17;
/// The minimum gap, in em, that ends a segment: another column or cell follows.
const SEGMENT_GAP: f64 = 1.2;
/// The maximum shift of the baseline within a line, in em, as in superscripts and subscripts.
const BASELINE_SHIFT: f64 = 0.35;
/// The maximum distance, in em, of equal glyphs that are overprinted to look bold.
const OVERPRINT: f64 = 0.12;

/// A piece of text on one line. Its coordinates are rotated so that text reads to the right and
/// lines go downwards.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Segment {
    pub(super) text: String,
    pub(super) left: f64,
    pub(super) right: f64,
    /// The position of the baseline; larger values are further down.
    pub(super) base: f64,
    pub(super) size: f64,
}

impl Segment {
    pub(super) fn top(&self) -> f64 {
        self.base - 0.8 * self.size
    }

    pub(super) fn bottom(&self) -> f64 {
        self.base + 0.2 * self.size
    }
}

/// A glyph whose coordinates are rotated so that its text reads to the right.
pub(super) struct Upright {
    pub(super) glyph: Glyph,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
}

/// Joins glyphs to segments, in drawing order.
pub(super) fn segments(glyphs: Vec<Upright>) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut current: Option<Segment> = None;
    // The text and start of the last glyph, to detect overprinting.
    let mut last: Option<(String, f64)> = None;
    for upright in glyphs {
        let Upright { glyph, x, y, width } = upright;
        if let Some(segment) = current.as_mut() {
            let em = segment.size.max(glyph.size);
            let gap = x - segment.right;
            let is_same_line = (y - segment.base).abs() < BASELINE_SHIFT * em;
            if let Some((text, at)) = &last
                && is_same_line
                && *text == glyph.text
                && (x - at).abs() < OVERPRINT * em
                && !glyph.text.trim().is_empty()
            {
                continue;
            }
            if is_same_line && gap > -em && gap < SEGMENT_GAP * em {
                let is_apart = gap > SPACE * em && !segment.text.ends_with(' ') && !glyph.text.starts_with(' ');
                if is_apart && !is_between_ideographs(&segment.text, &glyph.text) {
                    segment.text.push(' ');
                }
                segment.text.push_str(&glyph.text);
                segment.right = segment.right.max(x + width);
                // A superscript doesn't raise the baseline of its line.
                if glyph.size > segment.size {
                    segment.size = glyph.size;
                    segment.base = y;
                }
                last = Some((glyph.text, x));
                continue;
            }
            segments.extend(current.take());
        }
        last = Some((glyph.text.clone(), x));
        current = Some(Segment {
            text: glyph.text,
            left: x,
            right: x + width,
            base: y,
            size: glyph.size,
        });
    }
    segments.extend(current);
    segments.retain_mut(|segment| {
        segment.text.truncate(segment.text.trim_end().len());
        !segment.text.trim_start().is_empty()
    });
    segments
}

/// Returns `true` if a gap separates two Chinese or Japanese characters, which isn't a space.
fn is_between_ideographs(left: &str, right: &str) -> bool {
    let is_ideograph = |char: char| matches!(char, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}');
    left.chars().next_back().is_some_and(is_ideograph) && right.chars().next().is_some_and(is_ideograph)
}
