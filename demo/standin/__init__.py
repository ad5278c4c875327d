"""Who answers when no paid model is configured: a scripted OpenAI-compatible server, always labelled as such."""

LABEL = "stand-in model, not an LLM"
