"""Markov attribution from a million path rows, beside ChannelAttribution.

    .venv/bench/bin/python bench/markov.py [--rows 1000000] [--channels 12] [--repeat 3]

Both start from the same CSV and end with removal effects and credit of every channel; each run is
a process of its own and imports do not count. ChannelAttribution reads by pandas; how long its
model takes alone is shown as well. It simulates and stops at its default precision; ours is exact,
and its error is how far a second, independent solution of the same chain lies away.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "plugins"))
from bench.child import Figures, best, figures_of, machine, measured

LEAST = {1: 5.0, 2: 4.0}
# One row a journey, as an export has them: one in twenty converts, channels differ in weight,
# paths are 4.5 touches long on average and at most 30.
GENERATE = """
copy (
    with journeys as (
        select
            range as journey,
            1 + least(
                29, floor(-ln(1 - (hash(range * 5 + 1) % 1000000) / 1000000.0) * 4.0)
            ) as size,
            hash(range * 3) % 20 = 0 as converts
        from range({rows})
    )
    select
        array_to_string(list_transform(range(size::bigint), lambda nth: 'channel ' || (
            1 + floor({channels} * pow((hash(journey * 31 + nth * 7) % 100000) / 100000.0, 2.5))
        )::integer), ' > ') as path,
        converts::integer as total_conversions,
        if(converts, round((hash(journey * 9) % 20000) / 100.0, 2), 0) as total_conversion_value,
        (not converts)::integer as total_null
    from journeys
) to '{path}' (header)
"""


def generate(path: Path, rows: int, channels: int) -> Figures:
    from rivage import duck

    with duck.connect(memory_limit="4GB") as connection:
        connection.execute(GENERATE.format(rows=rows, channels=channels, path=path))
        told = connection.execute(
            "select count(distinct path)::double, avg(len(string_split(path, ' > '))) "
            f"from read_csv({duck.literal(str(path))})"
        ).fetchone()
    return dict(zip(("distinct", "length"), told or (), strict=True))


def ours(path: Path, order: int) -> Figures:
    import duckdb  # noqa: F401 - imports do not count
    import scipy.sparse  # noqa: F401 - imports do not count

    from rivage.journeys.path_file import read_paths
    from rivage.measurement import markov

    started = time.perf_counter()
    found = read_paths(path)
    read = time.perf_counter()
    result = markov(found.paths, order)
    ended = time.perf_counter()
    effects = dict(zip(found.paths.channels, result.removal_effects.tolist(), strict=True))
    return {"seconds": ended - started, "model": ended - read} | effects


def theirs(path: Path, order: int) -> Figures:
    import pandas as pd
    from ChannelAttribution import markov_model

    started = time.perf_counter()
    table = pd.read_csv(path)
    read = time.perf_counter()
    result = markov_model(
        table, "path", "total_conversions", var_value="total_conversion_value",
        var_null="total_null", order=order, out_more=True, verbose=False, flg_pro=False,
    )  # fmt: skip
    ended = time.perf_counter()
    effects = result["removal_effects"]
    told = dict(zip(effects["channel_name"], effects["removal_effects_conversion"], strict=True))
    return {"seconds": ended - started, "model": ended - read} | told


def second_opinion(path: Path, order: int) -> Figures:
    """The same effects by a sparse factorisation per channel."""
    from rivage.journeys.path_file import read_paths
    from rivage.measurement import chain
    from rivage.measurement.absorption import _factored

    links = chain(read_paths(path).paths, order)
    everything = links.starts @ _factored(links.moves, links.holds.any(axis=1), links.converts)
    return {
        name: float(1 - links.starts @ _factored(links.moves, ~held, links.converts) / everything)
        for name, held in zip(links.channels, links.holds.T, strict=True)
    }


def compare(rows: int = 1_000_000, channels: int = 12, repeat: int = 3) -> bool:
    """Print the figures; whether all targets are met."""
    print(machine("duckdb", "numpy", "scipy", "pandas", "ChannelAttribution"))
    good = True
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "paths.csv"
        made = measured(lambda: generate(path, rows, channels))
        print(
            f"{rows:,} rows, {made['distinct']:,.0f} distinct paths, {made['length']:.2f} touches "
            f"on average, {channels} channels"
        )
        for order, least in LEAST.items():
            runs: dict[str, list[Figures]] = {"ours": [], "ChannelAttribution": []}
            for _ in range(repeat):  # in turns, so that both meet the same load
                runs["ours"].append(measured(lambda order=order: ours(path, order)))
                runs["ChannelAttribution"].append(measured(lambda order=order: theirs(path, order)))
            exact = measured(lambda order=order: second_opinion(path, order))
            own, other = best(runs["ours"]), best(runs["ChannelAttribution"])
            names = figures_of(exact)
            errors = [max(abs(one[name] - exact[name]) for name in names) for one in (own, other)]
            ratio = other["seconds"] / own["seconds"]
            print(f"order {order}")
            for name, one, error in zip(runs, (own, other), errors, strict=True):
                print(
                    f"  {name:20} {one['seconds']:6.2f} s (model {one['model']:5.2f})  "
                    f"cpu {one['cpu']:5.1f} s  peak {one['megabytes']:4.0f} MB  "
                    f"largest error of a removal effect {error:.1e}"
                )
            print(f"  {ratio:.1f} times faster, wanted {least:.0f} at least", flush=True)
            good &= ratio >= least and errors[0] < errors[1]
    return good


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--channels", type=int, default=12)
    parser.add_argument("--repeat", type=int, default=3)
    chosen = parser.parse_args()
    if not compare(chosen.rows, chosen.channels, chosen.repeat):
        raise SystemExit("outside the wanted range")


if __name__ == "__main__":
    main()
