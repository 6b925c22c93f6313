"""A million report rows through `rivage.stages.pull`: memory, and who waits for whom.

    .venv/bin/python bench/report_rows.py [--rows 1000000] [--days 10]

Three processes read the same pages of the same server one after another: one that only
receives them, one that also parses their JSON (no pipeline can do less), and the pull, which
parses, scrubs, spools, checks and writes Parquet. The sandbox's rate limit is off, so the
server is as fast as it can be; last comes what the platform's own limit of 10 calls a second
would allow. Ratios are the figures to compare: seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.simulated import environment, sandbox

STREAM, LAST, PAGE, QPS = "tiktok_ads__ad_hourly", date(2026, 9, 30), 1_000, 10
MOST_MEGABYTES = 400


def measured(work: Callable[[], dict[str, float]], env: dict[str, str]) -> dict[str, float]:
    """Run `work` in a child; its figures, wall and CPU seconds, and peak resident megabytes."""
    reader, writer = os.pipe()
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.environ.update(env)
        code = 1
        try:
            os.write(writer, json.dumps(work()).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    _, status, used = os.wait4(child, 0)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    if os.waitstatus_to_exitcode(status):
        raise SystemExit("a reader failed")
    figures: dict[str, float] = json.loads(text)
    return figures | {
        "wall": time.perf_counter() - started,
        "cpu": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss / 1024,
    }


def bare(days: list[date], parse: bool) -> dict[str, float]:
    """The pages by `requests` alone."""
    import requests

    from rivage.streams import stream

    options, base = stream(STREAM).options, os.environ["RIVAGE_TIKTOK_ADS_BASE_URL"]
    session = requests.Session()
    session.headers["Access-Token"] = os.environ["RIVAGE_TIKTOK_ADS_ACCESS_TOKEN"]
    rows, waited, pages = 0, 0.0, 0
    for day in days:
        number, of = 1, 1
        while number <= of:
            params: dict[str, Any] = {
                "advertiser_id": os.environ["BENCH_ADVERTISER"], "page": number, "page_size": PAGE,
                "report_type": "BASIC", "data_level": options["data_level"],
                "dimensions": json.dumps(options["dimensions"]),
                "metrics": json.dumps(options["metrics"]),
                "filtering": json.dumps(options["filtering"]),
                "start_date": str(day), "end_date": str(day),
            }  # fmt: skip
            asked = time.perf_counter()
            body = session.get(f"{base}report/integrated/get/", params=params).content
            waited += time.perf_counter() - asked
            # `page_info` is the end of a page: enough to walk without reading the rows.
            data = json.loads(body)["data"] if parse else None
            of = data["page_info"]["total_page"] if data else _pages(body)
            rows += len(data["list"]) if data else PAGE
            number, pages = number + 1, pages + 1
    return {"rows": rows, "waited": waited, "pages": pages}


def _pages(body: bytes) -> int:
    tail = body[body.rindex(b'"page_info"') :]
    return int(tail.split(b'"total_page":')[1].split(b"}")[0])


def pulled(first: date, last: date) -> dict[str, float]:
    """The same pages through the pipeline's first two stages."""
    from rivage import stages
    from rivage.connectors import connect, http
    from rivage.settings import Settings
    from rivage.windows import Window

    waited = [0.0]
    answer = http.HttpSession._answer

    def timed(self: Any, *call: Any) -> Any:
        asked = time.perf_counter()
        found = answer(self, *call)
        # From sending to the last byte; the parsing after it is our own work.
        waited[0] += min(found.seconds, time.perf_counter() - asked)
        return found

    http.HttpSession._answer = timed  # type: ignore[method-assign]
    settings = Settings()
    connector = connect("tiktok_ads", settings)
    account = next(a for a in connector.accounts() if a.id == os.environ["BENCH_ADVERTISER"])
    report = stages.pull(STREAM, account, Window(first, last), settings, connector=connector)
    return {"rows": report.rows, "waited": waited[0], "pages": report.pages}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=10)
    chosen = parser.parse_args()
    first = LAST - timedelta(days=chosen.days - 1)
    days = [first + timedelta(days=n) for n in range(chosen.days)]
    ads = -(-chosen.rows // (24 * chosen.days))
    with (
        tempfile.TemporaryDirectory() as folder,
        sandbox(Path(folder) / "sandbox", hurried=False) as brand,
    ):
        brand.control("PUT", "settings", {"tiktok_qps": 0, "tiktok_filler_ads": ads})
        env = environment(Path(folder) / "home", brand) | {
            "RIVAGE_TIKTOK_ADS_REQUESTS_PER_SECOND": "10000",
            "BENCH_ADVERTISER": "7412083911600873473",
        }
        readers = {
            "receive only": lambda: bare(days, parse=False),
            "receive and parse": lambda: bare(days, parse=True),
            "pull and land": lambda: pulled(days[0], days[-1]),
        }
        found = {}
        for name, work in readers.items():
            found[name] = one = measured(work, env)
            print(
                f"{name:18} {one['rows']:>11,.0f} rows {one['pages']:5,.0f} pages "
                f"{one['wall']:7.1f} s, waiting {one['waited'] / one['wall']:4.0%}, "
                f"cpu {one['cpu']:6.1f} s, peak {one['megabytes']:4.0f} MB",
                flush=True,
            )
        pull, floor = found["pull and land"], found["receive and parse"]
        own = pull["wall"] - pull["waited"]
        at_limit = pull["pages"] / QPS
        print(f"pull / receive and parse        {pull['wall'] / floor['wall']:5.2f}")
        print(f"own work per page               {own / pull['pages'] * 1000:5.1f} ms")
        print(f"own work / time at {QPS} calls a s  {own / at_limit:5.2f}")
        if pull["megabytes"] > MOST_MEGABYTES:
            raise SystemExit(f"peak memory is above {MOST_MEGABYTES} MB")


if __name__ == "__main__":
    main()
