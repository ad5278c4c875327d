"""Is a process signalled only when it is the one that was meant, and does a child's end take its group along?"""

import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from workers.dev.processes import ProcessIdentity, RunningProcess, identify, is_alive, start_process

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
GRACE = timedelta(seconds=5)
WITH_A_CHILD = """
import subprocess, sys, time
deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
child = subprocess.Popen([sys.executable, "-c", deaf])
print(child.pid, flush=True)
time.sleep(60)
"""


def test_a_reused_process_id_is_not_taken_for_the_old_process(tmp_path: Path) -> None:
    process = start_process(SLEEP, log=tmp_path / "log")
    stranger = RunningProcess(ProcessIdentity(process.pid, process.identity.started - 60))

    stranger.send(signal.SIGKILL)
    stranger.kill()

    assert not stranger.is_alive()
    assert process.is_alive()
    assert process.end(grace=GRACE)


def test_a_dead_process_is_not_alive_even_before_it_is_reaped(tmp_path: Path) -> None:
    process = start_process([sys.executable, "-c", "pass"], log=tmp_path / "log")
    deadline = time.monotonic() + 10
    while is_alive(process.identity) and time.monotonic() < deadline:
        time.sleep(0.02)

    assert not is_alive(process.identity)
    assert process.exit_code() == 0
    assert identify(process.pid) is None


def test_what_a_child_leaves_in_its_group_ends_with_it(tmp_path: Path) -> None:
    process = start_process([sys.executable, "-c", WITH_A_CHILD], log=tmp_path / "log")
    deadline = time.monotonic() + 10
    while not (tmp_path / "log").read_text().strip() and time.monotonic() < deadline:
        time.sleep(0.02)
    grandchild = identify(int((tmp_path / "log").read_text()))
    assert grandchild is not None

    process.send(signal.SIGKILL)
    process.end(grace=GRACE)

    assert RunningProcess(grandchild).wait(GRACE)


def test_a_child_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
    process = start_process([sys.executable, "-c", stubborn], log=tmp_path / "log")
    deadline = time.monotonic() + 10
    while not (tmp_path / "log").read_text() and time.monotonic() < deadline:
        time.sleep(0.02)

    assert process.end(grace=timedelta(milliseconds=100)) is False
    assert not process.is_alive()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died")
def test_a_bound_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = f"""
import time
from pathlib import Path
from workers.dev.processes import start_process
bound = start_process({SLEEP!r}, log=Path({str(tmp_path / "child")!r}), die_with_parent=True)
print(bound.pid, flush=True)
time.sleep(60)
"""
    process = start_process([sys.executable, "-c", parent], log=tmp_path / "log")
    deadline = time.monotonic() + 10
    while not (tmp_path / "log").read_text().strip() and time.monotonic() < deadline:
        time.sleep(0.02)
    bound = identify(int((tmp_path / "log").read_text()))
    assert bound is not None
    assert psutil.Process(bound.pid).ppid() == process.pid

    process.kill()

    assert RunningProcess(bound).wait(GRACE)
