//! Compilation of expressions.

use num_bigint::BigInt;
use sift_syntax::ast::{
    Argument, BinaryOp, Clause, CompareOp, ComprehensionKind, Conversion, DictItem, Expr, ExprKind, FStringField,
    FStringPart, LogicalOp, Name, ParamDef, Params, Postfix, PostfixKind, Subscript, UnaryOp,
};
use sift_syntax::{ParamKind, Span};
use smol_str::SmolStr;

use super::{Compiler, TooLarge};
use crate::op::{CodeKind, Const, Op};

type Result = std::result::Result<(), TooLarge>;

impl<'a> Compiler<'a, '_> {
    /// Compiles an expression, which leaves one value on the stack.
    pub(super) fn expr(&mut self, expr: &'a Expr) -> Result {
        let around = self.function.span;
        self.at(expr.span);
        self.expr_kind(expr)?;
        self.at(around);
        Ok(())
    }

    fn expr_kind(&mut self, expr: &'a Expr) -> Result {
        match &expr.kind {
            ExprKind::None => {
                self.emit(Op::None);
            }
            ExprKind::Bool(value) => {
                self.emit(Op::Bool(*value));
            }
            ExprKind::Ellipsis => {
                self.emit(Op::Ellipsis);
            }
            ExprKind::Int(digits) => self.int(digits),
            ExprKind::Float(value) => self.function.emit_const(Const::Float(*value)),
            ExprKind::Str(text) => self.function.emit_const(Const::Str(text.clone())),
            ExprKind::FString(parts) => self.fstring(parts)?,
            // A program is always the main module, and it can't bind this name.
            ExprKind::Name(name) if name == "__name__" => self.function.emit_const(Const::Str("__main__".into())),
            ExprKind::Name(name) => self.load(name),
            ExprKind::List(items) => self.display(items, Op::BuildList, Op::Append(0), Op::Extend)?,
            ExprKind::Set(items) => self.display(items, Op::BuildSet, Op::AddToSet(0), Op::UpdateSet)?,
            ExprKind::Tuple(items) if has_star(items) => {
                self.display(items, Op::BuildList, Op::Append(0), Op::Extend)?;
                self.emit(Op::ListToTuple);
            }
            ExprKind::Tuple(items) => self.display(items, Op::BuildTuple, Op::Append(0), Op::Extend)?,
            ExprKind::Dict(items) => self.dict(items)?,
            ExprKind::Comprehension {
                kind: ComprehensionKind::Generator,
                element,
                clauses,
            } => {
                self.generator(expr, element, clauses)?;
            }
            ExprKind::Comprehension { kind, element, clauses } => {
                self.list_or_set_comprehension(expr, *kind, element, clauses)?;
            }
            ExprKind::DictComprehension { key, value, clauses } => {
                self.comprehension(expr, Op::BuildDict(0), clauses, |compiler, depth| {
                    compiler.expr(key)?;
                    compiler.expr(value)?;
                    compiler.emit(Op::SetItem(depth));
                    Ok(())
                })?;
            }
            ExprKind::Unary { ops, operand } => self.unary(ops, operand)?,
            ExprKind::Binary { first, rest } => self.binary(expr.span, first, rest)?,
            ExprKind::Power { base, exponent } => {
                self.expr(base)?;
                self.expr(exponent)?;
                self.emit(Op::Binary(BinaryOp::Power));
            }
            ExprKind::Logical { op, values } => self.logical(*op, values)?,
            ExprKind::Compare { first, rest } => self.compare(first, rest)?,
            ExprKind::Conditional { arms, orelse } => self.conditional(arms, orelse)?,
            ExprKind::Postfix { base, ops } => self.postfix(expr.span, base, ops)?,
            ExprKind::Lambda { params, body } => self.lambda(expr, params, body)?,
            ExprKind::Walrus { name, value } => {
                self.expr(value)?;
                self.emit(Op::Dup);
                self.store(&name.text);
            }
            ExprKind::Starred(value) | ExprKind::Await(value) => self.expr(value)?,
            // Top-level code is no generator, so `yield x` has the value of `x`, like `await x`.
            ExprKind::Yield(Some(value)) if self.function.code.kind == CodeKind::Module => self.expr(value)?,
            ExprKind::Yield(value) => {
                match value {
                    Some(value) => self.expr(value)?,
                    None => {
                        self.emit(Op::None);
                    }
                }
                self.emit(Op::Yield);
            }
            ExprKind::YieldFrom(value) => self.yield_from(value)?,
        }
        Ok(())
    }

    fn list_or_set_comprehension(
        &mut self,
        expr: &'a Expr,
        kind: ComprehensionKind,
        element: &'a Expr,
        clauses: &'a [Clause],
    ) -> Result {
        let (build, add): (Op, fn(u16) -> Op) = match kind {
            ComprehensionKind::Set => (Op::BuildSet(0), Op::AddToSet),
            _ => (Op::BuildList(0), Op::Append),
        };
        self.comprehension(expr, build, clauses, |compiler, depth| {
            compiler.expr(element)?;
            compiler.emit(add(depth));
            Ok(())
        })
    }

    fn lambda(&mut self, expr: &'a Expr, params: &'a Params, body: &'a Expr) -> Result {
        self.defaults(params)?;
        let scope = self.scopes.opened_by(expr);
        self.function("<lambda>".into(), scope, params, |compiler| {
            compiler.expr(body)?;
            compiler.emit(Op::Return);
            Ok(())
        })
    }

    fn yield_from(&mut self, value: &'a Expr) -> Result {
        self.expr(value)?;
        self.emit(Op::Iterate);
        let next = self.emit(Op::Next(0));
        self.emit(Op::Yield);
        let forward = self.emit(Op::Forward(0));
        self.jump_to(next);
        self.function.land(next);
        self.function.land(forward);
        self.emit(Op::GeneratorResult);
        Ok(())
    }

    fn int(&mut self, digits: &SmolStr) {
        match digits.parse::<i64>() {
            Ok(value) => match i32::try_from(value) {
                Ok(small) => {
                    self.emit(Op::Int(small));
                }
                Err(_) => self.function.emit_const(Const::Int(value)),
            },
            Err(_) => {
                let value = digits.parse::<BigInt>().unwrap_or_default();
                self.function.emit_const(Const::BigInt(value));
            }
        }
    }

    /// Compiles a list, set or tuple display, such as `[a, b]`. A display with a starred item is
    /// built item by item.
    fn display(&mut self, items: &'a [Expr], build: fn(u32) -> Op, add: Op, extend: Op) -> Result {
        if !has_star(items) {
            for item in items {
                self.expr(item)?;
            }
            self.emit(build(u32::try_from(items.len()).unwrap_or(u32::MAX)));
            return Ok(());
        }
        self.emit(build(0));
        for item in items {
            match &item.kind {
                ExprKind::Starred(value) => {
                    self.expr(value)?;
                    self.at(item.span);
                    self.emit(extend);
                }
                _ => {
                    self.expr(item)?;
                    self.emit(add);
                }
            }
        }
        Ok(())
    }

    fn dict(&mut self, items: &'a [DictItem]) -> Result {
        let has_spread = items.iter().any(|item| matches!(item, DictItem::Spread(_)));
        if has_spread {
            self.emit(Op::BuildDict(0));
        }
        for item in items {
            match item {
                DictItem::Pair(key, value) => {
                    self.expr(key)?;
                    self.expr(value)?;
                    if has_spread {
                        self.emit(Op::SetItem(0));
                    }
                }
                DictItem::Spread(other) => {
                    self.expr(other)?;
                    self.emit(Op::UpdateDict);
                }
            }
        }
        if !has_spread {
            self.emit(Op::BuildDict(u32::try_from(items.len()).unwrap_or(u32::MAX)));
        }
        Ok(())
    }

    fn unary(&mut self, ops: &[UnaryOp], operand: &'a Expr) -> Result {
        // A negative literal is one constant.
        if let ([UnaryOp::Negate], ExprKind::Int(digits)) = (ops, &operand.kind)
            && let Ok(value) = digits.parse::<i32>()
        {
            self.emit(Op::Int(-value));
            return Ok(());
        }
        self.expr(operand)?;
        for op in ops.iter().rev() {
            self.emit(Op::Unary(*op));
        }
        Ok(())
    }

    fn binary(&mut self, span: Span, first: &'a Expr, rest: &'a [(BinaryOp, Expr)]) -> Result {
        self.expr(first)?;
        for (op, operand) in rest {
            self.expr(operand)?;
            self.at(Span::new(span.start, operand.span.end));
            self.emit(Op::Binary(*op));
        }
        Ok(())
    }

    fn logical(&mut self, op: LogicalOp, values: &'a [Expr]) -> Result {
        let mut jumps = Vec::new();
        for (index, value) in values.iter().enumerate() {
            self.expr(value)?;
            if index + 1 < values.len() {
                jumps.push(self.emit(match op {
                    LogicalOp::And => Op::JumpIfFalseOrPop(0),
                    LogicalOp::Or => Op::JumpIfTrueOrPop(0),
                }));
            }
        }
        for jump in jumps {
            self.function.land(jump);
        }
        Ok(())
    }

    fn compare(&mut self, first: &'a Expr, rest: &'a [(CompareOp, Expr)]) -> Result {
        self.expr(first)?;
        let Some(((last_op, last), before)) = rest.split_last() else {
            return Ok(());
        };
        let mut failed = Vec::new();
        for (op, operand) in before {
            self.expr(operand)?;
            self.emit(Op::Dup);
            self.emit(Op::Rotate3);
            self.emit(Op::Compare(*op));
            failed.push(self.emit(Op::JumpIfFalseOrPop(0)));
        }
        self.expr(last)?;
        self.emit(Op::Compare(*last_op));
        if !failed.is_empty() {
            let end = self.emit(Op::Jump(0));
            for jump in failed {
                self.function.land(jump);
            }
            self.emit(Op::Swap);
            self.emit(Op::Pop);
            self.function.land(end);
        }
        Ok(())
    }

    fn conditional(&mut self, arms: &'a [(Expr, Expr)], orelse: &'a Expr) -> Result {
        let mut ends = Vec::new();
        for (value, test) in arms {
            let skip = self.jump_unless(test)?;
            self.expr(value)?;
            ends.push(self.emit(Op::Jump(0)));
            self.function.land(skip);
        }
        self.expr(orelse)?;
        for end in ends {
            self.function.land(end);
        }
        Ok(())
    }

    fn postfix(&mut self, span: Span, base: &'a Expr, ops: &'a [Postfix]) -> Result {
        self.expr(base)?;
        let mut index = 0;
        while let Some(op) = ops.get(index) {
            self.at(Span::new(span.start, op.span.end));
            match (&op.kind, ops.get(index + 1).map(|next| (&next.kind, next.span))) {
                (PostfixKind::Attribute(name), Some((PostfixKind::Call(args), call_span))) if !has_spread(args) => {
                    self.at(Span::new(span.start, call_span.end));
                    self.method_call(&name.text, args)?;
                    index += 1;
                }
                (PostfixKind::Attribute(name), _) => {
                    let name = self.function.add_name(&name.text);
                    self.emit(Op::Attribute(name));
                }
                (PostfixKind::Subscript(subscript), _) => {
                    self.subscript(subscript)?;
                    self.emit(Op::Index);
                }
                (PostfixKind::Call(args), _) => self.call(args)?,
            }
            index += 1;
        }
        Ok(())
    }

    /// Compiles the expression between subscript brackets. The code leaves one value on the stack:
    /// an index or a slice.
    pub(super) fn subscript(&mut self, subscript: &'a Subscript) -> Result {
        match subscript {
            Subscript::Index(index) => self.expr(index),
            Subscript::Slice { start, stop, step } => {
                for part in [start, stop, step] {
                    match part {
                        Some(part) => self.expr(part)?,
                        None => {
                            self.emit(Op::None);
                        }
                    }
                }
                self.emit(Op::BuildSlice);
                Ok(())
            }
        }
    }

    /// Compiles call arguments. Returns the number of positional arguments and the names of the
    /// keyword arguments.
    fn arguments(&mut self, args: &'a [Argument]) -> std::result::Result<(u16, Vec<SmolStr>), TooLarge> {
        let mut names = Vec::new();
        let mut positional = 0;
        for arg in args {
            match arg {
                Argument::Keyword { name, value } => {
                    self.expr(value)?;
                    names.push(name.text.clone());
                }
                other => {
                    self.expr(super::scopes::argument_value(other))?;
                    positional += 1;
                }
            }
        }
        Ok((self.function.count(positional, "arguments", "call"), names))
    }

    fn method_call(&mut self, name: &SmolStr, args: &'a [Argument]) -> Result {
        let span = self.function.span;
        let (count, keywords) = self.arguments(args)?;
        self.at(span);
        if keywords.is_empty() {
            let name = self.function.add_name(name);
            self.emit(Op::CallMethod { name, args: count });
        } else {
            let names = [name.clone()].into_iter().chain(keywords).collect();
            let names = self.function.add_const(Const::Names(names));
            self.emit(Op::CallMethodKeywords { args: count, names });
        }
        Ok(())
    }

    fn call(&mut self, args: &'a [Argument]) -> Result {
        let span = self.function.span;
        if has_spread(args) {
            return self.spread_call(args);
        }
        let (count, keywords) = self.arguments(args)?;
        self.at(span);
        if keywords.is_empty() {
            self.emit(Op::Call(count));
        } else {
            let names = self.function.add_const(Const::Names(keywords));
            self.emit(Op::CallKeywords { args: count, names });
        }
        Ok(())
    }

    /// Compiles a call with `*args` or `**kwargs`. The code collects positional arguments in a list
    /// and keyword arguments in a dict.
    fn spread_call(&mut self, args: &'a [Argument]) -> Result {
        let span = self.function.span;
        self.emit(Op::BuildList(0));
        for arg in args {
            match arg {
                Argument::Positional(value) => {
                    self.expr(value)?;
                    self.emit(Op::Append(0));
                }
                Argument::Starred(values) => {
                    self.expr(values)?;
                    self.emit(Op::Extend);
                }
                Argument::Keyword { .. } | Argument::DoubleStarred(_) => {}
            }
        }
        self.emit(Op::BuildDict(0));
        for arg in args {
            match arg {
                Argument::Keyword { name, value } => {
                    self.function.emit_const(Const::Str(name.text.clone()));
                    self.expr(value)?;
                    self.emit(Op::SetItem(0));
                }
                Argument::DoubleStarred(mapping) => {
                    self.expr(mapping)?;
                    self.emit(Op::MergeKeywords);
                }
                Argument::Positional(_) | Argument::Starred(_) => {}
            }
        }
        self.at(span);
        self.emit(Op::CallSpread);
        Ok(())
    }

    fn fstring(&mut self, parts: &'a [FStringPart]) -> Result {
        let mut count = 0_u32;
        for part in parts {
            match part {
                FStringPart::Text(text) => {
                    self.function.emit_const(Const::Str(text.clone()));
                    count += 1;
                }
                FStringPart::Field(field) => count += self.fstring_field(field)?,
            }
        }
        match count {
            0 => self.function.emit_const(Const::Str("".into())),
            1 if matches!(parts, [FStringPart::Text(_)]) => {}
            count => {
                self.emit(Op::BuildString(count));
            }
        }
        Ok(())
    }

    /// Compiles a replacement field of an f-string. Returns the number of strings that its code
    /// leaves on the stack.
    fn fstring_field(&mut self, field: &'a FStringField) -> std::result::Result<u32, TooLarge> {
        let mut count = 1;
        if let Some(debug) = &field.debug {
            self.function.emit_const(Const::Str(debug.clone()));
            count += 1;
        }
        self.expr(&field.value)?;
        self.at(field.value.span);
        let shown_by_repr = field.debug.is_some() && field.spec.is_none();
        let conversion = field.conversion.or(shown_by_repr.then_some(Conversion::Repr));
        match &field.spec {
            None => {
                self.emit(Op::Format(conversion));
            }
            Some(spec) => {
                self.fstring(spec)?;
                self.emit(Op::FormatSpec(conversion));
            }
        }
        Ok(count)
    }

    /// Compiles a list, set or dict comprehension within the frame of the current function.
    ///
    /// `element` writes the code that adds one item. The collection is on the stack below one
    /// iterator per clause.
    fn comprehension(
        &mut self,
        node: &'a Expr,
        build: Op,
        clauses: &'a [Clause],
        element: impl FnOnce(&mut Self, u16) -> Result,
    ) -> Result {
        let Some(first) = clauses.first() else { return Ok(()) };
        self.emit(build);
        self.expr(&first.iter)?;
        self.at(first.iter.span);
        self.emit(Op::Iterate);
        let around = self.enter_comprehension(self.scopes.opened_by(node));
        let depth = self.function.count(clauses.len(), "clauses", "comprehension");
        self.clauses(clauses, |compiler| element(compiler, depth))?;
        self.function.scope = around;
        Ok(())
    }

    /// Compiles the `for` and `if` clauses of a comprehension as loops. The iterator of the first
    /// loop is already on the stack.
    fn clauses(&mut self, clauses: &'a [Clause], element: impl FnOnce(&mut Self) -> Result) -> Result {
        let mut loops = Vec::new();
        for (index, clause) in clauses.iter().enumerate() {
            if index > 0 {
                self.expr(&clause.iter)?;
                self.at(clause.iter.span);
                self.emit(Op::Iterate);
            }
            let next = self.emit(Op::Next(0));
            self.target(&clause.target)?;
            for condition in &clause.conditions {
                self.expr(condition)?;
                let passed = self.emit(Op::JumpIfTrue(0));
                self.jump_to(next);
                self.function.land(passed);
            }
            loops.push(next);
        }
        element(self)?;
        for next in loops.into_iter().rev() {
            self.jump_to(next);
            self.function.land(next);
        }
        Ok(())
    }

    /// Compiles a generator expression as a generator function, and a call of this function with
    /// the iterator of the first clause.
    fn generator(&mut self, node: &'a Expr, element: &'a Expr, clauses: &'a [Clause]) -> Result {
        let Some(first) = clauses.first() else { return Ok(()) };
        self.emit(Op::BuildTuple(0));
        self.emit(Op::BuildTuple(0));
        let scope = self.scopes.opened_by(node);
        let params = iterator_param(node.span);
        self.function("<genexpr>".into(), scope, &params, |compiler| {
            compiler.function.code.kind = CodeKind::Generator;
            let iterator = compiler.function.slot_of((scope, ITERATOR.into()));
            compiler.emit(Op::Local(iterator));
            compiler.clauses(clauses, |compiler| {
                compiler.expr(element)?;
                compiler.emit(Op::Yield);
                compiler.emit(Op::Pop);
                Ok(())
            })
        })?;
        self.expr(&first.iter)?;
        self.at(first.iter.span);
        self.emit(Op::Iterate);
        self.at(node.span);
        self.emit(Op::Call(1));
        Ok(())
    }
}

/// The name of a generator expression's only parameter. It is not an identifier, so programs can't
/// refer to it.
const ITERATOR: &str = ".0";

fn iterator_param(span: Span) -> Params {
    let name = Name {
        text: ITERATOR.into(),
        span,
    };
    let kind = ParamKind::PositionalOnly;
    Params {
        items: vec![ParamDef {
            name,
            kind,
            annotation: None,
            default: None,
        }],
    }
}

fn has_star(items: &[Expr]) -> bool {
    items.iter().any(|item| matches!(item.kind, ExprKind::Starred(_)))
}

fn has_spread(args: &[Argument]) -> bool {
    args.iter()
        .any(|arg| matches!(arg, Argument::Starred(_) | Argument::DoubleStarred(_)))
}
