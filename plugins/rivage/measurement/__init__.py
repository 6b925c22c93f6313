"""Statistics and text measures: functions of arrays and tables that know no stage and no API."""
