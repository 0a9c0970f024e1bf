"""What is asked of a case, as values: words in, typed filters out. Knows no SQL and no window."""
