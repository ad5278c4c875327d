"""How many tokens is a text, and how much of a prompt would the provider's cache have known?"""

import hashlib
import json
import math
import re
from collections import OrderedDict

from demo.standin.wire import Ask, Obj

CHARACTERS_PER_TOKEN = 4  # the rule of thumb OpenAI gives for English text
CACHE_STEP = 128  # tokens; cached prefixes grow in these steps
CACHE_MINIMUM = 1024  # tokens; shorter prefixes are never cached
_REMEMBERED_BLOCKS = 20_000


def count_tokens(text: str) -> int:
    """The estimated number of tokens of a text: a quarter of its characters, rounded up."""
    return math.ceil(len(text) / CHARACTERS_PER_TOKEN)


def split_into_pieces(text: str) -> list[str]:
    """The text in stream-sized pieces: a word with the space before it, about one token each."""
    return re.findall(r"\s*\S+|\s+$", text)


def write_prompt(ask: Ask) -> str:
    """The request as the one text a model would read, stable parts first, as the provider's cache sees it."""
    stable: Obj = {"tools": ask.body.get("tools"), "instructions": ask.instructions}
    head = json.dumps(stable, ensure_ascii=False)
    return head + "".join(json.dumps(item, ensure_ascii=False) for item in ask.items)


class PromptCache:
    """Remembers the prefixes of earlier prompts per model, in blocks of 128 tokens."""

    def __init__(self) -> None:
        self._blocks: OrderedDict[bytes, None] = OrderedDict()

    def reuse(self, model: str, prompt: str) -> int:
        """How many leading tokens an earlier prompt shared: 0, or at least 1024 in steps of 128. Remembers this one."""
        width = CACHE_STEP * CHARACTERS_PER_TOKEN
        chain = model.encode()
        known, hit = 0, True
        for start in range(0, len(prompt) - width + 1, width):
            chain = hashlib.blake2b(chain + prompt[start : start + width].encode(), digest_size=16).digest()
            hit = hit and chain in self._blocks
            known += hit
            self._remember(chain)
        cached = known * CACHE_STEP
        return cached if cached >= CACHE_MINIMUM else 0

    def _remember(self, block: bytes) -> None:
        self._blocks[block] = None
        self._blocks.move_to_end(block)
        if len(self._blocks) > _REMEMBERED_BLOCKS:
            self._blocks.popitem(last=False)
