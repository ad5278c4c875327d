"""Is a pack's own drawing served as a picture that may do nothing, and nothing else of the pack?"""

import httpx2
import pytest

from tests.stack import Stack


def get(stack: Stack, path: str) -> httpx2.Response:
    return stack.http.get(f"{stack.url}{path}")


def test_every_drawing_of_a_pack_is_served_as_a_picture_that_may_do_nothing(stack: Stack) -> None:
    answer = get(stack, "/media/airline/bag_tag")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "0NW445566" in answer.text


@pytest.mark.parametrize(
    "path",
    ["/media/airline/lost_bag_form", "/media/airline/nothing", "/media/nobody/bag_tag", "/media/airline/..%2Fpack"],
)
def test_nothing_else_is_served(stack: Stack, path: str) -> None:
    assert get(stack, path).status_code == 404
