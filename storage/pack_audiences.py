"""Would a token for one company's system open another company's? Not while each audience means one system."""

from collections.abc import Iterator, Sequence

from contracts.errors import NotReady
from contracts.pack import Pack


def refuse_shared_audiences(packs: Sequence[Pack]) -> None:
    """Raise NotReady where two packs mean different addresses by one audience; versions of one pack are one.

    Two packs may reach one and the same system: then audience and address are both the same.
    """
    for told in shared_audiences(packs):
        raise NotReady(told)


def shared_audiences(packs: Sequence[Pack]) -> Iterator[str]:
    """Yield a sentence for each audience by which two packs mean different addresses, once an audience."""
    known: dict[str, dict[tuple[str, str], None]] = {}  # in the order of the packs
    told: set[str] = set()
    for pack in packs:
        for tool in pack.tools.values():
            meant = known.setdefault(tool.audience, {})
            other = next((place for place in meant if place[0] != pack.name and place[1] != tool.server), None)
            meant[pack.name, tool.server] = None
            if other is not None and tool.audience not in told:
                told.add(tool.audience)
                name, server = other
                yield (
                    f"The packs {name!r} and {pack.name!r} both name the audience {tool.audience!r}, for {server!r} and"
                    f" {tool.server!r}: a token for one would open the other. Rename one in its tools.yaml."
                )
