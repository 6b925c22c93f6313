"""Landing: immutable objects with a manifest beside each; everything after it can be rebuilt."""
