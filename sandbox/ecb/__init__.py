"""The reference rates of the central bank."""
