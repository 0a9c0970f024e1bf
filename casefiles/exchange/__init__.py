"""Tables and formats of others: camera lists in, tracks and detections out."""
