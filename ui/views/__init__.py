"""What draws: tiles, overlay, timeline. Gestures leave as signals."""
