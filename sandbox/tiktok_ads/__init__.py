"""The ad platform's Marketing API v1.3 (contract: tiktok.md 1 to 5, 13.2)."""
