//! Confidence intervals of success rates.

/// The quantile of the normal distribution for a confidence of 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// Returns the 95 % confidence interval of the success rate if `successes` of `trials` succeeded:
/// Wilson's score interval (E. B. Wilson, “Probable inference, the law of succession, and
/// statistical inference”, 1927). Unlike the normal approximation, it stays within 0 and 1 and is
/// meaningful if no or all trials succeed. Without trials it is 0 to 1.
///
/// ```
/// use rlm_cases::wilson;
///
/// let (low, high) = wilson(9, 10);
/// assert_eq!((format!("{low:.3}"), format!("{high:.3}")), ("0.596".to_owned(), "0.982".to_owned()));
/// ```
#[must_use]
pub fn wilson(successes: u32, trials: u32) -> (f64, f64) {
    if trials == 0 {
        return (0.0, 1.0);
    }
    let n = f64::from(trials);
    let rate = f64::from(successes.min(trials)) / n;
    let spread = Z * Z / n;
    let center = (rate + spread / 2.0) / (1.0 + spread);
    let half = Z / (1.0 + spread) * (rate * (1.0 - rate) / n + spread / (4.0 * n)).sqrt();
    ((center - half).max(0.0), (center + half).min(1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The expected values are from R, `binom::binom.wilson(x, n)`, and from Newcombe (1998), table
    /// I.
    #[test]
    fn wilson_intervals_match_published_values() {
        let rounded = |(low, high): (f64, f64)| format!("{low:.4} {high:.4}");
        assert_eq!(rounded(wilson(81, 263)), "0.2553 0.3662");
        assert_eq!(rounded(wilson(15, 148)), "0.0624 0.1605");
        assert_eq!(rounded(wilson(0, 20)), "0.0000 0.1611");
        assert_eq!(rounded(wilson(1, 29)), "0.0061 0.1718");
        assert_eq!(rounded(wilson(0, 0)), "0.0000 1.0000");
    }

    proptest! {
        #[test]
        fn intervals_contain_the_rate_and_narrow_with_more_trials(trials in 1_u32..1_000, share in 0.0_f64..=1.0) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is below the trials")]
            let successes = (f64::from(trials) * share) as u32;
            let (low, high) = wilson(successes, trials);
            let rate = f64::from(successes) / f64::from(trials);
            prop_assert!(0.0 <= low && low <= rate + 1e-12 && rate <= high + 1e-12 && high <= 1.0);
            let (low_of_more, high_of_more) = wilson(successes * 4, trials * 4);
            prop_assert!(high_of_more - low_of_more < high - low);
        }
    }
}
