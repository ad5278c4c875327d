"""Which part of a text is thought and not said? Servers without a reasoning parser put `<think>…</think>` into it."""

import re
from typing import Final

from contracts.errors import ModelFailed

_OPENING: Final = re.compile(r"<(?:think|thinking|thought)>")
_CLOSING: Final = re.compile(r"</(?:think|thinking|thought)>")
_MAY_BEGIN: Final = re.compile(r"</?[a-z]{0,8}$")


class InlineThoughts:
    """Tells thoughts from words while the text arrives in pieces; a tag may be cut anywhere."""

    def __init__(self) -> None:
        self._held = ""
        self._thinks = False
        self.thought = ""

    def hear(self, piece: str) -> str:
        """Return what is said in this piece and what was held back before it.

        Raises ModelFailed for a thought that ends without having begun: all that was said before it was none.
        """
        self._held += piece
        said = ""
        while tag := (_CLOSING if self._thinks else _OPENING).search(self._held):
            said += self._take(tag.start())
            self._held = self._held[tag.end() - tag.start() :]
            self._thinks = not self._thinks
        begun = _MAY_BEGIN.search(self._held)
        said += self._take(begun.start() if begun else len(self._held))
        if _CLOSING.search(said):
            told = "the model's server mixes thoughts into its answers: switch its reasoning parser on"
            raise ModelFailed("model.thinks_aloud", told, retryable=False)
        return said

    def finish(self) -> str:
        """The text is complete: what was held back was no tag."""
        return self._take(len(self._held))

    def _take(self, length: int) -> str:
        taken, self._held = self._held[:length], self._held[length:]
        if self._thinks:
            self.thought += taken
            return ""
        return taken
