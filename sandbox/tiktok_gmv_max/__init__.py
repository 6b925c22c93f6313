"""GMV Max of the Marketing API: stores, campaigns and a report of its own."""
