"""Answers the question of a held release, as a person does."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rivage.airflow.client import DONE, Client, Run, wait_for

Watch = Iterable[Callable[[], None]]


def wait_until_asked(client: Client, run: Run, watch: Watch = ()) -> None:
    wait_for(lambda: bool(_asking(client, run)), 300, what="the question", watch=watch)


def answer(client: Client, run: Run, give: Callable[[], None], watch: Watch = ()) -> None:
    """Answer each time the question is asked, and wait until the run has ended.

    Airflow 3.3 loses an answer that comes before its scheduler saw the asking process end: it
    takes the resumed task for one that was killed, and the next try asks again.
    """
    answered: set[int] = set()

    def ended() -> bool:
        for tries in _asking(client, run) - answered:
            give()
            answered.add(tries)
        return client.run(run.dag_id, run.run_id).state in DONE

    wait_for(ended, 300, what="the end of the decision", watch=watch)


def _asking(client: Client, run: Run) -> set[int]:
    """The try that waits for an answer, if one does."""
    return {task.tries for task in client.tasks(run) if task.state == "awaiting_input"}
