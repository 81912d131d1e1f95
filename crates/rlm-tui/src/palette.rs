//! The styles of roles. Colours never carry information alone: symbols and words carry it too.

use ratatui::style::{Color, Modifier, Style};
use sift_syntax::Highlight;

use crate::document::Role;
use crate::state::State;

/// The palette of the view: whether colours are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Palette {
    /// Shows the sixteen colours of the terminal, as configured by the user.
    #[default]
    Colored,
    /// Shows no colours: only bold and underlined text.
    Plain,
}

impl Palette {
    pub(crate) fn role(self, role: Role) -> Style {
        let (color, modifier) = match role {
            Role::Plain => (None, Modifier::empty()),
            Role::Heading => (Some(Color::Cyan), Modifier::BOLD),
            Role::Muted => (Some(Color::DarkGray), Modifier::empty()),
            Role::Strong => (None, Modifier::BOLD),
            Role::Good => (Some(Color::Green), Modifier::empty()),
            Role::Fair => (Some(Color::Yellow), Modifier::empty()),
            Role::Bad => (Some(Color::Red), Modifier::empty()),
            Role::Cited => (None, Modifier::UNDERLINED),
            Role::Code(Highlight::Keyword) => (Some(Color::Magenta), Modifier::empty()),
            Role::Code(Highlight::Constant | Highlight::Number) => (Some(Color::Cyan), Modifier::empty()),
            // Blue (4) is unreadable on black in many palettes.
            Role::Code(Highlight::Function) => (Some(Color::LightBlue), Modifier::empty()),
            Role::Code(Highlight::String) => (Some(Color::Green), Modifier::empty()),
            Role::Code(Highlight::Comment) => (Some(Color::DarkGray), Modifier::ITALIC),
        };
        self.style(color, modifier)
    }

    pub(crate) fn state(self, state: State) -> Style {
        let color = match state {
            State::UnderWay => Some(Color::Cyan),
            State::Waiting | State::InDoubt | State::Cancelled | State::NotSent => Some(Color::Yellow),
            State::Done => Some(Color::Green),
            State::Cached => Some(Color::LightBlue),
            State::Failed => Some(Color::Red),
        };
        self.style(color, Modifier::BOLD)
    }

    pub(crate) fn style(self, color: Option<Color>, modifier: Modifier) -> Style {
        let style = Style::new().add_modifier(modifier);
        match (self, color) {
            (Self::Colored, Some(color)) => style.fg(color),
            _ => style,
        }
    }
}
