//! Extracts subtitles (SRT, WebVTT): one line for each cue, after the time at which it starts.

use crate::{Extracted, Section, SectionLabel};

pub(crate) fn extract(bytes: &[u8]) -> Extracted {
    let text = decoded(bytes);
    let mut extracted = Extracted::default();
    let mut cue: Option<(String, Vec<String>)> = None;
    for line in text.lines().chain([""]) {
        if let Some(start) = start_of(line) {
            write(&mut extracted, cue.take());
            cue = Some((start, Vec::new()));
        } else if line.trim().is_empty() {
            write(&mut extracted, cue.take());
        } else if let Some((_, lines)) = &mut cue {
            lines.push(plain(line));
        }
    }
    if extracted.sections.is_empty() {
        // It has no cues: it is a text that happens to have this name.
        extracted.text = text;
    }
    extracted
}

/// Decodes UTF-8, or UTF-16 with a byte order mark, or else Windows-1252, in which many subtitles
/// were written.
fn decoded(bytes: &[u8]) -> String {
    match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes).0.into_owned(),
        None => std::str::from_utf8(bytes).map_or_else(
            |_| {
                encoding_rs::WINDOWS_1252
                    .decode_without_bom_handling(bytes)
                    .0
                    .into_owned()
            },
            str::to_owned,
        ),
    }
}

fn write(extracted: &mut Extracted, cue: Option<(String, Vec<String>)>) {
    let Some((start, lines)) = cue else { return };
    let words = lines.join(" ");
    let words = words.trim();
    if words.is_empty() {
        return;
    }
    extracted.sections.push(Section {
        start: extracted.text.len(),
        label: SectionLabel::Named(start.split('.').next().unwrap_or(&start).to_owned()),
    });
    extracted.text.push_str(&format!("[{start}] {words}\n"));
}

/// Returns the start of a line such as `00:01:02,500 --> 00:01:04,000`, as `00:01:02.500`. WebVTT
/// may leave out the hours.
fn start_of(line: &str) -> Option<String> {
    let (start, _) = line.split_once("-->")?;
    let start = start.trim().replace(',', ".");
    let is_time = start.contains(':') && start.bytes().all(|byte| byte.is_ascii_digit() || b":.".contains(&byte));
    let hours = if start.matches(':').count() == 1 { "00:" } else { "" };
    is_time.then(|| format!("{hours}{start}"))
}

/// Removes tags: `<i>`, `{\\an8}`. The voice of WebVTT, `<v Ada>`, becomes `Ada: `.
fn plain(line: &str) -> String {
    let mut words = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['<', '{']) {
        let (before, tag) = rest.split_at(at);
        words.push_str(before);
        let end = if tag.starts_with('<') { '>' } else { '}' };
        let is_tag = tag.starts_with("{\\") || tag.starts_with('<');
        let Some(close) = tag.find(end).filter(|_| is_tag) else {
            let (first, after) = tag.split_at(1);
            words.push_str(first);
            rest = after;
            continue;
        };
        let (inside, after) = tag.split_at(close);
        let voice = inside
            .strip_prefix("<v")
            .and_then(|voice| voice.split_once([' ', '\t']));
        if let Some((_, voice)) = voice {
            words.push_str(voice.trim());
            words.push_str(": ");
        }
        rest = after.split_at(1).1;
    }
    words.push_str(rest);
    let words = words.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">");
    words.replace("&amp;", "&").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_removed_and_voices_kept() {
        assert_eq!(
            plain("<v.loud Ada L.>The <i>roof</i> {\\an8}leaks &amp; drips"),
            "Ada L.: The roof leaks & drips"
        );
        assert_eq!(plain("a < b {x"), "a < b {x");
        assert_eq!(start_of("01:02.500 --> 01:04"), Some("00:01:02.500".to_owned()));
        assert_eq!(start_of("so --> it"), None);
    }
}
