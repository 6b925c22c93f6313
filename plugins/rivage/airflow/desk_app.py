"""The desk inside Airflow: its login tells who is there, its auth manager what they may do.

Imported by the API server alone; every other process would pay for FastAPI and get nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import get_user
from airflow.configuration import conf
from fastapi import Depends, HTTPException, Request

from rivage import stages
from rivage.airflow.names import BUILD_DAG
from rivage.desk.answers import House
from rivage.desk.web import make_app
from rivage.settings import Settings

if TYPE_CHECKING:
    from airflow.api_fastapi.auth.managers.base_auth_manager import ResourceMethod


def _may(method: ResourceMethod, user: Any) -> bool:
    """Asked of the auth manager each time."""
    return bool(
        get_auth_manager().is_authorized_dag(
            method=method, access_entity=DagAccessEntity.RUN, details=DagDetails(id=BUILD_DAG),
            user=user,
        )
    )  # fmt: skip


def _viewer(user: Annotated[Any, Depends(get_user)]) -> Any:
    """Who may see the runs of the builds may see what they were worth."""
    if not _may("GET", user):
        raise HTTPException(403, "Your role sees no runs of the builds.")
    return user


def _may_act(user: Any) -> bool:
    """Who may rerun builds may also decide about them."""
    return _may("PUT", user)


def _rollback(settings: Settings, version: str, by: str, why: str) -> object:
    return stages.rollback(settings, version, by=by, why=why)


def _log_in(request: Request) -> str:
    return str(get_auth_manager().get_url_login(next_url=str(request.url)))


app = make_app(
    House(
        current_user=_viewer,
        name_of=lambda user: str(user.get_name()),
        may_act=_may_act,
        rollback=_rollback,
        log_in=_log_in,
        hosts=frozenset({urlsplit(conf.get("api", "base_url", fallback="")).netloc}),
    )
)
