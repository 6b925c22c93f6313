"""Files the team keeps by hand: their schema, reading and checks. Knows no stage and no API."""
