"""How do people at the desk work in the terminal? `python -m workers desk`; they see tokens, not personal values."""

import argparse
import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Sequence

from storage.unsettled import is_half_done
from workers.api_client import GatewayClient, Problem
from workers.api_shapes import DeskView, Effect, Queue, QueueItem, Replied, Status, WaitingApproval
from workers.connect import served_packs
from workers.desk_lines import fact_lines, said_lines, state_lines
from workers.settings import Settings
from workers.terminal import LineReader, Screen, default_url, make_console, run_to_exit
from workers.token import mint_token

_HELP = """  queue            what waits for a person, and what waits for an approval
  claim N          take request N of the queue, or go on with one that you hold
  show [N]         the whole state of the claimed request, or of request N
  facts [N]        every value that was read for it, and from where
  reply TEXT       write to the customer of the claimed request
  approve [N]      approve exactly the set shown as approval N
  deny [N] REASON  deny it
  settle [N] yes   say that write N happened, or stands, of those to settle; `no`: that it did not
  release          put the claimed request back into the queue
  return [NOTE]    give it back to the agent, which goes on where it was
  quit             leave; what you claimed stays yours"""


def main(argv: Sequence[str]) -> int:
    """Work at the desk until `quit` or the end of the input (0), or Ctrl-C (130); 1 with a sentence, 2 bad usage."""
    parser = argparse.ArgumentParser(prog="python -m workers desk", description="The desk of people, in the terminal.")
    parser.add_argument("--as", dest="person", metavar="A1", help="who you are (a development token is minted)")
    parser.add_argument("--role", choices=("agent", "supervisor"), default="agent")
    parser.add_argument("--token", help="your own token, instead of one for development")
    parser.add_argument("--pack", help="which company's (default: the one that is served, or the first)")
    parser.add_argument("--url", help="the gateway's address (default: this machine, HANDRAIL_PORT)")
    given = parser.parse_args(list(argv))
    return run_to_exit(_work(given))


async def _work(given: argparse.Namespace) -> int:
    screen = Screen(make_console(), LineReader())
    async with GatewayClient(given.url or default_url(), given.token) as client:
        client.token = given.token or await _sign_in(client, given.person, given.role, given.pack)
        async with asyncio.TaskGroup() as group:
            desk = Desk(client, screen, given.pack, group)
            await desk.run(given.role)
    return 0


async def _sign_in(client: GatewayClient, person: str | None, role: str, pack: str | None) -> str | None:
    if person is None:
        return await client.demo_token(role=role, pack=pack)
    settings = Settings()
    its_pack = pack or served_packs(settings)[0]
    return mint_token(settings, person, "supervisor" if role == "supervisor" else "agent", pack=its_pack)


