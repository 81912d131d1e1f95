//! Templates of `str.format`, read piece by piece.

use super::FormatError;
use super::WINDOW_BYTES;
use crate::methods::decimal_value;

/// A reader of the pieces of a template.
///
/// A field's format may hold fields itself, once: expand it with [`nested`](Self::nested) and the same
/// [`AutoNumber`], then use the text that comes out as the format.
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

/// One piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormatPiece<'t> {
    /// Text that stands for itself; may be empty.
    Literal(&'t str),
    /// A value to be put in.
    Field(FormatField<'t>),
}

/// A place where a value is put in: `{root.path!conversion:spec}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatField<'t> {
    /// Which argument.
    pub root: FieldRoot<'t>,
    path: &'t str,
    /// What is applied before the format: the character behind `!`, to be read by [`Conversion::of`].
    pub conversion: Option<char>,
    /// The format.
    pub spec: FieldSpec<'t>,
}

/// Which argument a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldRoot<'t> {
    /// A positional one.
    Index(usize),
    /// A keyword.
    Name(&'t str),
}

/// The format of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldSpec<'t> {
    /// A format as it is.
    Text(&'t str),
    /// A template that the format is made from.
    Template(&'t str),
}

/// One step from an argument to the value that is put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accessor<'t> {
    /// `.name`.
    Attribute(&'t str),
    /// `[7]`.
    Index(usize),
    /// `[key]`.
    Key(&'t str),
}

/// What is applied to a value before its format.
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
    /// `!r`.
    Repr,
    /// `!s`.
    Str,
    /// `!a`.
    Ascii,
}

impl Conversion {
    /// Reads the character behind `!`.
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

/// How the fields of a template are numbered: by themselves or by hand, never both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AutoNumber {
    /// No numbered field was read yet.
    #[default]
    Undecided,
    /// `{}`: the number of the next field.
    Automatic(usize),
    /// `{0}`.
    Manual,
}

impl<'t> FormatTemplate<'t> {
    /// Starts reading a template.
    #[must_use]
    pub const fn new(template: &'t str) -> Self {
        Self {
            rest: template,
            nested: false,
        }
    }

    /// Starts reading a template that a format is made from.
    #[must_use]
    pub const fn nested(template: &'t str) -> Self {
        Self {
            rest: template,
            nested: true,
        }
    }

    /// Reads the next piece; `None` at the end. A long literal comes in several, so that a caller can stop between them.
    ///
    /// # Errors
    /// A [`FormatError`] with CPython's text; nothing can be read behind it.
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

    /// Takes a number of bytes off the front.
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

    /// Finds the end of a field's name: `}`, `:` or `!` outside of brackets.
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

    /// Reads a format up to the brace that closes the field.
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
    /// Yields the steps from the argument to the value; an error ends them.
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

/// Reads a whole text as a number; `None` if it is not one.
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
