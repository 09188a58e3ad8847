"""What is wrong with a user's task."""

import re


class TaskError(ValueError):
    """A task that can't be trained, in words that name the cause and the way out."""


_EMPTY = ("Exception encountered", "Graph execution error", "Detected at node")
"""How the lines begin that Keras and TensorFlow put above the cause."""


def reason(error: BaseException) -> str:
    """Return the line of an error's text that tells most.

    Keras puts "Exception encountered when calling ..." above it, and colours in it.
    """
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if not line.startswith(_EMPTY)]
    return (telling or lines or [repr(error)])[0].rstrip(".")
