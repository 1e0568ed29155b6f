"""The pack that is handed over: a zip of the case, its story, its files with their digests, and a receipt form.

What is kept is the record, with the list of files; the files join it as it is given out, so that they lie in one place.
"""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from html import escape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from chassis.objects import Pieces
from services.tasks.attachments.kinds import BY_MEDIA_TYPE

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the zip, so that the same case gives the same bytes."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened."""

    at: str
    what: str


@dataclass(frozen=True, slots=True)
class File:
    """One file of the case: what it is to be called where it arrives, and by what it can be checked."""

    name: str
    id: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that is handed over; who asked by id alone, and not at all where they asked without a name."""

    number: str
    office: str
    reason: str
    request_id: str
    kind: str
    matter: str
    wording: str | None
    division_code: str
    submitted_at: str
    requester_id: str | None
    stage: str
    promised_on: str | None
    finish_due_at: str
    handed_at: str
    handed_by: str
    story: tuple[Line, ...]
    files: tuple[File, ...]


def name_of_file(number: int, *, media_type: str, digest: bytes) -> str:
    """A name that a person can say, which ends in the beginning of the file's SHA-256: 附件02-照片-1f0c9a3b.jpg."""
    kind = BY_MEDIA_TYPE.get(media_type)
    what = {"image": "照片", "audio": "录音"}.get(media_type.partition("/")[0], "文件")
    return f"附件{number:02d}-{what}-{digest.hex()[:8]}{f'.{kind.ending}' if kind else ''}"


def packed(contents: Contents) -> bytes:
    """The zip: `case.json`, `case.html`, and `manifest.json` with the digest of each of the two."""
    parts = {
        "case.json": json.dumps(asdict(contents), ensure_ascii=False, indent=1, sort_keys=True).encode(),
        "case.html": _page(contents).encode(),
    }
    digests = {name: sha256(content).hexdigest() for name, content in parts.items()}
    parts["manifest.json"] = json.dumps({"number": contents.number, "sha256": digests}, sort_keys=True).encode()
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(ZipInfo(name, EPOCH), content, ZIP_DEFLATED)
    return whole.getvalue()


def listed(record: bytes) -> list[File]:
    """The files that a record lists."""
    with ZipFile(BytesIO(record)) as held:
        return [File(**one) for one in json.loads(held.read("case.json"))["files"]]


async def whole(record: bytes, files: Sequence[tuple[str, Pieces]]) -> AsyncIterator[bytes]:
    """A zip of what the record holds and of these files, each under its name, piece by piece."""
    out = _Sent()
    with ZipFile(out, "w") as archive:
        with ZipFile(BytesIO(record)) as held:
            for one in held.infolist():
                archive.writestr(ZipInfo(one.filename, EPOCH), held.read(one), ZIP_DEFLATED)
        for name, pieces in files:
            with archive.open(ZipInfo(name, EPOCH), "w") as part:  # as small as it gets already
                async for piece in pieces:
                    part.write(piece)
                    yield out.taken()
    yield out.taken()


class _Sent:
    """Where a zip is written that is sent on as it grows."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, data: bytes) -> int:
        self._waiting += data
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """What waits is still taken."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        data, self._waiting = bytes(self._waiting), bytearray()
        return data


def _page(contents: Contents) -> str:
    rows = [
        ("移送编号", contents.number),
        ("接收单位", contents.office),
        ("移送理由", contents.reason),
        ("事项编号", contents.request_id),
        ("类别", contents.kind),
        ("事项", contents.matter),
        ("内容", contents.wording or "（无文字，见附件）"),
        ("所在区划", contents.division_code),
        ("提出时间", contents.submitted_at),
        ("提出人编号", contents.requester_id or "（匿名）"),
        ("当前阶段", contents.stage),
        ("承诺办结", contents.promised_on or "（未承诺）"),
        ("办结时限", contents.finish_due_at),
        ("移送时间", contents.handed_at),
        ("移送人", contents.handed_by),
    ]
    table = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in rows)
    story = "".join(f"<tr><td>{escape(one.at)}</td><td>{escape(one.what)}</td></tr>" for one in contents.story)
    files = "".join(
        f"<tr><td>{escape(one.name)}</td><td>{escape(one.id)}</td><td>{escape(one.media_type)}</td><td>{one.size}</td><td>{one.sha256}</td></tr>"
        for one in contents.files
    )
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>信访事项移送</title>'
        "<style>table{border-collapse:collapse}th,td{border:1px solid #000;padding:.3em;text-align:left}</style>"
        f"<h1>信访事项移送单</h1><table>{table}</table><h2>办理经过</h2><table>{story}</table>"
        f"<h2>附件清单（SHA-256）</h2><table>{files or '<tr><td>无</td></tr>'}</table>"
        f"<h2>收件回执</h2><p>移送编号：{escape(contents.number)}</p><p>收件编号：________________</p>"
        f"<p>接收单位：{escape(contents.office)}（盖章）</p><p>收件人：________________</p><p>日期：____年__月__日</p></html>"
    )
