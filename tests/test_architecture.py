"""Do the arrows go one way, and does each layer keep to what it may touch? Every import is read from the source."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from typing import cast

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

ROOT = Path(__file__).resolve().parents[1]

ARROWS = ("workers", "workflows", "activities", "storage", "governance", "contracts")
"""Each may import what stands to its right, and itself."""
APART = ("demo", "evals")
"""The companies' systems and the measurements: nothing of the product imports them."""
PURE_FORBIDDEN = frozenset(
    {"temporalio", "sqlalchemy", "asyncpg", "httpx2", "httpx", "openai", "alembic", "fastapi", "structlog", "logging"}
    | {"asyncio", "threading", "subprocess", "socket", "time", "random", "secrets", "uuid", "os", "io", "shutil"}
    | {"tempfile", "urllib.request", "http.client"}
)
CLOCK = frozenset({"now", "utcnow", "today"})
SETTINGS_READERS = ("workers",)
OUTERMOST = frozenset(
    {
        "governance/guard_chain.py",
        "workers/failing_closed.py",
        "workers/follow_versions.py",
        "workers/gateway/outermost.py",
        "workers/gateway/sweeper.py",
        "workers/names_process.py",
    }
)
"""The guard chain's end, where a breakage becomes a denial, and the edges of activities, calls, of a process that runs
a library's model, and of what runs by the clock: the sweeper, and whoever follows the packs' versions."""


@dataclass(frozen=True)
class Module:
    """One source file: its path from the root, and what it says."""

    name: str
    source: str

    @property
    def layer(self) -> str:
        return self.name.partition("/")[0]

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source, self.name)

    def imported(self) -> Iterator[str]:
        """Every module that is imported anywhere in the file, by its full name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0 or self.layer in APART, f"{self.name}: relative imports hide their layer"
                yield node.module or ""


@cache
def modules(*layers: str) -> tuple[Module, ...]:
    """The source files of these layers."""
    paths = [path for layer in layers for path in sorted((ROOT / layer).rglob("*.py"))]
    return tuple(Module(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths)


def test_there_is_something_to_check() -> None:
    for layer in ARROWS:
        assert modules(layer), f"the layer {layer!r} has no modules"


@pytest.mark.parametrize("layer", ARROWS)
def test_arrows_go_one_way(layer: str) -> None:
    forbidden = {*ARROWS[: ARROWS.index(layer)], *APART, "tests"}
    found = [
        f"{module.name} imports {name}"
        for module in modules(layer)
        for name in module.imported()
        if name.partition(".")[0] in forbidden
    ]
    assert found == []


def test_workflows_know_only_contracts_rules_and_themselves() -> None:
    ours = {*ARROWS} - {"workflows", "contracts", "governance"}
    found = [
        f"{module.name} imports {name}"
        for module in modules("workflows")
        for name in module.imported()
        if name.partition(".")[0] in ours | (PURE_FORBIDDEN - {"temporalio", "asyncio"})
    ]
    assert found == []


def test_demo_companies_know_nothing_of_us() -> None:
    found = [
        f"{module.name} imports {name}"
        for module in modules("demo")
        for name in module.imported()
        if name.partition(".")[0] in {*ARROWS, "console", "evals", "tests", "tools"}
    ]
    assert found == []


@pytest.mark.parametrize("layer", ["contracts", "governance"])
def test_rules_touch_no_network_disk_clock_or_chance(layer: str) -> None:
    found = [
        f"{module.name} imports {name}"
        for module in modules(layer)
        for name in module.imported()
        if {name, name.partition(".")[0]}
        & (PURE_FORBIDDEN - ({"secrets"} if module.name == "contracts/ids.py" else set()))
    ]
    assert found == []


def test_rules_ask_no_clock_and_open_no_file() -> None:
    found = [
        f"{module.name}:{node.lineno} calls {ast.unparse(node.func)}"
        for module in modules("governance")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and _is_impure(node.func)
    ]
    assert found == []


def _is_impure(called: ast.expr) -> bool:
    if isinstance(called, ast.Name):
        return called.id in ("open", "print", "input")
    reads = ("read_text", "read_bytes", "write_text", "write_bytes")
    if not isinstance(called, ast.Attribute):
        return False
    return called.attr in reads or (called.attr in CLOCK and ast.unparse(called.value) in ("datetime", "date"))


def test_only_workers_read_settings() -> None:
    product = [layer for layer in ARROWS if layer not in SETTINGS_READERS]
    found = [f"{module.name}: {found}" for module in modules(*product) for found in _settings_in(module)]
    assert found == []


def _settings_in(module: Module) -> Iterator[str]:
    if "pydantic_settings" in set(module.imported()):
        yield "pydantic_settings"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv", "os.environb"):
            yield f"line {node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (f"line {node.lineno}: os.{alias.name}" for alias in node.names if "env" in alias.name)


def test_everything_is_caught_only_at_the_outermost_edge() -> None:
    found = [
        f"{module.name}:{handler.lineno}"
        for module in modules(*ARROWS, "demo")
        for handler in ast.walk(module.tree)
        if isinstance(handler, ast.ExceptHandler) and _catches_all(handler) and module.name not in OUTERMOST
    ]
    assert found == []


def _catches_all(handler: ast.ExceptHandler) -> bool:
    """`except BaseException` that ends in a bare `raise` cleans up and catches nothing."""
    caught = "BaseException" if handler.type is None else ast.unparse(handler.type)
    last = handler.body[-1]
    passes_on = isinstance(last, ast.Raise) and last.exc is None
    return ("Exception" in caught.replace("(", " ").replace(",", " ").replace(")", " ").split() and not passes_on) or (
        "BaseException" in caught and not passes_on
    )


LOGGERS = ("log", "_log", "logger", "workflow.logger", "activity.logger", "logging")
LEVELS = ("debug", "info", "warning", "error", "exception", "critical")
TEXTUAL = frozenset({"text", "message", "body", "content", "reply", "sentence", "prompt", "arguments", "name", "email"})
"""Fields that would hold what somebody wrote."""


def test_logs_say_constant_messages_and_never_what_somebody_wrote() -> None:
    found = [
        f"{module.name}:{call.lineno} {ast.unparse(call)[:80]}"
        for module in modules(*ARROWS)
        for call in _log_calls(module)
        if not _is_constant(call) or any(field.arg in TEXTUAL for field in call.keywords)
    ]
    assert found == []


def test_log_calls_are_found() -> None:
    assert sum(1 for module in modules(*ARROWS) for _ in _log_calls(module)) > 10


def _log_calls(module: Module) -> Iterator[ast.Call]:
    for node in ast.walk(module.tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr in LEVELS and ast.unparse(called.value) in LOGGERS:
            yield cast("ast.Call", node)


def _is_constant(call: ast.Call) -> bool:
    return len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)


def test_workflows_and_activities_carry_explicit_names() -> None:
    """Code can move without breaking histories."""
    found = [
        f"{module.name}:{node.lineno} {node.name}"
        for module in modules("workflows", "activities")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list
        if _lacks_name(decorator)
    ]
    assert found == []


def _lacks_name(decorator: ast.expr) -> bool:
    registering = {"workflow.defn", "activity.defn", "workflow.signal", "workflow.update", "workflow.query"}
    if isinstance(decorator, ast.Call):
        named = any(keyword.arg == "name" for keyword in decorator.keywords)
        return ast.unparse(decorator.func) in registering and not named
    return ast.unparse(decorator) in registering


def test_every_module_says_which_question_it_answers() -> None:
    found = [
        module.name
        for module in modules(*ARROWS, "demo")
        if module.source and not (ast.get_docstring(module.tree) or "").strip()
    ]
    assert found == []


def test_no_module_is_called_after_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "base", "common", "shared", "misc"}
    found = [
        module.name for module in modules(*ARROWS, "demo") if vague & set(module.name.removesuffix(".py").split("/"))
    ]
    assert found == []


def test_the_standard_library_does_not_own_our_names() -> None:
    assert {*ARROWS, *APART, "console", "packs", "tools"} & sys.stdlib_module_names == set()


def test_what_is_imported_is_declared() -> None:
    """A fresh environment holds what pyproject.toml names, and what that always needs itself, such as starlette."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    running = _declared(project["project"]["dependencies"])
    testing = running | _declared(project["dependency-groups"]["dev"])
    ours = {*ARROWS, *APART, "tests", "tools"}
    providers = packages_distributions()
    missing: set[tuple[str, str]] = set()
    for module in modules(*ARROWS, *APART):
        declared = testing if module.layer == "evals" else running
        for name in {one.partition(".")[0] for one in module.imported()} - ours - sys.stdlib_module_names:
            if not declared & {_normal(provider) for provider in providers.get(name, [])}:
                missing.add((module.name, name))
    assert missing == set()


