"""The map on screen: the only package of `mapview` that knows Qt; only `ui` may import it."""
