"""What do all guards of one call cost? `python -m evals.guards` writes docs/results/guards.json.

CPU time of the pure chain with its policies, for the airline's own calls: ones that pass every guard and ones that each
guard refuses, in a long request (many facts and messages). And of what reads text, for texts made to blow it up.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from statistics import quantiles
from typing import Final

from pydantic import JsonValue

from contracts.facts import Fact
from contracts.pack import Pack
from contracts.principal import Acting
from evals.figures import ROOT, Figure, figure, write_results
from governance.action_claims import find_deeds
from governance.claims import find_claims
from governance.detect import find_structured
from governance.guard_chain import CallProposal, GuardContext, guard_call
from governance.personal import neutralise_forged_tokens
from governance.read_decision import read_decision
from governance.reply_markup import strip_markup
from governance.rights import Resource, Rights
from governance.screen import screen
from governance.sentences import split_sentences
from governance.sources import check_sources
from governance.validate_arguments import parse_arguments, validate_arguments
from governance.words import says
from storage.packs import load_pack

NOW: Final = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)
TODAY: Final = date(2026, 11, 21)
ANNA: Final = Acting(customer_id="C101", role="customer", assurance="stepped_up")
OTHER_FACTS: Final = 200
MESSAGES: Final = 20
LONGEST: Final = 4_000
"""Characters of a message."""

EUROS: Final[JsonValue] = {"amount": 4500, "currency": "EUR"}
QUOTE: Final = "q_0123456789abcdef"
METHOD: Final = "pm_0123456789abcdef"
FLIGHT: Final = "NW204-2026-11-22"
CHARGE: Final[dict[str, JsonValue]] = {
    "payment_method_id": METHOD,
    "amount": EUROS,
    "reservation_code": "K7Q2LM",
    "quote_id": QUOTE,
}
CHANGE: Final[dict[str, JsonValue]] = {
    "reservation_code": "K7Q2LM",
    "flight_id": FLIGHT,
    "quote_id": QUOTE,
    "payment_id": {"from_tool": "charge_payment", "field": "payment_id"},
}
CALLS: Final[Mapping[str, tuple[str, Mapping[str, JsonValue], str]]] = {
    "a search": ("search_flights", {"origin": "FRA", "destination": "LIS", "date": "2026-11-22"}, "allow"),
    "own bookings": ("list_reservations", {}, "allow"),
    "a payment": ("charge_payment", CHARGE, "confirm"),
    "a change": ("change_flight", CHANGE, "confirm"),
    "a note": ("add_customer_note", {"text": "Moved to the morning flight, paid by card."}, "confirm"),
    "an invented tool": ("fly_me_to_the_moon", {}, "deny"),
    "an extra argument": ("charge_payment", {**CHARGE, "tip": 1}, "deny"),
    "a wrong type": ("charge_payment", {**CHARGE, "amount": "45.00"}, "deny"),
    "a value without a source": ("charge_payment", {**CHARGE, "quote_id": "q_ffffffffffffffff"}, "deny"),
    "a record of somebody else": ("charge_payment", {**CHARGE, "reservation_code": "P3XW9T"}, "deny"),
}
PASSING: Final = tuple(name for name, (_, _, outcome) in CALLS.items() if outcome != "deny")


def fact(kind: str, value: JsonValue, pointer: str, call: str, owner: str | None = None) -> Fact:
    """A fact read just now."""
    key = f"{call}#{pointer}"
    return Fact(key=key, call_id=call, tool="t", pointer=pointer, type=kind, value=value, owner=owner, as_of=NOW)


def facts() -> tuple[Fact, ...]:
    """What the calls need, among what a long request has read besides."""
    others = (fact("flight", f"NW{n}-2026-11-23", f"/flights/{n}/flight_id", "c0") for n in range(OTHER_FACTS))
    return (
        *others,
        fact("reservation", "K7Q2LM", "/reservations/0/reservation_code", "c1", "C101"),
        fact("fare_class", "classic", "/reservations/0/fare_class", "c1"),
        fact("reservation", "P3XW9T", "/reservations/1/reservation_code", "c1", "C102"),
        fact("payment_method", METHOD, "/methods/0/payment_method_id", "c2"),
        fact("quote", QUOTE, "/quote_id", "c3"),
        fact("total_due", EUROS, "/total_due", "c3"),
        fact("flight", FLIGHT, "/flights/0/flight_id", "c4"),
    )


def context(pack: Pack) -> GuardContext:
    """A long request of a signed-in customer."""
    return GuardContext(
        pack=pack.name,
        contracts=pack.tools,
        acting=ANNA,
        rights=Rights(pack.policies, "v"),
        now=NOW,
        plan_tools=frozenset(name for name, _, _ in CALLS.values()) - {"fly_me_to_the_moon"},
        facts=facts(),
        customer_words=[f"message {n}: move me to tomorrow's morning flight, please" for n in range(MESSAGES)],
        earlier_writes=("charge_payment",),
        policy_context={"represents": []},
    )


def cpu_ms(work: Callable[[], object]) -> float:
    """The CPU time of one run on this thread, in milliseconds."""
    started = time.thread_time_ns()
    work()
    return (time.thread_time_ns() - started) / 1e6


def measure(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """CPU times by name; the works take turns, so that a disturbance meets all alike."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(cpu_ms(work))
    return times


