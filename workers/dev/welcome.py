"""What does a newcomer see when everything runs?"""

import sys
from pathlib import Path

import yaml
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from contracts.pack import ModelTier, PackManifest
from workers.dev.places import ROOT, DevSettings, Places, Ports

STANDIN = "stand-in model, not an LLM — free"
_SENTENCES = {
    "airline": (
        ("C101 Anna Keller", "Hi there"),
        ("C101 Anna Keller", "How much is an extra bag?"),
        ("C101 Anna Keller", "Move me to tomorrow's morning flight"),
        ("C102 David Okafor", "My flight was cancelled, what can you do for me?"),
        ("C103 Maria Santos", "My bag is lost"),
        ("visitor", "When does my booking leave?   (then: K7Q2LM, Keller)"),
        ("anyone", "I want a person   (answer at the desk, see above)"),
    ),
    "bank": (
        ("P201 Lena Hartmann, at the bank", "Transfer 120 euros to Jonas Weber for the concert tickets"),
        ("P205 Oskar Brandt, at the bank", "My card was stolen"),
    ),
}
"""What to say to each of the demo's companies, by its folder's name."""


def show_addresses(console: Console, settings: DevSettings, places: Places, ports: Ports, ui_url: str) -> None:
    """Print where everything is, which model answers at what price, and what to type."""
    base = f"http://127.0.0.1:{ports.gateway}"
    table = Table(title="Handrail runs", title_justify="left", show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    rows = [("Customer chat", f"{base}/chat"), ("API docs", f"{base}/docs"), ("Health", f"{base}/readyz")]
    rows += [("Temporal UI", ui_url)] if ui_url else []
    rows += [("Model", describe_model(settings))]
    command = _name_command(ports.gateway)
    rows += [("Terminal chat", f"{command} chat --as C101"), ("Terminal desk", f"{command} desk")]
    rows += [("Data and logs", str(places.data))]
    for name, value in rows:
        table.add_row(name, value)
    console.print(table)
    _show_sentences(console, [Path(folder).name for folder in settings.packs.split(":")])
    console.print("Ctrl-C stops everything; the data stays for the next start.")


def _show_sentences(console: Console, packs: list[str]) -> None:
    """Print what can be tried, as far as it is the demo's companies that are served."""
    rows = [row for pack in packs for row in _SENTENCES.get(pack, ())]
    sentences = Table(title="Sentences to try", title_justify="left", show_header=False, pad_edge=False, box=None)
    for who, sentence in rows:
        sentences.add_row(f"  as {who}", sentence)
    if rows:
        console.print(sentences)


def _name_command(port: int) -> str:
    """How our commands are typed in the project's folder, so that they find the gateway at this port."""
    found = Path(sys.executable)
    python = str(found.relative_to(ROOT)) if found.is_relative_to(ROOT) else str(found)
    moved = "" if port == DevSettings.model_fields["port"].default else f"HANDRAIL_PORT={port} "
    return f"{moved}{python} -m workers"


def describe_model(settings: DevSettings) -> str:
    """Say which model answers, at what price, and where a day's spending ends."""
    if settings.uses_standin:
        return STANDIN
    limit = f"at most {settings.daily_budget_usd:.2f} USD a day (HANDRAIL_DAILY_BUDGET_USD)"
    tiers = read_tiers(settings.packs.split(":")[0])
    names = "; ".join(f"{name}: {_price(tier)}" for name, tier in tiers.items()) or "the pack's models"
    if settings.openai_base_url:
        return f"{names}, at {settings.openai_base_url} (OPENAI_BASE_URL); {limit}"
    return f"{names}; {limit}"


def read_tiers(pack: str) -> dict[str, ModelTier]:
    """Read the model tiers of a pack's manifest; none where it cannot be read (the gateway says what is wrong)."""
    try:
        content = yaml.safe_load((Path(ROOT) / pack / "pack.yaml").read_text(encoding="utf-8"))
        return {**PackManifest.model_validate(content).tiers}
    except (OSError, yaml.YAMLError, ValidationError):
        return {}


def _price(tier: ModelTier) -> str:
    dollars = (tier.price.input / 1e6, tier.price.cached_input / 1e6, tier.price.output / 1e6)
    return f"{tier.model} ({dollars[0]:g}/{dollars[1]:g} USD in/cached, {dollars[2]:g} USD out, a million tokens)"
