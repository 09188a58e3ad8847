"""Lines to a server, which break or are slow."""

import contextlib
import itertools
import socket
import threading
import time
from typing import Self

from execution.postgres import Server


class Lines:
    """Carries connections to a server, so that a test can cut one without the server noticing.

    Args:
        server: where they go.
        pause: seconds between two pieces of 64 kB.
    """

    def __init__(self, server: Server, *, pause: float = 0.0) -> None:
        self._server, self._pause = server, pause
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # when it is closed
            while True:
                ours, _ = self._listening.accept()
                theirs = socket.create_connection(("127.0.0.1", self._server.port))
                self._pairs.append((ours, theirs))
                for ways in ((ours, theirs), (theirs, ours)):
                    threading.Thread(target=_carry, args=(*ways, self._pause), daemon=True).start()

    def of(self, place: str) -> str:
        """Return the URL of the server as one that goes this way."""
        return place.replace(f":{self._server.port}/", f":{self.port}/")

    def cut(self) -> None:
        """Cut the last line at the client's end alone."""
        self._pairs[-1][0].shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        for each in (self._listening, *itertools.chain(*self._pairs)):
            each.close()


def _carry(source: socket.socket, target: socket.socket, pause: float) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
            time.sleep(pause)
