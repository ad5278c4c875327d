"""Where does public data lie that is measured against, and is not part of this project?"""

import os
from pathlib import Path
from typing import Final

from evals.figures import ROOT

_ORIGINS: Final = {
    "presidio_synth_v2.json": "the MIT-licensed synthetic data of microsoft/presidio-research",
    "notinject.json": "the MIT-licensed harmless prompts of InjecGuard's NotInject, as a JSON list of texts",
}


def dataset(name: str) -> Path:
    """The file of this name in the folder `HANDRAIL_EVAL_DATA`. Raises FileNotFoundError, which says how to get it."""
    path = Path(os.environ.get("HANDRAIL_EVAL_DATA", str(ROOT.parent / "shared" / "data"))) / name
    if not path.is_file():
        raise FileNotFoundError(f"Get {name} ({_ORIGINS[name]}) and name its folder in HANDRAIL_EVAL_DATA.")
    return path
