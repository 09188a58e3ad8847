"""What mkdocstrings needs to know of this package: its examples, and its dataclasses."""

import re
from typing import Any

import griffe


class Docstrings(griffe.Extension):
    """Reads `Example:` as a section of code, and the fields of a `@registered` schedule."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring:
            obj.docstring.value = re.sub(
                r"^Example:$", "Examples:", obj.docstring.value, flags=re.M
            )

    def on_class_members(self, *, cls: griffe.Class, **_: Any) -> None:
        if any(str(each.value) == "registered" for each in cls.decorators):
            fields = [
                griffe.Parameter(
                    name,
                    annotation=each.annotation,
                    kind=griffe.ParameterKind.keyword_only,
                    default=each.value,
                )
                for name, each in cls.attributes.items()
                if each.annotation and not str(each.annotation).startswith("ClassVar")
            ]
            this = griffe.Parameter("self", kind=griffe.ParameterKind.positional_only)
            parameters = griffe.Parameters(this, *fields)
            cls.set_member("__init__", griffe.Function("__init__", parameters=parameters))
