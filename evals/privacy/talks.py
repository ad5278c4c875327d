"""What do customers, visitors and people at the desk write, and when does something fail meanwhile?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2

from evals.conversation import Conversation, admin, headers, standin
from evals.privacy.companies import companions_of, has_read_bookings, payee_of, reservation_of
from evals.privacy.planted import Person, Planter, Source, written_otherwise
from evals.stack import Stack

WISHES = {
    "airline": (
        "Move me to tomorrow's morning flight",
        "When does my booking leave?",
        "How many points do I have?",
        "Is my flight on time?",
        "Cancel my trip and refund me",
        "My bag is lost",
        "How much is an extra bag?",
        "Please change my contact details",
    ),
    "bank": (
        "What did I pay and get this month?",
        "What is the balance of my account?",
        "Are there any notes on my record?",
        "Raise my daily limit to 5000 euros",
        "Send me a copy of last month's statement by post",
        "My card was stolen",
    ),
}
VISITORS_WISHES = (
    "When does my booking leave?",
    "Hello! Somebody meets us at the other end, so when does my booking leave?",
)
ASKS = {"airline": "How much is an extra bag?", "bank": "What is the balance of my account?"}
CHANNELS = {"airline": ("web", "web", "sms", "email"), "bank": ("web", "web", "sms")}
ECHO = ("booking", "fares", "loyalty", "operations"), ("accounts", "transfers", "cards")
_ON_THE_WEB = 12
"""Every so many talks the channel is the web, and nobody is paid whose name comes with a record."""
MODEL_FAULTS = ("500", "cut_stream", "invalid_json", "unknown_tool", "empty")


@dataclass
class Talk:
    """One request of one customer (of a visitor, where there is no person)."""

    stack: Stack
    planter: Planter
    pack: str
    person: Person | None = None
    request_id: str = ""
    turns: int = 0

    def say(self, text: str, *, channel: str = "web") -> int:
        """Write, with ids that hold values; returns the status. On thin channels nobody names the request."""
        planter, self.turns = self.planter, self.turns + 1
        message = {"id": planter.plant("id", "EMAIL", f"{planter.email()}/{self.turns}"), "text": text}
        key = planter.plant(
            "id", "KEY", f"{planter.word()}-{planter.phone()}-{planter.word()}".encode("ascii", "ignore").decode()
        )
        base = f"{self.stack.url}/v1/requests"
        who = headers(self.person.customer_id if self.person else None, pack=self.pack)
        if self.request_id and channel == "web":
            answer = self.stack.http.post(f"{base}/{self.request_id}/messages?wait=30s", json=message, headers=who)
        else:
            body = {"pack": self.pack, "channel": channel, "message": message}
            answer = self.stack.http.post(f"{base}?wait=30s", json=body, headers={**who, "Idempotency-Key": key})
        self.request_id = self.request_id or str(_body(answer).get("request_id") or "")
        return answer.status_code

    def decide(self, decision: str = "confirm") -> None:
        """Decide on what is open, where anything is."""
        who = Conversation(self.stack, self.person.customer_id if self.person else None, pack=self.pack)
        who.request_id = self.request_id
        if self.request_id and who.look()["open_confirmation"] is not None:
            who.decide(decision)

    def at_desk(self, text: str, note: str) -> None:
        """A person claims the request, writes, and gives it back with a note."""
        staff, base = headers("A1", "agent", pack=self.pack), f"{self.stack.url}/v1/desk/requests/{self.request_id}"
        seen = _body(self.stack.http.get(base, headers=staff))
        epoch = (seen.get("handoff") or {}).get("epoch", 0)
        claimed = self.stack.http.post(f"{base}/claim", json={"epoch": epoch}, headers=staff)
        if claimed.status_code != 200:
            self.stack.http.post(f"{base}/takeover", headers=staff)
        self.stack.http.post(f"{base}/reply", json={"text": text}, headers=staff)
        self.stack.http.post(f"{base}/return", json={"note": note}, headers=staff)


def _body(answer: httpx2.Response) -> dict[str, Any]:
    body = answer.json()
    return body if isinstance(body, dict) else {}


def _code(planter: Planter, pack: str) -> tuple[str, str]:
    """Kind and number of what the company's pack declares (`personal_codes`)."""
    if pack == "bank":
        return "POLICY", f"{planter.chance.choice(('AK', 'QZ', 'VX'))}{planter.digits(7)}"
    return "MEMBER", f"NWM{planter.chance.choice(('', ' ', '-'))}{planter.digits(8)}"


def introduce(person: Person, planter: Planter, source: Source = "known") -> Iterator[str]:
    """Two messages: the record's values written otherwise, new ones with a shape or introduction, unrecorded ones."""
    said = written_otherwise(person, planter, source)
    code = planter.plant("declared", *_code(planter, person.pack))
    child, place = planter.plant("stated", "NAME", planter.word()), planter.plant("stated", "ADDRESS", planter.place())
    friend = planter.plant("unrecorded", "NAME", planter.name())
    town = planter.plant("unrecorded", "PLACE", planter.word())
    yield (
        f"Hello, {said['NAME']} here, {said['EMAIL']}. Call me on {planter.new('PHONE')} or {said['PHONE']}."
        f" My card is {planter.new('CARD')}. I was born on {said['DOB']}."
    )
    yield (
        f"Write to {planter.new('EMAIL')} too, my IBAN is {planter.new('IBAN')}, my policy {code}, my passport number"
        f" is {planter.new('NATIONAL_ID')}; {friend} from {town} may know. My daughter's name is {child}."
        f" It is {said['ADDRESS']} still, but we moved to {place}."
    )


