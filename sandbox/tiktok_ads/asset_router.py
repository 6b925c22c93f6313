"""Routes of pixels, Smart+ and other assets."""

from __future__ import annotations

from fastapi import APIRouter

from sandbox.state import Sandbox


def asset_router(box: Sandbox) -> APIRouter:  # noqa: ARG001
    """All routes."""
    return APIRouter()
