"""The text of a letter: what is signed, character by character; it can be read back, and it has a digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

TAB = "\t"
_HEADS = ("编号", "版本", "名称", "单位", "岗位", "责任人", "依据规则", "责任事项")


@dataclass(frozen=True, slots=True)
class Line:
    """One item: its place on the list, what is to be done, until when (local date), and the id it has there."""

    item_id: str
    number: str
    title: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class LetterText:
    """Everything that a version of a letter says."""

    number: str
    version: int
    title: str
    organization: str
    post: str
    person: str
    rule_version: str
    lines: tuple[Line, ...]


def plain(words: str) -> str:
    """Words on one line, without anything that a text uses to part its fields."""
    return " ".join(words.split())


def text_of(letter: LetterText) -> str:
    """The text in its fixed form; two letters that differ in anything have two texts."""
    said = (
        letter.number,
        str(letter.version),
        letter.title,
        letter.organization,
        letter.post,
        letter.person,
        letter.rule_version,
        str(len(letter.lines)),
    )
    head = [f"{name}：{plain(words)}" for name, words in zip(_HEADS, said, strict=True)]
    return "\n".join(["责任书", *head, *(_line(line) for line in letter.lines)])


def read(text: str) -> LetterText:
    """What a text says."""
    rows = text.split("\n")
    number, version, title, organization, post, person, rules, _ = (
        row.partition("：")[2] for row in rows[1 : 1 + len(_HEADS)]
    )
    lines = [row.split(TAB) for row in rows[1 + len(_HEADS) :]]
    return LetterText(
        number=number,
        version=int(version),
        title=title,
        organization=organization,
        post=post,
        person=person,
        rule_version=rules,
        lines=tuple(
            Line(item_id, place, words, date.fromisoformat(due) if due else None)
            for item_id, place, words, due in lines
        ),
    )


def digest_of(text: str) -> bytes:
    """SHA-256 of the text in UTF-8."""
    return sha256(text.encode()).digest()


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between the items of two versions, in numbers; nobody types it."""

    added: int
    taken_away: int
    moved: int  # with another date
    reworded: int

    @property
    def title_zh(self) -> str:
        """What the screen says."""
        said = {"新增": self.added, "移出": self.taken_away, "改期": self.moved, "改动文字": self.reworded}
        return "、".join(f"{word} {count} 项" for word, count in said.items() if count) or "事项没有变化"


def changes_of(before: Sequence[Line], after: Sequence[Line]) -> Changes:
    """What became of the items from one version to the next."""
    old, new = ({line.item_id: line for line in lines} for lines in (before, after))
    both = old.keys() & new.keys()
    return Changes(
        added=len(new.keys() - old.keys()),
        taken_away=len(old.keys() - new.keys()),
        moved=sum(old[one].due_on != new[one].due_on for one in both),
        reworded=sum((old[one].number, old[one].title) != (new[one].number, new[one].title) for one in both),
    )


def _line(line: Line) -> str:
    due = line.due_on.isoformat() if line.due_on else ""
    return TAB.join((plain(line.item_id), plain(line.number), plain(line.title), due))
