"""Publish: versioned files, one atomic swap, rollback, retention."""
