"""Does a process end with its code and all that belongs to an end, but without taking the interpreter apart?"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRELUDE = """
import atexit, sys, threading, time
from workers.leave import run_and_leave

class Kept:
    def __del__(self):
        print("the interpreter was taken apart", flush=True)

kept = Kept()
"""


def run(work: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """A process of its own that does this work and leaves."""
    return subprocess.run(
        [sys.executable, "-c", f"{PRELUDE}{work}\nrun_and_leave(work)"],
        cwd=ROOT,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("work", "code", "errors"),
    [
        ("work = lambda: 0", 0, ""),
        ("work = lambda: 3", 3, ""),
        ("work = lambda: sys.exit(2)", 2, ""),
        ("work = lambda: sys.exit()", 0, ""),
        ("work = lambda: sys.exit('no database')", 1, "no database\n"),
    ],
)
def test_the_exit_code_is_the_one_of_the_work(work: str, code: int, errors: str) -> None:
    ended = run(work)
    assert (ended.returncode, ended.stdout, ended.stderr) == (code, "", errors)


def test_what_the_work_raises_is_shown_and_a_failure() -> None:
    ended = run("def work():\n    raise RuntimeError('the disk is full')")
    assert ended.returncode == 1
    assert ended.stderr.startswith("Traceback")
    assert ended.stderr.endswith("RuntimeError: the disk is full\n")


def test_threads_exit_handlers_and_output_come_first() -> None:
    work = """
def work():
    threading.Thread(target=lambda: (time.sleep(0.3), print("the thread is done"))).start()
    atexit.register(print, "handed over")
    print("worked")
    return 0
"""
    ended = run(work)
    assert ended.stdout.splitlines() == ["worked", "the thread is done", "handed over"]
    assert ended.returncode == 0


def test_a_process_without_standard_output_ends_as_any_other() -> None:
    ended = run("import os\nos.close(1)\nsys.stdout = None\nwork = lambda: 4")
    assert (ended.returncode, ended.stderr) == (4, "")


def test_output_that_nobody_takes_any_more_is_a_failure() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = run("work = lambda: print('worked') or 0", stdout=writing)
    os.close(writing)
    assert ended.returncode == 1
