"""What do the tests of survival share? The machine as seeded, which can be held at the points of its writes."""

from collections.abc import Iterator

import pytest

from tests.stack import Stack
from tests.survival.holding import Holding


@pytest.fixture
def holding(stack: Stack) -> Iterator[Holding]:
    """The machine as seeded, which can be held at the points of its writes."""
    with Holding(stack) as held:
        yield held