class Desk:
    """One person at one terminal: the queue as last shown, and the request they hold."""

    def __init__(self, client: GatewayClient, screen: Screen, pack: str | None, group: asyncio.TaskGroup) -> None:
        self._client = client
        self._screen = screen
        self._pack = pack
        self._group = group
        self._queue = Queue()
        self._held: str | None = None
        self._printed = 0
        self._to_settle: Sequence[Effect] = ()
        """As last shown of the held request: a number means what was read, whatever has come since."""
        self._watcher: asyncio.Task[None] | None = None
        self._commands: dict[str, Callable[[str], Awaitable[None]]] = {
            "queue": self._list,
            "claim": self._claim,
            "show": self._show,
            "facts": self._facts,
            "reply": self._reply,
            "approve": self._approve,
            "deny": self._deny,
            "settle": self._settle,
            "release": self._release,
            "return": self._return,
            "help": self._help,
        }

    async def run(self, role: str) -> None:
        """Take commands until `quit` or the end of the input."""
        self._screen.line(f"The desk of {self._client.url}, as {role}. `help` lists the commands.")
        await self._list("")
        while (line := await self._screen.ask("desk> ")) is not None:
            name, _, rest = line.strip().partition(" ")
            if name in ("quit", "exit"):
                break
            if name:
                await self._obey(name, rest.strip())
        self._stop_watching()

    async def _obey(self, name: str, rest: str) -> None:
        command = self._commands.get(name)
        if command is None:
            self._screen.line(f"There is no command {name!r}; `help` lists them.", "red")
            return
        try:
            await command(rest)
        except Problem as error:
            self._screen.line(str(error), "red")
        except LookupError as error:
            self._screen.line(str(error.args[0]), "red")

    async def _help(self, _: str) -> None:
        self._screen.line(_HELP)

    async def _list(self, _: str) -> None:
        self._queue = await self._client.queue(self._pack)
        if not self._queue.items and not self._queue.approvals:
            self._screen.line("Nothing waits.", "dim")
        for number, item in enumerate(self._queue.items, 1):
            state = f"claimed by {item.claimed_by}" if item.claimed_by else item.state
            since = f"since {item.created_at:%H:%M} UTC"
            self._screen.line(f"  {number}  {item.request_id}  {item.reason}  {state}  {since}")
        for number, approval in enumerate(self._queue.approvals, 1):
            given = f", given by {', '.join(approval.approved_by)}" if approval.approved_by else ""
            soon = ", expires soon" if approval.reminded else ""
            who = f"{approval.approvers} of role {approval.role}" if approval.approvers > 1 else f"a {approval.role}"
            heading = f"approval {number}, by {who}{given}, until {approval.expires_at:%d %b %H:%M} UTC{soon}"
            self._screen.card(approval.card, heading)

    async def _claim(self, rest: str) -> None:
        item = _chosen(self._queue.items, rest, "request")
        await self._client.desk_act(item.request_id, "claim", {"epoch": item.epoch})
        self._held, self._printed, self._to_settle = item.request_id, 0, ()
        self._screen.line(f"You hold {item.request_id}. The customer has been told.", "bold")
        await self._show("")
        self._watch(item.request_id)

    async def _show(self, rest: str) -> None:
        held = self._held if not rest else None
        request_id = held or _chosen(self._queue.items, rest, "request").request_id
        view = await self._client.desk_look(request_id)
        say, request = self._screen.line, view.request
        intent, route = request.intent or "unknown", request.route or "none"
        say(f"{request_id}: {request.status}, intent {intent}, route {route}", "bold")
        for line in state_lines(view):
            say(line)
        self._to_settle = _unsure(view) if request_id == self._held else ()
        for number, effect in enumerate(_unsure(view), 1):
            say(f"  to settle {number}: {_question(effect)}", "red")
        for line in fact_lines(view.facts):
            say(line, "dim")
        for text, style in (told for line in request.transcript for told in said_lines(line)):
            say(text, style)
        for note in view.notes:
            say(f"  note for the agent: {note}", "dim")
        if request_id == self._held:
            self._printed = len(request.transcript)

    async def _facts(self, rest: str) -> None:
        held = self._held if not rest else None
        request_id = held or _chosen(self._queue.items, rest, "request").request_id
        for fact in (await self._client.desk_look(request_id)).facts:
            self._screen.line(f"  {json.dumps(fact, ensure_ascii=False, default=str)}", "dim")

    async def _reply(self, rest: str) -> None:
        held = self._holding()
        if not rest:
            raise LookupError("Say what to write: reply TEXT.")
        await self._client.desk_reply(held, rest)
        self._screen.line("Sent.", "dim")

    async def _approve(self, rest: str) -> None:
        approval = self._approval(rest)
        given = {"set_id": approval.set_id, "digest": approval.digest}
        await self._client.desk_act(approval.request_id, "approve", given)
        self._screen.line(f"Approved: {approval.card.title}.", "bold")
        await self._list("")

    async def _deny(self, rest: str) -> None:
        number, _, reason = rest.partition(" ")
        number, reason = (number, reason.strip()) if number.isdigit() else ("", rest)
        approval = self._approval(number)
        given = {"set_id": approval.set_id, "digest": approval.digest, "reason": reason}
        await self._client.desk_act(approval.request_id, "deny", given)
        self._screen.line(f"Denied: {approval.card.title}.", "bold")
        await self._list("")

    async def _settle(self, rest: str) -> None:
        held = self._holding()
        number, _, found = rest.rpartition(" ")
        if found not in ("yes", "no"):
            raise LookupError("Say what you found in the company's system: settle [N] yes, or settle [N] no.")
        effect = _chosen(self._to_settle, number, "write to settle")
        await self._client.desk_act(held, "settle", {"effect_id": effect.effect_id, "happened": found == "yes"})
        self._screen.line(f"Settled: {effect.tool}.", "bold")

    async def _release(self, _: str) -> None:
        await self._client.desk_act(self._holding(), "release", {})
        self._let_go("It waits in the queue again.")

    async def _return(self, rest: str) -> None:
        await self._client.desk_act(self._holding(), "return", {"note": rest})
        self._let_go("The agent goes on where it was.")

    def _holding(self) -> str:
        if self._held is None:
            raise LookupError("You hold no request: `queue`, then `claim N`.")
        return self._held

    def _let_go(self, told: str) -> None:
        self._held, self._to_settle = None, ()
        self._stop_watching()
        self._screen.line(told, "bold")

    def _approval(self, number: str) -> WaitingApproval:
        mine = tuple(one for one in self._queue.approvals if one.request_id == self._held)
        return mine[0] if not number and mine else _chosen(self._queue.approvals, number, "approval")

    def _watch(self, request_id: str) -> None:
        self._stop_watching()
        self._watcher = self._group.create_task(self._tell_news(request_id))

    def _stop_watching(self) -> None:
        if self._watcher is not None:
            self._watcher.cancel()
            self._watcher = None

    async def _tell_news(self, request_id: str) -> None:
        """Print what the customer writes while the person holds the request."""
        with contextlib.suppress(asyncio.CancelledError):
            last = (await self._client.look(request_id)).last_event
            async for _, event in self._client.events(request_id, last):
                if isinstance(event, Status | Replied):
                    await self._print_news(request_id)

    async def _print_news(self, request_id: str) -> None:
        lines = (await self._client.look(request_id)).transcript
        for line in lines[self._printed :]:
            self._screen.line(f"  {line.who}> {line.text}", "cyan" if line.who == "customer" else "dim")
        self._printed = max(self._printed, len(lines))


def _unsure(view: DeskView) -> list[Effect]:
    """The writes of which a person has to say whether they happened, or whether they stand."""
    return [effect for effect in view.effects if effect.state in ("uncertain", "executed") or is_half_done(effect)]


def _question(effect: Effect) -> str:
    if is_half_done(effect):
        return f"does {effect.tool} stand, though the rest of its set does not? `no` once you have undone it"
    return f"did {effect.tool} happen?"


def _chosen[T: (QueueItem, WaitingApproval, Effect)](shown: Sequence[T], number: str, kind: str) -> T:
    """The n-th of what was last shown; the only one without a number. LookupError says what to type."""
    if not number and len(shown) == 1:
        return shown[0]
    if number.isdigit() and 0 < int(number) <= len(shown):
        return shown[int(number) - 1]
    lists = "show" if kind == "write to settle" else "queue"
    raise LookupError(f"There is no {kind} {number!r} among the {len(shown)} shown: `{lists}` lists them by number.")
