"""Pairs of points, one in a picture and one on the ground: marked, judged and corrected."""
