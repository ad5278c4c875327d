"""What becomes of tokens in a text that is masked again? They stay, alone or in a whole that was learned."""

from activities.masking import mask_known, mask_written


def test_a_value_that_reads_like_a_token_changes_none() -> None:
    mask = mask_known([("ADDRESS", "Address 2, Lane 7", "<ADDRESS_3>")])
    assert mask("Bring it to <ADDRESS_2>, not to Address 2, Lane 7") == "Bring it to <ADDRESS_2>, not to <ADDRESS_3>"


def test_a_whole_in_which_tokens_stand_becomes_one_token() -> None:
    mask = mask_written({"5 <NAME_1>": "<ADDRESS_2>", "Flat 5 <NAME_1>, Ulm": "<ADDRESS_1>"})
    assert mask("Flat 5 <NAME_1>, Ulm; 15 <NAME_1>") == "<ADDRESS_1>; 15 <NAME_1>"
