"""The one file of this folder that Airflow's plugin loader imports; keep it light."""

import os
import sys
from typing import Any

from airflow.plugins_manager import AirflowPlugin

DESK = "/rivage/desk"


def serves_people() -> bool:
    """Whether this process is the API server that people's browsers talk to."""
    words = " ".join(sys.argv[:3])
    return "api" in words and os.environ.get("AIRFLOW_API_APPS", "all") != "execution"


def desk() -> list[dict[str, Any]]:
    """The desk's application; the other processes would only pay for its imports."""
    if not serves_people():
        return []
    from rivage.airflow.desk_app import app

    return [{"app": app, "url_prefix": DESK, "name": "Rivage desk"}]


class RivagePlugin(AirflowPlugin):
    """The desk, as pages inside Airflow."""

    name = "rivage"
    fastapi_apps = desk()
    external_views = [  # noqa: RUF012 - Airflow reads it from the class
        {
            "name": "Rivage desk", "href": f"{DESK}/", "url_route": "rivage-desk",
            "destination": "nav",
        }
    ]  # fmt: skip
