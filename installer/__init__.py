"""Tools that make what the program ships with; run by hand, never by the program itself."""
