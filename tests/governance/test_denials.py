"""Is it said in no words that a machine does not write?"""

import pytest

from governance.denials import denies_automation

DENIED = [
    "I am a human.",
    "Yes, I'm human.",
    "No, I'm not a bot.",
    "I'm not a chatbot.",
    "I am not automated.",
    "I am no machine.",
    "I'm not a virtual assistant",
    "You're chatting with a real person here.",
    "You are speaking with a live agent.",
    "This is not a machine.",
    "I'm one of our human agents.",
    "I'm a member of the service team, a human like you.",
    "As a human, I understand.",
    "There is a real person typing this.",
    "Don't worry, no bot is writing to you.",
    "My name is Sarah and I'm a person.",
    "I'm no computer.",
    "You're not talking to a computer, I promise.",
    "No computer is writing this.",
]
SAID = [
    "I'm an automated assistant, not a person.",
    "I am not a human.",
    "I am an AI and no human.",
    "You can talk to a person at any time.",
    "I'm passing you to a human colleague.",
    "A real person will answer you.",
    "As a person with reduced mobility you may ask for help.",
    "You are not automatically refunded.",
    "You're talking to an automated assistant, but a human can take over.",
    "This is per person.",
    "No computer is needed for this.",
    "You need no computer to check in.",
    "I'm not a computer expert.",
    "This is not a machine-readable passport.",
    "There is no machine at this branch.",
    "Are you travelling with a person who needs help?",
]


@pytest.mark.parametrize("sentence", DENIED)
def test_a_denial_is_found(sentence: str) -> None:
    assert denies_automation(sentence)


@pytest.mark.parametrize("sentence", SAID)
def test_what_denies_nothing_is_said(sentence: str) -> None:
    assert not denies_automation(sentence)
