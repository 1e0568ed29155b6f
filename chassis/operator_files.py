"""Files that an operator writes and replaces: read whole, or refused with the line and what is wrong there."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)

# What pydantic finds most often, in the operator's language; anything else keeps pydantic's own words.
WORDS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这个字段，请检查拼写",
    "enum": "只能填：{expected}",
    "int_type": "应为整数",
    "greater_than": "应大于 {gt}",
    "less_than_equal": "不能大于 {le}",
    "literal_error": "只能填：{expected}",
    "model_type": "应写成几个“字段: 值”",
    "string_pattern_mismatch": "应为小写英文字母、数字和连字符",
    "string_too_short": "不能为空",
    "too_short": "不能为空",
    "string_type": "应为文字，数字请加引号",
    "date_from_datetime_parsing": "日期应写成 2026-01-31 的样子",
    "date_from_datetime_inexact": "日期应写成 2026-01-31 的样子",
    "value_error": "{error}",
}


class Fault(NamedTuple):
    """One thing wrong with a file, and its line, counted from 1."""

    line: int
    what: str


class BadFile(ValueError):  # it names what is refused
    """An operator's file cannot be used; nothing of it was taken over. Its text lists every fault with its line."""

    def __init__(self, name: str, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(f"{name} 第 {line} 行：{what}" for line, what in faults))
        self.faults = tuple(faults)


def read_text(path: Path) -> str:
    """The file's text: UTF-8, or GB18030, in which spreadsheet programs of a Chinese Windows save."""
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile(path.name, [Fault(1, "文字编码不是 UTF-8 或 GB18030，请另存为 UTF-8")])


def read_yaml(path: Path, model: type[Model]) -> Model:
    """The file as this model. Raises `BadFile`, also for a key written twice."""
    root, content = _parsed(path.name, read_text(path))
    try:
        return model.model_validate(content)
    except ValidationError as wrong:
        faults = [_located(root, error) for error in wrong.errors()]
        raise BadFile(path.name, faults) from None


def _parsed(name: str, text: str) -> tuple[yaml.Node, object]:
    """A file's tree, with its lines, and what it says."""
    loader = _Loader(text)  # a safe one
    try:
        root = loader.get_single_node()
        content = loader.construct_document(root) if root is not None else None
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        raise BadFile(name, [Fault(line, f"不是正确的 YAML：{wrong.problem}")]) from None
    except yaml.YAMLError as wrong:
        raise BadFile(name, [Fault(1, f"不是正确的 YAML：{wrong}")]) from None
    finally:
        loader.dispose()
    if root is None:
        raise BadFile(name, [Fault(1, "文件是空的")])
    if repeated := list(_repeated_keys(root)):
        raise BadFile(name, repeated)
    return root, content


class _Loader(yaml.CSafeLoader):
    """Leaves dates as text, so that the model reads them and a wrong one is reported with its line."""

    yaml_implicit_resolvers = {  # noqa: RUF012  # PyYAML's own name and shape
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def _repeated_keys(node: yaml.Node) -> Iterator[Fault]:
    """YAML lets a second `value:` win silently; here each one is a fault."""
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                yield Fault(key.start_mark.line + 1, f"{key.value} 写了两次")
            seen.add(key.value)
            yield from _repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated_keys(item)


def _located(root: yaml.Node, error: ErrorDetails) -> Fault:
    """A finding of pydantic's, with the line of the nearest thing that is there."""
    node: yaml.Node = root
    for step in error["loc"]:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
        elif isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), node)
    words = WORDS.get(error["type"], error["msg"]).format(**error.get("ctx", {}))
    place = ".".join(str(step) for step in error["loc"])
    return Fault(node.start_mark.line + 1, f"{place}：{words}" if place else words)
