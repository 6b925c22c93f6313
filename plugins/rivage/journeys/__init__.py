"""From files of paths, or of touches and orders, to what the models of `measurement` read."""
