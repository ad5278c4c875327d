"""How does a test or a measurement talk with Handrail? As a customer or a person at the desk would, over HTTP."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import jwt

from evals.stack import JWT_SECRET, Stack, wait_until

RESTING = frozenset(
    {
        "waiting_for_customer",
        "waiting_for_code",
        "waiting_for_confirmation",
        "waiting_for_approval",
        "waiting_for_person",
        "waiting_for_company",
        "closed",
    }
)


def token(subject: str, role: str, **claims: Any) -> str:
    """A token of the tests' secret."""
    now = datetime.now(UTC)
    body = {"iss": "handrail", "aud": "handrail", "sub": subject, "role": role, "iat": now}
    return jwt.encode({**body, "exp": now + timedelta(hours=1), **claims}, JWT_SECRET, algorithm="HS256")


def headers(subject: str | None, role: str = "customer", **claims: Any) -> dict[str, str]:
    """The Authorization header of a principal; none for a visitor."""
    return {} if subject is None else {"Authorization": f"Bearer {token(subject, role, **claims)}"}


@dataclass
class Conversation:
    """One customer's request."""

    stack: Stack
    customer: str | None = None
    channel: str = "web"
    pack: str = "airline"
    request_id: str = ""
    answers: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def _call(self, method: str, path: str, **given: Any) -> httpx2.Response:
        return self.stack.http.request(
            method, f"{self.stack.url}{path}", headers=headers(self.customer, pack=self.pack), **given
        )

    def say(self, text: str, *, wait: str = "40s", message_id: str | None = None) -> list[str]:
        """Write, and return the replies that the turn brought."""
        message = {"text": text} | ({"id": message_id} if message_id else {})
        if not self.request_id:
            body: dict[str, Any] = {"pack": self.pack, "channel": self.channel, "message": message}
            answer = self._call("POST", "/v1/requests", params={"wait": wait}, json=body)
        else:
            answer = self._call("POST", f"/v1/requests/{self.request_id}/messages", params={"wait": wait}, json=message)
        return self._taken(answer)

    def send(self, text: str) -> None:
        """Write without waiting."""
        if not self.request_id:
            body = {"pack": self.pack, "channel": self.channel, "message": {"text": text}}
            answer = self._call("POST", "/v1/requests", json=body)
            self.request_id = answer.json()["request_id"]
        else:
            answer = self._call("POST", f"/v1/requests/{self.request_id}/messages", json={"text": text})
        assert answer.status_code in (201, 202), answer.text

    def decide(self, decision: str = "confirm", *, wait: str | None = "40s") -> list[str]:
        """Decide on the open confirmation."""
        card = self.look()["open_confirmation"]
        assert card is not None, "there is no open confirmation"
        body = {"confirm": {"set_id": card["set_id"], "digest": card["digest"], "decision": decision}}
        params = {"wait": wait} if wait else {}
        return self._taken(self._call("POST", f"/v1/requests/{self.request_id}/messages", params=params, json=body))

    def _taken(self, answer: httpx2.Response) -> list[str]:
        assert answer.status_code in (200, 201, 202), answer.text
        body = answer.json()
        self.request_id = body["request_id"]
        self.answers.append(body)
        return [reply["text"] for reply in body.get("replies", [])]

    def look(self) -> dict[str, Any]:
        """The request as its owner sees it."""
        answer = self._call("GET", f"/v1/requests/{self.request_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    @property
    def status(self) -> str:
        """The request's status."""
        return str(self.look()["status"])

    def await_status(self, *statuses: str, patience: float = 60) -> None:
        """Wait until the request has one of these statuses."""
        wait_until(lambda: self.status in statuses, f"status {statuses} of {self.request_id}", patience)

    def events(self, after: int = 0) -> list[dict[str, Any]]:
        """Every event so far: {n, type, data}."""
        last = int(self.look()["last_event"])
        found: list[dict[str, Any]] = []
        if last > after:
            for event in self.follow(after):
                found.append(event)
                if event["n"] >= last:
                    break
        return found

    def follow(self, after: int = 0) -> Iterator[dict[str, Any]]:
        """Events as they come, from the SSE stream."""
        resume = {**headers(self.customer, pack=self.pack), "Last-Event-ID": str(after)}
        url = f"{self.stack.url}/v1/requests/{self.request_id}/events"
        with self.stack.http.stream("GET", url, headers=resume) as stream:
            event: dict[str, Any] = {}
            for line in stream.iter_lines():
                name, _, value = line.partition(": ")
                if name in ("id", "event", "data"):
                    event[name] = value
                elif not line and "data" in event:
                    yield {"n": int(event["id"]), "type": event["event"], "data": json.loads(event["data"])}
                    event = {}

    def await_event(self, kind: str, patience: float = 60, **data: Any) -> dict[str, Any]:
        """Wait for an event of this type with these data."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            for event in self.events():
                if event["type"] == kind and all(event["data"].get(key) == value for key, value in data.items()):
                    return event
            time.sleep(0.1)
        raise TimeoutError(f"no event {kind!r} with {data!r} of {self.request_id}")

    def ledger(self, system: str, operation: str | None = None) -> list[dict[str, Any]]:
        """What the demo company's own ledger holds for this request."""
        return ledger(self.stack, system, company=self.pack, operation=operation, request_id=self.request_id)


def ledger(stack: Stack, system: str, company: str = "airline", **wanted: str | None) -> list[dict[str, Any]]:
    """Rows of a demo system's append-only ledger."""
    params = {"system": system} | {key: value for key, value in wanted.items() if value is not None}
    answer = admin(stack, "GET", "/_ledger", company=company, params=params)
    rows = answer.json()
    return rows if isinstance(rows, list) else rows["rows"]


def admin(stack: Stack, method: str, path: str, *, company: str = "airline", **given: Any) -> httpx2.Response:
    """A call of a demo company's control interface."""
    authorised = {"Authorization": "Bearer demo-admin"}
    answer = httpx2.request(
        method, f"{stack.company_url(company)}{path}", headers=authorised, timeout=20, trust_env=False, **given
    )
    assert answer.status_code < 300, answer.text
    return answer


def standin(stack: Stack, method: str, path: str, **given: Any) -> httpx2.Response:
    """A call of the stand-in's control interface."""
    answer = httpx2.request(method, f"{stack.standin_url}{path}", timeout=20, trust_env=False, **given)
    assert answer.status_code < 300, answer.text
    return answer
