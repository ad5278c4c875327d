"""Does the language model for names load, answer in time, and know a name when it sees one?"""

import time
from typing import Final

from contracts.errors import NotReady
from workers.doctor.findings import Finding
from workers.names import name_finder
from workers.settings import Settings

_SAMPLE: Final = "My colleague Charlotte Weber from Hamburg called you yesterday."
_NAME: Final = "Weber"


async def check_names_model(settings: Settings) -> list[Finding]:
    """Load what HANDRAIL_NAMES names as the gateway does, and ask it once; nothing where it is off."""
    if settings.names == "off":
        return []
    try:
        async with name_finder(settings) as finder:
            assert finder is not None
            started = time.monotonic()
            found = await finder.find(_SAMPLE)
            took = round((time.monotonic() - started) * 1000)
    except NotReady as error:
        return [Finding.of("names", error)]
    if found is None:
        todo = "start its server or correct HANDRAIL_NAMES_URL; where it is only slow, raise HANDRAIL_NAMES_SECONDS"
        return [Finding(area="names", level="wrong", what=f"{settings.names} did not answer ({took} ms)", todo=todo)]
    if not any(_NAME in _SAMPLE[span.start : span.end] for span in found):
        what = f"{settings.names} answers, and finds no name in {_SAMPLE!r}"
        return [Finding(area="names", level="note", what=what, todo="see that the model knows English names")]
    return [Finding(area="names", level="ok", what=f"{settings.names} finds names, in {took} ms for a sentence")]
