//! A reader for templates of `str.format`.

use super::FormatError;
use super::WINDOW_BYTES;
use crate::methods::decimal_value;

/// A reader that yields the pieces of a template for `str.format`.
///
/// A field's format may itself contain fields, one level deep. To expand it, read it with
/// [`nested`](Self::nested) and the same [`AutoNumber`], and use the resulting text as the format.
///
/// ```
/// use sift_strings::format::{AutoNumber, FieldRoot, FormatPiece, FormatTemplate};
///
/// let mut template = FormatTemplate::new("{name!r:>8} is {}");
/// let mut numbers = AutoNumber::default();
/// let mut fields = Vec::new();
/// while let Some(piece) = template.next_piece(&mut numbers) {
///     if let FormatPiece::Field(field) = piece? {
///         fields.push((field.root, field.conversion));
///     }
/// }
/// assert_eq!(fields, [(FieldRoot::Name("name"), Some('r')), (FieldRoot::Index(0), None)]);
/// # Ok::<(), sift_strings::format::FormatError>(())
/// ```
#[derive(Debug, Clone)]
pub struct FormatTemplate<'t> {
    rest: &'t str,
    nested: bool,
}

/// A piece of a `str.format` template: literal text or a replacement field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormatPiece<'t> {
    /// Literal text of the template; may be empty.
    Literal(&'t str),
    /// A replacement field, which is replaced by a formatted value.
    Field(FormatField<'t>),
}

/// A replacement field: `{root.path!conversion:spec}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatField<'t> {
    /// The argument that the field refers to, before any attribute or item access.
    pub root: FieldRoot<'t>,
    path: &'t str,
    /// The character after `!`, if present; [`Conversion::of`] parses it.
    pub conversion: Option<char>,
    /// The format specification of the field.
    pub spec: FieldSpec<'t>,
}

/// The argument that a replacement field refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldRoot<'t> {
    /// The index of a positional argument.
    Index(usize),
    /// The name of a keyword argument.
    Name(&'t str),
}

/// The format specification of a replacement field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldSpec<'t> {
    /// A format specification without nested fields.
    Text(&'t str),
    /// A format specification with nested fields, which has to be expanded first.
    Template(&'t str),
}

/// An attribute or item access on the way from an argument to the field's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accessor<'t> {
    /// An attribute access, `.name`.
    Attribute(&'t str),
    /// An item access with an integer, `[7]`.
    Index(usize),
    /// An item access with a string, `[key]`.
    Key(&'t str),
}

/// A conversion that is applied to a value before it is formatted.
///
/// ```
/// use sift_strings::format::Conversion;
///
/// assert_eq!(Conversion::of('r')?, Conversion::Repr);
/// assert!(Conversion::of('x').is_err());
/// # Ok::<(), sift_strings::format::FormatError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    /// The conversion `!r`, which calls `repr`.
    Repr,
    /// The conversion `!s`, which calls `str`.
    Str,
    /// The conversion `!a`, which calls `ascii`.
    Ascii,
}

impl Conversion {
    /// Returns the conversion for the character after `!`.
    ///
    /// # Errors
    /// [`FormatError::UnknownConversion`].
    pub const fn of(char: char) -> Result<Self, FormatError> {
        match char {
            'r' => Ok(Self::Repr),
            's' => Ok(Self::Str),
            'a' => Ok(Self::Ascii),
            _ => Err(FormatError::UnknownConversion(char)),
        }
    }
}

/// The numbering of the fields in a `str.format` template: all automatic or all manual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AutoNumber {
    /// No field has been read yet that decides the numbering.
    #[default]
    Undecided,
    /// Automatic numbering, `{}`, with the index of the next argument.
    Automatic(usize),
    /// Manual numbering, `{0}`.
    Manual,
}

impl<'t> FormatTemplate<'t> {
    /// Creates a reader for a template of `str.format`.
    #[must_use]
    pub const fn new(template: &'t str) -> Self {
        Self {
            rest: template,
            nested: false,
        }
    }

    /// Creates a reader for a format specification that is itself a template, in which no further
    /// level of fields is allowed.
    #[must_use]
    pub const fn nested(template: &'t str) -> Self {
        Self {
            rest: template,
            nested: true,
        }
    }

