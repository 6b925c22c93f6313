"""The data portal's series endpoint, as far as daily euro reference rates go."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from sandbox.ecb.calendar import is_published
from sandbox.ecb.rates import DECIMALS, LEVELS, ORIGIN, rates
from sandbox.state import Sandbox

CSV_TYPE = "application/vnd.sdmx.data+csv;version=1.0.0"
NAMES = {"USD": "US dollar", "GBP": "UK pound sterling", "CHF": "Swiss franc",
         "SEK": "Swedish krona", "PLN": "Polish zloty", "JPY": "Japanese yen"}  # fmt: skip
COLUMNS = (
    "KEY", "FREQ", "CURRENCY", "CURRENCY_DENOM", "EXR_TYPE", "EXR_SUFFIX", "TIME_PERIOD",
    "OBS_VALUE", "OBS_STATUS", "OBS_CONF", "OBS_PRE_BREAK", "OBS_COM", "TIME_FORMAT", "BREAKS",
    "COLLECTION", "COMPILING_ORG", "DISS_ORG", "DOM_SER_IDS", "PUBL_ECB", "PUBL_MU",
    "PUBL_PUBLIC", "UNIT_INDEX_BASE", "COMPILATION", "COVERAGE", "DECIMALS", "NAT_TITLE",
    "SOURCE_AGENCY", "SOURCE_PUB", "TITLE", "TITLE_COMPL", "UNIT", "UNIT_MULT",
)  # fmt: skip


def _row(currency: str, day: date, value: float) -> dict[str, str]:
    places = DECIMALS.get(currency, 4)
    title = f"{NAMES[currency]}/Euro"
    known = {
        "KEY": f"EXR.D.{currency}.EUR.SP00.A", "FREQ": "D", "CURRENCY": currency,
        "CURRENCY_DENOM": "EUR", "EXR_TYPE": "SP00", "EXR_SUFFIX": "A",
        "TIME_PERIOD": day.isoformat(), "OBS_VALUE": f"{value:.{places}f}".rstrip("0").rstrip("."),
        "OBS_STATUS": "A", "OBS_CONF": "F", "TIME_FORMAT": "P1D", "COLLECTION": "A",
        "DECIMALS": str(places), "SOURCE_AGENCY": "4F0", "TITLE": title,
        "TITLE_COMPL": f"ECB reference exchange rate, {title}, 2.15 pm (C.E.T.)",
        "UNIT": currency, "UNIT_MULT": "0",
    }  # fmt: skip
    return {name: known.get(name, "") for name in COLUMNS}


def _bound(text: str | None, missing: date) -> date:
    """A day, month or year; months and years stand for their first day."""
    if not text:
        return missing
    return date.fromisoformat(text + "-01" * (2 - text.count("-")))


def ecb_router(box: Sandbox) -> APIRouter:
    """All routes."""
    router = APIRouter(prefix="/service")

    @router.get("/data/EXR/{key}", response_model=None)
    def data(key: str, request: Request) -> Response:
        asked = request.query_params
        parts = key.split(".")
        if len(parts) != 5:
            text = f"Invalid number of dimensions in parameter key: expected 5, got {len(parts)}"
            return PlainTextResponse(text, status_code=400)
        if asked.get("format") != "csvdata":
            return PlainTextResponse("Only format=csvdata is simulated.", status_code=406)
        today = box.clock.today("Europe/Berlin")
        try:
            first = _bound(asked.get("startPeriod"), ORIGIN)
            last = min(_bound(asked.get("endPeriod"), today), today)
        except ValueError:
            return PlainTextResponse("The time period is not a valid date", status_code=400)
        frequency, currencies, denominator, kind, suffix = (set(re.split(r"\+", p)) for p in parts)
        wanted = sorted(LEVELS if "" in currencies else currencies & set(LEVELS))
        fixed = {"D": frequency, "EUR": denominator, "SP00": kind, "A": suffix}
        known = all(value in chosen or "" in chosen for value, chosen in fixed.items())
        newest, rows = int(asked.get("lastNObservations") or 0), []
        for currency in wanted if known else ():
            series = rates(box.world.config.seed, currency, first, last).items()
            out_now = [(day, rate) for day, rate in series if is_published(day, box.clock.epoch)]
            rows += [_row(currency, day, rate) for day, rate in out_now[-newest:]]
        if not rows:
            return PlainTextResponse("No results found.", status_code=404)
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
        return Response(out.getvalue().encode(), media_type=CSV_TYPE)

    return router
