"""What does the fake gateway keep of one request?"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

UI = "http://127.0.0.1:8082/namespaces/default/workflows"


@dataclass
class FakeRequest:
    """One request: its events, its transcript, and what the desk sees of it."""

    request_id: str
    customer: str | None
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    transcript: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    messages: dict[str, str] = field(default_factory=dict[str, str])
    card: dict[str, Any] | None = None
    status: str = "open"
    holder: str = "agent"
    held_by: str | None = None
    epoch: int = 0
    plan: dict[str, Any] | None = None
    turn: int = 0
    unsure: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def emit(self, kind: str, **data: Any) -> int:
        """Append an event, and keep what a look at the request shows in line with it."""
        if kind == "reply.done":
            data.setdefault("temporal_url", f"{UI}/{self.request_id}")
            beside = {name: data[name] for name in ("notice", "parts") if name in data}
            line = {"turn": data["turn"], "who": data["by"], "by": data["by"], "text": data["text"], "at": None}
            self.transcript.append(line | beside)
        elif kind == "status" and data["state"] not in ("received", "understanding"):
            self.status = "waiting_for_customer" if data["state"] == "idle" else data["state"]
        elif kind == "plan":
            self.plan = data
        elif kind == "confirm":
            self.card = {**(self.card or {}), **data} if data["state"] in ("open", "code") else None
        elif kind == "closed":
            self.status = "closed"
        self.events.append({"n": len(self.events) + 1, "type": kind, "data": data})
        self.news.set()
        return len(self.events)

    def enter(self, text: str) -> None:
        """A message enters the transcript, as the next turn."""
        self.turn += 1
        self.transcript.append({"turn": self.turn, "who": "customer", "by": "customer", "text": text, "at": None})

    def say(self, *sentences: str, call: str = "", by: str = "agent", **done: Any) -> None:
        """Sentences as an agent streams them, then the finished reply."""
        call = call or f"{self.request_id}:{self.turn}:1"
        for index, text in enumerate(sentences if by == "agent" else ()):
            notice = {"notice": done["notice"]} if index == 0 and "notice" in done else {}
            self.emit("reply.sentence", turn=self.turn, call=call, index=index, text=text, **notice)
        text = "".join(sentences).strip()
        values = {"sources": [], "cost_usd": 0.0012, **done}
        self.emit("reply.done", turn=self.turn, text=text, by=by, **values)
