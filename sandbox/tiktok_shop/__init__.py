"""The Shop Open API."""
