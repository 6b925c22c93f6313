"""Statistics and text measures: functions of arrays and tables that know no stage and no API.

Experiments: `panel` (rows to geos by days), `did`, `synthetic_control` and `augmented` (what a geo
test brought), `switchback`, `cuped`, `holdout`, `evidence` (how much one proves), `calibration`
(from experiments to factors), `planner` (which geos to treat, for how long).
"""
