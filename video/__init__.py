"""Time, frames, decoding and picture geometry: knows nothing of cases, models or windows."""
