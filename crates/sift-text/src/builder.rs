//! Building texts from pieces.

use crate::nominal;
use crate::origin::Origin;
use crate::rope::{Measure, Rope};
use crate::run_buffer::{COPY_MAX, RunBuffer};
use crate::segment::Segment;
use crate::text::{Repr, Text, TextTooLong, fits};

/// Builds a text from pieces. Adjacent small pieces are copied together, long ones stay slices, and
/// every byte keeps its origin.
///
/// ```
/// use sift_text::{Text, TextBuilder};
///
/// let mut builder = TextBuilder::new();
/// builder.push_str("a");
/// builder.push_char('b');
/// builder.push_text(&Text::new("c"));
/// assert_eq!(builder.finish()?, Text::new("abc"));
/// # Ok::<(), sift_text::TextTooLong>(())
/// ```
#[derive(Debug, Default)]
pub struct TextBuilder {
    rope: Rope,
    small: RunBuffer,
    new_bytes: usize,
    too_long: Option<TextTooLong>,
}

impl TextBuilder {
    /// Creates an empty builder.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends text written by the program.
    pub fn push_str(&mut self, text: &str) {
        self.push_str_from(text, Origin::Program);
    }

    /// Appends text from `origin`. The text starts at byte 0 of the origin.
    pub fn push_str_from(&mut self, text: &str, origin: Origin) {
        let added = Measure {
            bytes: text.len(),
            ..Measure::default()
        };
        if self.has_room(added) {
            self.new_bytes += text.len() + 2 * nominal::SPAN_BYTES;
            self.small.push_str(text, origin);
        }
    }

    /// Appends one code point written by the program.
    pub fn push_char(&mut self, char: char) {
        self.push_str(char.encode_utf8(&mut [0; 4]));
    }

    /// Appends a text, including any pending values in it.
    pub fn push_text(&mut self, text: &Text) {
        self.new_bytes = self.new_bytes.saturating_add(text.added_bytes());
        match &text.0 {
            Repr::Segment(segment) => self.push_segment(segment),
            Repr::Rope(rope) if rope.measure().bytes <= COPY_MAX => {
                rope.segments().for_each(|segment| self.push_segment(segment));
            }
            Repr::Rope(rope) => {
                if self.has_room(rope.measure()) {
                    self.flush();
                    self.rope.push_rope(rope);
                }
            }
        }
    }

    pub(crate) fn push_segment(&mut self, segment: &Segment) {
        if self.has_room(Measure::from_segment(segment)) {
            if segment.pending().is_none() && segment.len_bytes() <= COPY_MAX {
                self.small.push_segment(segment);
            } else {
                self.flush();
                self.rope.push(segment.clone());
            }
        }
    }

    /// Returns the number of bytes appended so far, without pending values.
    #[must_use]
    pub fn len_bytes(&self) -> usize {
        self.rope.measure().bytes + self.small.len_bytes()
    }

    /// Returns an upper bound of the nominal bytes that the built text allocates, without its
    /// header: copies, their origins, and pieces.
    #[must_use]
    pub const fn new_bytes(&self) -> usize {
        self.new_bytes + nominal::SOURCE_BYTES + nominal::NODE_BYTES
    }

    /// Returns the text built from all appended pieces.
    ///
    /// # Errors
    /// [`TextTooLong`] if more was appended than a text can hold.
    pub fn finish(mut self) -> Result<Text, TextTooLong> {
        if let Some(error) = self.too_long {
            return Err(error);
        }
        self.flush();
        Ok(Text::from_rope(self.rope))
    }

    fn has_room(&mut self, added: Measure) -> bool {
        if self.too_long.is_none() {
            let before = Measure {
                bytes: self.len_bytes(),
                ..self.rope.measure()
            };
            self.too_long = fits([before, added]).err();
        }
        self.too_long.is_none()
    }

    fn flush(&mut self) {
        if !self.small.is_empty() {
            self.rope.push(std::mem::take(&mut self.small).finish());
        }
    }
}
