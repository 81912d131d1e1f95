//! Enums whose variants are each written in one way: operators, keywords, names of types.

/// Defines such an enum, with all of its variants in `ALL`, the text of a variant, and the variant of a text. Those that are
/// hidden are not in `ALL`.
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
            /// All of them, in order; none that is read only to be refused.
            $vis const ALL: [Self; [$($text),*].len()] = [$(Self::$variant),*];

            /// The texts of [`ALL`](Self::ALL).
            pub(crate) const TEXTS: &'static [&'static str] = &[$($text),*];

            /// Returns it as it is written.
            #[must_use]
            $vis const fn $text_of(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                    $($(Self::$hidden => $hidden_text,)*)?
                }
            }

            /// Reads it as it is written.
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
