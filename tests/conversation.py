"""How does a test talk with Handrail? As a measurement does."""

from evals.conversation import RESTING, Conversation, admin, headers, ledger, standin, token

__all__ = ["RESTING", "Conversation", "admin", "headers", "ledger", "standin", "token"]