    /// Returns the next piece of the template; `None` at the end. A long literal is split into
    /// several pieces, so that callers can stop between them.
    ///
    /// # Errors
    /// A [`FormatError`] with CPython's message. The rest of the template can't be read after an
    /// error.
    pub fn next_piece(&mut self, numbers: &mut AutoNumber) -> Option<Result<FormatPiece<'t>, FormatError>> {
        if self.rest.is_empty() {
            return None;
        }
        let window = self.rest.floor_char_boundary(WINDOW_BYTES);
        let window = self.rest.get(..window).unwrap_or(self.rest);
        let brace_at = window.find(['{', '}']).unwrap_or(window.len());
        if brace_at > 0 {
            return Some(Ok(FormatPiece::Literal(self.cut(brace_at))));
        }
        Some(if self.rest.starts_with("{{") || self.rest.starts_with("}}") {
            let literal = self.cut(1);
            self.cut(1);
            Ok(FormatPiece::Literal(literal))
        } else if self.rest.starts_with('}') {
            Err(FormatError::Template("Single '}' encountered in format string"))
        } else if self.rest == "{" {
            Err(FormatError::Template("Single '{' encountered in format string"))
        } else {
            self.cut(1);
            self.field(numbers).map(FormatPiece::Field)
        })
    }

    /// Consumes a number of bytes of the template and returns them.
    fn cut(&mut self, bytes: usize) -> &'t str {
        let (piece, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        piece
    }

    fn field(&mut self, numbers: &mut AutoNumber) -> Result<FormatField<'t>, FormatError> {
        let name_length = self.name_length()?;
        let name = self.cut(name_length);
        let mut conversion = None;
        let mut spec = FieldSpec::Text("");
        match self.cut(1) {
            "}" => {}
            "!" => {
                let mut chars = self.rest.chars();
                conversion = chars.next();
                if conversion.is_none() {
                    return Err(FormatError::Template(
                        "end of string while looking for conversion specifier",
                    ));
                }
                self.rest = chars.as_str();
                match self.cut(1) {
                    "}" => {}
                    ":" | "" => spec = self.spec()?,
                    _ => return Err(FormatError::Template("expected ':' after conversion specifier")),
                }
            }
            ":" => spec = self.spec()?,
            _ => return Err(FormatError::Template("expected '}' before end of string")),
        }
        let (first, path) = name
            .find(['.', '['])
            .and_then(|at| name.split_at_checked(at))
            .unwrap_or((name, ""));
        Ok(FormatField {
            root: root(first, numbers)?,
            path,
            conversion,
            spec,
        })
    }

    /// Returns the length of the name at the start of a replacement field. The name ends at `}`,
    /// `:` or `!` outside of brackets.
    fn name_length(&self) -> Result<usize, FormatError> {
        let mut in_brackets = false;
        for (at, char) in self.rest.char_indices() {
            match char {
                ']' => in_brackets = false,
                _ if in_brackets => {}
                '[' => in_brackets = true,
                '{' => return Err(FormatError::Template("unexpected '{' in field name")),
                '}' | ':' | '!' => return Ok(at),
                _ => {}
            }
        }
        Err(FormatError::Template("expected '}' before end of string"))
    }

    /// Reads the format specification of a field, up to the closing brace of the field.
    fn spec(&mut self) -> Result<FieldSpec<'t>, FormatError> {
        let mut open = 1_usize;
        let mut has_fields = false;
        for (at, char) in self.rest.char_indices() {
            match char {
                '{' => {
                    has_fields = true;
                    open += 1;
                }
                '}' => open -= 1,
                _ => {}
            }
            if open == 0 {
                let spec = self.cut(at);
                self.cut(1);
                return match (has_fields, self.nested) {
                    (false, _) => Ok(FieldSpec::Text(spec)),
                    (true, false) => Ok(FieldSpec::Template(spec)),
                    (true, true) => Err(FormatError::Template("Max string recursion exceeded")),
                };
            }
        }
        Err(FormatError::Template("unmatched '{' in format spec"))
    }
}

impl<'t> FormatField<'t> {
    /// Yields the attribute and item accesses that lead from the argument to the field's value;
    /// ends after an error.
    pub fn accessors(&self) -> impl Iterator<Item = Result<Accessor<'t>, FormatError>> + use<'t> {
        let mut rest = self.path;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let step = accessor(rest);
            rest = step.as_ref().map_or("", |&(_, after)| after);
            Some(step.map(|(accessor, _)| accessor))
        })
    }
}

fn accessor(path: &str) -> Result<(Accessor<'_>, &str), FormatError> {
    let empty = || Err(FormatError::Template("Empty attribute in format string"));
    if let Some(rest) = path.strip_prefix('.') {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        return match rest.split_at_checked(end) {
            None | Some(("", _)) => empty(),
            Some((name, after)) => Ok((Accessor::Attribute(name), after)),
        };
    }
    let Some(rest) = path.strip_prefix('[') else {
        return Err(FormatError::Template(
            "Only '.' or '[' may follow ']' in format field specifier",
        ));
    };
    match rest.split_once(']') {
        None => Err(FormatError::Template("Missing ']' in format string")),
        Some(("", _)) => empty(),
        Some((key, after)) => Ok((integer(key)?.map_or(Accessor::Key(key), Accessor::Index), after)),
    }
}

fn root<'t>(first: &'t str, numbers: &mut AutoNumber) -> Result<FieldRoot<'t>, FormatError> {
    let index = integer(first)?;
    match (index, first.is_empty(), *numbers) {
        (None, false, _) => Ok(FieldRoot::Name(first)),
        (Some(_), _, AutoNumber::Automatic(_)) => Err(FormatError::Template(
            "cannot switch from automatic field numbering to manual field specification",
        )),
        (Some(index), _, AutoNumber::Undecided | AutoNumber::Manual) => {
            *numbers = AutoNumber::Manual;
            Ok(FieldRoot::Index(index))
        }
        (None, true, AutoNumber::Manual) => Err(FormatError::Template(
            "cannot switch from manual field specification to automatic field numbering",
        )),
        (None, true, AutoNumber::Undecided) => {
            *numbers = AutoNumber::Automatic(1);
            Ok(FieldRoot::Index(0))
        }
        (None, true, AutoNumber::Automatic(next)) => {
            *numbers = AutoNumber::Automatic(next + 1);
            Ok(FieldRoot::Index(next))
        }
    }
}

/// Parses a text that consists only of digits as a non-negative integer; `None` for any other text.
fn integer(text: &str) -> Result<Option<usize>, FormatError> {
    let mut number: Option<i64> = None;
    for char in text.chars() {
        let Some(digit) = decimal_value(char) else {
            return Ok(None);
        };
        let longer = number
            .unwrap_or(0)
            .checked_mul(10)
            .and_then(|number| number.checked_add(i64::from(digit)));
        number = Some(longer.ok_or(FormatError::TooManyDigits)?);
    }
    number
        .map(|number| usize::try_from(number).map_err(|_| FormatError::TooManyDigits))
        .transpose()
}
