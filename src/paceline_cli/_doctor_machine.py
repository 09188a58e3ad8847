"""What the machine offers: memory and cores."""

import os
from pathlib import Path

from paceline_cli._check import Check

_GIB = 2**30
_LEAST = 1 * _GIB
"""What one worker that trains a small model on TensorFlow takes, with room to spare."""


def checks() -> list[Check]:
    """Return the checks of memory and cores."""
    return [_memory(), _cores()]


def _memory() -> Check:
    if not hasattr(os, "sysconf"):
        return Check("Memory", "ok", "not told by this system")
    total, free = _within_container(*_system_memory())
    found = f"{total / _GIB:.1f} GiB"
    if free is None:
        return Check("Memory", "ok", found)
    found += f", {free / _GIB:.1f} GiB free"
    if free < _LEAST:
        return Check("Memory", "warn", found, "Close other programs, or run fewer trials at once.")
    return Check("Memory", "ok", found)


def _system_memory() -> tuple[int, int | None]:
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
        sizes = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in text.splitlines()}
        return sizes["MemTotal"], sizes["MemAvailable"]
    except (OSError, KeyError):  # no Linux: the free memory is not told
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), None


def _within_container(total: int, free: int | None) -> tuple[int, int | None]:
    group = Path("/sys/fs/cgroup")
    try:
        limit = int((group / "memory.max").read_text(encoding="ascii"))
        used = int((group / "memory.current").read_text(encoding="ascii"))
        told = (group / "memory.stat").read_text(encoding="ascii").split()
        used -= int(told[told.index("inactive_file") + 1])  # given back when memory gets short
    except (OSError, ValueError):  # no container, or one without a limit ("max")
        return total, free
    return min(total, limit), min(limit - used, limit if free is None else free)


def _cores() -> Check:
    if hasattr(os, "sched_getaffinity"):
        return Check("Cores", "ok", str(len(os.sched_getaffinity(0))))
    return Check("Cores", "ok", str(os.cpu_count() or 1))
