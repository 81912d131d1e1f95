//! Compilation of statements.

use sift_syntax::ParamKind;
use sift_syntax::ast::{Block, Expr, FunctionDef, Name, Params, Stmt, StmtKind, Target};

use super::scopes::import_binding;
use super::{Compiler, Enclosing, TooLarge};
use crate::op::Op;

type Result = std::result::Result<(), TooLarge>;

/// A jump out of enclosing blocks: `break`, `continue` or `return`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    Break,
    Continue,
    /// A `return`, whose value is saved in a slot.
    Return {
        value: u16,
    },
}

impl<'a> Compiler<'a, '_> {
    /// Compiles the top level of a program or module. The value of a program's last expression is
    /// part of its output.
    pub(super) fn module(&mut self, body: &'a Block) -> Result {
        let (last, before) = match body.split_last() {
            Some((
                Stmt {
                    kind: StmtKind::Expr(value),
                    span,
                },
                before,
            )) => (Some((value, *span)), before),
            _ => (None, body.as_slice()),
        };
        self.statements(before)?;
        if let Some((value, span)) = last {
            self.at(span);
            self.expr(value)?;
            self.emit(Op::Echo);
        }
        self.emit(Op::None);
        self.emit(Op::Return);
        match self.function.too_large {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    pub(super) fn statements(&mut self, block: &'a [Stmt]) -> Result {
        block.iter().try_for_each(|statement| self.statement(statement))
    }

    fn statement(&mut self, statement: &'a Stmt) -> Result {
        self.at(statement.span);
        match &statement.kind {
            StmtKind::Expr(value) => {
                self.expr(value)?;
                self.emit(Op::Pop);
            }
            StmtKind::Assign { targets, value } => self.assign(targets, value)?,
            StmtKind::AugAssign { target, op, value } => self.augmented(target, *op, value)?,
            StmtKind::AnnAssign { target, value, .. } => {
                if let Some(value) = value {
                    self.expr(value)?;
                    self.target(target)?;
                }
            }
            StmtKind::If { arms, orelse } => self.if_chain(arms, orelse)?,
            StmtKind::For {
                target,
                iter,
                body,
                orelse,
            } => self.for_loop(target, iter, body, orelse)?,
            StmtKind::While { test, body, orelse } => self.while_loop(test, body, orelse)?,
            StmtKind::Break => self.leave(Exit::Break),
            StmtKind::Continue => self.leave(Exit::Continue),
            StmtKind::Pass | StmtKind::Global(_) | StmtKind::Nonlocal(_) => {}
            StmtKind::Def(function) => self.define(function)?,
            StmtKind::Return(value) => {
                match value {
                    Some(value) => self.expr(value)?,
                    None => {
                        self.emit(Op::None);
                    }
                }
                self.leave_function();
            }
            StmtKind::Try(parts) => self.try_statement(parts)?,
            StmtKind::Raise { exception, cause } => self.raise(exception.as_ref(), cause.as_ref())?,
            StmtKind::Assert { test, message } => {
                self.expr(test)?;
                let passed = self.emit(Op::JumpIfTrue(0));
                match message {
                    Some(message) => self.expr(message)?,
                    None => {
                        self.emit(Op::Missing);
                    }
                }
                self.emit(Op::RaiseAssertion);
                self.function.land(passed);
            }
            StmtKind::Delete(targets) => targets.iter().try_for_each(|target| self.delete_target(target))?,
            StmtKind::Import(items) => {
                for item in items {
                    let module = match &item.alias {
                        Some(_) => item.name.text.clone(),
                        None => import_binding(item),
                    };
                    let name = self.function.add_name(&module);
                    self.emit(Op::Import(name));
                    self.store(&import_binding(item));
                }
            }
            StmtKind::FromImport { module, names } => {
                let module = self.function.add_name(&module.text);
                self.emit(Op::Import(module));
                for item in names {
                    let member = self.function.add_name(&item.name.text);
                    self.emit(Op::ImportMember(member));
                    self.store(&import_binding(item));
                }
                self.emit(Op::Pop);
            }
        }
        Ok(())
    }

    fn assign(&mut self, targets: &'a [Target], value: &'a Expr) -> Result {
        self.expr(value)?;
        let Some((last, first)) = targets.split_last() else {
            self.emit(Op::Pop);
            return Ok(());
        };
        for target in first {
            self.emit(Op::Dup);
            self.target(target)?;
        }
        self.target(last)
    }

    /// Emits code that assigns the value on top of the stack to a target.
    pub(super) fn target(&mut self, target: &'a Target) -> Result {
        self.at(target.span());
        match target {
            Target::Name(name) => self.store(&name.text),
            Target::Tuple { items, .. } => self.unpack(items)?,
            Target::Starred { target, .. } => self.target(target)?,
            Target::Subscript { object, index, span } => {
                self.expr(object)?;
                self.subscript(index)?;
                self.at(*span);
                self.emit(Op::SetIndex);
            }
            Target::Attribute { object, name, span } => {
                self.expr(object)?;
                self.at(*span);
                let name = self.function.add_name(&name.text);
                self.emit(Op::SetAttribute(name));
            }
        }
        Ok(())
    }

    fn unpack(&mut self, items: &'a [Target]) -> Result {
        let star = items.iter().position(|item| matches!(item, Target::Starred { .. }));
        let op = match star {
            None => Op::Unpack(self.function.count(items.len(), "targets", "assignment")),
            Some(star) => Op::UnpackStarred {
                before: self.function.count(star, "targets", "assignment"),
                after: self.function.count(items.len() - star - 1, "targets", "assignment"),
            },
        };
        self.emit(op);
        items.iter().try_for_each(|item| self.target(item))
    }

    fn augmented(&mut self, target: &'a Target, op: sift_syntax::ast::BinaryOp, value: &'a Expr) -> Result {
        let span = self.function.span;
        match target {
            Target::Name(name) => {
                self.load(&name.text);
                self.expr(value)?;
                self.at(span);
                self.emit(Op::InPlace(op));
                self.store(&name.text);
            }
            Target::Subscript { object, index, .. } => {
                self.expr(object)?;
                self.subscript(index)?;
                self.emit(Op::DupTwo);
                self.at(target.span());
                self.emit(Op::Index);
                self.expr(value)?;
                self.at(span);
                self.emit(Op::InPlace(op));
                self.emit(Op::Rotate3);
                self.emit(Op::SetIndex);
            }
            Target::Attribute { object, name, .. } => {
                let name = self.function.add_name(&name.text);
                self.expr(object)?;
                self.emit(Op::Dup);
                self.at(target.span());
                self.emit(Op::Attribute(name));
                self.expr(value)?;
                self.at(span);
                self.emit(Op::InPlace(op));
                self.emit(Op::Swap);
                self.emit(Op::SetAttribute(name));
            }
            Target::Tuple { .. } | Target::Starred { .. } => {}
        }
        Ok(())
    }

    fn if_chain(&mut self, arms: &'a [(Expr, Block)], orelse: &'a Block) -> Result {
        let mut ends = Vec::new();
        for (index, (test, body)) in arms.iter().enumerate() {
            let skip = self.jump_unless(test)?;
            self.statements(body)?;
            if index + 1 < arms.len() || !orelse.is_empty() {
                ends.push(self.emit(Op::Jump(0)));
            }
            self.function.land(skip);
        }
        self.statements(orelse)?;
        for end in ends {
            self.function.land(end);
        }
        Ok(())
    }

    /// Emits a condition and a jump that is taken if the condition is false. Returns the index of
    /// the jump.
    pub(super) fn jump_unless(&mut self, test: &'a Expr) -> std::result::Result<usize, TooLarge> {
        self.expr(test)?;
        self.at(test.span);
        Ok(self.emit(Op::JumpIfFalse(0)))
    }

    fn for_loop(&mut self, target: &'a Target, iter: &'a Expr, body: &'a Block, orelse: &'a Block) -> Result {
        self.expr(iter)?;
        self.at(iter.span);
        self.emit(Op::Iterate);
        let next = self.emit(Op::Next(0));
        self.function.enclosing.push(Enclosing::Loop {
            has_iterator: true,
            start: next,
            breaks: Vec::new(),
        });
        self.target(target)?;
        self.statements(body)?;
        self.jump_to(next);
        self.function.land(next);
        self.end_loop(orelse)
    }

    fn while_loop(&mut self, test: &'a Expr, body: &'a Block, orelse: &'a Block) -> Result {
        let start = self.function.code.ops.len();
        let exit = self.jump_unless(test)?;
        self.function.enclosing.push(Enclosing::Loop {
            has_iterator: false,
            start,
            breaks: Vec::new(),
        });
        self.statements(body)?;
        self.jump_to(start);
        self.function.land(exit);
        self.end_loop(orelse)
    }

    pub(super) fn jump_to(&mut self, target: usize) {
        let target = u32::try_from(target).unwrap_or(u32::MAX);
        self.emit(Op::Jump(target));
    }

    fn end_loop(&mut self, orelse: &'a Block) -> Result {
        let enclosing = self.function.enclosing.pop();
        self.statements(orelse)?;
        if let Some(Enclosing::Loop { breaks, .. }) = enclosing {
            for jump in breaks {
                self.function.land(jump);
            }
        }
        Ok(())
    }

    /// Emits code that returns the value on top of the stack from the current function.
    ///
    /// Guards and iterators are dropped with the frame, so only `finally` blocks have to run first.
    fn leave_function(&mut self) {
        let has_finally = self
            .function
            .enclosing
            .iter()
            .any(|block| matches!(block, Enclosing::Finally { .. }));
        if has_finally {
            let value = self.function.new_slot("");
            self.emit(Op::SetLocal(value));
            self.leave(Exit::Return { value });
        } else {
            self.emit(Op::Return);
        }
    }

    /// Emits code that leaves the enclosing blocks, innermost first. The code ends at the target of
    /// `exit`, or jumps into the nearest `finally` block, which resumes the exit.
    pub(super) fn leave(&mut self, exit: Exit) {
        for index in (0..self.function.enclosing.len()).rev() {
            match self.function.enclosing.get(index) {
                Some(Enclosing::Guard) => {
                    self.emit(Op::PopHandler);
                }
                Some(&Enclosing::ExceptName(name)) => {
                    self.emit(Op::PopHandler);
                    self.unbind(name);
                }
                Some(&Enclosing::Finally { reason, .. }) => {
                    self.emit(Op::PopHandler);
                    return self.enter_finally(index, reason, exit);
                }
                Some(&Enclosing::Loop {
                    has_iterator, start, ..
                }) => match exit {
                    Exit::Return { .. } if has_iterator => {
                        self.emit(Op::Pop);
                    }
                    Exit::Return { .. } => {}
                    Exit::Continue => return self.jump_to(start),
                    Exit::Break => return self.break_out(index, has_iterator),
                },
                None => {}
            }
        }
        if let Exit::Return { value } = exit {
            self.emit(Op::Local(value));
            self.emit(Op::Return);
        }
    }

    fn break_out(&mut self, index: usize, has_iterator: bool) {
        if has_iterator {
            self.emit(Op::Pop);
        }
        let jump = self.emit(Op::Jump(0));
        if let Some(Enclosing::Loop { breaks, .. }) = self.function.enclosing.get_mut(index) {
            breaks.push(jump);
        }
    }

    /// Emits a jump into a `finally` block. Before the jump, the code stores the number of the exit
    /// that the block resumes.
    pub(super) fn enter_finally(&mut self, index: usize, reason: u16, exit: Exit) {
        let Some(Enclosing::Finally { exits, .. }) = self.function.enclosing.get_mut(index) else {
            return;
        };
        let number = exits.iter().position(|known| *known == exit).unwrap_or_else(|| {
            exits.push(exit);
            exits.len() - 1
        });
        let number = i32::try_from(number).unwrap_or(i32::MAX).saturating_add(1);
        self.emit(Op::Int(number));
        self.emit(Op::SetLocal(reason));
        let jump = self.emit(Op::Jump(0));
        if let Some(Enclosing::Finally { entries, .. }) = self.function.enclosing.get_mut(index) {
            entries.push(jump);
        }
    }

    fn define(&mut self, function: &'a FunctionDef) -> Result {
        for decorator in &function.decorators {
            self.expr(decorator)?;
        }
        self.defaults(&function.params)?;
        let scope = self.scopes.opened_by(function);
        self.function(function.name.text.clone(), scope, &function.params, |compiler| {
            compiler.statements(&function.body)
        })?;
        for _ in &function.decorators {
            self.emit(Op::Call(1));
        }
        self.store(&function.name.text);
        Ok(())
    }

    /// Emits code that pushes two tuples: the default values of positional and of keyword-only
    /// parameters.
    pub(super) fn defaults(&mut self, params: &'a Params) -> Result {
        let mut positional = 0;
        for param in &params.items {
            if let (ParamKind::PositionalOnly | ParamKind::Positional, Some(default)) = (param.kind, &param.default) {
                self.expr(default)?;
                positional += 1;
            }
        }
        let positional = u32::from(self.function.count(positional, "defaults", "function"));
        self.emit(Op::BuildTuple(positional));
        let mut keyword_only = 0;
        for param in &params.items {
            if param.kind == ParamKind::KeywordOnly {
                match &param.default {
                    Some(default) => self.expr(default)?,
                    None => {
                        self.emit(Op::Missing);
                    }
                }
                keyword_only += 1;
            }
        }
        let keyword_only = u32::from(self.function.count(keyword_only, "defaults", "function"));
        self.emit(Op::BuildTuple(keyword_only));
        Ok(())
    }

    /// Emits code that deletes the name bound by an exception handler. The handler's body may have
    /// deleted the name already.
    pub(super) fn unbind(&mut self, name: &Name) {
        self.emit(Op::None);
        self.store(&name.text);
        self.delete(&name.text);
    }

    fn delete_target(&mut self, target: &'a Target) -> Result {
        self.at(target.span());
        match target {
            Target::Name(name) => self.delete(&name.text),
            Target::Tuple { items, .. } => items.iter().try_for_each(|item| self.delete_target(item))?,
            Target::Starred { target, .. } => self.delete_target(target)?,
            Target::Subscript { object, index, span } => {
                self.expr(object)?;
                self.subscript(index)?;
                self.at(*span);
                self.emit(Op::DeleteIndex);
            }
            Target::Attribute { object, name, span } => {
                self.expr(object)?;
                self.at(*span);
                let name = self.function.add_name(&name.text);
                self.emit(Op::DeleteAttribute(name));
            }
        }
        Ok(())
    }
}
