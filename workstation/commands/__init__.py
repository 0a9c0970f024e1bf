"""One module a family of commands: options in, use case called, result printed."""
