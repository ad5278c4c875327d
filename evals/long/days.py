"""What becomes of requests that wait for ten days, while workers and Temporal die in between?

The pack's durations pass 5,760 times faster: a day takes fifteen seconds.
"""

from dataclasses import dataclass, field
from time import monotonic, sleep

from evals.conversation import Conversation, headers
from evals.figures import Figure, figure
from evals.stack import Stack, wait_until

DAY_IN_SECONDS = 15
SEARCH_DAYS = 6
"""How long the airline looks for a bag; the pack asks after it once a day, and seven times at most."""
TIME_SCALE = str(DAY_IN_SECONDS / 86_400)
SEARCH_SECONDS = str(SEARCH_DAYS * DAY_IN_SECONDS)
SEARCHED = "C103"
HELD = "C102"
CLERK = headers("A1", "agent")


@dataclass
class Calendar:
    """Days since the first request began to wait."""

    started: float = field(default_factory=monotonic)

    def await_day(self, day: float) -> None:
        """Sleep until this day."""
        sleep(max(0.0, self.started + day * DAY_IN_SECONDS - monotonic()))

    @property
    def day(self) -> float:
        """Which day it is."""
        return (monotonic() - self.started) / DAY_IN_SECONDS


def ten_days_figures(stack: Stack) -> dict[str, Figure]:
    """A bag that is found after six days, and a request that a person keeps for ten: both go on as if at once.

    No worker runs from day 1.5 to day 3.5; Temporal is killed and started again on day 5.
    """
    held, searched, calendar = _given_to_a_person(stack), _searched(stack), Calendar()
    calendar.await_day(1.5)
    stack.kill("runtime0")
    calendar.await_day(3.5)
    stack.restart("runtime0")
    calendar.await_day(5)
    assert stack.temporal is not None
    stack.temporal.kill()
    stack.start_temporal()
    wait_until(lambda: bool(_news(searched)), "the news of the bag", 9 * DAY_IN_SECONDS + 60)
    told_on = calendar.day
    calendar.await_day(10)
    waited = calendar.day
    assert held.status == "waiting_for_person", held.status
    answer = stack.http.post(f"{_at_desk(held)}/return", json={}, headers=CLERK)
    assert answer.status_code == 200, answer.text
    held.say("the first one please")
    went_on = held.look()["open_confirmation"] is not None
    return {
        "days_waited": figure(waited, "days", n=1, aim=">= 10"),
        "held_request_went_on": figure(int(went_on), "requests", n=1, aim="= 1"),
        "bag_told_on_day": figure(told_on, "days", n=1, aim=f"<= {SEARCH_DAYS + 2}"),
        "bag_told_times": figure(len(_news(searched)), "replies", n=1, aim="= 1"),
    }


def _given_to_a_person(stack: Stack) -> Conversation:
    """The customer was offered two ways on, and wants a person, who takes the request."""
    customer = Conversation(stack, HELD)
    customer.say("My flight was cancelled, what can you do for me?")
    customer.say("I want to speak to a person")
    customer.await_status("waiting_for_person")
    queue = stack.http.get(f"{stack.url}/v1/desk/queue", headers=CLERK).json()["items"]
    item = next(one for one in queue if one["request_id"] == customer.request_id)
    answer = stack.http.post(f"{_at_desk(customer)}/claim", json={"epoch": item["epoch"]}, headers=CLERK)
    assert answer.status_code == 200, answer.text
    return customer


def _at_desk(customer: Conversation) -> str:
    return f"{customer.stack.url}/v1/desk/requests/{customer.request_id}"


def _searched(stack: Stack) -> Conversation:
    """A bag is being searched for: the company is waited for."""
    customer = Conversation(stack, SEARCHED)
    for line in ("My bag is lost", "T8BN4C", "a red Samsonite with a dent", "Rua Augusta 12, 1100-053 Lisboa"):
        customer.say(line)
    customer.decide()
    assert customer.status == "waiting_for_company", customer.status
    return customer


def _news(customer: Conversation) -> list[str]:
    """What was written to the customer about the bag that was found."""
    done = [event["data"]["text"] for event in customer.events() if event["type"] == "reply.done"]
    return [told for told in done if "found" in told and "BAG" in told]
