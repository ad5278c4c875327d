"""Does the loop of our processes have room for names that nobody answers for?"""

import os
import subprocess
import sys

import pytest

from tests.stack import ROOT

SHOW = """
import asyncio, os
from workers.event_loop import run_on_loop
run_on_loop(asyncio.sleep(0))
print(os.environ.get("UV_THREADPOOL_SIZE"))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="uvloop is not made for Windows")
@pytest.mark.parametrize(("given", "wanted"), [({}, 16), ({"UV_THREADPOOL_SIZE": "7"}, 7)])
def test_names_are_looked_up_by_more_threads_than_libuv_has_by_itself(given: dict[str, str], wanted: int) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "UV_THREADPOOL_SIZE"} | given
    shown = subprocess.run([sys.executable, "-c", SHOW], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert int(shown.stdout) == wanted
