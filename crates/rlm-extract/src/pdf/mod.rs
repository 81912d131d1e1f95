//! Extracts text from PDF: the glyphs of each page are joined to lines by position.

mod bomb;
mod glyphs;
mod layout;
mod line;
mod structure;

use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro_interpret::kurbo::{Affine, Rect};
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, interpret_page};

use crate::error::ExtractError;
use crate::{Extracted, Limits, PAGE_BREAK, Section, SectionLabel};

/// The minimum average number of characters per page. Below it, pages are images with a stamp.
const FEWEST_CHARS: usize = 20;

pub(crate) fn extract(bytes: Vec<u8>, limits: Limits) -> Result<Extracted, ExtractError> {
    structure::refuse(&bytes)?;
    bomb::refuse(&bytes, limits)?;
    let pdf = Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => ExtractError::Locked,
        LoadPdfError::Decryption(error) => ExtractError::damaged(format!("can't decrypt it: {error:?}")),
        LoadPdfError::Invalid => ExtractError::damaged("not a PDF, or a damaged one"),
    })?;
    let cache = InterpreterCache::new();
    let settings = InterpreterSettings::default();
    let mut extracted = Extracted::default();
    for (number, page) in pdf.pages().iter().enumerate() {
        // Page coordinates suffice: only the relative positions of glyphs matter.
        let mut context = Context::new(
            Affine::IDENTITY,
            Rect::new(0.0, 0.0, 1.0, 1.0),
            &cache,
            pdf.xref(),
            settings.clone(),
        );
        let mut glyphs = glyphs::Glyphs::default();
        interpret_page(page, &mut context, &mut glyphs);
        if number > 0 {
            extracted.text.push_str(PAGE_BREAK);
        }
        extracted.sections.push(Section {
            start: extracted.text.len(),
            label: SectionLabel::Page(number as u64 + 1),
        });
        layout::write(&mut extracted.text, glyphs.collected());
    }
    refuse_pictures(&extracted)?;
    extracted.text.push('\n');
    Ok(extracted)
}

fn refuse_pictures(extracted: &Extracted) -> Result<(), ExtractError> {
    let pages = extracted.sections.len();
    if pages == 0 {
        return Err(ExtractError::damaged("it contains no pages"));
    }
    let chars = extracted.text.chars().filter(|char| !char.is_whitespace()).count();
    match chars {
        0 => Err(ExtractError::Scanned { pages }),
        chars if chars < pages * FEWEST_CHARS => Err(ExtractError::LittleText { pages, chars }),
        _ => Ok(()),
    }
}
