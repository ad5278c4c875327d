"""What lies in a pack's folder, which mistakes does it hold, and on which line?"""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

import yaml
from pydantic import JsonValue, TypeAdapter, ValidationError

from contracts.errors import NotReady

type Location = tuple[str | int, ...]

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FRONT_MATTER: Final = re.compile(r"\A---\n(?P<yaml>.*?\n)---\n(?P<body>.*)\Z", re.DOTALL)


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake in a pack: the file (relative to the pack), the line (from 1) and what to do."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """`file:line: message`, as editors jump to it."""
        return f"{self.file}:{self.line}: {self.message}"


class PackErrors(NotReady):
    """A pack cannot be used; `mistakes` lists every one, in the order of files and lines."""

    code = "pack.mistakes"

    def __init__(self, directory: Path, mistakes: list[Mistake]) -> None:
        self.directory = directory
        self.mistakes = tuple(sorted(set(mistakes)))
        listed = "\n".join(f"  {mistake}" for mistake in self.mistakes)
        super().__init__(f"the pack in {str(directory)!r} has {len(self.mistakes)} mistake(s); correct them:\n{listed}")


@dataclass
class Located:
    """Parsed YAML and the line of every key and item."""

    data: JsonValue
    lines: dict[Location, int]

    def line(self, location: Location) -> int:
        """Return the line of the deepest part of this location that the file has."""
        here: Location = ()
        for part in location:
            if (*here, part) in self.lines:
                here = (*here, part)
        return self.lines.get(here, 1)


def read_folder(root: Path) -> dict[str, bytes]:
    """Return every file of a folder but hidden ones, with \\n line ends, by its path in the folder."""
    found: dict[str, bytes] = {}
    for path in sorted(root.rglob("*")):
        file = path.relative_to(root)
        if path.is_file() and not any(part.startswith(".") for part in file.parts):
            found[file.as_posix()] = path.read_bytes().replace(b"\r\n", b"\n")
    return found


@dataclass
class PackFolder:
    """Reads a pack's files, remembering their bytes for the digest and every mistake for the report.

    `files` are those of a folder, or of a stored version; they are read once, so that a change meanwhile does no harm.
    """

    root: Path
    files: Mapping[str, bytes]
    mistakes: list[Mistake] = field(default_factory=list[Mistake])
    contents: dict[str, bytes] = field(default_factory=dict[str, bytes])
    located: dict[str, Located] = field(default_factory=dict[str, Located])

    def wrong(self, file: str, message: str, *location: str | int) -> None:
        """Note a mistake at a place of a file: a YAML location, or a line number alone for other files."""
        if file in self.located:
            line = self.located[file].line(location)
        else:
            line = location[0] if location and isinstance(location[0], int) else 1
        self.mistakes.append(Mistake(file, line, message))

    def text(self, file: str) -> str | None:
        """Return a file's text with \\n line ends, or None when it is not there; notes bytes that are no UTF-8."""
        raw = self.files.get(file)
        if raw is None:
            return None
        self.contents[file] = raw
        try:
            return raw.decode()
        except UnicodeDecodeError as mistake:
            self.wrong(file, f"is not UTF-8 text (byte {mistake.start}); save it as UTF-8")
            return None

    def names(self, folder: str, suffix: str) -> list[str]:
        """Return the files of a subfolder with this suffix, relative to the pack, in order."""
        return sorted(
            file for file in self.files if PurePosixPath(file).parent == PurePosixPath(folder) and file.endswith(suffix)
        )

    def parse[T](self, file: str, adapter: TypeAdapter[T], *, required: bool = False) -> T | None:
        """Return a YAML file as this type, or None with its mistakes noted (a missing file is one if required)."""
        text = self.text(file)
        if text is None:
            if required and file not in self.contents:
                self.wrong(file, "is missing; every pack has one")
            return None
        located = self._compose(file, text, 0)
        return None if located is None else self._validate(file, located, adapter)

    def parse_front_matter[T](self, file: str, adapter: TypeAdapter[T]) -> tuple[T, str, int] | None:
        """Return a Markdown file's front matter, its body, and the line on which the body starts."""
        text = self.text(file)
        if text is None:
            return None
        found = _FRONT_MATTER.match(text)
        if found is None:
            self.wrong(file, "has no front matter; start it with lines between two `---`")
            return None
        located = self._compose(file, found["yaml"], 1)
        value = None if located is None else self._validate(file, located, adapter)
        return None if value is None else (value, found["body"], text[: found.start("body")].count("\n") + 1)

    def _validate[T](self, file: str, located: Located, adapter: TypeAdapter[T]) -> T | None:
        self.located[file] = located
        try:
            return adapter.validate_python(located.data)
        except ValidationError as failed:
            for error in failed.errors(include_url=False):
                where = ".".join(str(part) for part in error["loc"])
                hint = "; remove it or correct its name" if error["type"] == "extra_forbidden" else ""
                told = f"{where}: {error['msg']}{hint}" if where else f"{error['msg']}{hint}"
                self.wrong(file, told, *error["loc"])
            return None

    def locate(self, file: str) -> None:
        """Find the lines of a YAML or JSON file that somebody else reads; a text that is neither has none."""
        text = self.text(file)
        if text is None or file in self.located:
            return
        loader, lines, noted = _LOADER(text), dict[Location, int](), len(self.mistakes)
        with contextlib.suppress(yaml.YAMLError):
            self._walk(file, loader.get_single_node() or yaml.ScalarNode("", ""), (), lines, 0)
            self.located[file] = Located({}, lines)
        del self.mistakes[noted:]  # whoever reads the file judges it
        loader.dispose()

    def _compose(self, file: str, text: str, offset: int) -> Located | None:
        loader = _LOADER(text)
        lines: dict[Location, int] = {}
        try:
            node = loader.get_single_node()
            if node is None:
                return Located({}, lines)
            self._walk(file, node, (), lines, offset)
            return Located(loader.construct_document(node), lines)
        except yaml.YAMLError as mistake:
            mark = getattr(mistake, "problem_mark", None)
            line = 1 if mark is None else mark.line + 1 + offset
            self.wrong(file, f"is not YAML: {getattr(mistake, 'problem', None) or mistake}", line)
            return None
        finally:
            loader.dispose()

    def _walk(self, file: str, node: yaml.Node, here: Location, lines: dict[Location, int], offset: int) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                place: Location = (*here, str(key.value))
                line = key.start_mark.line + 1 + offset
                if place in lines:
                    self.mistakes.append(Mistake(file, line, f"{key.value!r} is there twice; keep one"))
                lines[place] = line
                self._walk(file, value, place, lines, offset)
        elif isinstance(node, yaml.SequenceNode):
            for position, item in enumerate(node.value):
                lines[(*here, position)] = item.start_mark.line + 1 + offset
                self._walk(file, item, (*here, position), lines, offset)
