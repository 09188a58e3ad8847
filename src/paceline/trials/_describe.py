"""A description of anything that a task is made of, the same in every process that makes it."""

import functools
import hashlib
import inspect
import json
import sys
import sysconfig
import types
import warnings
from pathlib import Path
from typing import Any

import numpy as np

_PLAIN = bool | int | float | complex | str | bytes | None
_OF_EVERY_CLASS = {
    "__dict__",
    "__doc__",
    "__firstlineno__",
    "__module__",
    "__static_attributes__",
    "__weakref__",
}


def describe(*things: Any) -> list[Any]:
    """Return what JSON can hold of `things`: plain values, and hashes of everything else.

    Code is bytecode, in which comments and layout do not count; it holds the functions, classes
    and constants of the user's own modules that it names, and theirs in turn.
    """
    described = _Described()
    return [described(thing) for thing in things]


class _Described:
    """Describes things, each once, and each by a hash, so that what many share stays small."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, str]] = {}

    def __call__(self, thing: Any) -> Any:
        if isinstance(thing, _PLAIN):
            return [type(thing).__name__, repr(thing)]
        if id(thing) not in self._known:
            # the thing is kept alive, so that no other gets its id; what refers to itself ends here
            self._known[id(thing)] = (thing, "itself")
            text = json.dumps([type(thing).__name__, self._content(thing)], sort_keys=True)
            self._known[id(thing)] = (thing, hashlib.sha256(text.encode()).hexdigest())
        return self._known[id(thing)][1]

    def _content(self, thing: Any) -> Any:
        if isinstance(thing, dict):
            return sorted(([self(key), self(item)] for key, item in thing.items()), key=str)
        if isinstance(thing, set | frozenset):
            return sorted((self(item) for item in thing), key=str)
        if isinstance(thing, list | tuple):
            return [self(item) for item in thing]
        if isinstance(thing, functools.partial):
            return [self(thing.func), self(thing.args), self(thing.keywords)]
        if isinstance(thing, types.MethodType):
            return [self(thing.__func__), self(thing.__self__)]
        if isinstance(thing, types.ModuleType):
            return thing.__name__
        if inspect.isclass(thing) or inspect.isroutine(thing) or hasattr(thing, "__wrapped__"):
            return self._code(inspect.unwrap(thing))
        return self._object(thing)

    def _object(self, thing: Any) -> Any:
        """Values, a config that Keras knows, or a class and its attributes."""
        if hasattr(thing, "element_spec"):  # a tf.data.Dataset: what it yields is not known
            return str(thing.element_spec)
        config = config_of(thing)
        if config is None and hasattr(thing, "__array__"):
            return _array(np.asarray(thing))
        attributes = getattr(thing, "__dict__", None)
        if config is not None:
            own = [item for item in (attributes or {}).values() if inspect.isfunction(item)]
            return [self(type(thing)), config, [self(item) for item in own if is_own(item)]]
        if attributes is None:
            text = repr(thing)
            return [self(type(thing)), "" if " at 0x" in text else text]
        return [self(type(thing)), self(attributes)]

    def _code(self, thing: Any) -> Any:
        name = getattr(thing, "__qualname__", type(thing).__name__)
        if not is_own(thing):
            return f"{getattr(thing, '__module__', '')}.{name}"
        if inspect.isclass(thing):
            members = {key: item for key, item in vars(thing).items() if key not in _OF_EVERY_CLASS}
            return [[self(base) for base in thing.__bases__], self._members(members)]
        if not inspect.isfunction(thing):
            return name
        cells = zip(thing.__code__.co_freevars, thing.__closure__ or (), strict=True)
        named = {key: cell.cell_contents for key, cell in cells if _is_filled(cell)}
        named |= _named(_names(thing.__code__), thing.__globals__)
        return [
            _bytecode(thing.__code__, thing.__doc__),
            self((thing.__defaults__, thing.__kwdefaults__)),
            self._members(named),
        ]

    def _members(self, members: dict[str, Any]) -> list[Any]:
        return [[name, self(_reached(members[name]))] for name in sorted(members)]


def _array(array: np.ndarray[Any, Any]) -> list[str]:
    data = repr(array.tolist()).encode() if array.dtype.hasobject else array.tobytes()
    return [str(array.dtype), str(array.shape), hashlib.sha256(data).hexdigest()]


def _reached(member: Any) -> Any:
    if isinstance(member, property):
        return [member.fget, member.fset]
    return member.__func__ if isinstance(member, staticmethod | classmethod) else member


def _bytecode(code: types.CodeType, doc: str | None = None) -> list[Any]:
    constants = [item for item in code.co_consts if doc is None or item != doc]
    return [
        code.co_code.hex(),
        [
            _bytecode(item) if isinstance(item, types.CodeType) else describe(item)
            for item in constants
        ],
        [code.co_names, code.co_varnames, code.co_freevars],
    ]


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def _named(names: set[str], scope: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """What code that uses `names` reaches in a module, and through it in others of the user's."""
    found = {}
    for name in names & scope.keys():
        value = scope[name]
        found[prefix + name] = value
        if isinstance(value, types.ModuleType) and is_own(value) and prefix.count(".") < 4:
            found |= _named(names, vars(value), f"{prefix}{name}.")
    return found


def _names(code: types.CodeType) -> set[str]:
    inner = [item for item in code.co_consts if isinstance(item, types.CodeType)]
    return set(code.co_names).union(*(_names(item) for item in inner))


@functools.cache
def _library_folders() -> tuple[Path, ...]:
    paths = sysconfig.get_paths()
    here = Path(__file__).resolve().parents[1]
    known = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    # those of --user, of Debian, and of another environment that a .pth file adds
    known += [path for path in sys.path if Path(path).name in {"site-packages", "dist-packages"}]
    return (here, *dict.fromkeys(Path(path).resolve() for path in known))


def is_own(thing: Any) -> bool:
    """Whether a module, or what stands in one, is the user's and not an installed library's."""
    is_module = isinstance(thing, types.ModuleType)
    name = thing.__name__ if is_module else getattr(thing, "__module__", None)
    module = thing if is_module else sys.modules.get(name or "")
    file = getattr(module, "__file__", None)
    if module is None or file is None:
        return name not in sys.builtin_module_names and name not in sys.stdlib_module_names
    path = Path(file).resolve()
    return not any(path.is_relative_to(folder) for folder in _library_folders())


def config_of(thing: Any) -> Any:
    """Return the config of a Keras object, or None: without what differs from build to build."""
    if not hasattr(thing, "get_config"):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a lambda is unsafe to load; nobody loads this
            config = thing.get_config()
    except Exception:  # a class of one's own that has no config: its code stands for it
        return None
    return [type(thing).__name__, _renamed(config, {})]


def _renamed(config: Any, names: dict[str, str]) -> Any:
    """Number the names, which Keras counts up in a process; drop the code of lambdas, with lines.

    A lambda's code is described with the function that holds it.
    """
    if isinstance(config, dict):
        if config.get("class_name") == "__lambda__":
            return "lambda"
        if str(config.get("class_name")).endswith("DTypePolicy"):
            return config  # its name is no counted one
        if isinstance(name := config.get("name"), str):
            names.setdefault(name, f"#{len(names)}")
        return {
            key: _renamed(value, names) for key, value in config.items() if key != "build_config"
        }
    if isinstance(config, list | tuple):
        return [_renamed(item, names) for item in config]
    if isinstance(config, str):
        return names.get(config, config)
    return config if isinstance(config, _PLAIN) else describe(config)
