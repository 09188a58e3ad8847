"""How a command starts Keras: quietly, and on the lightest backend where nothing is trained."""

import contextlib
import importlib
import importlib.util
import os
from collections.abc import Iterator


def start_keras(*, lightest: bool = False) -> None:
    """Import Keras on the user's backend.

    Args:
        lightest: for a command that does not train: where KERAS_BACKEND is not set, start on JAX
            if it is installed (2 to 4 s), not on TensorFlow (5 to 10 s).

    Raises:
        ValueError: Keras can't start.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    chosen = os.environ.get("KERAS_BACKEND")
    if lightest and not chosen and importlib.util.find_spec("jax"):
        os.environ["KERAS_BACKEND"] = "jax"
    try:
        with _without_notices():
            version = importlib.import_module("keras").__version__
    except Exception as error:  # whatever a broken backend raises
        backend = os.environ.get("KERAS_BACKEND") or "of its configuration"
        raise ValueError(
            f"Keras can't start on the backend {backend}: {error}. Run 'paceline doctor': it says "
            "what to install or set."
        ) from error
    finally:
        _restore(chosen)
    if int(version.partition(".")[0]) < 3:
        raise ValueError(
            f"Paceline needs Keras 3; got Keras {version}. Run 'paceline doctor': it says what to "
            "install."
        )


@contextlib.contextmanager
def _without_notices() -> Iterator[None]:
    """Drop what TensorFlow 2.21 writes about the CPU when it is imported, whatever its log level.

    On a CPU with AVX512_VNNI these are four lines; they are written in C++, to the file itself.
    """
    try:
        kept = os.dup(2)
    except OSError:  # there is no such file
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _restore(chosen: str | None) -> None:
    """Give what this process starts later the user's own setting."""
    os.environ.pop("KERAS_BACKEND", None)
    if chosen is not None:
        os.environ["KERAS_BACKEND"] = chosen
