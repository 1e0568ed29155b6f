"""How often WeChat lets something be called: so often in a minute, so often in a day of Beijing."""

from datetime import datetime

from chassis.clock import local_date
from profiles.standins.wechat.refusals import Refusal

PER_USER = 100  # sign-ins of one user a minute


class Quota:
    """Counts calls by key; one too many is refused with 45009, or with the code for what comes too often."""

    def __init__(self, *, minute: int | None = None, day: int | None = None, errcode: int = 45009) -> None:
        self._most = (minute, day)
        self._errcode = errcode
        self._counts: dict[tuple[str, str], int] = {}

    def take(self, key: str, *, now: datetime) -> None:
        """Count one call, unless it is one too many; raises `Refusal` then, and does not count it."""
        windows = ((key, f"{now:%Y%m%d%H%M}"), (key, f"{local_date(now)}"))
        for window, most in zip(windows, self._most, strict=True):
            if most is not None and self._counts.get(window, 0) >= most:
                raise Refusal(self._errcode)
        kept = {window: count for window, count in self._counts.items() if window[0] != key or window in windows}
        for window in windows:
            kept[window] = kept.get(window, 0) + 1
        self._counts = kept
