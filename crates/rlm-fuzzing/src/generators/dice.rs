//! A deterministic source of choices for generators: a seed or a fuzzer's bytes.

use arbitrary::Unstructured;

/// A source of choices. It is deterministic: either pseudo-random from a seed (SplitMix64), or read
/// from a fuzzer's bytes.
///
/// ```
/// use rlm_fuzzing::generators::Dice;
///
/// let rolled = |mut dice: Dice<'_>| [dice.roll(6), dice.roll(6), dice.roll(6)];
/// assert_eq!(rolled(Dice::new(7)), rolled(Dice::new(7)));
/// assert_eq!(rolled(Dice::of(b"")), [0; 3], "without bytes, everything is the first of its kind");
/// ```
#[derive(Debug)]
pub enum Dice<'a> {
    /// A pseudo-random generator, with its state.
    Seed(u64),
    /// A fuzzer's bytes, of which the unread ones are stored.
    Bytes(Unstructured<'a>),
}

impl<'a> Dice<'a> {
    /// Creates a source of pseudo-random choices from a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self::Seed(seed)
    }

    /// Creates a source that reads its choices from bytes. Once the bytes are used up, every choice
    /// is the first option.
    #[must_use]
    pub fn of(data: &'a [u8]) -> Self {
        Self::Bytes(Unstructured::new(data))
    }

    /// Creates a source from a hash of all bytes (FNV-1a). Use it for choices in addition to a
    /// text: most texts have a common prefix and suffix of a few bytes, which should not determine
    /// the choices.
    ///
    /// ```
    /// use rlm_fuzzing::generators::Dice;
    ///
    /// let rolled = |text: &str| Dice::of_all(text.as_bytes()).roll(1_000);
    /// assert_eq!(rolled("{}"), rolled("{}"));
    /// assert!(rolled("{}") != rolled("{ }"));
    /// ```
    #[must_use]
    pub fn of_all(data: &[u8]) -> Self {
        let add = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        Self::Seed(data.iter().fold(0xcbf2_9ce4_8422_2325, add))
    }

    /// Returns a number below `sides`, which must be at least 1.
    pub fn roll(&mut self, sides: usize) -> usize {
        match self {
            Self::Seed(state) => (next(state) % sides as u64) as usize,
            Self::Bytes(bytes) => bytes.choose_index(sides).unwrap_or(0),
        }
    }

    /// Returns one of the options, chosen at random.
    pub fn pick<'o>(&mut self, options: &[&'o str]) -> &'o str {
        options[self.roll(options.len())]
    }

    /// Returns `true` if all bytes of the source are used up.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        match self {
            Self::Seed(_) => false,
            Self::Bytes(bytes) => bytes.is_empty(),
        }
    }

    /// Returns `count` random bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.roll(256) as u8).collect()
    }
}

fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
