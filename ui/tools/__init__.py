"""Mouse state machines and the hit tests they use."""
