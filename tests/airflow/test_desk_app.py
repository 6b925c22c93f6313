"""Who sees the desk is for Airflow's auth manager to say: a role without rights sees nothing."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import HTTPException


class Manager:
    """Grants its methods on the runs of the builds and nothing else."""

    def __init__(self, *granted: str) -> None:
        self.granted = granted

    def is_authorized_dag(
        self, *, method: str, access_entity: Any, details: Any, user: Any
    ) -> bool:
        asked = (access_entity.value, details.id, user)
        return method in self.granted and asked == ("RUN", "build_marts", "anna")


@pytest.mark.parametrize(
    ("granted", "sees", "acts"),
    [((), False, False), (("GET",), True, False), (("GET", "PUT"), True, True)],
)
def test_the_auth_manager_is_asked_about_the_runs_of_the_builds(
    monkeypatch: pytest.MonkeyPatch, granted: tuple[str, ...], sees: bool, acts: bool
) -> None:
    from rivage.airflow import desk_app

    monkeypatch.setattr(desk_app, "get_auth_manager", lambda: Manager(*granted))
    assert desk_app._may_act("anna") is acts
    if sees:
        assert desk_app._viewer("anna") == "anna"
    else:
        with pytest.raises(HTTPException) as refused:
            desk_app._viewer("anna")
        assert refused.value.status_code == 403
