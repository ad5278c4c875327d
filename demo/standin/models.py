"""Which models does the stand-in pretend to be, and what do they support?"""

import re

from demo.standin.wire import Refused

OFFERED = (
    "gpt-4.1",
    "gpt-4.1-mini",
    "gpt-4.1-nano",
    "gpt-5",
    "gpt-5-mini",
    "gpt-5-nano",
    "gpt-5.1",
    "gpt-5.2",
    "open-reasoner",
)
ALOUD = "open-reasoner"
"""As models of open weights do behind many a server: its thoughts come beside the content, in `reasoning_content`."""
_KNOWN = re.compile(r"gpt-(4\.1|5)([.-][a-z0-9.-]+)?|open-reasoner")


def is_known(model: str) -> bool:
    """Whether the name is of the gpt-4.1 or the gpt-5 family, or of the model that thinks aloud."""
    return bool(_KNOWN.fullmatch(model))


def can_reason(model: str) -> bool:
    """Whether the model takes `reasoning` and gives reasoning items."""
    return model.startswith("gpt-5") or thinks_aloud(model)


def thinks_aloud(model: str) -> bool:
    """Whether the model's thoughts are part of its answers over Chat Completions."""
    return model == ALOUD


def check_model(model: object, status: int) -> str:
    """The model's name; `Refused` with the given HTTP status when it is missing or unknown."""
    if not isinstance(model, str) or not model:
        raise Refused("Missing required parameter: 'model'.", param="model", code="missing_required_parameter")
    if not is_known(model):
        raise Refused(
            f"The requested model '{model}' does not exist.", status=status, param="model", code="model_not_found"
        )
    return model
