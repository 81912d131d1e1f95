//! Extracts the messages of EML and MBOX: headers, text and the names of attachments.

use std::io::Cursor;

use mail_parser::mailbox::mbox::MessageIterator;
use mail_parser::{Address, Message, MessageParser, MessagePart, MimeHeaders as _, PartType};

use crate::error::ExtractError;
use crate::html;
use crate::{Extracted, Limits, PAGE_BREAK, Section, SectionLabel};

/// The maximum number of characters of a subject in a citation.
const SUBJECT_CHARS: usize = 60;

/// The maximum depth of messages within messages.
const DEEPEST: usize = 8;

pub(crate) fn message(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let message = MessageParser::default()
        .parse(bytes)
        .filter(|message| !message.headers().is_empty())
        .ok_or_else(|| ExtractError::damaged("it is no mail message"))?;
    let mut extracted = Extracted::default();
    write(&message, &mut extracted.text, 0)?;
    Ok(extracted)
}

pub(crate) fn mailbox(bytes: Vec<u8>, limits: Limits) -> Result<Extracted, ExtractError> {
    let mut extracted = Extracted::default();
    for (number, message) in (1..).zip(MessageIterator::new(Cursor::new(bytes))) {
        let message = message.map_err(|_| ExtractError::damaged("the mailbox is no mbox file"))?;
        if !extracted.text.is_empty() {
            extracted.text.push_str(PAGE_BREAK);
        }
        let start = extracted.text.len();
        let parsed = MessageParser::default().parse(message.contents());
        let subject = parsed.as_ref().and_then(Message::subject).map(one_line);
        extracted.sections.push(Section {
            start,
            label: SectionLabel::Named(label(number, subject.as_deref())),
        });
        match parsed {
            Some(message) => write(&message, &mut extracted.text, 0)?,
            None => extracted.text.push_str(&String::from_utf8_lossy(message.contents())),
        }
        if extracted.text.len() as u64 > limits.bytes {
            return Err(ExtractError::TooLarge { limit: limits.bytes });
        }
    }
    if extracted.sections.is_empty() {
        return Err(ExtractError::damaged(
            "it has no line that begins with `From `, as messages in an mbox do",
        ));
    }
    Ok(extracted)
}

fn label(number: usize, subject: Option<&str>) -> String {
    match subject.filter(|subject| !subject.is_empty()) {
        None => format!("message {number}"),
        Some(subject) => format!(
            "message {number}, {}",
            subject.chars().take(SUBJECT_CHARS).collect::<String>()
        ),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes the headers that a reader looks at, an empty line, the text, and the attachments.
fn write(message: &Message<'_>, text: &mut String, depth: usize) -> Result<(), ExtractError> {
    let mut header = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            text.push_str(&format!("{name}: {value}\n"));
        }
    };
    header("From", message.from().map(addresses));
    header("To", message.to().map(addresses));
    header("Cc", message.cc().map(addresses));
    header("Date", message.header_raw("Date").map(one_line));
    header("Subject", message.subject().map(one_line));
    text.push('\n');
    for body in message.text_bodies() {
        write_text(body, text)?;
    }
    for attachment in message.attachments() {
        write_attachment(attachment, text, depth)?;
    }
    Ok(())
}

fn addresses(addresses: &Address<'_>) -> String {
    let shown = addresses
        .iter()
        .map(|address| match (address.name(), address.address()) {
            (Some(name), Some(address)) => format!("{} <{address}>", one_line(name)),
            (Some(one), None) | (None, Some(one)) => one_line(one),
            (None, None) => String::new(),
        });
    shown.collect::<Vec<_>>().join(", ")
}

fn write_text(part: &MessagePart<'_>, text: &mut String) -> Result<(), ExtractError> {
    let body = match &part.body {
        PartType::Text(body) => body.replace("\r\n", "\n"),
        PartType::Html(body) => html::extract(body.as_bytes())?.text,
        _ => return Ok(()),
    };
    text.push_str(body.trim_end());
    text.push('\n');
    Ok(())
}

fn write_attachment(part: &MessagePart<'_>, text: &mut String, depth: usize) -> Result<(), ExtractError> {
    let name = part.attachment_name().map_or_else(|| "unnamed".to_owned(), one_line);
    if let PartType::Message(message) = &part.body {
        text.push_str("\nAttached message:\n");
        return if depth < DEEPEST {
            write(message, text, depth + 1)
        } else {
            Ok(())
        };
    }
    let kind = part.content_type().map(|kind| match kind.subtype() {
        Some(subtype) => format!("{}/{subtype}", kind.ctype()),
        None => kind.ctype().to_owned(),
    });
    let kind = kind.map(|kind| format!("{kind}, ")).unwrap_or_default();
    text.push_str(&format!("\nAttachment: {name} ({kind}{} bytes)\n", part.len()));
    write_text(part, text)
}
