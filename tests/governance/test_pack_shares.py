"""Does a share get its share, the same requests each time, and only what exists?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import new_request_id
from governance.pack_shares import WHOLE, Share, choose_version, policies_for, split, whole

REQUESTS = [f"request-{number:026d}" for number in range(4_000)]
SPLIT = split(whole("old"), "new", 0.3)


def test_a_share_of_0_3_gets_about_three_in_ten() -> None:
    chosen = [choose_version(request, SPLIT) for request in REQUESTS]
    assert chosen.count("new") / len(chosen) == pytest.approx(0.3, abs=0.025)
    assert chosen == [choose_version(request, SPLIT) for request in REQUESTS]


def test_a_growing_share_takes_from_the_first_only() -> None:
    small, large = split(whole("old"), "new", 0.1), split(whole("old"), "new", 0.3)
    before = {request for request in REQUESTS if choose_version(request, small) == "new"}
    assert before
    assert before < {request for request in REQUESTS if choose_version(request, large) == "new"}


@given(st.floats(min_value=0.0001, max_value=0.9999))
def test_shares_add_up_and_every_request_gets_one(share: float) -> None:
    shares = split(whole("old"), "new", share)
    assert sum(one.parts for one in shares) == WHOLE
    assert choose_version(new_request_id(), shares) in {"old", "new"}


@pytest.mark.parametrize("share", [0, 1, -0.2, 1.5, 0.00001])
def test_a_share_that_leaves_one_nothing_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        split(whole("old"), "new", share)


def test_there_must_be_another_version_to_share_with() -> None:
    with pytest.raises(ValueError, match="no other version"):
        split(whole("new"), "new", 0.5)
    with pytest.raises(ValueError, match="no other version"):
        split((), "new", 0.5)


def test_a_third_version_takes_the_seconds_place() -> None:
    assert [share.digest for share in split(SPLIT, "third", 0.5)] == ["old", "third"]


def test_shares_that_do_not_add_up_choose_nothing() -> None:
    with pytest.raises(ValueError, match="add up"):
        [choose_version(request, [Share(digest="a", parts=1)]) for request in REQUESTS]


def test_a_version_that_is_active_judges_its_own_requests() -> None:
    assert policies_for("request-1", "new", SPLIT) == "new"
    assert policies_for("request-1", "withdrawn", whole("old")) == "old"
    assert policies_for("request-1", "withdrawn", ()) is None
