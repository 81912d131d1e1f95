//! The CSV row reader: CPython's state machine, over one line at a time.

use std::ops::Range;

use sift_runtime::operate::float_of_text;
use sift_runtime::runtime::{Args, Runtime};
use sift_text::{Settled, Text, TextBuilder};
use sift_values::cost;
use sift_values::flow::{End, Flow, Limit, Outcome};
use sift_values::object::{Object, list_bytes};
use sift_values::value::{Label, Type, Value};

use super::{Dialect, Quoting, csv_error, cut};

/// The state of the CSV reader before a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    Field,
    Quoted,
    EscapedInQuotes,
    QuoteInQuotes,
    EndOfLine,
    AfterEscapedEnd,
}

const STATES: [State; 9] = [
    State::StartRecord,
    State::StartField,
    State::Escaped,
    State::Field,
    State::Quoted,
    State::EscapedInQuotes,
    State::QuoteInQuotes,
    State::EndOfLine,
    State::AfterEscapedEnd,
];

/// The maximum size, in bytes, of texts that are copied when they are joined with others.
const SMALL_PIECE: usize = 1024;

/// The state machine that reads the fields of a CSV row from the characters of a line.
struct Reader<'t> {
    dialect: Dialect,
    line: Settled<'t>,
    label: Label,
    limit: usize,
    state: State,
    fields: Vec<Value>,
    /// The start of the current field, if the field began on an earlier line.
    held: Option<Text>,
    /// The byte ranges of the current line that belong to the current field.
    pieces: Vec<Range<usize>>,
    /// The length of the current field, in characters.
    len: usize,
    numeric: bool,
}

/// Implements `_csv_read`, which reads the fields of a line.
pub(super) fn read(m: &mut Runtime, args: &Args) -> Outcome {
    let line = args.get(0);
    if line.kind() != Type::Str {
        let message = format!(
            "iterator should return strings, not {} (the file should be opened in text mode)",
            m.type_name(line)
        );
        return Err(csv_error(m, message));
    }
    let text = m.text(line)?;
    let flat = text.as_str().unwrap_or_default();
    m.meter.charge_items(flat.len() / cost::CSV_BYTES_PER_UNIT)?;
    let Ok(settled) = text.settled() else {
        return Ok(Value::NONE);
    };
    let mut reader = Reader::new(m, args.get(1), settled, args.get(3));
    m.meter.charge_items(reader.fields.len())?;
    reader.label = reader.label.join(line.label());
    reader.limit = usize::try_from(m.int_arg(args.get(2))?).unwrap_or(usize::MAX);
    let mut steps = 0;
    for (at, char) in flat.char_indices() {
        m.meter.look_now_and_then(&mut steps)?;
        reader.step(m, Some((at, char)))?;
    }
    reader.step(m, None)?;
    reader.finish(m)
}

/// Implements `_csv_end`, which completes a row if the input ends within it.
pub(super) fn end(m: &mut Runtime, args: &Args) -> Outcome {
    let empty = Text::default();
    let Ok(settled) = empty.settled() else {
        return Ok(Value::NONE);
    };
    let mut reader = Reader::new(m, args.get(0), settled, args.get(1));
    if reader.len == 0 && reader.state != State::Quoted {
        return Ok(Value::NONE);
    }
    if reader.dialect.strict {
        return Err(csv_error(m, "unexpected end of data"));
    }
    reader.save(m)?;
    m.alloc_list(reader.fields)
}

/// A character of the input and its meaning in the CSV dialect.
struct Seen {
    /// The character, or `None` at the end of the input.
    char: Option<char>,
    ends: bool,
    escapes: bool,
    delimits: bool,
    quotes: bool,
}

impl Seen {
    /// Returns the state of the reader after a line end.
    const fn after_end(&self) -> State {
        match self.char {
            None => State::StartRecord,
            Some(_) => State::EndOfLine,
        }
    }
}