def _declared(requirements: list[str]) -> set[str]:
    named = {_name(one) for one in requirements}
    return named | {_name(one) for name in named for one in requires(name) or [] if "extra ==" not in one}


def _name(requirement: str) -> str:
    return _normal(re.split(r"[\[<>=;~!( ]", requirement, maxsplit=1)[0])


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def test_migrations_stand_one_after_the_other() -> None:
    """Two that were written at once would both follow the same one, and no database could be brought to both."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "storage" / "migrations"))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_test_files_have_names_of_their_own() -> None:
    """Without packages pytest tells two files of one name apart by their folder, and fails to collect the second."""
    files = [path for path in (ROOT / "tests").rglob("test_*.py") if not (path.parent / "__init__.py").exists()]
    names = [path.name for path in files]
    assert sorted({name for name in names if names.count(name) > 1}) == []


BROKEN = Module(
    "governance/broken.py",
    """
import os
from os import getenv
import sqlalchemy
from workers.settings import Settings
from datetime import datetime

def judge(text):
    try:
        datetime.now(), os.environ["KEY"], open("file")
    except (ValueError, Exception):
        log.info(f"heard {text}")
        log.info("heard", text=text)
    except BaseException:
        clean_up()
        raise

@activity.defn
async def act(): ...
""",
)


def test_the_checks_see_what_they_look_for() -> None:
    handlers = [node for node in ast.walk(BROKEN.tree) if isinstance(node, ast.ExceptHandler)]
    calls = [node.func for node in ast.walk(BROKEN.tree) if isinstance(node, ast.Call)]
    decorators = [
        d for node in ast.walk(BROKEN.tree) if isinstance(node, ast.AsyncFunctionDef) for d in node.decorator_list
    ]
    assert set(BROKEN.imported()) == {"os", "sqlalchemy", "workers.settings", "datetime"}
    assert sorted(ast.unparse(call) for call in calls if _is_impure(call)) == ["datetime.now", "open"]
    assert len(list(_settings_in(BROKEN))) == 2
    assert [_catches_all(handler) for handler in handlers] == [True, False]
    assert [_is_constant(call) for call in _log_calls(BROKEN)] == [False, True]
    assert [_lacks_name(decorator) for decorator in decorators] == [True]
