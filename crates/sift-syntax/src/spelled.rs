//! A macro for enums whose variants each have one spelling: operators, keywords, names of types.

/// Defines an enum whose variants each have one spelling, with `ALL` and conversions from and to
/// text. Hidden variants aren't in `ALL`.
macro_rules! spelled {
    (
        $(#[$about:meta])*
        $vis:vis enum $name:ident as $text_of:ident {
            $($(#[$variant_about:meta])* $variant:ident = $text:literal,)*
        }
        $(hidden { $($(#[$hidden_about:meta])* $hidden:ident = $hidden_text:literal,)* })?
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        $vis enum $name {
            $(#[doc = concat!("`", $text, "`.")] $(#[$variant_about])* $variant,)*
            $($(#[doc = concat!("`", $hidden_text, "`.")] $(#[$hidden_about])* $hidden,)*)?
        }

        #[allow(dead_code, reason = "not each of these enums is both listed and read")]
        impl $name {
            /// All variants of the enum, in order, except for those that are only parsed to be
            /// rejected.
            $vis const ALL: [Self; [$($text),*].len()] = [$(Self::$variant),*];

            /// The spellings of the variants in [`ALL`](Self::ALL).
            pub(crate) const TEXTS: &'static [&'static str] = &[$($text),*];

            /// Returns the spelling of the variant.
            #[must_use]
            $vis const fn $text_of(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                    $($(Self::$hidden => $hidden_text,)*)?
                }
            }

            /// Returns the variant with this spelling, if any.
            pub(crate) fn from_text(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)*
                    $($($hidden_text => Some(Self::$hidden),)*)?
                    _ => None,
                }
            }
        }
    };
}
