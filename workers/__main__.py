"""Which process does `python -m workers <process>` start?"""

import importlib
import importlib.util
import sys

from workers.leave import run_and_leave

PROCESSES = {
    "gateway": "the HTTP interface for customers, the desk and operators",
    "runtime": "the workers that carry requests out (--pool all|requests|models|tools)",
    "dev": "everything on this machine, as `make run` starts it",
    "chat": "a customer's chat in the terminal (--as CUSTOMER)",
    "desk": "the desk of people in the terminal",
    "token": "mint a token for development (--sub, --role)",
    "audit": "verify the record of decisions",
    "migrate": "bring the database to the newest version",
    "pack": "check a company's pack; store, activate, split and roll back its versions",
    "policy": "check, test and explain a pack's policies",
    "vault": "the master keys under which customers' keys lie (status, rotate)",
    "erase": "erase a customer's data, or hold it (--customer, --hold, --lift)",
    "doctor": "say what is wrong on this machine",
}
_USAGE = 2
_INTERRUPTED = 130


def main(argv: list[str]) -> int:
    """Run one process; returns its exit code: 0, 1 failure, 2 usage, 130 interrupted."""
    if argv in (["-h"], ["--help"]):
        print(_explain())
        return 0
    if not argv:
        print(_explain(), file=sys.stderr)
        return _USAGE
    name, arguments = argv[0], argv[1:]
    if name not in PROCESSES:
        print(f"There is no process {name!r}.\n\n{_explain()}", file=sys.stderr)
        return _USAGE
    if importlib.util.find_spec(f"workers.{name}") is None:
        print(f"The process {name!r} is not part of this version.", file=sys.stderr)
        return _USAGE
    try:
        return int(importlib.import_module(f"workers.{name}").main(arguments) or 0)
    except KeyboardInterrupt:
        return _INTERRUPTED


def _explain() -> str:
    lines = (f"  {name:<9} {meaning}" for name, meaning in PROCESSES.items())
    return "Usage: python -m workers <process> [arguments]\n\nProcesses:\n" + "\n".join(lines)


if __name__ == "__main__":
    run_and_leave(lambda: main(sys.argv[1:]))
