"""Every situation Rivage can name: what happened, where, and what to do next.

Class names are situations, not mechanisms. `transient` says whether trying again later can
help: the HTTP session retries within seconds, Airflow within minutes; all else fails at once.
"""

from __future__ import annotations

from typing import Any, ClassVar


class RivageError(Exception):
    """Base of all named situations.

    Args:
        what: one sentence, plain words, no secrets.
        do: the next step for the person reading it.
        stream, account, window: where it happened; the pull stage fills them in.
    """

    transient: ClassVar[bool] = False
    exit_code: ClassVar[int] = 1
    advice: ClassVar[str] = ""

    def __init__(
        self, what: str, *, do: str = "", stream: str | None = None, account: str | None = None,
        window: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(what)
        self.what = what
        self.do = do or self.advice
        self.stream = stream
        self.account = account
        self.window = window

    def at(self, *, stream: str | None = None, account: str | None = None,
           window: str | None = None) -> RivageError:  # fmt: skip
        """Fill in the parts of the location that are still unknown; returns itself."""
        self.stream = self.stream or stream
        self.account = self.account or account
        self.window = self.window or window
        return self

    @property
    def where(self) -> str:
        """`stream=… account=… window=…`, only the known parts."""
        parts = {"stream": self.stream, "account": self.account, "window": self.window}
        return " ".join(f"{name}={value}" for name, value in parts.items() if value)

    def __str__(self) -> str:
        where = f" [{self.where}]" if self.where else ""
        do = f" Next: {self.do}" if self.do else ""
        return f"{type(self).__name__}: {self.what}{where}{do}"


class SettingMissing(RivageError):
    """A setting this step needs is absent or malformed."""

    exit_code = 2


class SaltChanged(SettingMissing):
    """The privacy salt is not the one that landing was hashed with."""


class BadDate(RivageError):
    """A date or range that can't be read."""

    exit_code = 2
    advice = "Write dates as YYYY-MM-DD, the first not after the last."


class WindowInFuture(RivageError):
    """A window that ends after the account's own today."""

    exit_code = 2
    advice = "Ask for days up to the account's yesterday."


class UnknownStream(RivageError):
    """No declaration under streams/ has this name."""

    exit_code = 2
    advice = "`rivage streams` lists them."


class InputsInvalid(RivageError):
    """A file kept by hand has mistakes, or is required and missing; it is not landed."""

    exit_code = 2
    advice = "Correct it and run `rivage inputs`; the version landed before stays in force."


class OptionInvalid(RivageError):
    """An option of the command line that can't be used, or names what is not there."""

    exit_code = 2


class FileInvalid(RivageError):
    """A data file named on the command line that can't be read or used as asked."""

    exit_code = 2
    advice = "Correct the file and run the same command again."

    def __init__(self, what: str, *, do: str = "", file: str = "", line: int | None = None) -> None:
        super().__init__(what, do=do)
        self.file, self.line = file, line

    @property
    def where(self) -> str:
        """`<file>, line <n>`, or only the file."""
        return self.file if self.line is None else f"{self.file}, line {self.line}"


class PersonUnclear(RivageError):
    """What was given does not say which customer is meant."""

    exit_code = 2
    advice = "Give the e-mail address, or the customer id as the shop's admin shows it."


class PersonRemains(RivageError):
    """Rows of a forgotten person are still somewhere."""

    exit_code = 5
    advice = "Run `rivage forget` for this customer again; if it stays so, delete the named files."


class TokenMissing(RivageError):
    """The request had no credentials."""

    exit_code = 3


class TokenExpired(RivageError):
    """The API refused the token: expired, revoked or malformed."""

    exit_code = 3


class ScopeMissing(RivageError):
    """The token is good but does not cover this endpoint."""

    exit_code = 3


class NotGranted(ScopeMissing):
    """The platform refuses this endpoint by permission and accepts the token elsewhere; `scope`
    is the missing permission as its answer names it, "" if it does not."""

    def __init__(self, what: str, *, scope: str = "", **more: Any) -> None:
        super().__init__(what, **more)
        self.scope = scope
        self.request_id = ""


class WindowClosed(ScopeMissing):
    """One window of a stream can't be read, though others can: its table has rules of its own."""


class AccountUnknown(RivageError):
    """The account does not exist, was deleted, or is not granted to this token."""

    exit_code = 3


class BadRequest(RivageError):
    """The API says the request itself is wrong; repeating it can't help."""


class SchemaBroke(RivageError):
    """A page lacks a field the stream relies on, or the field changed its type."""

    advice = (
        "Nothing of this window was landed. Compare the API's changelog with the "
        "stream's declaration, then pull the window again."
    )


class RateLimited(RivageError):
    """The app's request budget is used up; `retry_after` is the seconds the API asks to wait."""

    transient = True
    advice = "It is retried by itself; if it lasts, lower the app's QPS setting."

    def __init__(self, what: str, *, retry_after: float | None = None, **more: Any) -> None:
        super().__init__(what, **more)
        self.retry_after = retry_after


class QuotaExhausted(RateLimited):
    """A long-lived quota (hour or day) is used up; seconds of waiting don't help."""

    advice = "Wait until the quota refills, then run the same window again."


class ServerFailed(RivageError):
    """The API failed on its side: 5xx, maintenance, or an internal error code."""

    transient = True
    advice = "It is retried by itself; check the platform's status page if it lasts."


class ResponseTruncated(ServerFailed):
    """The body was cut, is not JSON, or is not the shape every answer has."""


class RequestTimedOut(ServerFailed):
    """No answer in time. The same request must not be sent unchanged again and again."""

    advice = "Ask for a smaller window or fewer accounts at once."


class NotReadyYet(ServerFailed):
    """The source has not delivered this day yet; minutes or hours of waiting help."""

    advice = "Nothing to do: the next run looks again. If it lasts, check the source's export job."


class QueryTooLarge(RivageError):
    """The API asks for a smaller window; the connector halves it by itself."""

    advice = "Lower the stream's days per request."


class DiskFull(RivageError):
    """Landing, warehouse or published folder has no room left."""

    exit_code = 5
    advice = "Free space (`rivage status` shows sizes, `upkeep` drops old versions), run again."


class LandingBroken(RivageError):
    """An object under landing/ does not match its manifest."""

    exit_code = 5
    advice = "Pull that window again; the damaged object is ignored from then on."


class FileLocked(RivageError):
    """Another process holds a file this stage must write."""

    transient = True
    exit_code = 5


class BuildFailed(RivageError):
    """dbt could not build a model or a structural test failed."""

    exit_code = 6


class AuditFailed(RivageError):
    """A critical finding without a waiver: the candidate is not published."""

    exit_code = 7


class NothingToPublish(RivageError):
    """There is no audited candidate to publish, or no version to go back to."""

    exit_code = 8


class Interrupted(RivageError):
    """Somebody pressed Ctrl-C; what had landed by then stays."""

    exit_code = 130
    advice = "Run the same command again."