def judging(known: GuardContext, name: str) -> Callable[[], object]:
    """The whole chain on one call. Raises AssertionError where its verdict is not the expected one."""
    tool, arguments, outcome = CALLS[name]
    proposal = CallProposal(tool=tool, arguments=json.dumps(arguments))
    judged = guard_call(proposal, known)
    assert judged.verdict.outcome == outcome, f"{name}: {judged.verdict}"
    return lambda: guard_call(proposal, known)


def single_guards(known: GuardContext) -> dict[str, Callable[[], object]]:
    """The dear guards of a payment, one by one."""
    contract = known.contracts["charge_payment"]
    arguments: dict[str, JsonValue] = {**CHARGE, "customer_id": "C101"}
    text = json.dumps(arguments)
    record = Resource("K7Q2LM", {"owner": "C101", "fare_class": "classic", "amount": 4500})
    said: dict[str, JsonValue] = {"arguments": arguments, "tainted": False, **known.policy_context}
    return {
        "parse": lambda: parse_arguments(text),
        "contract": lambda: validate_arguments(contract, arguments),
        "sources": lambda: check_sources(
            contract, arguments, facts=known.facts, customer_words=known.customer_words, holes=(), now=NOW
        ),
        "rights": lambda: known.rights.decide(ANNA, contract, record, said),
    }


PIECES: Final = (
    *("a", "a.", "1", "1 ", "1.", "1,", "4 ", "5555 ", "4111 ", "$1", "1/", "12:", "2026-", "DE12 ", "K7Q2LM "),
    *("<", "<a_", "(", "[a](", "![", "https://", "@", "a@", ".a", "-", "'", " ", "\n", "a b. "),
    *("four ", "twenty ", "and ", "no ", "we have ", "refunded ", "i have been "),
    *("ı", "İ", "ﬃ", "\u202e", "\u0301", "\U0001f3f3\ufe0f\u200d\U0001f308", "＜", "．"),
)


def hostile_texts() -> Iterator[str]:
    """Texts of the longest size that make careless patterns and loops take quadratic or exponential time."""
    for piece in PIECES:
        yield (piece * LONGEST)[: LONGEST - 1] + "!"


def readers() -> dict[str, Callable[[str], object]]:
    """Everything of the rules that reads a text which a customer, a system or a model wrote."""
    return {
        "screen": screen,
        "structured": find_structured,
        "decision": read_decision,
        "claims": lambda text: find_claims(text, TODAY),
        "deeds": lambda text: list(find_deeds(text)),
        "sentences": split_sentences,
        "markup": lambda text: strip_markup(text, frozenset()),
        "words": lambda text: says([text], "K7Q2LMX"),
        "tokens": neutralise_forged_tokens,
        "arguments": lambda text: parse_arguments('{"a": "' + text),
    }


def hostile_ms(rounds: int = 3) -> dict[str, float]:
    """By reader, the worst text's CPU time: the best of some rounds, so that disturbances do not count."""
    worst: dict[str, float] = {}
    for name, read in readers().items():
        read("warm")
        worst[name] = max(
            min(cpu_ms(lambda read=read, text=text: read(text)) for _ in range(rounds)) for text in hostile_texts()
        )
    return worst


def figures(rounds: int) -> dict[str, Figure]:
    """Every figure of docs/results/guards.json."""
    known = context(load_pack(ROOT / "packs" / "airline", {"HANDRAIL_SYSTEMS_URL": "http://127.0.0.1:1"}))
    whole = measure({name: judging(known, name) for name in CALLS}, rounds)
    every = [one for times in whole.values() for one in times]
    passing = [one for name in PASSING for one in whole[name]]
    found = {
        "cpu_p50_ms": figure(_percentile(every, 50), "ms", n=len(every), aim="<= 1"),
        "cpu_p99_ms": figure(_percentile(every, 99), "ms", n=len(every)),
        "cpu_passing_p50_ms": figure(_percentile(passing, 50), "ms", n=len(passing), aim="<= 1"),
        "cpu_passing_p99_ms": figure(_percentile(passing, 99), "ms", n=len(passing)),
    }
    for name, times in whole.items():
        key = name.replace(" ", "_")
        found[f"{key}_p50_ms"] = figure(_percentile(times, 50), "ms", n=len(times))
    for name, times in measure(single_guards(known), rounds).items():
        found[f"guard_{name}_p50_ms"] = figure(_percentile(times, 50), "ms", n=len(times))
    texts = len(list(hostile_texts()))
    hostile = hostile_ms()
    found["hostile_text_max_ms"] = figure(max(hostile.values()), "ms", n=texts * len(hostile), aim="<= 5")
    for name, worst in hostile.items():
        found[f"hostile_{name}_max_ms"] = figure(worst, "ms", n=texts)
    return found


def _percentile(times: list[float], percent: int) -> float:
    return quantiles(times, n=100)[percent - 1]


def main() -> None:
    """Measure and write; prints the figures that missed their aim."""
    parser = argparse.ArgumentParser(prog="python -m evals.guards")
    parser.add_argument("--rounds", type=int, default=500, help="times that each call is judged")
    path, results = write_results("guards", figures(parser.parse_args().rounds), seed=0)
    for key in ("cpu_p50_ms", "cpu_p99_ms", "hostile_text_max_ms"):
        print(f"{key}: {results.figures[key].value}")
    print(f"{path}; missed: {', '.join(results.missed()) or 'nothing'}")


if __name__ == "__main__":
    main()
