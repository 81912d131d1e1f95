//! The line editor of the REPL, with colours, completion and history.

use std::borrow::Cow;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use nu_ansi_term::{Color, Style};
use reedline::{
    ColumnarMenu, Completer, CompletionResult, EditCommand, Emacs, FileBackedHistory, Highlighter, KeyCode,
    KeyModifiers, MenuBuilder, Prompt, PromptEditMode, PromptHistorySearch, PromptHistorySearchStatus, Reedline,
    ReedlineEvent, ReedlineMenu, Signal, Span, StyledText, Suggestion, ValidationResult, Validator,
    default_emacs_keybindings,
};
use rlm_cli_execution::private_files;
use rlm_cli_output::console::Console;
use rlm_repl::{Reading, complete, reading};
use sift_syntax::{Highlight, highlight};

/// The names of the current variables, shared with the completion of the line editor.
pub(super) type SharedNames = Arc<Mutex<rlm_repl::Names>>;

/// An event of the REPL's input.
pub(super) enum InputEvent {
    /// The user entered a program or a command.
    Entry(String),
    /// The user pressed Ctrl-C to discard the current line.
    Interrupted,
    /// The input has ended.
    End,
}

/// The name of the line editor's menu that shows completions.
const MENU: &str = "completions";
/// The indentation that the line editor adds for a nested block.
const INDENT: &str = "    ";
/// The maximum number of entries in the input history.
const HISTORY_ENTRIES: usize = 2_000;

pub(super) struct Terminal {
    editor: Reedline,
}

impl Terminal {
    /// Creates the line editor. If the history file can't be used, reports this and keeps no
    /// history.
    pub(super) fn open(history: Option<PathBuf>, names: &SharedNames, console: Console) -> Self {
        let mut keys = default_emacs_keybindings();
        let offer = ReedlineEvent::UntilFound(vec![ReedlineEvent::Menu(MENU.to_owned()), ReedlineEvent::MenuNext]);
        keys.add_binding(KeyModifiers::NONE, KeyCode::Tab, offer);
        keys.add_binding(KeyModifiers::SHIFT, KeyCode::BackTab, ReedlineEvent::MenuPrevious);
        let new_line = ReedlineEvent::Edit(vec![EditCommand::InsertNewline]);
        keys.add_binding(KeyModifiers::ALT, KeyCode::Enter, new_line);
        let menu = ColumnarMenu::default().with_name(MENU);
        let mut editor = Reedline::create()
            .with_edit_mode(Box::new(Emacs::new(keys)))
            .with_completer(Box::new(Names(Arc::clone(names))))
            .with_menu(ReedlineMenu::EngineCompleter(Box::new(menu)))
            .with_quick_completions(true)
            .with_partial_completions(true)
            .with_validator(Box::new(Whole))
            .with_highlighter(Box::new(Colors))
            .with_ansi_colors(console.has_color())
            .use_bracketed_paste(true);
        let kept = history.map(|file| kept_in(&file));
        match kept {
            Some(Ok(history)) => editor = editor.with_history(Box::new(history)),
            Some(Err(error)) => console.warn(&format!("the input history can't be saved: {error}")),
            None => {}
        }
        Self { editor }
    }

    /// Waits for a complete program or command from the terminal.
    pub(super) fn next(&mut self) -> io::Result<InputEvent> {
        Ok(match self.editor.read_line(&Sift).map_err(io::Error::other)? {
            Signal::Success(text) => InputEvent::Entry(text),
            Signal::CtrlD => InputEvent::End,
            // An unknown signal of the line editor must not end the session.
            _ => InputEvent::Interrupted,
        })
    }
}

/// Opens an input history that is kept in a file. It is private to its owner, because programs may
/// quote the context.
fn kept_in(file: &Path) -> io::Result<FileBackedHistory> {
    if let Some(folder) = file.parent() {
        private_files::folder(folder)?;
    }
    private_files::file().create(true).append(true).open(file)?;
    FileBackedHistory::with_file(HISTORY_ENTRIES, file.to_owned()).map_err(|error| io::Error::other(error.to_string()))
}

struct Sift;

impl Prompt for Sift {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Borrowed("sift")
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_indicator(&self, _: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed("> ")
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        Cow::Borrowed("  ... ")
    }

    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        let found = match search.status {
            PromptHistorySearchStatus::Passing => "search",
            PromptHistorySearchStatus::Failing => "no match",
        };
        Cow::Owned(format!(" {found} for `{}`: ", search.term))
    }
}

struct Whole;

impl Validator for Whole {
    fn validate(&self, text: &str) -> ValidationResult {
        let is_command = text.trim_start().starts_with(':');
        match reading(text) {
            Reading::Open | Reading::Unfinished if !is_command => ValidationResult::Incomplete,
            _ => ValidationResult::Complete,
        }
    }
}

struct Names(SharedNames);

impl Completer for Names {
    fn complete(&mut self, text: &str, cursor: usize) -> CompletionResult {
        let typed = text.get(..cursor).unwrap_or(text);
        let is_indenting = typed.contains('\n') && typed.rsplit('\n').next().is_some_and(|line| line.trim().is_empty());
        if is_indenting {
            return CompletionResult::fresh(vec![Suggestion {
                value: INDENT.to_owned(),
                span: Span::new(cursor, cursor),
                ..Suggestion::default()
            }]);
        }
        let names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = complete(text, cursor, &names);
        let span = Span::new(found.replaces.start, found.replaces.end);
        let suggested = found.candidates.into_iter().map(|candidate| Suggestion {
            value: candidate.text.to_string(),
            description: Some(candidate.about).filter(|_| text.starts_with(':')),
            span,
            ..Suggestion::default()
        });
        CompletionResult::fresh(suggested.collect::<Vec<_>>())
    }
}

struct Colors;

impl Highlighter for Colors {
    fn highlight(&self, text: &str, _: usize) -> StyledText {
        let mut styled = StyledText::new();
        if text.starts_with(':') {
            styled.push((Style::new().bold(), text.to_owned()));
            return styled;
        }
        let mut at = 0;
        let plain = |range: Range<usize>| (Style::new(), text.get(range).unwrap_or_default().to_owned());
        for (range, kind) in highlight(text) {
            styled.push(plain(at..range.start));
            at = range.end;
            styled.push((style(kind), text.get(range).unwrap_or_default().to_owned()));
        }
        styled.push(plain(at..text.len()));
        styled
    }
}

fn style(kind: Highlight) -> Style {
    match kind {
        Highlight::Keyword => Color::Magenta.bold(),
        Highlight::Constant | Highlight::Number => Color::Cyan.normal(),
        Highlight::Function => Color::LightBlue.normal(),
        Highlight::String => Color::Green.normal(),
        Highlight::Comment => Style::new().dimmed(),
    }
}
