"""Would a token for one company's system open another company's? Not while each audience means one system."""

from collections.abc import Sequence

from contracts.errors import NotReady
from contracts.pack import Pack


def refuse_shared_audiences(packs: Sequence[Pack]) -> None:
    """Raise NotReady where two packs mean different addresses by one audience; versions of one pack are one.

    Two packs may reach one and the same system: then audience and address are both the same.
    """
    known: dict[str, tuple[str, str]] = {}
    for pack in packs:
        for tool in pack.tools.values():
            name, server = known.setdefault(tool.audience, (pack.name, tool.server))
            if name != pack.name and server != tool.server:
                raise NotReady(
                    f"The packs {name!r} and {pack.name!r} both name the audience {tool.audience!r}, for {server!r} and"
                    f" {tool.server!r}: a token for one would open the other. Rename one in its tools.yaml."
                )
