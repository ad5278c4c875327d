"""What do HANDRAIL_NAMES and its sisters set up, in a process of its own, and what does the doctor say of it?"""

import asyncio
import multiprocessing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import spacy
from name_models import ScriptedNames, load_for_ever, load_for_ever_with, load_nothing, load_touchy

from activities.find_names import NameFinder
from contracts.errors import ModelFailed, NotReady, Refused
from governance.personal import Span
from workers import names, names_process
from workers.doctor.names_model import check_names_model
from workers.gateway.tokenise import Tokeniser
from workers.names import hosted_client, name_finder
from workers.names_process import NamesInProcess
from workers.settings import Settings

SETTINGS = Settings()


def with_names(**values: object) -> Settings:
    """The settings with these for names, without their prefix."""
    return SETTINGS.model_copy(update={f"names_{name}" if name != "names" else name: it for name, it in values.items()})


async def test_nothing_is_set_up_unless_it_is_asked_for() -> None:
    assert Settings.model_fields["names"].default == "off"
    async with name_finder(with_names(names="off")) as finder:
        assert finder is None
    assert await check_names_model(with_names(names="off")) == []


@pytest.fixture
def pipeline(tmp_path: Path) -> str:
    """A pipeline of spaCy that knows one person."""
    nlp = spacy.blank("en")
    ruler: Any = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PERSON", "pattern": "Charlotte Weber"}])
    nlp.to_disk(tmp_path / "names")
    return str(tmp_path / "names")


async def test_a_pipeline_of_spacy_answers_from_a_process_of_its_own(pipeline: str) -> None:
    settings = with_names(names="spacy", model=pipeline, seconds=4.0)
    text = "Please ask Charlotte Weber."
    async with name_finder(settings) as finder:
        assert finder is not None
        assert await finder.find(text) == [Span(11, 26, "NAME")]
    (told,) = await check_names_model(settings)
    assert told.level == "ok"


async def test_the_doctor_says_what_is_missing_and_what_finds_nobody(pipeline: str, tmp_path: Path) -> None:
    (missing,) = await check_names_model(with_names(names="spacy", model="no_such_pipeline"))
    assert (missing.level, "spacy download" in missing.todo) == ("wrong", True)
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler")
    nlp.to_disk(tmp_path / "knows_nobody")
    (blind,) = await check_names_model(with_names(names="spacy", model=str(tmp_path / "knows_nobody"), seconds=4.0))
    assert (blind.level, blind.area) == ("note", "names")
    (unnamed,) = await check_names_model(with_names(names="spacy", model=""))
    assert (unnamed.level, "HANDRAIL_NAMES_MODEL" in unnamed.what) == ("wrong", True)
    nobody = with_names(names="hosted", model="m", url="http://127.0.0.1:9/v1")
    (silent,) = await check_names_model(nobody)
    assert (silent.level, "did not answer" in silent.what) == ("wrong", True)


@pytest.mark.parametrize("url", ["http://names.example/v1", "ftp://10.0.0.1/v1", "http://8.8.8.8/v1", "names:8000/v1"])
async def test_customers_words_go_nowhere_in_clear(url: str) -> None:
    secret = url.replace("://", "://user:password@")
    with pytest.raises(NotReady, match="in clear") as refused:
        async with hosted_client(with_names(names="hosted", model="m", url=secret)):
            pass
    assert "password" not in str(refused.value)
    with pytest.raises(NotReady, match="in clear"):
        async with hosted_client(with_names(names="hosted", model="m", url=url)):
            pass


@pytest.mark.parametrize("url", ["https://names.example/v1", "http://10.1.2.3:8000/v1", "http://localhost:8000/v1"])
async def test_closed_addresses_are_taken_and_never_those_of_the_models(url: str) -> None:
    async with hosted_client(with_names(names="hosted", model="m", url=url)) as client:
        assert str(client.base_url).startswith(url)
        assert client.api_key == "none"
    with pytest.raises(NotReady, match="HANDRAIL_NAMES_URL"):
        async with name_finder(with_names(names="hosted", model="m")):
            pass


