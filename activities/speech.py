"""How do a model's words reach the customer? Sentence by sentence: checked, then released, then read on."""

import json
from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.errors import ModelFailed
from contracts.pack import Voice
from contracts.verdict import ReplyVerdict
from governance.evidence import Evidence
from governance.sentences import SentenceSplitter
from governance.validate_reply import validate_sentence
from storage.calls import release_sentence
from storage.database import Database

LONGEST_REPLY = 6_000
"""Characters. A reply without end is cut and counts as a failure of the model."""


class Speech:
    """One attempt's words. `lost` once another attempt or a person has taken over; `withheld` once a check failed.

    `may_speak` raises ModelFailed once an operator has switched the model off: no sentence of it gets out any more.
    """

    def __init__(
        self,
        database: Database,
        request_id: str,
        call_id: str,
        attempt: int,
        *,
        turn: int,
        evidence: Evidence,
        voice: Voice,
        hold: bool,
        may_speak: Callable[[AsyncConnection], Awaitable[None]],
    ) -> None:
        self._database = database
        self._request_id = request_id
        self._call_id = call_id
        self._attempt = attempt
        self._turn = turn
        self._evidence = evidence
        self._voice = voice
        self._hold = hold
        self.may_speak = may_speak
        self._splitter = SentenceSplitter()
        self._heard = 0
        self.sentences: list[str] = []
        self.verdicts: list[ReplyVerdict] = []
        self.lost = False
        self.withheld: ReplyVerdict | None = None

    @property
    def over(self) -> bool:
        """Whether reading on makes no sense."""
        return self.lost or self.withheld is not None

    @property
    def text(self) -> str:
        """Everything that was said."""
        return "".join(self.sentences).strip()

    def checked(self, words: str, instead: str) -> str:
        """The model's words beside a reply, such as a plan's, where the checks let them through; else `instead`."""
        verdict = validate_sentence(words, "", self._evidence, self._voice)
        return verdict.text if verdict.released and verdict.text.strip() else instead

    async def hear(self, piece: str) -> None:
        """Take the next piece of text; every sentence it completes is checked and released before this returns."""
        self._heard += len(piece)
        if self._heard > LONGEST_REPLY:
            raise ModelFailed("model.endless", "the model's reply has no end", retryable=True)
        for sentence in self._splitter.feed(piece):
            await self._say(sentence)

    async def finish(self) -> None:
        """The text is complete: say what is left."""
        for sentence in self._splitter.finish():
            await self._say(sentence)

    async def _say(self, sentence: str) -> None:
        if self.over or not sentence.strip():
            return
        verdict = validate_sentence(sentence, "".join(self.sentences), self._evidence, self._voice)
        self.verdicts.append(verdict)
        if not verdict.released:
            self.withheld = verdict
            return
        if not self._hold and not await self._release(verdict.text):
            self.lost = True
            return
        self.sentences.append(verdict.text)

    async def _release(self, sentence: str) -> bool:
        index = len(self.sentences)
        data = {"turn": self._turn, "call": self._call_id, "index": index, "text": sentence}
        async with self._database.single() as connection:
            await self.may_speak(connection)
            number = await release_sentence(
                connection, self._request_id, self._call_id, self._attempt, index, sentence, json.dumps(data)
            )
        if number is None:
            return False
        self._database.waker.wake(self._request_id)
        return True
