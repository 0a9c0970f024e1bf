"""A city that does not exist: streets, cameras, people and cars with truth, and what trackers see.

Everything follows from the settings and the seed. Knows nothing of cases.
"""
