import typing


def attempt(f, *args, **kwargs):
    try:
        f(*args, **kwargs)
        print("made")
    except (TypeError, ValueError) as error:
        print(type(error).__name__, "" if "argument" in str(error) else error)


attempt(typing.cast)
attempt(typing.cast, 1)
attempt(typing.assert_type)
attempt(typing.NewType, "A", int)
attempt(typing.NewType)
attempt(typing.NewType, "A")
attempt(typing.NewType, "A", int, str)
attempt(typing.TypeVar, "T")
attempt(typing.TypeVar, "T", int, str)
attempt(typing.TypeVar, "T", bound=int)
attempt(typing.TypeVar, "T", int)
attempt(typing.TypeVar, "T", int, str, bound=int)
attempt(typing.TypeVar, "T", covariant=True, contravariant=True)
attempt(typing.TypeVar)
attempt(typing.ParamSpec, "P")
attempt(typing.ParamSpec, "P", bound=int)
attempt(typing.ParamSpec, "P", covariant=True, contravariant=True)
attempt(typing.ParamSpec)
attempt(typing.ParamSpec, "P", int)
Meters = typing.NewType("Meters", float)
attempt(Meters, 1.5)
