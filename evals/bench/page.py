"""What do the figures look like? The generated part of docs/bench.md, and its plot."""

from pathlib import Path

from evals.figures import ROOT, Results
from evals.tables import table

PAGE = ROOT / "docs" / "bench.md"
PLOT = ROOT / "docs" / "bench.svg"
MARK = "<!-- figures -->"

_KINDS = (("no_model", "no model"), ("model", "one model call"), ("tool", "model, tool, model"))
_SIDES = (("handrail", "#1f6feb", "Handrail"), ("bare", "#9aa4b2", "bare Temporal"))
_LEVELS = (1, 16, 64)
_WIDE, _HIGH, _LEFT, _BASE = 860, 320, 60, 260


def write_page(results: Results, page: Path = PAGE, plot: Path = PLOT) -> None:
    """Write the figures behind the mark in the page, whose words before it are a person's; and the plot."""
    words = page.read_text(encoding="utf-8").partition(MARK)[0] if page.exists() else "# The benchmark\n\n"
    page.write_text(f"{words}{MARK}\n\n{table(results)}", encoding="utf-8")
    plot.write_text(draw(results), encoding="utf-8")


def draw(results: Results) -> str:
    """Turns a second of both sides as bars: three kinds of turns, each at 1, 16 and 64 conversations."""
    rates = {
        (kind, level, side): results.figures[f"turns_per_s_{kind}_{level}_{side}"].value
        for kind, _ in _KINDS
        for level in _LEVELS
        for side, _, _ in _SIDES
    }
    top = max(rates.values())
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}"',
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDE}" height="{_HIGH}" fill="white"/>',
        f'<text x="{_LEFT}" y="20">Turns a second by kind of turn and conversations at once</text>',
        f'<line x1="{_LEFT}" y1="{_BASE}" x2="{_WIDE - 20}" y2="{_BASE}" stroke="#333"/>',
    ]
    for place, (side, colour, name) in enumerate(_SIDES):
        x = 560 + place * 110
        parts.append(f'<rect x="{x}" y="10" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{x + 18}" y="20">{name}</text>')
        parts.extend(_bars(rates, side, colour, place, top))
    for group, (_, name) in enumerate(_KINDS):
        parts.append(f'<text x="{_LEFT + group * 260 + 115}" y="{_BASE + 42}" text-anchor="middle">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _bars(rates: dict[tuple[str, int, str], float], side: str, colour: str, place: int, top: float) -> list[str]:
    parts: list[str] = []
    for group, (kind, _) in enumerate(_KINDS):
        for number, level in enumerate(_LEVELS):
            value = rates[kind, level, side]
            high = value / top * 200
            x = _LEFT + group * 260 + number * 80 + place * 34
            parts.append(f'<rect x="{x}" y="{_BASE - high:.1f}" width="32" height="{high:.1f}" fill="{colour}"/>')
            parts.append(f'<text x="{x + 16}" y="{_BASE - high - 4:.1f}" text-anchor="middle">{value:.1f}</text>')
            if place == 0:
                parts.append(f'<text x="{x + 33}" y="{_BASE + 18}" text-anchor="middle">{level}</text>')
    return parts
