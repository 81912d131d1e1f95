//! The texts that the programs read; the same in every run.

/// A program's name, and the function that generates its text.
type Program = (&'static str, fn() -> String);

/// The six programs.
pub(super) const PROGRAMS: [Program; 6] = [
    ("regex_count", log),
    ("group_and_sort", records),
    ("nested_loops", String::new),
    ("build_strings", String::new),
    ("word_count", words),
    ("recursion", String::new),
];

/// A deterministic random generator (xorshift64*, Vigna 2014).
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

const TOPICS: [&str; 5] = ["billing", "shipping", "login", "refund", "other"];

/// 200,000 lines of a log.
fn log() -> String {
    let mut numbers = Numbers(7);
    let line = |at: u64| {
        let (month, day) = (at % 12 + 1, at % 28 + 1);
        let level = numbers.one_of(&["INFO", "WARN", "ERROR"]);
        let (user, topic, took) = (numbers.below(10_000), numbers.one_of(&TOPICS), numbers.below(5_000));
        format!("2025-{month:02}-{day:02} {level} user={user} category={topic} took {took} ms")
    };
    (0..200_000).map(line).collect::<Vec<_>>().join("\n")
}

/// 100,000 records of four fields.
fn records() -> String {
    let mut numbers = Numbers(11);
    let line = |_| {
        let (topic, amount) = (numbers.one_of(&TOPICS), numbers.below(1_000));
        format!(
            "{topic},{amount},0.{:04},name{}",
            numbers.below(10_000),
            numbers.below(50_000)
        )
    };
    (0..100_000).map(line).collect::<Vec<_>>().join("\n")
}

/// A million words in lines of ten.
fn words() -> String {
    let mut numbers = Numbers(13);
    let mut line = |_| {
        (0..10)
            .map(|_| format!("w{}", numbers.below(5_000)))
            .collect::<Vec<_>>()
            .join(" ")
    };
    (0..100_000).map(|at: u32| line(at)).collect::<Vec<_>>().join("\n")
}
