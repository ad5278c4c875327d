"""How does a process of a pool notice that its owner was killed, and end too?"""

import multiprocessing
import os
import threading

_STATUS = 0


def end_with_parent() -> None:
    """End this process as soon as its parent is gone, whatever it is doing. Call it once, in a pool's process.

    A pool's process waits for work on a pipe whose writing end it holds itself, so that it would wait for ever. The
    parent's sentinel is a pipe that the kernel closes with the parent, on every system.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(_STATUS)  # at once: there is nobody left to whom anything could be handed

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()
