"""How many requests are in hand at once; one too many is refused at the door, before it costs memory."""

from collections import Counter

from chassis.problems import Unavailable


class Busy(Unavailable):
    """Too many requests are being worked on just now; nothing was changed."""

    title_zh = "当前访问的人太多，请稍候几秒再试，您的内容没有丢失。"


class Place:
    """A request's place; to be left exactly once."""

    def __init__(self, room: "Room", service: str) -> None:
        self._room = room
        self._service = service
        self._streams = False

    def stream(self) -> None:
        """The answer has no end: it takes a place among the streams and gives back its own. Raises `Busy`."""
        if self._room.streams >= self._room.most_streams:
            raise Busy(retry_after_seconds=10)
        self._room.streams += 1
        self._room.in_hand[self._service] -= 1
        self._streams = True

    def leave(self) -> None:
        """The request is over."""
        if self._streams:
            self._room.streams -= 1
        else:
            self._room.in_hand[self._service] -= 1


class Room:
    """Places for requests, in all and for each service, and for streams of events."""

    def __init__(self, *, most: int, most_each: int, most_streams: int) -> None:
        self._most = most
        self._most_each = most_each
        self.most_streams = most_streams
        self.in_hand: Counter[str] = Counter()
        self.streams = 0

    def enter(self, service: str) -> Place:
        """Take a place. Raises `Busy`."""
        if self.in_hand[service] >= self._most_each or self.in_hand.total() >= self._most:
            raise Busy(retry_after_seconds=1)
        self.in_hand[service] += 1
        return Place(self, service)
