"""What is allowed: pure rules. No I/O, no clock, no randomness; same input, same verdict."""
