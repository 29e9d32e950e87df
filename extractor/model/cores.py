"""How many cores this process may really use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_CPUS = Path("/sys/devices/system/cpu")
_CGROUP = Path("/sys/fs/cgroup")


def physical_cores() -> int:
    """Physical cores within this process's affinity and its container's quota; 1 at least.

    Two threads on one core, or more threads than a container may run, slow an engine down badly.
    """
    return max(1, min(_cores(), _quota()))


def _cores() -> int:
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
    siblings = set()
    for cpu in allowed:
        try:
            siblings.add((_CPUS / f"cpu{cpu}/topology/thread_siblings_list").read_text())
        except OSError:
            return _cores_elsewhere(len(allowed))
    return len(siblings)


def _cores_elsewhere(logical: int) -> int:
    if sys.platform != "darwin":
        return logical
    # The fast cores alone, where there are two kinds.
    for name in ("hw.perflevel0.physicalcpu", "hw.physicalcpu"):
        command = ["/usr/sbin/sysctl", "-n", name]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed
        if answer.returncode == 0:
            return int(answer.stdout)
    return logical


def _quota() -> int:
    """Whole cores of CPU time that the container may use (cgroup 2, then 1)."""
    try:
        quota, period = (_CGROUP / "cpu.max").read_text().split()
    except (OSError, ValueError):
        try:
            quota = (_CGROUP / "cpu/cpu.cfs_quota_us").read_text().strip()
            period = (_CGROUP / "cpu/cpu.cfs_period_us").read_text().strip()
        except OSError:
            return sys.maxsize
    if quota in ("max", "-1"):
        return sys.maxsize
    return int(quota) // int(period)
