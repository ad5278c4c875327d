"""How does everything run on one machine?"""


def main(argv: list[str]) -> int:
    """Run the supervisor of `python -m workers dev`; returns the process's exit code."""
    from workers.dev.command import main as run  # imported late: tests import the parts without the rest

    return run(argv)
