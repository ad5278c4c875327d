"""How does a conversation share one terminal? Lines come in while others are printed; nothing printed can steer it."""

import asyncio
import codecs
import os
import sys
import threading
import unicodedata
from collections.abc import Coroutine
from typing import Any

from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from contracts.errors import HandrailError
from workers.api_client import Unreachable
from workers.api_shapes import Card
from workers.settings import Settings

_JOINERS = frozenset("\u200c\u200d")


def harmless(text: str) -> str:
    """The text without escape sequences, control and direction characters."""
    kept = (
        one
        for one in text
        if one in "\n\t" or one in _JOINERS or unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co")
    )
    return "".join(kept)


class LineReader:
    """Lines of a file descriptor, read in a thread of its own, which ends with the process.

    It reads the descriptor itself: a thread that waits inside `sys.stdin` would hold its lock when Python exits.
    """

    def __init__(self, descriptor: int = 0) -> None:
        self._descriptor = descriptor
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._ended = False
        self._wanted = threading.Semaphore(0)
        self._thread: threading.Thread | None = None

    async def read(self) -> str | None:
        """The next line without its end; None after the last."""
        if self._ended:
            return None
        if self._thread is None:
            loop = asyncio.get_running_loop()
            self._thread = threading.Thread(target=self._run, args=(loop,), daemon=True, name="lines")
            self._thread.start()
        self._wanted.release()
        line = await self._lines.get()
        self._ended = line is None
        return line

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        text, more = "", True
        while more or text:
            self._wanted.acquire()
            while more and "\n" not in text:
                piece = os.read(self._descriptor, 65_536)
                more = bool(piece)
                text += decoder.decode(piece, final=not piece)
            line, found, text = text.partition("\n")
            if not found and not line:
                break
            self._tell(loop, line.rstrip("\r"))
        self._tell(loop, None)

    def _tell(self, loop: asyncio.AbstractEventLoop, line: str | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._lines.put_nowait, line)


class Screen:
    """What is printed, around the prompt where one stands."""

    def __init__(self, console: Console, lines: LineReader) -> None:
        self.console = console
        self.interactive = console.is_terminal and sys.stdin.isatty()
        self._lines = lines
        self._prompt = ""
        self._open = False

    async def ask(self, prompt: str) -> str | None:
        """The next line that somebody types; None at the end of the input."""
        self.end_line()
        self._prompt = prompt
        if self.interactive:
            self.console.print(Text(prompt, style="bold"), end="")
        line = await self._lines.read()
        self._prompt = ""
        if not self.interactive and line is not None:
            self.line(f"{prompt}{line}", "bold")
        return line

    def line(self, text: str, style: str = "") -> None:
        """A line of its own."""
        self.end_line()
        self._clear_prompt()
        self.console.print(Text(harmless(text), style=style))
        self._show_prompt()

    def piece(self, text: str) -> None:
        """A part of a line that goes on."""
        if not self._open:
            self._clear_prompt()
        self._open = True
        self.console.print(Text(harmless(text)), end="")

    def end_line(self) -> None:
        """End the line that `piece` began."""
        if self._open:
            self._open = False
            self.console.print()
            self._show_prompt()

    def card(self, card: Card, heading: str = "") -> None:
        """A confirmation's lines and total."""
        self.end_line()
        self._clear_prompt()
        title = Text(harmless(card.title + (f"  ({heading})" if heading else "")), style="bold")
        table = Table(title=title, title_justify="left", show_header=False, min_width=40)
        table.add_column(style="dim", overflow="fold")
        table.add_column(overflow="fold")
        for line in card.lines:
            table.add_row(Text(harmless(line.label)), Text(harmless(line.value)))
        if card.total:
            table.add_section()
            table.add_row(Text("Total"), Text(harmless(card.total), style="bold"))
        self.console.print(table)
        self._show_prompt()

    def _clear_prompt(self) -> None:
        if self._prompt and self.interactive:
            self.console.file.write("\r\033[K")

    def _show_prompt(self) -> None:
        if self._prompt and self.interactive:
            self.console.print(Text(self._prompt, style="bold"), end="")


def default_url() -> str:
    """The gateway's address by the settings. Raises Unreachable where they are wrong."""
    try:
        return f"http://127.0.0.1:{Settings().port}"
    except ValidationError as error:
        names = ", ".join(str(one["loc"][0]) for one in error.errors())
        raise Unreachable(f"The settings {names} are wrong: correct them, or name the gateway with --url.") from error


def run_to_exit(work: Coroutine[Any, Any, int]) -> int:
    """Run a client to its exit code: its own, 1 with a sentence when it fails, 130 when it is interrupted."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        print()
        return 130
    except (HandrailError, TimeoutError, ExceptionGroup) as error:
        first: Exception = error
        while isinstance(first, ExceptionGroup):
            first = first.exceptions[0]
        if not isinstance(first, HandrailError | TimeoutError):
            raise
        print(first, file=sys.stderr)
        return 1


def make_console() -> Console:
    """A console that prints text as it is."""
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
