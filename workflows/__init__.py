"""What happens, in order: deterministic orchestration."""
