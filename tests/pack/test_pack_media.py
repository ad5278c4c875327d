"""Does a pack show only what it declares, and say in it only what a reply may?"""

import hashlib
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


DRAWN = 'tag: {kind: image, title: A tag, file: media/tag.svg, text: "The tag has 6 digits."}\n'
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4">%s</svg>'


def test_a_drawing_of_the_pack_is_shown_from_the_gateway(write_pack: Callable[..., Path]) -> None:
    drawing = DRAWING % '<path d="M0 0 H4" fill="url(#a)"/>'
    shop = load_pack(write_pack({"media.yaml": DRAWN, "media/tag.svg": drawing}), {})
    digest = hashlib.sha256(drawing.encode()).hexdigest()[:16]
    assert shop.media["tag"].url == f"/media/{shop.name}/{digest}/tag.svg"


@pytest.mark.parametrize(
    ("media", "drawing", "told"),
    [
        (DRAWN, None, r"media\.yaml:1: tag: 'media/tag\.svg' is missing"),
        (DRAWN.replace("image", "video"), DRAWING % "", r"a video has a `url`"),
        (DRAWN.replace("file:", "url: https://shop.example/t.png, file:"), DRAWING % "", r"and not both"),
        (DRAWN.replace("media/tag", "../tag"), DRAWING % "", r"media\.yaml:1: .*file"),
        (DRAWN, "<html/>", r"media/tag\.svg:1: is no drawing"),
        (DRAWN, "<svg", r"media/tag\.svg:1: is no XML"),
        (DRAWN, '<!DOCTYPE svg [<!ENTITY a "b">]>' + DRAWING % "&a;", r"a declaration or a comment"),
        (DRAWN, DRAWING % "<script>1</script>", r"<script> is not shown"),
        (DRAWN, DRAWING % '<image href="https://evil.example/a"/>', r"<image> is not shown"),
        (DRAWN, DRAWING % '<g onclick="x"/>', r"'onclick' of <g>"),
        (DRAWN, DRAWING % '<g style="x"/>', r"'style' of <g>"),
        (DRAWN, DRAWING % '<g fill="url(https://evil.example/a)"/>', r"'fill' of <g>"),
        (DRAWN, DRAWING % '<g fill="url( //evil.example/a)"/>', r"'fill' of <g>"),
        (DRAWN, DRAWING % '<g xmlns:x="http://www.w3.org/1999/xlink" x:href="//evil.example"/>', r"may run or load"),
        (DRAWN, DRAWING % ("<g/>" * 20_000), r"is larger than 64000 bytes"),
    ],
)
def test_a_drawing_that_runs_or_loads_something_is_a_mistake(
    write_pack: Callable[..., Path], media: str, drawing: str | None, told: str
) -> None:
    files = {"media.yaml": media} | ({"media/tag.svg": drawing} if drawing is not None else {})
    with pytest.raises(PackErrors, match=told):
        load_pack(write_pack(files), {})
