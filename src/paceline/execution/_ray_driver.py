"""The program of the process that talks with Ray, for a coordinator at the end of a channel.

Run as a file, and made of the standard library and Ray only, so that it starts without a backend.
"""

import contextlib
import os
import pickle
import socket
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

if __name__ == "__main__":
    from _serve import answer  # the file beside this one
else:
    from paceline.execution._serve import answer

_ANSWERS_WITHIN, _LOOK_EVERY = 5, 5
"""Seconds."""
_NO_RAY = {"UNIMPLEMENTED", "UNAVAILABLE", "DEADLINE_EXCEEDED"}
_TOKEN = (
    "The Ray cluster at {address} takes only who has its token. Set RAY_AUTH_MODE=token, and "
    "RAY_AUTH_TOKEN to what 'ray get-auth-token' prints on its head."
)


class _RefusedError(Exception):
    """What the user is told."""


class _UnreachableError(_RefusedError):
    """And that something else should be tried as the address."""


class _Tell(Protocol):
    def __call__(self, number: int | None, kind: str, value: Any) -> None: ...


def drive(channel: Connection) -> None:
    """Join the cluster of the settings that come first, and run there the calls that follow."""
    settings = pickle.loads(channel.recv_bytes())
    prepare = channel.recv_bytes()
    sys.path[:] = settings["path"]
    lock = threading.Lock()

    def tell(number: int | None, kind: str, value: Any) -> None:
        with lock, contextlib.suppress(OSError):
            channel.send_bytes(pickle.dumps((number, kind, value)))

    try:
        address = _address(settings["address"])
        asks_for_token = _asks_for_token(address)
        tell(None, "answers", None)
        _join(address, settings, asks_for_token)
        needs = _needs(settings["threads"])
        tell(None, "joined", _room(needs))
        start = settings["path"], settings["folder"], prepare
        _run(channel, tell, start, needs, waits=settings["waits_for_room"])
    except _RefusedError as error:
        tell(None, "unreachable" if isinstance(error, _UnreachableError) else "refused", str(error))
    except (EOFError, ConnectionError):
        pass  # the coordinator ended, or the cluster: the end of the channel tells it
    except ImportError as error:
        tell(None, "refused", f'Ray can\'t be loaded: {error}. Install "paceline[ray]".')
    finally:
        _leave()


def _address(text: str | None) -> str | None:
    """Return an address with its port; of this machine, None for its cluster or "local" for a new.

    These two are Ray's own words.
    """
    if text is None:
        return None if _runs_here() else "local"
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        port = parts.port or (10001 if parts.scheme == "ray" else None)
        host = parts.hostname
    except ValueError:
        port = host = None
    if not host or not port or parts.scheme not in {"", "ray"} or parts.path.strip("/"):
        raise _UnreachableError(
            f"The address of a Ray cluster names a host and a port; got {text!r}."
        )
    name = f"[{host}]" if ":" in host else host
    return f"{'ray://' if parts.scheme else ''}{name}:{port}"


def _runs_here() -> bool:
    """Whether the cluster answers that 'ray start' left on this machine last."""
    usual = os.environ.get("TMPDIR", "/tmp") if sys.platform == "linux" else "/tmp"
    file = Path(os.environ.get("RAY_TMPDIR", usual), "ray", "ray_current_cluster")
    try:
        host, port = file.read_text().rsplit(":", 1)
        socket.create_connection((host.strip("[]"), int(port)), _ANSWERS_WITHIN).close()
    except (OSError, ValueError):
        return False
    return True


def _asks_for_token(address: str | None) -> bool:
    """See that Ray answers at an address, which itself tries for half a minute."""
    if address in (None, "local") or os.environ.get("RAY_USE_TLS", "0") != "0":
        return False
    import grpc

    parts = urlsplit(address if "://" in address else f"//{address}")
    try:
        socket.create_connection((parts.hostname, parts.port), timeout=_ANSWERS_WITHIN).close()
    except OSError as error:
        reason = error.strerror or str(error)
        raise _UnreachableError(f"No Ray cluster answers at {address}: {reason}.") from error
    service = "RayletDriver/ClusterInfo" if parts.scheme else "NodeInfoGcsService/CheckAlive"
    with grpc.insecure_channel(parts.netloc, [("grpc.enable_http_proxy", 0)]) as channel:
        try:
            channel.unary_unary(f"/ray.rpc.{service}")(b"", timeout=_ANSWERS_WITHIN)
        except grpc.RpcError as error:
            if error.code().name in _NO_RAY:
                raise _UnreachableError(f"What answers at {address} is no Ray cluster.") from error
            asks = error.code() == grpc.StatusCode.UNAUTHENTICATED
            if asks and os.environ.get("RAY_AUTH_MODE") != "token":
                raise _RefusedError(_TOKEN.format(address=address)) from error
            return asks
    return False


