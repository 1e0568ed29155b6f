"""The kinds of files that are taken, known by how they begin: what a caller says of a file proves nothing."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file."""

    media_type: str
    ending: str
    largest: int  # bytes


JPEG = Kind("image/jpeg", "jpg", 10 * MIB)
PNG = Kind("image/png", "png", 10 * MIB)
PDF = Kind("application/pdf", "pdf", 10 * MIB)
MP3 = Kind("audio/mpeg", "mp3", 10 * MIB)
AAC = Kind("audio/aac", "aac", 10 * MIB)
M4A = Kind("audio/mp4", "m4a", 10 * MIB)
AMR = Kind("audio/amr", "amr", 10 * MIB)
WAV = Kind("audio/wav", "wav", 10 * MIB)
OGG = Kind("audio/ogg", "ogg", 10 * MIB)

KINDS = (JPEG, PNG, PDF, MP3, AAC, M4A, AMR, WAV, OGG)
BY_MEDIA_TYPE = {kind.media_type: kind for kind in KINDS}
LOOK = 12  # bytes that tell every kind

_STARTS = {
    b"\xff\xd8\xff": JPEG,
    b"\x89PNG\r\n\x1a\n": PNG,
    b"%PDF-": PDF,
    b"ID3": MP3,
    b"#!AMR": AMR,
    b"OggS": OGG,
}


def kind_of(start: bytes) -> Kind | None:
    """The kind of a file by its first bytes, or none that is taken."""
    for mark, kind in _STARTS.items():
        if start.startswith(mark):
            return kind
    if start[:4] == b"RIFF" and start[8:12] == b"WAVE":
        return WAV
    if start[4:8] == b"ftyp" and start[8:12] in {b"M4A ", b"M4B ", b"mp42", b"mp41", b"isom", b"iso2"}:
        return M4A
    if len(start) > 1 and start[0] == 0xFF and start[1] & 0xF0 == 0xF0:  # a frame of MPEG audio begins so
        return AAC if start[1] & 0x06 == 0 else MP3
    return None
