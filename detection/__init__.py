"""Finding, following and reading in pictures: arrays in, values out; no case, no window."""
