"""What do the tests of the whole machine share? One running stack, reset between tests."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.conversation import admin, standin
from tests.stack import Stack, running_stack

settings.register_profile("handrail", deadline=None)  # a timing is never asserted in a test
settings.load_profile("handrail")


@pytest.fixture(scope="session")
def machine() -> Iterator[Stack]:
    """A whole machine: PostgreSQL, Temporal, demo systems, stand-in, workers, gateway.

    Its circuits stay closed, or the failures that one test plans would be felt by the next. It has many connections and
    patience with them, since tests stop many transactions in their middle.
    """
    with running_stack(
        HANDRAIL_CIRCUIT_FAILURES="1000", HANDRAIL_DATABASE_POOL="50", HANDRAIL_DATABASE_SECONDS="60"
    ) as stack:
        yield stack


@pytest.fixture
def stack(machine: Stack) -> Stack:
    """The machine with the demo company as seeded and no faults planned."""
    admin(machine, "POST", "/_control/reset")
    standin(machine, "DELETE", "/_control")
    return machine
