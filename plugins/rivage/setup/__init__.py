"""Setting Rivage up: values for a brand's sources, tested, and kept in `.env`."""
