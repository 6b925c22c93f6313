"""A local server that speaks the dialects of the ad, analytics and shop APIs over one brand.

Everything is simulated, deterministic and known: see `sandbox.world` for the truth behind it.
"""