def _join(address: str | None, settings: dict[str, Any], asks_for_token: bool) -> None:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # Seconds after which Ray gives a head up (else 60), and its head a client (else 30).
    os.environ.setdefault("RAY_gcs_rpc_server_reconnect_timeout_s", "30")
    os.environ.setdefault("RAY_CLIENT_RECONNECT_GRACE_PERIOD", "10")
    import ray

    needed = {"env_vars": settings["environment"]}
    if settings["modules"]:  # of an empty list Ray 2.60 makes an error on the node
        needed["py_modules"] = settings["modules"]
    starting = {"include_dashboard": False} if address == "local" else {}
    try:
        ray.init(address, runtime_env=needed, log_to_driver=False, **starting)
    except Exception as error:  # whatever Ray raises
        where = address or "this machine"
        if asks_for_token:
            raise _RefusedError(_TOKEN.format(address=where)) from error
        reason = " ".join(str(error).split()).rstrip(".")
        raise _UnreachableError(f"The Ray cluster at {where} can't be used: {reason}.") from error


def _needs(threads: int) -> dict[str, int]:
    """Return what a call takes of a node; a GPU too, where the cluster has any."""
    import ray

    needs = {"CPU": threads} | ({"GPU": 1} if ray.cluster_resources().get("GPU") else {})
    if not _room(needs):
        raise _RefusedError(f"The Ray cluster has no {_node(needs)}: take fewer threads.")
    return needs


def _node(needs: dict[str, int]) -> str:
    return "node with " + " and ".join(f"{count} {what}" for what, count in needs.items())


def _room(needs: dict[str, int]) -> int:
    """Return how many calls the cluster's nodes can run at once."""
    import ray

    nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    return sum(min(int(node.get(key, 0) // need) for key, need in needs.items()) for node in nodes)


def _run(
    channel: Connection,
    tell: _Tell,
    start: tuple[list[str], str, bytes],
    needs: dict[str, int],
    *,
    waits: int,
) -> None:
    import ray

    # No node can import it by the name that it has here, where it stands in no package.
    ray.cloudpickle.register_pickle_by_value(sys.modules[answer.__module__])
    box = [ray.put(start)]
    gpus = needs.get("GPU", 0)
    task = ray.remote(num_cpus=needs["CPU"], num_gpus=gpus, max_calls=gpus, max_retries=0)(_work)
    without_room = 0
    while without_room < waits:
        if channel.poll(_LOOK_EVERY):
            number, call = pickle.loads(channel.recv_bytes())
            _tell_when_done(tell, number, task.remote(box, call))
        else:
            without_room = 0 if _room(needs) else without_room + _LOOK_EVERY
    raise _RefusedError(
        f"The Ray cluster has had no {_node(needs)} for {waits} s. Add one, and run the same "
        "command again: what is done is kept."
    )


def _tell_when_done(tell: _Tell, number: int, reference: Any) -> None:
    from ray import exceptions

    def done(future: Any) -> None:
        try:
            tell(number, "answer", future.result())
        except (exceptions.RayTaskError, exceptions.RuntimeEnvSetupError) as error:
            tell(number, "failed", str(error).strip().splitlines()[-1])
        except exceptions.RayError:
            tell(number, "dead", None)

    reference.future().add_done_callback(done)


_prepared: list[bool] = []
"""Of a process of the cluster: holds something when it is."""


def _work(box: list[Any], call: bytes) -> bytes:
    """Answer a call in a process of the cluster, which is prepared before its first one."""
    if not _prepared:
        import ray

        path, folder, prepare = ray.get(box[0])
        sys.path += [entry for entry in path if entry not in sys.path and os.path.exists(entry)]
        with contextlib.suppress(OSError):  # where the coordinator's folder is not
            os.chdir(folder)
        first = answer(prepare)
        if not pickle.loads(first)[0]:
            return first
        _prepared.append(True)
    return answer(call)


def _leave() -> None:
    """End this process, and the local cluster that it may have started."""
    threading.Timer(5, os._exit, [1]).start()
    if ray := sys.modules.get("ray"):
        ray.shutdown()
    os._exit(0)


if __name__ == "__main__":
    drive(Connection(int(sys.argv[1])))
