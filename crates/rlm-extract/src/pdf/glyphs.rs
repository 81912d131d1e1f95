//! Collects the glyphs that a page draws.

use hayro_interpret::font::{Glyph as DrawnGlyph, GlyphRun, PositionedGlyph};
use hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro_interpret::kurbo::{Affine, BezPath, Point, Vec2};
use hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask};

/// The number of units per em in glyph coordinates.
const UNITS_PER_EM: f64 = 1000.0;
/// The advance, in em, of a glyph whose font doesn't specify one.
const USUAL_ADVANCE: f64 = 0.5;

/// A glyph with its text and position, in page coordinates.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Glyph {
    pub(super) text: String,
    /// The start of the glyph on its baseline.
    pub(super) origin: Point,
    /// The vector from the start of the glyph to its end.
    pub(super) advance: Vec2,
    /// The height of an em, in page units.
    pub(super) size: f64,
}

/// Collects the glyphs of a page in drawing order.
#[derive(Debug, Default)]
pub(super) struct Glyphs(Vec<Glyph>);

impl Glyphs {
    pub(super) fn collected(self) -> Vec<Glyph> {
        self.0
    }
}

impl Device<'_> for Glyphs {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, '_>, props: DrawProps<'_>, mode: &DrawMode) {
        let begun = self.0.len();
        for glyph in run.glyphs() {
            if let Some(glyph) = placed(glyph, props.transform, run.writing_mode()) {
                self.0.push(glyph);
            }
        }
        // Text that is filled and stroked is drawn twice.
        let drawn = self.0.len() - begun;
        if matches!(mode, DrawMode::Stroke(_)) && begun >= drawn {
            let (before, now) = self.0.split_at(begun);
            if before.get(begun - drawn..) == Some(now) {
                self.0.truncate(begun);
            }
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'_>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'_, '_>, _: ImageDrawProps<'_>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

fn placed(glyph: &PositionedGlyph<'_>, page: Affine, mode: WritingMode) -> Option<Glyph> {
    let text = match glyph.as_unicode()? {
        BfString::Char(char) => char.to_string(),
        BfString::String(text) => text,
    };
    let text = readable(&text);
    if text.is_empty() {
        return None;
    }
    let transform = page * glyph.transform();
    let width = match &**glyph {
        DrawnGlyph::Outline(outline) => outline.advance_width(),
        DrawnGlyph::Type3(drawn) => drawn.advance_width(),
    };
    let width = width.map(f64::from).filter(|width| width.is_finite() && *width > 0.0);
    let [a, b, c, d, ..] = transform.as_coeffs();
    let (right, up) = (Vec2::new(a, b), Vec2::new(c, d));
    let advance = match mode {
        WritingMode::Horizontal => right * width.unwrap_or(USUAL_ADVANCE * UNITS_PER_EM),
        // One em downwards.
        WritingMode::Vertical => up * -UNITS_PER_EM,
    };
    let size = up.hypot() * UNITS_PER_EM;
    let origin = transform * Point::ZERO;
    let is_sound = origin.is_finite() && advance.is_finite() && size.is_finite() && size > 0.0 && advance.hypot() > 0.0;
    is_sound.then_some(Glyph {
        text,
        origin,
        advance,
        size,
    })
}

/// Expands ligatures and drops invisible characters: controls and private-use characters. Soft
/// hyphens become hyphens.
fn readable(text: &str) -> String {
    let mut readable = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            'ﬀ' => readable.push_str("ff"),
            'ﬁ' => readable.push_str("fi"),
            'ﬂ' => readable.push_str("fl"),
            'ﬃ' => readable.push_str("ffi"),
            'ﬄ' => readable.push_str("ffl"),
            'ﬅ' | 'ﬆ' => readable.push_str("st"),
            '\u{a0}' | '\t' => readable.push(' '),
            '\u{ad}' => readable.push('-'),
            '\u{e000}'..='\u{f8ff}' | '\u{fffd}' | '\u{feff}' => {}
            char if char.is_control() => {}
            char => readable.push(char),
        }
    }
    readable
}
