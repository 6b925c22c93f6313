"""The control plane under /_sandbox/: clock, faults, switches, truth, request log."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from sandbox.credentials import KEY_FILE, environment
from sandbox.faults import FaultFile, FaultRule
from sandbox.people import customers_truth
from sandbox.restatement import Restatement
from sandbox.settings import Settings
from sandbox.state import Sandbox
from sandbox.truth import account_truth, ads_daily, orders_truth, sessions_truth
from sandbox.truth_content import comments_truth, people_truth
from sandbox.truth_creators import creators_truth
from sandbox.truth_effects import experiments_truth, lives_truth
from sandbox.truth_shop import shop_orders_truth

FirstDay = Annotated[date | None, Query(alias="from")]
LastDay = Annotated[date | None, Query(alias="to")]


class ClockMove(BaseModel):
    """Either an instant or a step."""

    model_config = ConfigDict(extra="forbid")

    now: datetime | None = None
    advance_days: float | None = None


class Rewrite(BaseModel):
    """Multiplies spend and claims of account-local days."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    factor: float = Field(gt=0)


def control_router(box: Sandbox, expire_tokens: Any) -> APIRouter:
    """Routes of the control plane."""
    router = APIRouter(prefix="/_sandbox")

    def window(first: date | None, last: date | None) -> tuple[date, date]:
        config = box.world.config
        return first or config.day(0), last or config.day(config.days - 1)

    def clock_state(written: list[str]) -> dict[str, Any]:
        config = box.world.config
        return {
            "now": box.clock.now.isoformat().replace("+00:00", "Z"),
            "first_day": config.day(0).isoformat(),
            "last_day": config.day(config.days - 1).isoformat(),
            "written": written,
        }

    @router.get("/health")
    def health() -> dict[str, Any]:
        return {"status": "ok", "size": box.world.config.size, "seed": box.world.config.seed,
                **clock_state([])}  # fmt: skip

    @router.get("/clock")
    def clock() -> dict[str, Any]:
        return clock_state([])

    @router.post("/clock")
    def move(step: ClockMove) -> dict[str, Any]:
        if (step.now is None) == (step.advance_days is None):
            raise HTTPException(422, "give either now or advance_days")
        if step.now is not None:
            box.clock.set(step.now)
        else:
            box.clock.advance(step.advance_days or 0.0)
        return clock_state(box.exports.bring_up_to(box.clock.epoch))

    @router.get("/faults")
    def faults() -> list[FaultRule]:
        return box.faults.rules

    @router.put("/faults")
    def put_faults(plan: list[FaultRule] | FaultFile) -> list[FaultRule]:
        if isinstance(plan, FaultFile):
            box.faults.put(plan.rules, plan.seed)
        else:
            box.faults.put(plan)
        return box.faults.rules

    @router.delete("/faults")
    def delete_faults() -> list[FaultRule]:
        box.faults.clear()
        return []

    @router.get("/settings")
    def settings() -> Settings:
        return box.settings

    @router.put("/settings")
    def put_settings(changes: dict[str, Any]) -> Settings:
        try:
            box.settings = Settings.model_validate(box.settings.model_dump() | changes)
        except ValueError as wrong:
            raise HTTPException(422, str(wrong)) from None
        return box.settings

    @router.delete("/settings")
    def default_settings() -> Settings:
        box.settings = Settings()
        return box.settings

    @router.get("/restate")
    def restatements() -> list[dict[str, Any]]:
        return [asdict(change) for change in box.restatements.made]

    @router.post("/restate")
    def restate(change: Rewrite) -> list[dict[str, Any]]:
        box.restatements.made.append(Restatement(change.first, change.last, change.factor))
        return restatements()

    @router.delete("/restate")
    def forget_restatements() -> list[dict[str, Any]]:
        box.restatements.made.clear()
        return []

    @router.post("/expire_tokens")
    def expire() -> dict[str, str]:
        expire_tokens()
        return {"status": "expired"}

    @router.get("/truth/ads_daily")
    def truth_ads(first: FirstDay = None, last: LastDay = None) -> list[dict[str, Any]]:
        return ads_daily(box, *window(first, last))

    @router.get("/truth/orders")
    def truth_orders(first: FirstDay = None, last: LastDay = None) -> list[dict[str, Any]]:
        return orders_truth(box, *window(first, last))

    @router.get("/truth/sessions")
    def truth_sessions(first: FirstDay = None, last: LastDay = None) -> list[dict[str, Any]]:
        return sessions_truth(box, *window(first, last))

    @router.get("/truth/account")
    def truth_account(first: FirstDay = None, last: LastDay = None) -> list[dict[str, Any]]:
        return account_truth(box, *window(first, last))

    @router.get("/truth/creators")
    def truth_creators(first: FirstDay = None, last: LastDay = None) -> list[dict[str, Any]]:
        return creators_truth(box, *window(first, last))

    @router.get("/truth/shop_orders")
    def truth_shop_orders(first: FirstDay = None, last: LastDay = None) -> list[dict[str, Any]]:
        return shop_orders_truth(box, *window(first, last))

    @router.get("/truth/lives")
    def truth_lives() -> list[dict[str, Any]]:
        return lives_truth(box)

    @router.get("/truth/experiments")
    def truth_experiments() -> list[dict[str, Any]]:
        return experiments_truth(box)

    @router.get("/truth/comments")
    def truth_comments() -> list[dict[str, Any]]:
        return comments_truth(box)

    @router.get("/truth/customers")
    def truth_customers(first: FirstDay = None, last: LastDay = None) -> list[dict[str, str]]:
        return customers_truth(box, *window(first, last))

    @router.get("/truth/people")
    def truth_people() -> list[dict[str, str]]:
        return people_truth(box)

    @router.get("/rates")
    def rates() -> dict[str, int]:
        """Calls of the ad platform's app since the start, and those over its rate."""
        return {"calls": box.rates.calls["app"], "refused": box.rates.refused["app"]}

    @router.get("/requests")
    def requests(last: int = 50) -> dict[str, Any]:
        return {"counts": dict(box.requests.counts), "last": list(box.requests.last)[-last:]}

    @router.delete("/requests")
    def forget_requests() -> dict[str, str]:
        box.requests.clear()
        return {"status": "cleared"}

    @router.get("/credentials")
    def credentials() -> dict[str, Any]:
        return {
            **asdict(box.credentials),
            "advertiser_ids": [a.advertiser_id for a in box.world.accounts.advertisers],
            "bucket": str(box.bucket),
            "ga4_key_file": str(box.home / KEY_FILE),
            "ga4_token_uri": box.service_account["token_uri"],
            "environment": environment(box.credentials, box.url, box.home, box.bucket),
        }

    return router
