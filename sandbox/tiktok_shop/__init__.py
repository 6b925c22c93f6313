"""TikTok Shop Open API: a signed gateway in front of orders, after-sales, listings, analytics."""
