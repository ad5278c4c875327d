"""Is any change to the chain of records found, and where?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.audit_chain import GENESIS, ChainedRecord, next_hash, verify


def chain(texts: list[str]) -> list[ChainedRecord]:
    rows: list[ChainedRecord] = []
    previous = GENESIS
    for number, text in enumerate(texts):
        record = {"n": number, "text": text}
        own = next_hash(previous, {**record})
        rows.append(ChainedRecord(record={**record}, previous=previous, hash=own))
        previous = own
    return rows


TEXTS = st.lists(st.text(max_size=5), min_size=1, max_size=6)


@given(TEXTS)
def test_an_untouched_chain_verifies(texts: list[str]) -> None:
    rows = chain(texts)
    assert verify(rows) is None
    assert verify(rows, head=rows[-1].hash) is None


@given(texts=TEXTS, data=st.data())
def test_one_changed_record_is_named(texts: list[str], data: st.DataObject) -> None:
    rows = chain(texts)
    place = data.draw(st.integers(0, len(rows) - 1))
    rows[place] = rows[place].model_copy(update={"record": {"n": place, "text": texts[place] + "!"}})
    assert verify(rows) == place


@given(texts=TEXTS, data=st.data())
def test_a_removed_a_doubled_or_a_cut_record_is_found(texts: list[str], data: st.DataObject) -> None:
    rows = chain([*texts, "last"])
    head = rows[-1].hash
    place = data.draw(st.integers(0, len(rows) - 2))
    assert verify(rows[:place] + rows[place + 1 :]) == place
    assert verify([*rows[: place + 1], *rows[place:]]) == place + 1
    assert verify(rows[:-1]) is None
    assert verify(rows[:-1], head=head) == len(rows) - 1


def test_no_records_are_whole_unless_a_head_is_known() -> None:
    assert verify([]) is None
    assert verify([], head=GENESIS) is None
    assert verify([], head="f" * 64) == 0


def test_each_hash_covers_the_one_before_and_its_column_is_checked() -> None:
    assert next_hash(GENESIS, {"n": 1}) != next_hash("f" * 64, {"n": 1})
    rows = chain(["a", "b", "c"])
    rows[1] = rows[1].model_copy(update={"previous": "f" * 64})
    assert verify(rows) == 1


def test_a_hash_of_another_length_is_no_predecessor() -> None:
    with pytest.raises(ValueError, match="GENESIS"):
        next_hash("", {})