async def test_a_model_that_does_not_load_keeps_the_process_from_starting() -> None:
    local = NamesInProcess(load_nothing)
    with pytest.raises(NotReady, match="install it"):
        await local.start()
    await local.aclose()


async def test_a_model_that_loads_for_ever_is_ended_and_the_start_says_what_to_do() -> None:
    local = NamesInProcess(load_for_ever, loads_within=0.2)
    with pytest.raises(NotReady, match=r"within 0\.2 s.*HANDRAIL_NAMES_LOAD_SECONDS.*HANDRAIL_NAMES=off"):
        async with asyncio.timeout(60):
            await local.start()
    with pytest.raises(ModelFailed) as failed:
        async with asyncio.timeout(60):
            await local.find("ask Grace")
    assert failed.value.code == "model.broken", "nor is a text with it for ever, where a process loads it anew"
    await local.aclose()


async def test_the_setting_is_the_limit(pipeline: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "load_spacy", load_for_ever_with)
    with pytest.raises(NotReady, match=r"within 0\.1 s"):
        async with asyncio.timeout(60), name_finder(with_names(names="spacy", model=pipeline, load_seconds=0.1)):
            pass


async def test_a_process_that_fails_or_ends_is_told_and_replaced() -> None:
    local = NamesInProcess(load_touchy)
    try:
        for text in ("fail here", "odd here", "end here"):
            with pytest.raises(ModelFailed) as failed:
                await local.find(text)
            assert failed.value.code == "model.broken"
        assert len(await local.find("ask Grace")) == 1
    finally:
        await local.aclose()


async def test_a_model_that_hangs_is_ended_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names_process, "WITHIN", 0.5)
    local = NamesInProcess(load_touchy)
    try:
        await local.start()
        with pytest.raises(ModelFailed) as failed:
            async with asyncio.timeout(60):
                await local.find("hang here")
        assert failed.value.code == "model.broken"
        assert len(await local.find("ask Grace")) == 1
    finally:
        await local.aclose()


async def test_closing_ends_a_model_that_hangs() -> None:
    local = NamesInProcess(load_touchy)
    await local.start()
    before = set(multiprocessing.active_children())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await local.find("hang here")
    await local.aclose()
    (child,) = [one for one in before if one.pid == local.pid]
    child.join(60)
    assert child.exitcode is not None


async def test_texts_that_nobody_waits_for_any_more_take_up_their_place_until_they_are_done() -> None:
    local = NamesInProcess(load_touchy)
    try:
        await local.start()
        for _ in range(4):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0):
                    await local.find("sleep")
        with pytest.raises(ModelFailed) as failed:
            await local.find("ask Grace")
        assert failed.value.code == "model.busy"
    finally:
        await local.aclose()


async def found_by(tokeniser: Tokeniser, text: str) -> list[str]:
    """The kinds that the gateway finds in a message."""
    pack = cast("Any", SimpleNamespace(name="ours", manifest=SimpleNamespace(regions=(), personal_codes=())))
    _, spans = await tokeniser.clean(text, pack)
    return [span.kind for span in spans]


async def test_the_gateway_adds_names_to_what_the_rules_find(monkeypatch: pytest.MonkeyPatch) -> None:
    port = ScriptedNames()
    words = "Charlotte Weber, charlotte@example.org"
    for required in (False, True):
        finder = NameFinder(port, within=5, least=0.5, required=required)
        tokeniser = Tokeniser(cast("Any", None), cast("Any", None), processes=1, names=finder)

        async def by_rules(text: str, _: object) -> list[Span]:
            return [Span(17, 38, "EMAIL")]

        monkeypatch.setattr(tokeniser, "find", by_rules)
        port.failure = None
        assert await found_by(tokeniser, words) == ["NAME", "EMAIL"]
        assert port.seen[-1].endswith("_" * 21)
        port.failure = ModelFailed("model.broken", "broken", retryable=True)
        if required:
            with pytest.raises(Refused) as refused:
                await found_by(tokeniser, words)
            assert refused.value.status == 503
        else:
            assert await found_by(tokeniser, words) == ["EMAIL"]
