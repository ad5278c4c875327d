"""The airline's pack, loaded once, and a folder for packs with mistakes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from contracts.pack import Pack
from contracts.values import JsonObject
from storage.packs import load_pack

ROOT = Path(__file__).parents[2]
AIRLINE = ROOT / "packs" / "airline"
VARIABLES = {"HANDRAIL_SYSTEMS_URL": "http://127.0.0.1:18083"}

SMALLEST: dict[str, str] = {
    "pack.yaml": """\
name: shop
title: Corner Shop
version: 1.0.0
locales: [en]
channels:
  web: {max_length: 4000, can_retract: true, buttons: true}
tiers:
  fast: &tier
    model: any
    price: {input: 1, cached_input: 1, output: 1}
    first_token_timeout: 5s
    timeout: 10s
  planner: *tier
""",
    "tools.yaml": """\
systems:
  stock: {document: openapi/stock.json, server: "http://stock.test/", audience: stock}
tools:
  find_item:
    system: stock
    kind: read
    status: Looking…
    assurance: anonymous
    parameters:
      name: {source: choice}
""",
}


def stock_document() -> JsonObject:
    """An OpenAPI document with one read."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Stock", "version": "1"},
        "paths": {
            "/items": {
                "get": {
                    "operationId": "find_item",
                    "parameters": [{"name": "name", "in": "query", "required": True, "schema": {"type": "string"}}],
                    "responses": {
                        "200": {
                            "content": {
                                "application/json": {
                                    "schema": {
                                        "type": "object",
                                        "properties": {"price": {"type": "integer"}, "note": {"type": "string"}},
                                    }
                                }
                            }
                        }
                    },
                }
            }
        },
    }


@pytest.fixture(scope="session")
def airline() -> Pack:
    """The pack of Northwind Air."""
    return load_pack(AIRLINE, VARIABLES)


@pytest.fixture
def write_pack(tmp_path: Path) -> Callable[..., Path]:
    """Write the smallest pack, with these files added or replaced, and return its folder."""

    def write(files: dict[str, str] | None = None, document: JsonObject | None = None) -> Path:
        folder = tmp_path / "shop"
        texts = {**SMALLEST, "openapi/stock.json": json.dumps(document or stock_document()), **(files or {})}
        for name, text in texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture(scope="session")
def paraphrases() -> dict[str, dict[str, list[str]]]:
    """Sentences that the examples do not contain, by part and intent."""
    return yaml.safe_load((Path(__file__).parent / "paraphrases.yaml").read_text(encoding="utf-8"))
