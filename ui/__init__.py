"""Qt widgets and windows: they display and report gestures, and never run SQL, decode or infer."""
