"""The map: projection, viewport and layers; Qt only in `mapview.qt`, which only `ui` may import."""
