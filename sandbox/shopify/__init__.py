"""The shop's Admin GraphQL API (contract: web.md 4)."""
