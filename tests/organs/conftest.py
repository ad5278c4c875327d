"""What do the tests of the organs share? The machine, as seeded wherever something has happened."""

import pytest

from tests.as_seeded import bring_back
from tests.stack import Stack


@pytest.fixture
def stack(machine: Stack) -> Stack:
    """The machine with the demo company as seeded and no faults planned."""
    bring_back(machine)
    return machine
