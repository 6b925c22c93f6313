"""The analytics Data API v1beta and its token exchange (contract: web.md 1)."""
