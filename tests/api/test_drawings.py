"""Is a pack's own drawing served as a picture that may do nothing, and nothing else of the pack?"""

import hashlib
from pathlib import Path

import httpx2
import pytest

from tests.stack import Stack

TAG = Path(__file__).parents[2] / "packs" / "airline" / "media" / "bag-tag.svg"
DIGEST = hashlib.sha256(TAG.read_bytes()).hexdigest()[:16]


def get(stack: Stack, path: str) -> httpx2.Response:
    return stack.http.get(f"{stack.url}{path}")


def test_every_drawing_of_a_pack_is_served_as_a_picture_that_may_do_nothing(stack: Stack) -> None:
    answer = get(stack, f"/media/airline/{DIGEST}/{TAG.name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.content == TAG.read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        f"/media/airline/{'0' * 16}/{TAG.name}",
        f"/media/airline/{DIGEST}/bicycle.svg",
        f"/media/bank/{DIGEST}/{TAG.name}",
        f"/media/nobody/{DIGEST}/{TAG.name}",
        f"/media/airline/{DIGEST}/..%2Fpack.yaml",
        f"/media/airline/{TAG.name}",
    ],
)
def test_nothing_else_is_served(stack: Stack, path: str) -> None:
    assert get(stack, path).status_code == 404
