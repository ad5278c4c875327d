"""Which writes are there? Every one that a conversation with a demo company can reach, by its pack's contracts."""

from contracts.pack import Pack
from contracts.tool import ToolContract
from storage.packs import load_pack
from tests.stack import ROOT

COMPANIES = ("airline", "bank")
_VARIABLES: dict[str, str] = dict.fromkeys(("HANDRAIL_SYSTEMS_URL", "HANDRAIL_BANK_URL"), "http://systems.test")


def _reached(pack: Pack, tool: ToolContract) -> bool:
    """A write behind a one-time code is out of reach where the pack has no way to send one."""
    return tool.is_write and (tool.overlay.assurance != "stepped_up" or pack.manifest.step_up is not None)


def _systems_of(company: str) -> dict[str, str]:
    pack = load_pack(ROOT / "packs" / company, _VARIABLES)
    return {name: tool.system for name, tool in pack.tools.items() if _reached(pack, tool)}


SYSTEMS = {company: _systems_of(company) for company in COMPANIES}
"""By company and write: the system that does it."""
