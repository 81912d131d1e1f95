//! The generator methods `send`, `throw` and `close`, which resume a generator with a value or an
//! exception.

use sift_compiler::exception::ExceptionClass;
use sift_runtime::runtime::{Args, GeneratorStage, Group, Runtime};
use sift_runtime::table::{Owner, entry};
use sift_values::classes::ClassId;
use sift_values::flow::{Delegate, Flow, Outcome};
use sift_values::object::Object;
use sift_values::value::{Type, Value};

pub(super) const GROUPS: &[Group] = &[Group {
    owner: Owner::Method(&[Type::Generator]),
    rows: &[
        entry("close() -> None", "Ends it: its finally blocks are run.", close),
        entry(
            "send(value, /)",
            "Lets it go on with a value as what yield returns, to its next item.",
            send,
        ),
        entry(
            "throw(typ, val=None, tb=None, /)",
            "Raises an exception in it, and returns its next item if it goes on.",
            throw,
        ),
    ],
}];

fn send(_: &mut Runtime, args: &Args) -> Outcome {
    let (generator, value) = (args.receiver, args.get(0));
    Err(Flow::Send { generator, value })
}

fn throw(m: &mut Runtime, args: &Args) -> Outcome {
    if args.some(2).is_some() {
        return Err(m.type_error("throw() third argument must be a traceback object"));
    }
    let exception = thrown(m, args.get(0), args.some(1))?;
    let generator = args.receiver;
    match m.generator_stage(generator) {
        GeneratorStage::Ended => Err(Flow::Raise(exception)),
        _ => Err(Flow::Throw { generator, exception }),
    }
}

/// Returns the exception that the generator method `throw(typ, val)` raises in the generator.
fn thrown(m: &mut Runtime, kind: Value, value: Option<Value>) -> Outcome {
    match (kind.kind(), ClassId::of(kind).and_then(ClassId::exception), value) {
        (Type::Exception, _, None) => Ok(kind),
        (Type::Exception, _, Some(_)) => Err(m.type_error("instance exception may not have a separate value")),
        (Type::Class, Some(class), None) => Ok(m.exception(class, Vec::new())),
        (Type::Class, Some(class), Some(value)) => Ok(thrown_with(m, class, value)),
        _ => {
            let message = format!(
                "exceptions must be classes or instances deriving from BaseException, not {}",
                m.type_name(kind)
            );
            Err(m.type_error(message))
        }
    }
}

/// Returns the exception for `throw(class, value)`: the value itself if it is an instance of the
/// class, otherwise a new exception with the value as its arguments.
fn thrown_with(m: &mut Runtime, class: ExceptionClass, value: Value) -> Value {
    if m.exception_class(value).is_some_and(|own| own.is_a(class)) {
        return value;
    }
    let arguments = match m.heap.get(value.handle()) {
        Object::Tuple(items) if value.kind() == Type::Tuple => items.to_vec(),
        _ => vec![value],
    };
    m.exception(class, arguments)
}

fn close(m: &mut Runtime, args: &Args) -> Outcome {
    let generator = args.receiver;
    match m.generator_stage(generator) {
        GeneratorStage::JustStarted | GeneratorStage::Ended => {
            m.end_generator(generator);
            Ok(Value::NONE)
        }
        GeneratorStage::Running => Err(m.value_error("generator already executing")),
        GeneratorStage::Suspended => Err(Flow::Delegate(Box::new(Delegate {
            function: "_close",
            args: vec![generator],
        }))),
    }
}