def usual(stack: Stack, planter: Planter, person: Person, number: int, source: Source = "known") -> Talk:
    """A customer introduces themselves, wants something, and decides on what is shown."""
    talk = Talk(stack, planter, person.pack, person)
    channel = CHANNELS[person.pack][number % len(CHANNELS[person.pack])]
    wish = WISHES[person.pack][(number + number // _ON_THE_WEB) % len(WISHES[person.pack])]
    if person.pack == "bank" and number % 3 == 1 and (payee := payee_of(stack, person.customer_id)):
        wish = f"Transfer {20 + number % 50} euros to {planter.plant('late', 'NAME', payee)} for the tickets"
    first, second = introduce(person, planter, source)
    talk.say(f"{first} {wish}", channel=channel)
    talk.say(second, channel=channel)
    if channel == "web":
        talk.say(wish)
        talk.decide("confirm" if number % 4 else "decline")
    return talk


def leaving(stack: Stack, planter: Planter, person: Person) -> Talk:
    """A customer asks what changes nothing, and no more: a person who took over would hold an erasure back."""
    talk = Talk(stack, planter, person.pack, person)
    talk.say(ASKS[person.pack])
    return talk


def companions(stack: Stack, planter: Planter, person: Person, _: int = 0) -> Talk:
    """What somebody says of people whose names come with a record that is read only afterwards."""
    talk = Talk(stack, planter, person.pack, person)
    names = companions_of(stack, person.customer_id)
    for name in names:
        talk.say(f"{name} flies with me.")
    for wish in ("When does my booking leave?", "Is my flight on time?"):
        talk.say(wish)
    known = has_read_bookings(stack, talk.request_id)
    for name in names:
        planter.plant("late" if known else "unread", "NAME", name)
    return talk


def with_desk(stack: Stack, planter: Planter, person: Person, _: int = 0) -> Talk:
    """A customer asks for a person, who writes the customer's values and others."""
    talk = Talk(stack, planter, person.pack, person)
    first, second = introduce(person, planter)
    talk.say(f"{first} I want to speak to a person")
    talk.say(second)
    card, email = planter.new("CARD"), planter.new("EMAIL")
    note = f"{person.name} called from {person.phone} about {planter.new('IBAN')}"
    talk.at_desk(f"Hello {person.name}, I call {person.phone}, write to {email} and charge {card}.", note)
    return talk


def visiting(stack: Stack, planter: Planter, person: Person, number: int = 0) -> Talk:
    """A visitor without a token names a reservation and its holder; a model leads where the wish is not clear.

    Some write code and name in one message; some mistake the name first, so that no record ever holds it.
    """
    talk = Talk(stack, planter, person.pack)
    wish = VISITORS_WISHES[number % len(VISITORS_WISHES)]
    talk.say(wish if number % 2 else f"{wish} Call {planter.new('PHONE')}, card {planter.new('CARD')}")
    code = reservation_of(stack, person.customer_id) or "K7Q2LM"
    if number % 3 == 0:
        talk.say(f"{code}, {person.last_name}")
    else:
        talk.say(code)
    if number % 3 == 1:
        talk.say(planter.plant("asked", "NAME", planter.word()))
        talk.say(wish)
        talk.say(code)
    talk.say(person.last_name)
    return talk


def echoed(stack: Stack, planter: Planter, person: Person, number: int) -> Talk:
    """A system refuses, or breaks, and repeats the customer's values and others in its answer."""
    email = planter.new("EMAIL")
    echo = (
        f"Customer {person.name} ({person.email}, {person.phone}, {person.date_of_birth}) of {person.address} has no"
        f" card {planter.new('CARD')}; see {planter.new('IBAN')} or {email}"
    )
    for system in ECHO[person.pack == "bank"]:
        mode = ("refuse", "fail", "break_contract")[number % 3]
        fault: dict[str, Any] = {"system": system, "mode": mode, "times": 3, "detail": echo}
        fault |= {"refuse": {"status": 422, "problem": "echoed"}, "fail": {"status": 500}}.get(mode, {})
        admin(stack, "POST", "/_control", company=person.pack, json=fault)
    try:
        return usual(stack, planter, person, _ON_THE_WEB * number)
    finally:
        admin(stack, "DELETE", "/_control", company=person.pack)


def unread(stack: Stack, planter: Planter, person: Person, number: int) -> Talk:
    """The system that holds the record is away when the customer begins, and back for the next message."""
    system = "customers" if person.pack == "airline" else "people"
    fault = {"system": system, "operation": "get_customer", "mode": "fail", "times": 1}
    admin(stack, "POST", "/_control", company=person.pack, json=fault)
    return usual(stack, planter, person, _ON_THE_WEB * number, "late")


def unanswered(stack: Stack, planter: Planter, person: Person, number: int) -> Talk:
    """The models fail, one way after another."""
    kind = MODEL_FAULTS[number % len(MODEL_FAULTS)]
    standin(stack, "POST", "/_control", json={"faults": [{"kind": kind, "times": 4}]})
    try:
        return usual(stack, planter, person, _ON_THE_WEB * number)
    finally:
        standin(stack, "DELETE", "/_control")
