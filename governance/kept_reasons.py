"""What is kept of the reason that an operator gives? Everything but personal values: such records are never erased."""

from governance.detect import find_structured
from governance.personal import first_of, replace_spans
from governance.stated_values import find_stated


def keep_reason(reason: str) -> str:
    """The reason with what its shape or its words show to be personal as `[email removed]` and the like."""
    spans = first_of(find_structured(reason), find_stated(reason))
    return replace_spans(reason, [(span, f"[{span.kind.lower()} removed]") for span in spans])
