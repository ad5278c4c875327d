"""Would a token for one company's system open another company's? Not while each audience means one system."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contracts.errors import NotReady
from contracts.pack import Pack


@dataclass(frozen=True)
class SharedAudience:
    """An audience by which `pack` means another address than a pack before it; `told` says so in a sentence."""

    audience: str
    pack: Pack
    told: str


def refuse_shared_audiences(packs: Sequence[Pack]) -> None:
    """Raise NotReady where two packs mean different addresses by one audience; versions of one pack are one.

    Two packs may reach one and the same system: then audience and address are both the same.
    """
    for shared in shared_audiences(packs):
        raise NotReady(shared.told)


def shared_audiences(packs: Sequence[Pack]) -> Iterator[SharedAudience]:
    """Yield each audience by which two packs mean different addresses, once."""
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
                told_of = (
                    f"The packs {name!r} and {pack.name!r} both name the audience {tool.audience!r}, for {server!r} and"
                    f" {tool.server!r}: a token for one would open the other. Rename one in its tools.yaml."
                )
                yield SharedAudience(tool.audience, pack, told_of)
