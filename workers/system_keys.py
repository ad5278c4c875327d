"""Has the operator given every key that the companies' systems take?"""

from collections.abc import Sequence

from contracts.errors import NotReady
from contracts.pack import Pack
from workers.settings import Settings


def require_system_keys(settings: Settings, packs: Sequence[Pack]) -> None:
    """Raise NotReady where a company's system takes a key that the operator has not given."""
    needed = {place.key for pack in packs for tool in pack.tools.values() for place in tool.keys}
    missing = sorted(needed - settings.system_keys.keys())
    if missing:
        raise NotReady(f"HANDRAIL_SYSTEM_KEYS lacks {', '.join(map(repr, missing))}: add it, as JSON of name and key.")
