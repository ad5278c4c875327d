"""What is wrong on this machine, and what is to be done about it?"""


def main(argv: list[str]) -> int:
    """Run `python -m workers doctor`; returns its exit code: 0 fit, 1 not, 2 for a wrong call."""
    from workers.doctor.command import main as run  # imported late: tests import the parts without the rest

    return run(argv)
