"""What is stored of a request's scene? Everything that a thinker or a guard must know of it, read by one statement."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, Text, bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.facts import Fact
from governance.switches import Switches
from storage.calls import cost_of
from storage.control import switches_of, switches_off
from storage.direct import Direct
from storage.effect_tables import effects
from storage.effects import EffectRow
from storage.entries import Entry, entries_since, tainted_of
from storage.facts import facts_of
from storage.json_rows import json_rows
from storage.pack_activations import Activation, activations_of, to_activation
from storage.requests import RequestRow
from storage.sets import SetRow, open_sets_of
from storage.tables import requests
from storage.vault import Sealed, sealed_of
from storage.vault_tables import data_keys

_REQUEST = bindparam("in_request", type_=Text)


@dataclass(frozen=True)
class SceneRows:
    """The rows of one moment. `tainted`: text of somebody else than the customer has entered the request's prompts.

    `cost_micro` is what the turn's model calls have cost so far.
    """

    request: RequestRow
    transcript: list[Entry]
    facts: list[Fact]
    effects: list[EffectRow]
    open_set: SetRow | None
    sealed: Sealed
    switches: Switches
    activation: Activation
    tainted: bool
    cost_micro: int


async def read_scene_rows(
    connection: AsyncConnection, request_id: str, *, turn: int, since_turn: int
) -> SceneRows | None:
    """The scene's rows for this turn, with the transcript from `since_turn` on; None for an unknown request."""
    values = {"in_request": request_id, "this_turn": turn, "since_turn": since_turn}
    row = await _SCENE.first(connection, values)
    if row is None:
        return None
    request = RequestRow.model_validate(row)
    return SceneRows(
        request=request,
        transcript=[Entry.model_validate(one) for one in row["transcript"]],
        facts=[Fact.model_validate(one) for one in row["facts"]],
        effects=[EffectRow.model_validate(one) for one in row["effects"]],
        open_set=next((SetRow.model_validate(one) for one in row["open_sets"]), None),
        sealed=Sealed(row["key_id"], row["master"], row["wrapped"], row["sealed"]),
        switches=switches_of(row["switches"]),
        activation=next(map(to_activation, row["activations"]), Activation(pack=request.pack)),
        tainted=bool(row["tainted"]),
        cost_micro=int(row["cost_micro"]),
    )


def _scene() -> Select[Any]:
    pack = select(requests.c.pack).where(requests.c.request_id == _REQUEST).scalar_subquery()
    since = bindparam("since_turn", type_=Integer)
    return (
        select(
            requests,
            data_keys.c.master,
            data_keys.c.wrapped,
            json_rows(entries_since(_REQUEST, since)).label("transcript"),
            json_rows(facts_of(_REQUEST)).label("facts"),
            json_rows(_effects()).label("effects"),
            json_rows(open_sets_of(_REQUEST)).label("open_sets"),
            json_rows(sealed_of(_REQUEST)).label("sealed"),
            json_rows(switches_off(pack)).label("switches"),
            json_rows(activations_of(pack, 1)).label("activations"),
            exists(tainted_of(_REQUEST)).label("tainted"),
            cost_of(_REQUEST, bindparam("this_turn", type_=Integer)).scalar_subquery().label("cost_micro"),
        )
        .outerjoin(data_keys, data_keys.c.key_id == requests.c.key_id)
        .where(requests.c.request_id == _REQUEST)
    )


_SCENE = Direct(_scene)


def _effects() -> Select[Any]:
    """Without the bytes that were sent, which only their own sender reads."""
    shown = [one for one in effects.c if one.name not in ("sent", "verdicts")]
    mine = effects.c.request_id == _REQUEST
    return select(*shown).where(mine).order_by(effects.c.turn, effects.c.step, effects.c.ordinal)
