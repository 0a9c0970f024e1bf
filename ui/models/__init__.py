"""Qt item models over rows that were read elsewhere."""
