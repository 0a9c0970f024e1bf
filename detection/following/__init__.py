"""Following one thing over several cameras: the maths, without a case."""
