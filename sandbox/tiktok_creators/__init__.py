"""TikTok One."""
