"""Routes of this service."""

from __future__ import annotations

from fastapi import APIRouter

from sandbox.state import Sandbox


def ecb_router(box: Sandbox) -> APIRouter:  # noqa: ARG001
    """All routes."""
    return APIRouter()
