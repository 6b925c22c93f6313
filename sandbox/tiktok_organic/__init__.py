"""The Accounts API."""
