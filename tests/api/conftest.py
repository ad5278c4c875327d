"""What do the tests of the interface share? The machine, with its demo company reset once a module."""

import pytest

from tests.conversation import admin, standin
from tests.stack import Stack


@pytest.fixture(scope="module")
def _fresh(machine: Stack) -> Stack:
    admin(machine, "POST", "/_control/reset")
    standin(machine, "DELETE", "/_control")
    return machine


@pytest.fixture
def stack(_fresh: Stack) -> Stack:
    """The machine; these tests change nothing at the demo company."""
    return _fresh
