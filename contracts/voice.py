"""How does the company sound? Its voice, and the wording that the runtime itself uses."""

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from contracts.template import check_template, template_paths
from contracts.values import Frozen

Template = Annotated[str, AfterValidator(check_template)]


class Wording(Frozen):
    """What the runtime itself says, in one locale; each has an English default so that a small pack is whole.

    A text may name only the values that its default names: nothing else is there when it is said.
    """

    greeting: Template = "Hello, how can I help?"
    automated_notice: Template = "You are talking to an automated assistant. You can ask for a person at any time."
    fallback: Template = "I'm sorry, I can't answer that reliably. Let me find someone who can."
    choices: Template = Field(
        default="You can answer: {choices}.", description="Fills {choices}; said where there are no buttons"
    )
    clarify: Template = "I'm not sure I understood. Could you tell me in a few other words what you need?"
    clarify_choices: tuple[str, ...] = Field(
        default=(), max_length=6, description="Answers to `clarify` that the customer may choose from"
    )
    handoff_waiting: Template = "I'm passing you to a colleague, who sees everything we've written. Please stay here."
    emergency: Template = (
        "If somebody is in danger, please call the emergency number now; in Europe it is 112. "
        "I'm passing you to a colleague at once, who sees everything we've written."
    )
    self_harm: Template = (
        "I'm sorry that you feel like this. You needn't be alone with it: if your life is in danger, please call the "
        "emergency number now; in Europe it is 112. I'm passing you to a colleague at once, who sees what you wrote."
    )
    handoff_claimed: Template = "A colleague has joined and will answer you now."
    handoff_returned: Template = "I'm back and will go on from here."
    model_down: Template = "I can't look into that just now. A colleague will take over."
    contradiction: Template = (
        "Our systems disagree about something this depends on, so I stop here. A colleague decides."
    )
    disagreement: Template = Field(
        default="Our systems disagree about {about}: {statements}.", description="Fills {about} and {statements}"
    )
    disagreement_decided: Template = Field(default="What counts is {source}.", description="Fills {source}")
    disagreement_open: Template = "I can't tell which of them is right."
    delayed: Template = "This is taking longer than usual. Your message is safe and I'm still on it."
    confirm_prompt: Template = "Please check the details below. Nothing happens until you confirm."
    confirm_code: Template = Field(default="To confirm, reply with {code}.", description="Fills {code}")
    confirm_again: Template = (
        "To be sure that we mean the same: please check these details once more. Nothing happens until you confirm."
    )
    confirm_void: Template = "The details have changed since I showed them, so nothing was done."
    confirm_expired: Template = "The confirmation has expired, so nothing was done. Shall I prepare it again?"
    confirmed: Template = "Done. Everything you confirmed has been carried out."
    declined: Template = "All right, I have changed nothing."
    withdrawn: Template = "All right, I have stopped. Whatever had begun is undone."
    approval_waiting: Template = Field(
        default="A {role} has to approve this first. I'll write as soon as I know.", description="Fills {role}"
    )
    approval_expired: Template = "This was not approved in time, so nothing was changed. Shall I prepare it again?"
    waiting_for_company: Template = "I'm waiting for an answer from our systems and will write to you first."
    approval_denied: Template = "I'm sorry, this was not approved, so nothing was changed."
    code_sent: Template = Field(
        default="Before this can be done, please enter the six-digit code that we have sent to {sent_to}.",
        description="Fills {sent_to}",
    )
    code_part: Template = "Thank you. And the other digits of the code?"
    code_wrong: Template = "That is not the code. Please check it and try again."
    code_locked: Template = "That did not work several times, so this is locked for now. A colleague can help you."
    code_wait: Template = "I can't send another code yet. Please use the last one, or try again a little later."
    code_failed: Template = "I could not send you the code. A colleague will take over."
    needs_identification: Template = "I need to find your record first."
    identified: Template = "Thank you, I have found it."
    identification_failed: Template = "I could not find a record with these details. Please check them and try again."
    identification_locked: Template = "That did not work several times, so this record is locked for now."
    needs_sign_in: Template = "Please sign in first, so that I know that this is your account."
    refused: Template = "I'm sorry, I can't do that."
    not_mine: Template = "I can only help with your own records."
    uncertain: Template = "I can't yet see whether this went through. A colleague is checking, please don't repeat it."
    half_done: Template = "Only a part of this was done, and I couldn't undo it. A colleague is seeing to it now."
    which_request: Template = Field(
        default="You have several open requests with us. Which one is this about? {options}. Reply with its number.",
        description="Fills {options}",
    )
    another_request: Template = "something new"
    too_long: Template = "That message is too long for me. Please send it in shorter parts."
    card_not_kept: Template = (
        "Please don't write card numbers here: we keep only the last four digits. Use the payment form instead."
    )
    closed: Template = "This conversation is closed. Write any time to start a new one."
    error: Template = "Something went wrong on our side. Your message is safe, please give me a moment."

    @field_validator("*")
    @classmethod
    def _reads_what_is_there[T](cls, text: T, about: ValidationInfo) -> T:
        if not isinstance(text, str):
            return text
        known = template_paths(cls.model_fields[about.field_name or ""].default)
        for path in template_paths(text):
            if path not in known:
                there = ", ".join(f"{{{one}}}" for one in known) or "no value"
                raise ValueError(f"nothing fills {{{path}}} here; there is {there}")
        return text


class Voice(Frozen):
    """voice.yaml: how the company sounds and what it never says."""

    brand: str = ""
    tone: tuple[str, ...] = ()
    forbidden_topics: tuple[str, ...] = ()
    forbidden_promises: tuple[str, ...] = Field(default=(), description="Phrases that a reply may not contain")
    competitors: tuple[str, ...] = Field(
        default=(), description="Names that a reply may not bring up, unless a passage or a fact does"
    )
    wording: dict[str, Wording] = Field(default={}, description="Locale → the runtime's own wording")
