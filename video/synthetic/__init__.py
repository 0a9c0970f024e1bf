"""Clips whose truth is painted into them: what seeking and following are measured on."""
