"""Video synopsis: objects of different times shown together over one background. Arrays only."""
