"""Which packs does the attacked machine run? Copies, whose knowledge holds a document of injected texts."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from evals.stack import ROOT

_HEAD = "---\ntitle: Notices\nsource: Notices\n---\n# Notices\n"


def poison_packs(folder: Path, document: str, texts: Mapping[str, Sequence[str]]) -> str:
    """Copy these packs and add the document, one section a text. Returns the value of HANDRAIL_PACKS."""
    for pack, lines in texts.items():
        shutil.copytree(ROOT / "packs" / pack, folder / pack)
        sections = [f"\n## Notice {number}\n{text}\n" for number, text in enumerate(lines, 1)]
        (folder / pack / "knowledge").mkdir(exist_ok=True)
        (folder / pack / "knowledge" / f"{document}.md").write_text(_HEAD + "".join(sections), encoding="utf-8")
    shutil.copytree(ROOT / "packs" / "schema", folder / "schema")
    return ":".join(str(folder / pack) for pack in texts)
