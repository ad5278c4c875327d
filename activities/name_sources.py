"""What is a customer told a value comes from, and how are differing sources told apart?"""

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from contracts.facts import Contradiction, Fact
from contracts.pack import Pack
from contracts.template import fill_text


def name_source(pack: Pack, tool: str, as_of: datetime | None) -> str:
    """The pack's name for what a tool reads and when it was true, in its time zone: `the fare rules, read 12:03`."""
    contract = pack.tools.get(tool)
    name = (contract.overlay.source or contract.title) if contract else tool
    return name if as_of is None else f"{name}, read {as_of.astimezone(ZoneInfo(pack.manifest.time_zone)):%H:%M}"


def time_of(result: JsonValue) -> datetime | None:
    """When a result says that it was true; None where it does not, or not in a time zone."""
    stated = result.get("as_of") if isinstance(result, dict) else None
    try:
        moment = datetime.fromisoformat(str(stated))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def tell_contradiction(pack: Pack, contradiction: Contradiction) -> str:
    """Which source says what, as of when, and which one the company declares to count, in the pack's wording."""
    wording, authority = pack.wording(), pack.authorities.get(contradiction.type)
    about = authority.about if authority else contradiction.type.replace("_", " ")
    said = [
        f"{_say(one.fact)} ({name_source(pack, one.fact.tool, one.fact.as_of)})" for one in contradiction.statements
    ]
    told = fill_text(wording.disagreement, {"about": about, "statements": "; ".join(said)})
    if not contradiction.is_decided:
        return f"{told} {wording.disagreement_open}"
    counts = pack.tools[contradiction.statements[0].fact.tool]
    return f"{told} {fill_text(wording.disagreement_decided, {'source': counts.overlay.source or counts.title})}"


def _say(fact: Fact) -> str:
    if isinstance(fact.value, dict):
        return fill_text("{value|money}", {"value": fact.value})
    is_time = isinstance(fact.value, str) and len(fact.value) > 10 and fact.value[10] == "T"
    return fill_text("{value|datetime}" if is_time else "{value|words}", {"value": fact.value})
