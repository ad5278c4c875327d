"""How does a customer chat in the terminal? `python -m workers chat --as C101`, with the same events as on the page."""

import argparse
import asyncio
import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime

from workers.api_client import GatewayClient, Problem, new_message_id
from workers.api_shapes import RESTING, Closed, Confirmation, Event, Status
from workers.chat_lines import ChatLines
from workers.terminal import LineReader, Screen, default_url, make_console, run_to_exit

PATIENCE = 120.0
"""Seconds without rest after which somebody who does not watch is told that no answer comes."""


def main(argv: Sequence[str]) -> int:
    """Chat until the input ends (0) or Ctrl-C (130); 1 with a sentence when it cannot go on, 2 for bad usage."""
    given = _parser().parse_args(list(argv))
    return run_to_exit(_chat(given))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m workers chat", description="Chat as a customer, in the terminal.")
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--as", dest="customer", metavar="C101", help="as this signed-in demo customer")
    who.add_argument("--visitor", action="store_true", help="as a visitor, not signed in (the default)")
    who.add_argument("--token", help="as the owner of this token")
    parser.add_argument("--url", help="the gateway's address (default: this machine, HANDRAIL_PORT)")
    parser.add_argument("--pack", default="airline", help="whose customer (default: airline)")
    parser.add_argument("--request", help="go on with this open request")
    parser.add_argument("--stay", type=float, default=0, metavar="SECONDS", help="listen on when the input has ended")
    return parser


async def _chat(given: argparse.Namespace) -> int:
    screen = Screen(make_console(), LineReader())
    async with GatewayClient(given.url or default_url(), given.token) as client:
        demo = await client.demo_people()
        if given.customer:
            client.token = await client.demo_token(given.customer, pack=given.pack)
        who = given.customer or ("the token's owner" if given.token else "a visitor")
        screen.line(f"Chat as {who} at {client.url}")
        screen.line("You are talking to an automated assistant. Ctrl-C ends.", "dim")
        if demo is not None and demo.model.stand_in:
            screen.line(demo.model.label, "black on yellow")
        async with asyncio.TaskGroup() as group:
            chat = TerminalChat(client, screen, given.pack, given.customer, group)
            await chat.resume(given.request)
            await chat.run()
            await chat.stay(given.stay)
            chat.stop()
    return 0


class TerminalChat:
    """One customer at one terminal."""

    def __init__(
        self, client: GatewayClient, screen: Screen, pack: str, customer: str | None, group: asyncio.TaskGroup
    ) -> None:
        self._client = client
        self._screen = screen
        self._pack = pack
        self._customer = customer
        self._group = group
        self._shown = ChatLines(screen, client.url)
        self._request: str | None = None
        self._card: Confirmation | None = None
        self._resting = True
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self._follower: asyncio.Task[None] | None = None

    async def resume(self, request_id: str | None) -> None:
        """Go on with a request, or say which ones are open."""
        if request_id is None:
            mine = await self._client.open_requests(self._pack) if self._customer else None
            for one in mine.requests[:3] if mine else ():
                self._screen.line(f"Still open: {one.request_id} ({one.status}); --request goes on with it.", "dim")
            return
        seen = await self._client.look(request_id)
        for line in seen.transcript:
            self._shown.past(line)
        self._request = request_id
        self._busy()
        self._follow(after=0, quiet_until=seen.last_event)

    async def run(self) -> None:
        """Read, send, and wait until the request rests again, until the input ends."""
        while True:
            await self._rest()
            line = await self._screen.ask("confirm? [y/n] " if self._usable_card() else "you> ")
            if line is None:
                return
            if line.strip():
                await self._answer(line.strip())

    async def stay(self, seconds: float) -> None:
        """Go on printing what comes."""
        if self._follower is not None and seconds > 0:
            await asyncio.wait([self._follower], timeout=seconds)

    def stop(self) -> None:
        """End the following, and say what is left open."""
        if self._follower is not None:
            self._follower.cancel()
        if self._usable_card():
            self._screen.line(f"Nothing was confirmed; the request {self._request} waits for you.", "dim")

    def _usable_card(self) -> Confirmation | None:
        card = self._card
        return card if card and (card.expires_at is None or card.expires_at > datetime.now(UTC)) else None

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._at_rest.wait(), None if self._screen.interactive else PATIENCE)
        except TimeoutError as error:
            raise TimeoutError(
                f"No answer within {PATIENCE:.0f} s. Your message is safe: see whether the runtime runs, then go on"
                f" with --request {self._request}."
            ) from error

    async def _answer(self, line: str) -> None:
        card = self._usable_card()
        decision = {"y": "confirm", "yes": "confirm", "n": "decline", "no": "decline"}.get(line.lower())
        self._busy()
        try:
            if card is not None and decision is not None:
                await self._decide(card, decision)
            else:
                await self._send(line, new_message_id())
        except Problem as error:
            self._at_rest.set()
            self._screen.line(str(error), "red")

    async def _decide(self, card: Confirmation, decision: str) -> None:
        assert self._request is not None
        await self._client.decide(self._request, card.set_id, card.digest, decision)

    async def _send(self, text: str, message_id: str, *, again: bool = True) -> None:
        try:
            await self._deliver(text, message_id)
        except Problem as error:
            if not again or not (error.code == "closed" or (error.status == 401 and self._customer)):
                raise
            await self._mend(error)
            await self._send(text, message_id, again=False)

    async def _mend(self, error: Problem) -> None:
        """A closed request is left for a new one; an expired sign-in is renewed."""
        if error.code == "closed":
            self._request, self._card = None, None
            self._screen.line("The earlier conversation was closed. This is a new one.", "dim")
        elif self._customer:
            self._screen.line("Your sign-in had expired; you are signed in again.", "dim")
            self._client.token = await self._client.demo_token(self._customer, pack=self._pack)

    async def _deliver(self, text: str, message_id: str) -> None:
        if self._request is None:
            opened = await self._client.open_request(self._pack, text, message_id)
            self._request = opened.request_id
            self._follow(after=0)
        else:
            await self._client.write(self._request, text, message_id)

    def _follow(self, *, after: int, quiet_until: int = 0) -> None:
        if self._follower is not None:
            self._follower.cancel()
        assert self._request is not None
        self._follower = self._group.create_task(self._listen(self._request, after, quiet_until))

    async def _listen(self, request_id: str, after: int, quiet_until: int) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            async for number, event in self._client.events(request_id, after):
                self._note(event)
                if number >= quiet_until and self._resting:
                    self._at_rest.set()
                if number > quiet_until:
                    self._shown.show(event)
                    await self._show_mail(event)

    async def _show_mail(self, event: Event) -> None:
        """In the demonstration the code is read beside the chat, as the customer would read their own mail."""
        if isinstance(event, Confirmation) and event.state == "code" and self._customer:
            letter = await self._client.demo_letter(self._customer, self._pack)
            if letter:
                self._screen.line(f"(demo mailbox of {self._customer}) {letter}", "black on cyan")

    def _busy(self) -> None:
        self._resting = False
        self._at_rest.clear()

    def _note(self, event: Event) -> None:
        match event:
            case Confirmation(state="open"):
                self._card = event
            case Confirmation() if self._card and self._card.set_id == event.set_id:
                self._card = None
            case Closed():
                self._request, self._card = None, None
                self._resting = True
            case Status():
                self._resting = event.state in RESTING
            case _:
                pass
