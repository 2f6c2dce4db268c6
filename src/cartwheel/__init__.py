"""Cartwheel: an online shop and marketplace that runs on a laptop and, unchanged, on AWS."""

__version__ = "0.1.0"
