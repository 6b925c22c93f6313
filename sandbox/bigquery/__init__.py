"""Tables of the analytics warehouse as BigQuery serves them over REST (contract: bigquery.md)."""
