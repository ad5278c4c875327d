"""At which points of a write does a worker die in the tests, and what stands in both ledgers when it is dead?"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.conversation import Conversation, headers
from tests.stack import Stack, wait_until
from tests.survival.holding import Holding
from tests.survival.travellers import at_once
from tests.survival.write_tools import SYSTEMS


@dataclass(frozen=True)
class Death:
    """Where a worker dies, and what is true then: the write's state in our ledger, and whether the system did it.

    `leaves` is None where our ledger does not know of it yet. `done` is None where the system has the call: it does the
    work, or refuses it because the token has ended meanwhile.
    """

    where: str
    state: str
    leaves: str | None
    done: bool | None


T2_OPEN, T2_DONE = "before T2 is committed", "after T2, before the send"
DEATHS = {
    T2_OPEN: Death("inside", "executing", "intended", done=False),
    T2_DONE: Death("commit", "executing", "executing", done=False),
    "after the send, before the system does it": Death("system", "", "executing", done=None),
    "after the effect and its answer, before T3": Death("inside", "executed", "executing", done=True),
    "after T3, before the activity returns": Death("commit", "verified", "verified", done=True),
}
CODE_DEATHS = {
    "before the code is kept": Death("inside", "made", None, done=False),
    "after the code is kept, before the send": Death("commit", "made", "made", done=False),
    "after the send, before the system does it": Death("system", "", "made", done=None),
    "after the delivery, before the code counts": Death("inside", "sent", "made", done=True),
    "after the code counts, before the activity returns": Death("commit", "sent", "sent", done=True),
}


def decide_and_go(talk: Conversation) -> None:
    """Confirm what is shown, and wait for nothing."""
    talk.decide(wait=None)


@dataclass
class Victim:
    """A customer in one of whose writes the worker dies, and what stood in both ledgers when it was dead."""

    talk: Conversation
    tool: str
    death: Death
    start: Callable[[Conversation], None] = decide_and_go
    """What sets the write going, once everything before it is done."""
    left: tuple[str | None, bool | None] = (None, None)

    @property
    def point(self) -> str:
        """Where the worker is to be held."""
        return f"{self.death.where} {self.talk.request_id} {self.tool} {self.death.state}".rstrip()

    @property
    def wanted(self) -> tuple[str | None, bool | None]:
        """What has to stand in both ledgers when the worker is dead."""
        return self.death.leaves, self.death.done

    def look(self, holding: Holding) -> tuple[str | None, bool | None]:
        """What our ledger says of the write now, and whether the company's has it."""
        query = "SELECT state FROM held.writes WHERE request_id = $1 AND tool = $2"
        state = next((row["state"] for row in holding.ask(query, self.talk.request_id, self.tool)), None)
        system = SYSTEMS[self.talk.pack][self.tool]
        return state, None if self.death.done is None else bool(self.talk.ledger(system, self.tool))


def stand_still(holding: Holding, victims: Sequence[Victim]) -> None:
    """Set all of these writes going at once, and wait until each stands at its point."""
    holding.hold(*(victim.point for victim in victims))
    at_once(lambda victim: victim.start(victim.talk), list(victims))
    holding.await_held(*(victim.point for victim in victims))


def die(stack: Stack, holding: Holding) -> None:
    """SIGKILL of the worker; what the database and the systems were told to do, they then do."""
    stack.kill("runtime0")
    holding.release()


def note_what_is_left(holding: Holding, victims: Sequence[Victim]) -> None:
    """Wait for the systems and the database to end what they were told, while no worker lives."""
    with contextlib.suppress(TimeoutError):  # then the tests say what is left instead
        wanted = [victim.wanted for victim in victims]
        wait_until(lambda: [victim.look(holding) for victim in victims] == wanted, "the end of what was begun", 20)
    for victim in victims:
        victim.left = victim.look(holding)


def assert_proved(talk: Conversation) -> None:
    """The audit chain of the request holds."""
    url = f"{talk.stack.url}/v1/requests/{talk.request_id}/audit"
    answer = talk.stack.http.get(url, headers=headers("O1", "compliance", pack=talk.pack)).json()
    assert answer["proof"]["holds"] is True, answer["proof"]
