"""Does the id of a build tell code from other code, wherever in it the difference is?"""

from pathlib import Path

from workers.build import build_id_of


def build_of(folder: Path, files: dict[str, str]) -> str:
    for name, source in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(source, encoding="utf-8")
    return build_id_of(folder)


def test_other_code_has_another_id_and_the_same_code_the_same_one_anywhere(tmp_path: Path) -> None:
    code = {"workflows/one.py": "def f():\n    return 1\n", "activities/deep/two.py": ""}
    built = build_of(tmp_path / "here", code)
    assert build_of(tmp_path / "there", code) == built
    others = {
        "within a function": {**code, "workflows/one.py": "def f():\n    return 2\n"},
        "under another name": {"workflows/other.py": code["workflows/one.py"], "activities/deep/two.py": ""},
        "one file more": {**code, "contracts/three.py": ""},
        "moved from file to file": {"workflows/one.py": "", "activities/deep/two.py": code["workflows/one.py"]},
    }
    assert len({built, *(build_of(tmp_path / why, files) for why, files in others.items())}) == 1 + len(others)


def test_what_is_no_code_of_ours_changes_nothing(tmp_path: Path) -> None:
    code = {"workflows/one.py": "1\n"}
    assert build_of(tmp_path / "a", code) == build_of(
        tmp_path / "b", {**code, "tests/t.py": "", "workers/page.css": ""}
    )
