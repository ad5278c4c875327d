"""Is this the Python, and are these the packages, that the project asks for?"""

import platform
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from workers.doctor.findings import Finding
from workers.settings import ROOT

_INSTALL = "run `make setup`, and start with its Python (`make run` does)"


def check_environment(pyproject: Path = ROOT / "pyproject.toml") -> list[Finding]:
    """Python and every direct dependency against pyproject.toml."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    wrong = [*_check_python(project["requires-python"]), *_check_packages(project["dependencies"])]
    if wrong:
        return wrong
    told = f"Python {platform.python_version()}, {len(project['dependencies'])} packages as pyproject.toml asks"
    return [Finding(area="environment", level="ok", what=told)]


def _check_python(wanted: str) -> Iterator[Finding]:
    found = platform.python_version()
    if not SpecifierSet(wanted).contains(found, prereleases=True):
        told = f"Python is {found}, pyproject.toml asks for {wanted}"
        yield Finding(area="environment", level="wrong", what=told, todo=_INSTALL)


def _check_packages(dependencies: Iterable[str]) -> Iterator[Finding]:
    for dependency in dependencies:
        wanted = Requirement(dependency)
        if wanted.marker is not None and not wanted.marker.evaluate():
            continue
        try:
            found = version(wanted.name)
        except PackageNotFoundError:
            yield Finding(area="environment", level="wrong", what=f"{wanted.name} is not installed", todo=_INSTALL)
            continue
        if not wanted.specifier.contains(found, prereleases=True):
            told = f"{wanted.name} is {found}, pyproject.toml asks for {wanted.specifier}"
            yield Finding(area="environment", level="wrong", what=told, todo=_INSTALL)
