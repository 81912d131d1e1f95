//! The generated texts that are searched. They are the same in every run, and written once.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The rare literal, at the same lines of every text.
pub(super) const RARE: &str = "QX-7731-ZETA";
const RARE_EVERY: u64 = 60_000;
/// One line in this many contains a date.
const DAY_EVERY: u64 = 64;

/// A generated text, with the words to search for.
pub(super) struct Text {
    pub(super) name: &'static str,
    pub(super) bytes: u64,
    line: fn(&mut Numbers, u64, &mut String),
    /// A word for case-insensitive searches.
    pub(super) word: &'static str,
    /// Three words for searches for any of them.
    pub(super) words: [&'static str; 3],
}

pub(super) const LOG: Text = Text {
    name: "log, 100 MB",
    bytes: 100_000_000,
    line: log_line,
    word: "timeout",
    words: ["refused", "exhausted", "quarantined"],
};

pub(super) const LARGE_LOG: Text = Text {
    name: "log, 1 GB",
    bytes: 1_000_000_000,
    ..LOG
};

pub(super) const LANGUAGES: Text = Text {
    name: "languages, 100 MB",
    bytes: 100_000_000,
    line: languages_line,
    word: "größe",
    words: ["договор", "条約", "συνθήκη"],
};

impl Text {
    /// Writes the text unless the file exists. Returns the path and the number of characters.
    pub(super) fn file(&self, folder: &Path) -> std::io::Result<(PathBuf, u64)> {
        fs::create_dir_all(folder)?;
        let name = self.name.replace([',', ' '], "");
        // A change of the generated text must change this number.
        let path = folder.join(format!("{name}-1.txt"));
        let chars = folder.join(format!("{name}-1.chars"));
        let known = fs::read_to_string(&chars).ok().and_then(|chars| chars.parse().ok());
        if let (Some(known), true) = (known, path.exists()) {
            return Ok((path, known));
        }
        let mut file = BufWriter::new(fs::File::create(&path)?);
        let mut numbers = Numbers(7);
        let (mut written, mut count, mut at) = (0, 0, 0);
        let mut line = String::new();
        while written < self.bytes {
            line.clear();
            (self.line)(&mut numbers, at, &mut line);
            if at % DAY_EVERY == 17 {
                let (year, month, day) = (2000 + numbers.below(25), 1 + numbers.below(12), 1 + numbers.below(28));
                line.push_str(&format!(" due {year}-{month:02}-{day:02}"));
            }
            if at % RARE_EVERY == 40_007 {
                line.push(' ');
                line.push_str(RARE);
            }
            line.push('\n');
            file.write_all(line.as_bytes())?;
            written += line.len() as u64;
            count += line.chars().count() as u64;
            at += 1;
        }
        file.flush()?;
        fs::write(chars, count.to_string())?;
        Ok((path, count))
    }
}

/// Deterministic pseudo-random numbers (xorshift64*, Vigna 2014).
struct Numbers(u64);

impl Numbers {
    const fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % end
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}

const LEVELS: &[&str] = &["INFO", "INFO", "INFO", "DEBUG", "DEBUG", "WARN", "ERROR"];
const PARTS: &[&str] = &["gateway", "billing", "search", "storage", "scheduler", "mailer", "auth"];
const EVENTS: &[&str] = &[
    "request served from cache",
    "session opened for user",
    "retrying upstream after backoff",
    "index segment merged",
    "payload accepted by worker",
    "lease renewed with coordinator",
    "connection returned to pool",
    "heartbeat received from replica",
];

/// A line of a server log. Its time is in seconds, so that few lines hold a date.
fn log_line(numbers: &mut Numbers, at: u64, line: &mut String) {
    let (level, part, event) = (numbers.one_of(LEVELS), numbers.one_of(PARTS), numbers.one_of(EVENTS));
    let (user, took) = (numbers.below(100_000), numbers.below(5_000));
    let micros = numbers.below(1_000_000);
    let time = 1_700_000_000 + at / 50;
    line.push_str(&format!(
        "{time}.{micros:06} {level} {part}[{}]: {event} user={user} took {took} ms",
        at % 977
    ));
    match numbers.below(1_500) {
        0 => line.push_str(" (Timeout)"),
        1 => line.push_str(" after TIMEOUT of peer"),
        2 => line.push_str(" connection refused"),
        3 => line.push_str(" quota exhausted"),
        4 => line.push_str(" message quarantined"),
        5 => line.push_str(" timeouts=3"),
        _ => {}
    }
}

const SENTENCES: &[&str] = &[
    "The committee shall review the agreement before the end of the second period.",
    "Die Vertragsparteien prüfen die Übereinkunft vor Ablauf der zweiten Frist; über Änderungen beschließt der Ausschuss.",
    "Стороны рассматривают соглашение до конца второго периода и уведомляют друг друга об изменениях.",
    "缔约双方应在第二期结束之前审查本协定，并就任何修改相互通知。",
    "締約国は、第二期間の終了前にこの協定を検討し、変更について相互に通知する。",
    "تراجع الأطراف الاتفاق قبل نهاية الفترة الثانية وتخطر بعضها بعضا بأي تعديل.",
    "पक्षकार दूसरी अवधि की समाप्ति से पहले समझौते की समीक्षा करेंगे।",
    "Τα μέρη εξετάζουν τη συμφωνία πριν από τη λήξη της δεύτερης περιόδου.",
    "Les parties examinent l’accord avant la fin de la deuxième période — sauf décision contraire.",
    "Reviewed 👍🏽 and filed 🗂️ by the clerk.",
];

/// A line of a treaty in ten languages and scripts.
fn languages_line(numbers: &mut Numbers, at: u64, line: &mut String) {
    line.push_str(&format!("§{} ", at + 1));
    for _ in 0..1 + numbers.below(3) {
        line.push_str(numbers.one_of(SENTENCES));
        line.push(' ');
    }
    match numbers.below(1_500) {
        0 => line.push_str("(Größe)"),
        1 => line.push_str("nach GRÖßE geordnet"),
        2 => line.push_str("договор"),
        3 => line.push_str("条約"),
        4 => line.push_str("συνθήκη"),
        5 => line.push_str("Größenordnung"),
        _ => {}
    }
}
