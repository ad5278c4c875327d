"""What do the tests of the interface share? The machine, brought back to its start once a module."""

import pytest

from tests.as_seeded import bring_back
from tests.stack import Stack


@pytest.fixture(scope="module")
def _seeded(machine: Stack) -> Stack:
    bring_back(machine)
    return machine


@pytest.fixture
def stack(_seeded: Stack) -> Stack:
    """The machine; these tests change nothing at the demo company."""
    return _seeded
