"""What is the HTTP interface? `python -m workers gateway`."""

import sys

__all__ = ["main"]


def main(argv: list[str]) -> int:
    """Serve until SIGTERM or Ctrl-C; exit 1 with a sentence where something is missing."""
    if argv:
        asked = argv in (["-h"], ["--help"])
        usage = "Usage: python -m workers gateway (settings come from the environment)"
        print(usage, file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    from workers.gateway.serve import serve  # here: processes of its pool import this package and serve nothing

    return serve()