impl<'t> Reader<'t> {
    fn new(m: &Runtime, dialect: Value, line: Settled<'t>, held: Value) -> Self {
        let mut reader = Self {
            dialect: Dialect::of(m, dialect),
            line,
            label: Label::PROGRAM,
            limit: usize::MAX,
            state: State::StartRecord,
            fields: Vec::new(),
            held: None,
            pieces: Vec::new(),
            len: 0,
            numeric: false,
        };
        if let Object::Tuple(parts) = m.heap.get(held.handle())
            && held.kind() == Type::Tuple
            && let [state, fields, text, numeric] = **parts
        {
            let state = state.as_int().and_then(|state| usize::try_from(state).ok());
            reader.state = state
                .and_then(|state| STATES.get(state))
                .copied()
                .unwrap_or(State::Quoted);
            reader.fields = m.list_items(fields).to_vec();
            if let Object::Str(text) = m.heap.get(text.handle()) {
                reader.len = text.settled().map_or(0, Settled::len_chars);
                reader.held = Some(text.clone());
            }
            reader.numeric = numeric.same(Value::TRUE);
            reader.label = held.label();
        }
        reader
    }

    /// Processes a character, or the end of the line if there is no character.
    fn step(&mut self, m: &mut Runtime, read: Option<(usize, char)>) -> Result<(), Flow> {
        let char = read.map(|(_, char)| char);
        let seen = Seen {
            char,
            ends: matches!(char, None | Some('\n' | '\r')),
            escapes: char.is_some() && char == self.dialect.escape,
            delimits: char == Some(self.dialect.delimiter),
            quotes: char.is_some_and(|char| self.dialect.quotes(char)),
        };
        match self.state {
            State::StartRecord if char.is_none() => {}
            State::StartRecord if seen.ends => self.state = State::EndOfLine,
            State::StartRecord | State::StartField => self.start_field(m, read, &seen)?,
            State::Escaped => {
                self.add(m, read)?;
                let is_end = char.is_some() && seen.ends;
                self.state = if is_end { State::AfterEscapedEnd } else { State::Field };
            }
            State::AfterEscapedEnd if char.is_none() => {}
            State::AfterEscapedEnd | State::Field => {
                if seen.ends {
                    self.save_then(m, seen.after_end())?;
                } else if seen.escapes {
                    self.state = State::Escaped;
                } else if seen.delimits {
                    self.save_then(m, State::StartField)?;
                } else {
                    self.add(m, read)?;
                    self.state = State::Field;
                }
            }
            State::Quoted if char.is_none() => {}
            State::Quoted if seen.escapes => self.state = State::EscapedInQuotes,
            State::Quoted if seen.quotes => {
                self.state = if self.dialect.double_quote {
                    State::QuoteInQuotes
                } else {
                    State::Field
                };
            }
            State::Quoted => self.add(m, read)?,
            State::EscapedInQuotes => {
                self.add(m, read)?;
                self.state = State::Quoted;
            }
            State::QuoteInQuotes => self.after_quote(m, read, &seen)?,
            State::EndOfLine if char.is_none() => self.state = State::StartRecord,
            State::EndOfLine if seen.ends => {}
            State::EndOfLine => {
                let message = "new-line character seen in unquoted field - do you need to open the file in universal-newline mode?";
                return Err(csv_error(m, message));
            }
        }
        Ok(())
    }

    /// Processes the first character of a CSV field.
    fn start_field(&mut self, m: &mut Runtime, read: Option<(usize, char)>, seen: &Seen) -> Result<(), Flow> {
        if seen.ends {
            self.save_then(m, seen.after_end())?;
        } else if seen.quotes {
            self.state = State::Quoted;
        } else if seen.escapes {
            self.state = State::Escaped;
        } else if seen.char == Some(' ') && self.dialect.skip_initial_space {
            self.state = State::StartField;
        } else if seen.delimits {
            self.save_then(m, State::StartField)?;
        } else {
            self.numeric = self.dialect.quoting == Quoting::NonNumeric;
            self.add(m, read)?;
            self.state = State::Field;
        }
        Ok(())
    }

