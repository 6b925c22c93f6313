"""The private warehouse: loads landing, runs dbt, keeps the ledger of what it loaded."""
