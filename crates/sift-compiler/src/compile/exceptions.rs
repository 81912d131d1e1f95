//! Compilation of `try`, exception handlers, `finally` and `raise`.

use sift_syntax::ast::{CompareOp, Expr, ExprKind, Handler, Name, PostfixKind, Try};
use smol_str::SmolStr;

use super::statements::Exit;
use super::{Compiler, Enclosing, TooLarge};
use crate::op::{Const, Op};

type Result = std::result::Result<(), TooLarge>;

/// The number that is stored as the reason for entering a `finally` block after normal completion.
/// The exits that enter the block are numbered from 1.
const FELL_THROUGH: i32 = 0;
const RAISED: i32 = -1;

/// The exception classes whose handlers catch a failed model call.
const CATCH_CALL_FAILED: [&str; 4] = ["CallFailed", "RuntimeError", "Exception", "BaseException"];

impl<'a> Compiler<'a, '_> {
    pub(super) fn try_statement(&mut self, parts: &'a Try) -> Result {
        if parts.finally.is_empty() {
            return self.try_except(parts);
        }
        let (reason, exception) = (self.function.new_slot(""), self.function.new_slot(""));
        let guard = self.emit(Op::PushHandler {
            target: 0,
            catches_call_failure: false,
        });
        self.function.enclosing.push(Enclosing::Finally {
            reason,
            entries: Vec::new(),
            exits: Vec::new(),
        });
        if parts.handlers.is_empty() {
            self.statements(&parts.body)?;
            self.statements(&parts.orelse)?;
        } else {
            self.try_except(parts)?;
        }
        let enclosing = self.function.enclosing.pop();
        self.emit(Op::PopHandler);
        self.emit(Op::Int(FELL_THROUGH));
        self.emit(Op::SetLocal(reason));
        let fell_through = self.emit(Op::Jump(0));
        self.function.land(guard);
        self.emit(Op::SetLocal(exception));
        self.emit(Op::Int(RAISED));
        self.emit(Op::SetLocal(reason));
        self.function.land(fell_through);
        let (entries, exits) = match enclosing {
            Some(Enclosing::Finally { entries, exits, .. }) => (entries, exits),
            _ => (Vec::new(), Vec::new()),
        };
        for entry in entries {
            self.function.land(entry);
        }
        self.statements(&parts.finally)?;
        self.leave_finally(reason, exception, exits);
        Ok(())
    }

    /// Emits the code at the end of a `finally` block. It resumes the exit or exception by which
    /// the block was entered.
    ///
    /// All exits share one copy of the block, so that code doesn't grow with the depth of nesting.
    fn leave_finally(&mut self, reason: u16, exception: u16, exits: Vec<Exit>) {
        let test = |compiler: &mut Self, number: i32| {
            compiler.emit(Op::Local(reason));
            compiler.emit(Op::Int(number));
            compiler.emit(Op::Compare(CompareOp::Equal));
            compiler.emit(Op::JumpIfFalse(0))
        };
        let skip = test(self, RAISED);
        self.emit(Op::Local(exception));
        self.emit(Op::Reraise);
        self.function.land(skip);
        for (number, exit) in (1..).zip(exits) {
            let skip = test(self, number);
            self.leave(exit);
            self.function.land(skip);
        }
    }

    fn try_except(&mut self, parts: &'a Try) -> Result {
        let catches = parts
            .handlers
            .iter()
            .any(|handler| catches_call_failure(handler.class.as_ref()));
        let guard = self.emit(Op::PushHandler {
            target: 0,
            catches_call_failure: catches,
        });
        self.function.enclosing.push(Enclosing::Guard);
        self.statements(&parts.body)?;
        self.function.enclosing.pop();
        self.emit(Op::PopHandler);
        self.statements(&parts.orelse)?;
        let mut ends = vec![self.emit(Op::Jump(0))];
        self.function.land(guard);
        let exception = self.function.new_slot("");
        self.emit(Op::SetLocal(exception));
        self.function.handled.push(exception);
        for handler in &parts.handlers {
            self.handler(handler, exception, &mut ends)?;
        }
        self.function.handled.pop();
        self.emit(Op::Local(exception));
        self.emit(Op::Reraise);
        for end in ends {
            self.function.land(end);
        }
        Ok(())
    }

    fn handler(&mut self, handler: &'a Handler, exception: u16, ends: &mut Vec<usize>) -> Result {
        self.at(handler.span);
        self.emit(Op::Local(exception));
        match &handler.class {
            Some(class) => {
                self.expr(class)?;
                self.emit(Op::MatchException);
            }
            None => {
                self.emit(Op::MatchAny);
            }
        }
        let skip = self.emit(Op::JumpIfFalse(0));
        match &handler.name {
            None => {
                self.emit(Op::Pop);
                self.statements(&handler.body)?;
            }
            Some(name) => {
                self.store(&name.text);
                self.named_handler_body(name, handler)?;
            }
        }
        self.emit(Op::ClearLocal(exception));
        ends.push(self.emit(Op::Jump(0)));
        self.function.land(skip);
        self.emit(Op::Pop);
        Ok(())
    }

    /// Compiles the body of `except … as name`. The name is deleted on every exit, as in Python.
    fn named_handler_body(&mut self, name: &'a Name, handler: &'a Handler) -> Result {
        let guard = self.emit(Op::PushHandler {
            target: 0,
            catches_call_failure: false,
        });
        self.function.enclosing.push(Enclosing::ExceptName(name));
        self.statements(&handler.body)?;
        self.function.enclosing.pop();
        self.emit(Op::PopHandler);
        self.unbind(name);
        let end = self.emit(Op::Jump(0));
        self.function.land(guard);
        self.unbind(name);
        self.emit(Op::Reraise);
        self.function.land(end);
        Ok(())
    }

    pub(super) fn raise(&mut self, exception: Option<&'a Expr>, cause: Option<&'a Expr>) -> Result {
        let span = self.function.span;
        let Some(exception) = exception else {
            match self.function.handled.last() {
                Some(&slot) => {
                    self.emit(Op::Local(slot));
                    self.emit(Op::Reraise);
                }
                None => {
                    self.function
                        .emit_const(Const::Str("No active exception to reraise".into()));
                    self.emit(Op::RaiseRuntimeError);
                }
            }
            return Ok(());
        };
        self.expr(exception)?;
        match cause {
            Some(cause) => {
                self.expr(cause)?;
                self.at(span);
                self.emit(Op::RaiseFrom);
            }
            None => {
                self.at(span);
                self.emit(Op::Raise);
            }
        }
        Ok(())
    }
}

/// Returns `true` if an `except` clause for `class` could catch a failed model call. Classes that
/// aren't known at compile time count as matching.
fn catches_call_failure(class: Option<&Expr>) -> bool {
    let known_not_to = |name: &SmolStr| {
        crate::exception::ExceptionClass::from_name(name).is_some() && !CATCH_CALL_FAILED.contains(&name.as_str())
    };
    match class.map(|class| &class.kind) {
        None => true,
        Some(ExprKind::Name(name)) => !known_not_to(name),
        Some(ExprKind::Tuple(classes)) => classes.iter().any(|class| catches_call_failure(Some(class))),
        Some(ExprKind::Postfix { ops, .. }) => match ops.last().map(|op| &op.kind) {
            // `json.JSONDecodeError` and `re.error` never match a failed call.
            Some(PostfixKind::Attribute(name)) => !known_not_to(&name.text),
            _ => true,
        },
        Some(_) => true,
    }
}
