//! The instructions of the backtracker, and the compiler from the syntax tree.

use std::sync::Arc;

use memchr::memmem;

use super::ast::{Assertion, Greed, GroupIndex, Look, Node};
use super::case::CaseMode;
use super::charset::CharSet;

/// A matcher for a single character: a literal, a set or any character.
#[derive(Debug, Clone)]
pub(super) enum One {
    Char(char),
    Set(Arc<CharSet>),
    Any,
    AnyButNewline,
}

impl One {
    /// Converts a syntax tree node to a single-character matcher; `None` if the node doesn't always
    /// match exactly one character.
    pub(super) fn of(node: &Node) -> Option<Self> {
        match node {
            Node::Char(char) => Some(Self::Char(*char)),
            Node::Set(set) => Some(Self::Set(Arc::clone(set))),
            Node::Any => Some(Self::Any),
            Node::AnyButNewline => Some(Self::AnyButNewline),
            Node::Concat(parts) => match parts.as_slice() {
                [only] => Self::of(only),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn matches(&self, char: char) -> bool {
        match self {
            Self::Char(own) => *own == char,
            Self::Set(set) => set.contains(char),
            Self::Any => true,
            Self::AnyButNewline => char != '\n',
        }
    }
}

/// The index of an instruction in a program.
pub(super) type Address = usize;
/// The index of a register. Registers hold group positions, loop counts and the like; backtracking
/// restores all of them.
pub(super) type Register = usize;

/// An instruction of the backtracker. Unless noted, execution continues with the next one.
#[derive(Debug, Clone)]
pub(super) enum Op {
    One(One),
    Assert(Assertion),
    Open(GroupIndex),
    Close(GroupIndex),
    Jump(Address),
    /// Tries the code at `first`, and the code at `second` if that fails.
    Split {
        first: Address,
        second: Address,
    },
    /// Matches a run: one single-character item, repeated between `min` and `max` times. `before`
    /// is the character that must follow the run, if known.
    Run {
        one: One,
        min: u32,
        max: Option<u32>,
        greed: Greed,
        before: Option<char>,
    },
    /// Starts a loop. `state` holds the number of completed rounds; the register after it holds the
    /// start of the last optional round.
    LoopStart {
        state: Register,
    },
    /// Runs before and after each round of a loop: jumps to `body` or leaves the loop.
    LoopNext {
        state: Register,
        min: u32,
        max: Option<u32>,
        lazy: bool,
        body: Address,
    },
    Backreference {
        group: GroupIndex,
        case: CaseMode,
    },
    /// Continues if the group has matched, otherwise jumps to `otherwise`.
    IfMatched {
        group: GroupIndex,
        otherwise: Address,
    },
    /// Starts a lookaround or an atomic group: stores the height of the backtracking stack in
    /// `state`, and the position in the register after it.
    Enter {
        state: Register,
    },
    /// Starts a negated lookaround: like `Enter`, but also continues at `after` if the body fails.
    EnterNegated {
        state: Register,
        after: Address,
    },
    /// Moves the position back by a number of characters; fails at the start of the text.
    StepBack(u64),
    /// Ends an atomic group: drops the choices since `Enter`.
    Commit {
        state: Register,
    },
    /// Ends a lookaround: like `Commit`, but also returns to the position of `Enter`.
    CommitLook {
        state: Register,
    },
    /// Rejects a match after the body of a negated lookaround has matched: undoes everything since
    /// `EnterNegated`, and fails.
    Refuse {
        state: Register,
    },
    Match,
}

/// How to find the positions at which a match may start.
#[derive(Debug)]
pub(super) enum Start {
    Anywhere,
    /// Every match starts with a literal text.
    Text(Box<memmem::Finder<'static>>),
    /// Every match starts with a character that one of these matchers accepts.
    OneOf(Vec<One>),
}

/// A pattern compiled for the backtracker.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) ops: Vec<Op>,
    pub(super) registers: usize,
    pub(super) groups: usize,
    pub(super) start: Start,
}

impl Program {
    /// Returns the registers that hold a group's start and end; group 0 is the whole match.
    pub(super) const fn group_registers(group: GroupIndex) -> (Register, Register) {
        (2 * group, 2 * group + 1)
    }

    /// Returns the register that holds the number of the group closed last.
    pub(super) const fn last_group_register(&self) -> Register {
        2 * self.groups + 2
    }
}

/// Compiles a syntax tree to a program for the backtracker.
pub(super) fn compile(root: &Node, groups: usize) -> Program {
    let mut compiler = Compiler {
        ops: Vec::new(),
        registers: 2 * groups + 3,
    };
    compiler.node(root, None);
    compiler.ops.push(Op::Match);
    Program {
        ops: compiler.ops,
        registers: compiler.registers,
        groups,
        start: start_of(root),
    }
}

struct Compiler {
    ops: Vec<Op>,
    registers: usize,
}

impl Compiler {
    fn here(&self) -> Address {
        self.ops.len()
    }

    /// Reserves space for an instruction that is filled in later, because its target isn't known
    /// yet.
    fn reserve(&mut self) -> Address {
        self.ops.push(Op::Match);
        self.here() - 1
    }

    fn fill(&mut self, at: Address, op: Op) {
        if let Some(reserved) = self.ops.get_mut(at) {
            *reserved = op;
        }
    }

    fn new_state(&mut self) -> Register {
        self.registers += 2;
        self.registers - 2
    }

    /// Compiles a syntax tree node; `before` is the character that must follow its match, if known.
    fn node(&mut self, node: &Node, before: Option<char>) {
        match node {
            Node::Char(char) => self.ops.push(Op::One(One::Char(*char))),
            Node::Set(set) => self.ops.push(Op::One(One::Set(Arc::clone(set)))),
            Node::Any => self.ops.push(Op::One(One::Any)),
            Node::AnyButNewline => self.ops.push(Op::One(One::AnyButNewline)),
            Node::Assert(assertion) => self.ops.push(Op::Assert(*assertion)),
            Node::Concat(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    let next = match parts.get(at + 1) {
                        Some(Node::Char(char)) => Some(*char),
                        Some(_) => None,
                        None => before,
                    };
                    self.node(part, next);
                }
            }
            Node::Alternate(arms) => self.alternate(arms),
            Node::Capture { index, body } => {
                self.ops.push(Op::Open(*index));
                self.node(body, before);
                self.ops.push(Op::Close(*index));
            }
            Node::Repeat { min, max, greed, body } => self.repeat(*min, *max, *greed, body, before),
            Node::Backreference { group, case, .. } => {
                self.ops.push(Op::Backreference {
                    group: *group,
                    case: *case,
                });
            }
            Node::Conditional { group, then, otherwise } => self.conditional(*group, then, otherwise.as_deref()),
            Node::Lookaround { look, negated, body } => self.lookaround(*look, *negated, body),
            Node::Atomic(body) => self.atomic(|compiler| compiler.node(body, None)),
        }
    }

    fn alternate(&mut self, arms: &[Node]) {
        let mut ends = Vec::new();
        let last = arms.len().saturating_sub(1);
        for (at, arm) in arms.iter().enumerate() {
            if at == last {
                self.node(arm, None);
                break;
            }
            let split = self.reserve();
            self.node(arm, None);
            ends.push(self.reserve());
            let next = self.here();
            self.fill(
                split,
                Op::Split {
                    first: split + 1,
                    second: next,
                },
            );
        }
        let end = self.here();
        for jump in ends {
            self.fill(jump, Op::Jump(end));
        }
    }

    fn repeat(&mut self, min: u32, max: Option<u32>, greed: Greed, body: &Node, before: Option<char>) {
        if let Some(one) = One::of(body) {
            self.ops.push(Op::Run {
                one,
                min,
                max,
                greed,
                before,
            });
            return;
        }
        match (min, max, greed) {
            (_, Some(0), _) => {}
            // Both each round and the whole of a possessive repetition are atomic.
            (_, _, Greed::Possessive) => self.atomic(|compiler| {
                compiler.rounds(min, max, Greed::Greedy, |compiler| {
                    compiler.atomic(|compiler| compiler.node(body, None));
                });
            }),
            _ => self.rounds(min, max, greed, |compiler| compiler.node(body, None)),
        }
    }

    fn rounds(&mut self, min: u32, max: Option<u32>, greed: Greed, body: impl FnOnce(&mut Self)) {
        let lazy = greed == Greed::Lazy;
        if (min, max) == (0, Some(1)) {
            let split = self.reserve();
            body(self);
            let end = self.here();
            let (first, second) = if lazy { (end, split + 1) } else { (split + 1, end) };
            self.fill(split, Op::Split { first, second });
            return;
        }
        let state = self.new_state();
        self.ops.push(Op::LoopStart { state });
        let entry = self.reserve();
        let start = self.here();
        body(self);
        let next = self.here();
        self.fill(entry, Op::Jump(next));
        self.ops.push(Op::LoopNext {
            state,
            min,
            max,
            lazy,
            body: start,
        });
    }

    fn atomic(&mut self, body: impl FnOnce(&mut Self)) {
        let state = self.new_state();
        self.ops.push(Op::Enter { state });
        body(self);
        self.ops.push(Op::Commit { state });
    }

    fn conditional(&mut self, group: GroupIndex, then: &Node, otherwise: Option<&Node>) {
        let test = self.reserve();
        self.node(then, None);
        let jump = self.reserve();
        let other_arm = self.here();
        if let Some(node) = otherwise {
            self.node(node, None);
        }
        let end = self.here();
        self.fill(
            test,
            Op::IfMatched {
                group,
                otherwise: other_arm,
            },
        );
        self.fill(jump, Op::Jump(end));
    }

    fn lookaround(&mut self, look: Look, negated: bool, body: &Node) {
        let state = self.new_state();
        let enter = self.reserve();
        match look {
            Look::Ahead | Look::Behind(0) => {}
            Look::Behind(chars) => self.ops.push(Op::StepBack(chars)),
        }
        self.node(body, None);
        if negated {
            self.ops.push(Op::Refuse { state });
            let after = self.here();
            self.fill(enter, Op::EnterNegated { state, after });
        } else {
            self.ops.push(Op::CommitLook { state });
            self.fill(enter, Op::Enter { state });
        }
    }
}

/// Determines how to find the positions at which a match may start: by a literal prefix, the first
/// character, or not at all.
fn start_of(root: &Node) -> Start {
    let prefix: String = match root {
        Node::Char(char) => char.to_string(),
        Node::Concat(parts) => {
            let chars = parts
                .iter()
                .map_while(|part| if let Node::Char(char) = part { Some(*char) } else { None });
            chars.collect()
        }
        _ => String::new(),
    };
    if !prefix.is_empty() {
        return Start::Text(Box::new(memmem::Finder::new(prefix.as_bytes()).into_owned()));
    }
    let mut kinds = Vec::new();
    if first_chars(root, &mut kinds) {
        Start::OneOf(kinds)
    } else {
        Start::Anywhere
    }
}

/// Collects matchers for the first character of a match; `false` if a match may be empty or there
/// are too many.
fn first_chars(node: &Node, kinds: &mut Vec<One>) -> bool {
    const MOST_KINDS: usize = 8;
    if let Some(one) = One::of(node) {
        kinds.push(one);
        return kinds.len() <= MOST_KINDS;
    }
    match node {
        Node::Concat(parts) => {
            for part in parts {
                let before = kinds.len();
                if first_chars(part, kinds) {
                    return true;
                }
                if part.width().max > 0 || kinds.len() > before {
                    return false;
                }
            }
            false
        }
        Node::Alternate(arms) => arms.iter().all(|arm| first_chars(arm, kinds)),
        Node::Capture { body, .. } | Node::Atomic(body) => first_chars(body, kinds),
        Node::Repeat { min, body, .. } => *min > 0 && first_chars(body, kinds),
        _ => false,
    }
}
