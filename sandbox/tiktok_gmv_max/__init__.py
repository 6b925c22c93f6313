"""GMV Max of the ad platform."""
