//! Decodes a byte stream into events, independent of packet boundaries.

use std::mem;

use super::MAX_REPLY_BYTES;

/// The format that separates the events of a streamed response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// Server-sent events: fields on lines, a blank line after each event.
    /// <https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation>
    ServerSentEvents,
    /// Lines, each of which is a JSON value.
    Lines,
}

/// An event of a streamed response.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Event {
    /// The name of the event. Empty if the server sent none.
    pub(crate) name: String,
    /// The data of the event. Several lines of data are joined by line feeds.
    pub(crate) data: String,
}

/// The error for a stream's event that exceeds the maximum length of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EventTooLong;

/// A decoder of a byte stream into events. The result does not depend on how the stream is divided
/// into pieces.
#[derive(Debug)]
pub(crate) struct EventDecoder {
    framing: Framing,
    /// The bytes of the line whose end has not arrived yet.
    line: Vec<u8>,
    /// Whether the last byte was a carriage return, so that a following line feed belongs to the
    /// same line ending.
    after_return: bool,
    is_first_line: bool,
    event: Event,
    has_data: bool,
}

impl EventDecoder {
    pub(crate) fn new(framing: Framing) -> Self {
        Self {
            framing,
            line: Vec::new(),
            after_return: false,
            is_first_line: true,
            event: Event::default(),
            has_data: false,
        }
    }

    /// Decodes a piece of the stream, and appends the events that it completes to `events`.
    pub(crate) fn take(&mut self, mut piece: &[u8], events: &mut Vec<Event>) -> Result<(), EventTooLong> {
        // An empty piece gives no information about the byte after a carriage return.
        if !piece.is_empty() && mem::take(&mut self.after_return) && piece.first() == Some(&b'\n') {
            piece = piece.get(1..).unwrap_or_default();
        }
        while let Some(end) = memchr::memchr2(b'\n', b'\r', piece) {
            let (line, rest) = piece.split_at(end);
            self.line.extend_from_slice(line);
            let ended_by_return = rest.first() == Some(&b'\r');
            piece = rest.get(1..).unwrap_or_default();
            if ended_by_return {
                match piece.first() {
                    Some(b'\n') => piece = piece.get(1..).unwrap_or_default(),
                    Some(_) => {}
                    None => self.after_return = true,
                }
            }
            self.end_line(events);
        }
        self.line.extend_from_slice(piece);
        if (self.line.len() + self.event.data.len()) as u64 > MAX_REPLY_BYTES {
            return Err(EventTooLong);
        }
        Ok(())
    }

    /// Returns the last events at the end of the stream. The last line ending may be missing. A
    /// truncated JSON value fails to parse later.
    pub(crate) fn finish(mut self) -> Vec<Event> {
        let mut events = Vec::new();
        if !self.line.is_empty() {
            self.end_line(&mut events);
        }
        self.dispatch(&mut events);
        events
    }

    fn end_line(&mut self, events: &mut Vec<Event>) {
        let bytes = mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&bytes);
        let is_first = mem::replace(&mut self.is_first_line, false);
        let line = if is_first {
            line.trim_start_matches('\u{feff}')
        } else {
            &line
        };
        match self.framing {
            Framing::Lines => {
                if !line.trim().is_empty() {
                    self.event.data.push_str(line);
                    self.has_data = true;
                    self.dispatch(events);
                }
            }
            Framing::ServerSentEvents if line.is_empty() => self.dispatch(events),
            Framing::ServerSentEvents => self.field(line),
        }
    }

    fn field(&mut self, line: &str) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "data" => {
                if mem::replace(&mut self.has_data, true) {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
            }
            "event" => value.clone_into(&mut self.event.name),
            // A comment (which keeps the connection alive), an id, or a retry time: not part of the
            // reply.
            _ => {}
        }
    }

    fn dispatch(&mut self, events: &mut Vec<Event>) {
        let event = mem::take(&mut self.event);
        if mem::take(&mut self.has_data) {
            events.push(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode<'a>(framing: Framing, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Event> {
        let mut decoder = EventDecoder::new(framing);
        let mut events = Vec::new();
        for piece in pieces {
            decoder.take(piece, &mut events).unwrap();
        }
        events.extend(decoder.finish());
        events
    }

    fn event(name: &str, data: &str) -> Event {
        Event {
            name: name.to_owned(),
            data: data.to_owned(),
        }
    }

    #[test]
    fn sse_fields_comments_and_line_endings_are_decoded() {
        let stream = "\u{feff}: hello\n\nevent: delta\r\ndata: {\"a\":\r\ndata:1}\r\n\r\ndata\rid: 7\r\r\nretry: 3\nevent: none\n\ndata: last";
        let expected = [event("delta", "{\"a\":\n1}"), event("", ""), event("", "last")];
        assert_eq!(decode(Framing::ServerSentEvents, [stream.as_bytes()]), expected);
        let lines = "{\"a\":1}\r\n\n {\"b\":2}\n{\"c\"";
        let expected = [event("", "{\"a\":1}"), event("", " {\"b\":2}"), event("", "{\"c\"")];
        assert_eq!(decode(Framing::Lines, [lines.as_bytes()]), expected);
    }

    #[test]
    fn empty_chunk_within_crlf_does_not_end_an_event() {
        let pieces: [&[u8]; 4] = [b"data: one\r", b"", b"\ndata: two\n", b"\n"];
        let expected = [event("", "one\ntwo")];
        assert_eq!(decode(Framing::ServerSentEvents, pieces), expected);
    }

    #[test]
    fn oversized_event_is_an_error() {
        let mut decoder = EventDecoder::new(Framing::ServerSentEvents);
        let piece = vec![b'x'; 1 << 20];
        let taken: Vec<_> = (0..20).map(|_| decoder.take(&piece, &mut Vec::new())).collect();
        assert_eq!(taken.iter().filter(|result| result.is_ok()).count(), 16);
        assert_eq!(taken.last(), Some(&Err(EventTooLong)));
    }

    proptest! {
        #[test]
        fn chunk_boundaries_do_not_change_decoded_events(
            lines in prop::collection::vec("(data: ?|event: |: |)[a-zäß€😀{}\"]{0,6}", 0..12),
            ends in prop::collection::vec(prop::sample::select(vec!["\n", "\r", "\r\n", "\n\n", "\r\n\r\n"]), 12),
            cuts in prop::collection::vec(0_usize..200, 0..8),
            framing in prop::sample::select(vec![Framing::ServerSentEvents, Framing::Lines]),
        ) {
            let stream: String = lines.iter().zip(&ends).map(|(line, end)| format!("{line}{end}")).collect();
            let bytes = stream.as_bytes();
            let whole = decode(framing, [bytes]);
            prop_assert_eq!(&decode(framing, bytes.chunks(1)), &whole);
            let mut places: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            places.sort_unstable();
            let mut pieces = Vec::new();
            let mut start = 0;
            for place in places.into_iter().chain([bytes.len()]) {
                pieces.push(&bytes[start..place]);
                start = place;
            }
            prop_assert_eq!(&decode(framing, pieces), &whole);
        }
    }
}
