"""How do a model's words reach the customer? Sentence by sentence: checked, then released, then read on."""

import json
from collections.abc import Mapping

from contracts.errors import ModelFailed
from contracts.pack import MediaItem, Voice
from contracts.reply_parts import ReplyPart
from contracts.verdict import ReplyVerdict
from governance.evidence import Evidence
from governance.reply_parts import PartReader, judge_mark
from governance.sentences import SentenceSplitter
from governance.validate_reply import check_length, validate_sentence
from storage.calls import release_sentence
from storage.database import Database

LONGEST_REPLY = 6_000
"""Characters. A reply without end is cut and counts as a failure of the model."""


def switched_off(detail: str) -> ModelFailed:
    """The failure of a model that an operator has switched off: another one, or a controlled path, takes over."""
    return ModelFailed("model.switched_off", detail, retryable=False)


class Speech:
    """One attempt's words. `longest`: how many characters the channel carries at once; None where any length goes out.

    `lost` once another attempt or a person has taken over; `withheld` once a check failed.

    Raises ModelFailed once an operator has switched the model off: no sentence of it gets out any more.
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
        media: Mapping[str, MediaItem],
        hold: bool,
        longest: int | None,
        notice: str,
    ) -> None:
        self._database = database
        self._request_id = request_id
        self._call_id = call_id
        self._attempt = attempt
        self._turn = turn
        self._evidence = evidence
        self._voice = voice
        self._media = media
        self._hold = hold
        self._longest = longest
        self.notice = notice
        """What goes before its first words; empty where the customer has been told before."""
        self._marks = PartReader()
        self._splitter = SentenceSplitter()
        self._heard = 0
        self.sentences: list[str] = []
        self.parts: tuple[ReplyPart, ...] = ()
        """What is shown with the words, once they are all there."""
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

    @property
    def notice_given(self) -> str:
        """The notice, once the customer has seen it before a word of this; words that are held back wait with it."""
        return self.notice if self.sentences and not self._hold else ""

    def checked(self, words: str, instead: str) -> str:
        """The model's words beside a reply, such as a plan's, where the checks let them through; else `instead`."""
        verdict = validate_sentence(words, "", self._evidence, self._voice)
        return verdict.text if verdict.released and verdict.text.strip() else instead

    async def hear(self, piece: str) -> None:
        """Take the next piece of text; every sentence it completes is checked and released before this returns."""
        self._heard += len(piece)
        if self._heard > LONGEST_REPLY:
            raise ModelFailed("model.endless", "the model's reply has no end", retryable=True)
        words, marks = self._marks.feed(piece)
        for sentence in self._splitter.feed(words):
            await self._say(sentence)
        self._show(marks)

    async def finish(self) -> None:
        """The text is complete: say what is left."""
        words, marks = self._marks.finish()
        for sentence in (*self._splitter.feed(words), *self._splitter.finish()):
            await self._say(sentence)
        self._show(marks)

    def _show(self, marks: tuple[str, ...]) -> None:
        for mark in marks:
            if self.over:
                return
            said = "".join(self.sentences)
            judged = judge_mark(mark, self.parts, said, media=self._media, evidence=self._evidence, voice=self._voice)
            if judged.refused is not None:
                self.verdicts.append(judged.refused)
                self.withheld = judged.refused
            self.parts = judged.parts

    async def _say(self, sentence: str) -> None:
        if self.over or not sentence.strip():
            return
        verdict = self._judge(sentence)
        self.verdicts.append(verdict)
        if not verdict.released:
            self.withheld = verdict
            return
        if not self._hold and not await self._release(verdict.text):
            self.lost = True
            return
        self.sentences.append(verdict.text)

    def _judge(self, sentence: str) -> ReplyVerdict:
        """Whether the sentence may go out, behind those before it."""
        said = "".join(self.sentences)
        verdict = validate_sentence(sentence, said, self._evidence, self._voice)
        if not verdict.released or self._longest is None:
            return verdict
        return check_length(verdict, said, self._longest)

    async def _release(self, sentence: str) -> bool:
        index = len(self.sentences)
        data = {"turn": self._turn, "call": self._call_id, "index": index, "text": sentence}
        if index == 0 and self.notice:
            data["notice"] = self.notice
        async with self._database.single() as connection:
            number = await release_sentence(
                connection, self._request_id, self._call_id, self._attempt, index, sentence, json.dumps(data)
            )
        if number == "off":
            raise switched_off("The model, its tier or the pack is switched off.")
        if number is None:
            return False
        self._database.waker.wake(self._request_id)
        return True