    /// Processes the character after a quote within a quoted CSV field.
    fn after_quote(&mut self, m: &mut Runtime, read: Option<(usize, char)>, seen: &Seen) -> Result<(), Flow> {
        if seen.quotes {
            self.add(m, read)?;
            self.state = State::Quoted;
        } else if seen.delimits {
            self.save_then(m, State::StartField)?;
        } else if seen.ends {
            self.save_then(m, seen.after_end())?;
        } else if self.dialect.strict {
            let (delimiter, quote) = (self.dialect.delimiter, self.dialect.quote.unwrap_or('"'));
            return Err(csv_error(m, format!("'{delimiter}' expected after '{quote}'")));
        } else {
            self.add(m, read)?;
            self.state = State::Field;
        }
        Ok(())
    }

    /// Adds the current field to the row and changes the state of the reader.
    fn save_then(&mut self, m: &mut Runtime, state: State) -> Result<(), Flow> {
        self.save(m)?;
        self.state = state;
        Ok(())
    }

    /// Appends a character to the current field. An escaped line end becomes a line feed.
    fn add(&mut self, m: &mut Runtime, read: Option<(usize, char)>) -> Result<(), Flow> {
        if self.len >= self.limit {
            let message = format!("field larger than field limit ({})", self.limit);
            return Err(csv_error(m, message));
        }
        self.len += 1;
        let Some((at, char)) = read else {
            let field = self.take_text()?;
            self.held = Some(Text::concat(&field, &Text::new("\n")).map_err(|_| too_long())?);
            return Ok(());
        };
        let end = at + char.len_utf8();
        match self.pieces.last_mut() {
            Some(last) if last.end == at => last.end = end,
            _ => self.pieces.push(at..end),
        }
        Ok(())
    }

    /// Takes the text of the current field that was read so far.
    fn take_text(&mut self) -> Result<Text, Flow> {
        let pieces = std::mem::take(&mut self.pieces);
        let mut pieces = pieces.into_iter().filter_map(|piece| self.line.slice_bytes(piece));
        let first = self.held.take().or_else(|| pieces.next()).unwrap_or_default();
        let Some(second) = pieces.next() else { return Ok(first) };
        let mut builder = TextBuilder::new();
        builder.push_text(&first);
        builder.push_text(&second);
        for piece in pieces {
            builder.push_text(&piece);
        }
        builder.finish().map_err(|_| too_long())
    }

    /// Allocates a string value for the joined text of a field. Charges for at most the current
    /// line and one small piece before it, because nothing else was copied.
    fn put(&self, m: &mut Runtime, text: Text) -> Result<Value, Flow> {
        let copied = text
            .known_bytes()
            .min(self.line.len_bytes().saturating_add(SMALL_PIECE));
        m.meter.charge_bytes(copied)?;
        m.reserve(copied.saturating_add(text.header_bytes()))?;
        m.heap.grow(copied);
        Ok(m.shared_text(text))
    }

    /// Adds the current field to the row.
    fn save(&mut self, m: &mut Runtime) -> Result<(), Flow> {
        m.meter.charge(2)?;
        m.reserve(list_bytes(self.fields.len()))?;
        let is_cut = self.held.is_none() && self.pieces.len() < 2;
        let text = self.take_text()?;
        let field = if is_cut { cut(m, text)? } else { self.put(m, text)? };
        self.len = 0;
        let field = if std::mem::take(&mut self.numeric) {
            float_of_text(m, field)?
        } else {
            field
        };
        self.fields.push(field.labelled(self.label));
        Ok(())
    }

    /// Returns the fields of the row, or the saved state if the row continues on the next line.
    fn finish(mut self, m: &mut Runtime) -> Outcome {
        if self.state == State::StartRecord {
            return m.alloc_list(self.fields);
        }
        let state = STATES.iter().position(|state| *state == self.state).unwrap_or(0);
        let text = self.take_text()?;
        let text = self.put(m, text)?;
        let label = self.label;
        let fields = m.alloc_list(self.fields)?;
        let held = m.alloc_tuple([Value::length(state), fields, text, Value::bool(self.numeric)])?;
        Ok(held.labelled(label))
    }
}

fn too_long() -> Flow {
    Flow::End(End::Limit(Limit::Memory))
}
