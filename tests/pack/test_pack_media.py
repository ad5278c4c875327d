"""Does a pack show only what it declares, and say in it only what a reply may?"""

from collections.abc import Callable
from pathlib import Path

import pytest

from storage.pack_folder import PackErrors
from storage.packs import load_pack

VOICE = "forbidden_promises: [free upgrade]\n"
TAG = 'tag: {kind: image, title: A tag, url: "https://shop.example/tag.png", text: "The tag has %s digits."}\n'
FLOW = """\
title: t
steps:
  - {name: say, do: say, text: Look., show: [%s]}
  - {name: end, do: end}
"""


def test_declared_media_are_shown_by_flows(write_pack: Callable[..., Path]) -> None:
    shop = load_pack(write_pack({"media.yaml": TAG % "6", "flows/look.yaml": FLOW % "tag"}), {})
    assert shop.media["tag"].url == "https://shop.example/tag.png"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"flows/look.yaml": FLOW % "tga", "media.yaml": TAG % "6"}, r"flows/look\.yaml:3: say: no item 'tga'"),
        ({"media.yaml": TAG.replace("https", "http") % "6"}, r"media\.yaml:1: .*url"),
        ({"media.yaml": TAG.replace(', text: "The tag has %s digits."', "")}, r"media\.yaml:1: .*text"),
        ({"media.yaml": TAG % "a free upgrade and 6", "voice.yaml": VOICE}, r"media\.yaml:1: tag: forbidden_promise"),
        ({"media.yaml": TAG % "<NAME_1> and 6"}, r"media\.yaml:1: tag: unknown_token"),
        ({"media.yaml": TAG % "evil.example/x and 6"}, r"media\.yaml:1: tag: write plain words"),
        (
            {"voice.yaml": f"wording: {{en: {{clarify_choices: [{'A booking ' * 5}]}}}}\n"},
            r"voice\.yaml:1: .*longer than a button",
        ),
    ],
)
def test_what_could_not_be_shown_is_a_mistake_with_its_line(
    write_pack: Callable[..., Path], files: dict[str, str], told: str
) -> None:
    with pytest.raises(PackErrors, match=told):
        load_pack(write_pack(files), {})
