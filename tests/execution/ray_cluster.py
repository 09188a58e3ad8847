"""A Ray cluster of this machine, in a process of its own: Ray leaves files open, which warn."""

import os
import socket
import subprocess
import sys
import tempfile
from typing import Self

OPTIONS = {"num_cpus": 1, "object_store_memory": 80_000_000, "include_dashboard": False}
SOON = {"health_check_period_ms": 500, "health_check_failure_threshold": 3}
"""How the head finds that a node is dead: ten seconds if nothing is said."""


class RayCluster:
    """A head with one CPU, which a Ray client may join too, and any number of nodes beside it."""

    def __init__(self) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.process = subprocess.Popen(
            [sys.executable, __file__, str(port)],
            env={**os.environ, "RAY_AUTH_MODE": "disabled", "RAY_TMPDIR": self.folder.name},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.address = self.process.stdout.readline().strip()
        self.client_address = f"ray://127.0.0.1:{port}"

    def add_node(self, *, cpus: int = 1, gpus: int = 0) -> None:
        self._do("add", cpus, gpus)

    def kill_node(self) -> None:
        """SIGKILL the processes of the node that was added last; return when its cluster knows."""
        self._do("kill_node")

    def kill_head(self) -> None:
        self._do("kill_head")

    def _do(self, *words: object) -> None:
        print(*words, file=self.process.stdin, flush=True)
        assert self.process.stdout.readline() == "done\n"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate(timeout=60)
        self.folder.cleanup()


def serve(port: int) -> None:
    from ray.cluster_utils import Cluster

    head = {**OPTIONS, "ray_client_server_port": port, "_system_config": SOON}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    nodes = []
    answers, sys.stdout = sys.stdout, sys.stderr
    print(cluster.address, file=answers, flush=True)
    for line in sys.stdin:
        match line.split():
            case ["add", cpus, gpus]:
                has = {"num_cpus": int(cpus), "num_gpus": int(gpus)}
                nodes.append(cluster.add_node(**{**OPTIONS, **has}))
            case ["kill_node"]:
                cluster.remove_node(nodes.pop(), allow_graceful=False)
                cluster.wait_for_nodes()
            case ["kill_head"]:
                cluster.remove_node(cluster.head_node, allow_graceful=False)
        print("done", file=answers, flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
