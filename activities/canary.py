"""By which word is it seen that a reply repeats the instructions?"""

import hashlib

from contracts.pack import Pack


def canary_of(pack: Pack) -> str:
    """The mark in the instructions of a pack version: it means nothing and occurs nowhere else.

    It is no secret to whoever can read the pack, and need not be.
    """
    return f"nota-{hashlib.sha256(f'canary {pack.digest}'.encode()).hexdigest()[:10]}"
