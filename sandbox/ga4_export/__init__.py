"""Daily event files in the schema of the analytics warehouse export (contract: web.md 2)."""
