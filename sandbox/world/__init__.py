"""The simulated brand "Atelier Rivage": one seed, one world, every day can be made alone."""

from sandbox.world.config import WorldConfig
from sandbox.world.world import World

__all__ = ["World", "WorldConfig"]
