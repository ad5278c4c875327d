"""What may a reply of this request state? Everything that was read, shown, said or done in it."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import date

from pydantic import JsonValue

from activities.canary import canary_of
from activities.name_sources import name_source, tell_contradiction, time_of
from activities.scene import Scene
from contracts.pack import Pack
from governance.effects import STANDING
from governance.evidence import (
    Evidence,
    ExecutedEffect,
    KnownResult,
    KnownText,
    ReadResult,
    gather_evidence,
    read_result,
)
from governance.other_deeds import checked_language
from governance.quoted import own_words
from storage.effects import EffectRow
from storage.sets import SetRow


def evidence_of(
    scene: Scene,
    passages: tuple[str, ...],
    *,
    own: Iterable[KnownText] = (),
    customer_words: Iterable[str] = (),
    hosts: Iterable[str] = (),
) -> Evidence:
    """The evidence for this request's replies: results, passages, facts, cards, the customer's words, effects.

    `own`, `customer_words` and `hosts` add what only this reply may rest on.
    """
    return gather_evidence(
        today=scene.now.date(),
        results=_reads(scene),
        texts=[*_texts(scene, passages), *own],
        customer_words=[*scene.customer_words, *customer_words],
        effects=_effects(scene),
        tokens=scene.tokens,
        canaries=(canary_of(scene.pack),),
        hosts=hosts,
        language=checked_language(scene.request.locale, scene.pack.manifest.locales),
    )


_MOST_KEPT = 512
_kept: OrderedDict[tuple[bytes, str, str, date], tuple[ReadResult, ...]] = OrderedDict()
"""What observations back, by their digest. Tokens stand in them for personal values, and the oldest go first."""


def _reads(scene: Scene) -> Iterator[ReadResult]:
    """What every observation backs. Each is read once: a request with many reads is asked after every one of them."""
    names = {entry.body["call_id"]: str(entry.body["name"]) for entry in scene.transcript if entry.kind == "call"}
    for observation in scene.observations:
        output, name = str(observation["output"]), names.get(observation["call_id"], "")
        yield from _read_observation(scene.pack, output, name, scene.now.date())


def _read_observation(pack: Pack, output: str, name: str, today: date) -> tuple[ReadResult, ...]:
    key = (hashlib.blake2b(output.encode(), digest_size=16).digest(), name, pack.digest, today)
    if (kept := _kept.get(key)) is None:
        kept = tuple(read_result(known, today) for known in _results(pack, output, name))
        _kept[key] = kept
        if len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return kept


def _results(pack: Pack, output: str, name: str) -> Iterator[KnownResult]:
    for tool, result in _named_results(_parse(output), name):
        contract = pack.tools.get(tool)
        title = f"{tool} {contract.title}" if contract else tool
        yield KnownResult(source=name_source(pack, tool, time_of(result)), result=result, title=title)


def _named_results(parsed: JsonValue, tool: str) -> Iterator[tuple[str, JsonValue]]:
    """The results in an observation: of a read, of a follow-up, of every write of a decided set."""
    if not isinstance(parsed, dict):
        return
    if "result" in parsed:
        yield str(parsed.get("tool", tool)), parsed["result"]
    for one in parsed["results"] if isinstance(parsed.get("results"), list) else []:  # type: ignore[union-attr]
        if isinstance(one, dict) and "result" in one:
            yield str(one.get("tool", "")), one["result"]


def _parse(output: str) -> JsonValue:
    try:
        return json.loads(output)  # type: ignore[no-any-return]
    except ValueError:
        return None


def _texts(scene: Scene, passages: tuple[str, ...]) -> Iterator[KnownText]:
    for passage in scene.pack.passages:
        if passage.id in passages:
            text = f"{passage.title}. {own_words(passage.text)}"
            yield KnownText(source=passage.source, text=text, title=passage.title, lasting=True)
    for fact in scene.pack.facts.values():
        if fact.is_valid_on(scene.now.date()):
            yield KnownText(source=fact.source, text=fact.statement, general=True, lasting=True)
    for one in scene.contradictions:
        yield KnownText(source="our systems, compared", text=tell_contradiction(scene.pack, one))
    if scene.open_set is not None:
        total = scene.open_set.card.get("total", "")
        lines = [*_card_lines(scene, scene.open_set), f"Total: {total}."]
        yield KnownText(source="the confirmation", text=" ".join(lines))


def _card_lines(scene: Scene, shown: SetRow) -> Iterator[str]:
    """The card's lines, save those with free words: a model has chosen them, and would back itself."""
    free = [word for effect in scene.effects if effect.set_id == shown.set_id for word in _free_words(scene, effect)]
    for line in shown.card.get("lines", []):
        if not any(words in str(line["value"]) for words in free):
            yield f"{line['label']}: {line['value']}."


def _free_words(scene: Scene, effect: EffectRow) -> Iterator[str]:
    contract = scene.pack.tools.get(effect.tool)
    for name, overlay in contract.overlay.parameters.items() if contract else ():
        if overlay.source == "text" and str(effect.arguments.get(name) or "").strip():
            yield str(effect.arguments[name])


def _effects(scene: Scene) -> Iterator[ExecutedEffect]:
    for effect in scene.effects:
        if effect.state in STANDING:
            contract = scene.pack.tools.get(effect.tool)
            yield ExecutedEffect(tool=effect.tool, title=contract.title if contract else "", result=effect.result)
