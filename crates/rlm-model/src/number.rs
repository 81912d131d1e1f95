//! Formatting of numbers for people.

/// Formats a number with a comma between groups of three digits: `1,234,567`.
///
/// ```
/// assert_eq!(rlm_model::grouped(1_234_567), "1,234,567");
/// assert_eq!(rlm_model::grouped(999), "999");
/// ```
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len().saturating_mul(2));
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && digits.len().saturating_sub(place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}
