"""May a controlled path say this? Its words are the pack's; what was filled into them must be known in this request."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from activities.gather_evidence import evidence_of
from activities.replies import sources_of
from activities.run_flow import FlowMove, FlowPosition
from activities.scene import Scene
from contracts.flow import TakeStep
from contracts.template import blank_template
from contracts.verdict import ReplyVerdict
from governance.evidence import KnownText
from governance.sentences import split_sentences
from governance.validate_reply import validate_sentence

OWN_WORDS = "the company's own words"
"""Backs what stands in the pack's text itself; customers are not shown it as a source."""
_LINK_HOST = re.compile(r"https://([A-Za-z0-9.-]{1,253})")


@dataclass(frozen=True)
class FlowWords:
    """What a flow says, checked: `text` goes out with its `sources`, unless a sentence was `withheld`: then nothing."""

    text: str = ""
    sources: tuple[str, ...] = ()
    withheld: ReplyVerdict | None = None


def check_flow_words(scene: Scene, move: FlowMove) -> FlowWords:
    """Check what a move says sentence by sentence, as a model's reply is.

    The pack's texts back what they state themselves; what was filled into them needs a result, a fact, an effect or the
    customer's words. What a flow took from these words in the pack's spelling (`212`: NW212) counts as they do.
    """
    text = " ".join(move.said)
    if not text:
        return FlowWords()
    own = [blank_template(template) for template in move.templates]
    evidence = evidence_of(
        scene,
        (),
        own=[KnownText(source=OWN_WORDS, text=words, lasting=True) for words in own],
        customer_words=_taken(scene, move.position),
        hosts=_LINK_HOST.findall(" ".join(own)),
    )
    evidence = replace(evidence, language="")  # its words are written once, in the company's language
    verdicts: list[ReplyVerdict] = []
    said = ""
    for sentence in split_sentences(text):
        verdict = validate_sentence(sentence, said, evidence, scene.pack.voice)
        if not verdict.released:
            return FlowWords(withheld=verdict)
        verdicts.append(verdict)
        said += verdict.text
    return FlowWords(said, tuple(source for source in sources_of(verdicts) if source != OWN_WORDS))


def _taken(scene: Scene, position: FlowPosition) -> Iterator[str]:
    slots = {step.slot for step in scene.pack.flows[position.flow].steps if isinstance(step, TakeStep)}
    return (str(value) for name, value in position.slots.items() if name in slots)
