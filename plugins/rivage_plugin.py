"""The one file of this folder that Airflow's plugin loader imports; keep it light."""

from airflow.plugins_manager import AirflowPlugin


class RivagePlugin(AirflowPlugin):
    """Makes Rivage show up under Admin > Plugins; pages are added here."""

    name = "rivage"
