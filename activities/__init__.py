"""What touches the world: one module a step."""
