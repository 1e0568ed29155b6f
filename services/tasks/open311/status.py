"""What a stage is called outside: open or closed, and a sentence that tells the public how far it is."""

from services.tasks.requests.stages import Stage

CLOSED = (Stage.JUDGED, Stage.ARCHIVED)
"""Only what the person served found solved, or what was put away after a time without a further word."""

NOTES = {
    Stage.RECEIVED: "已收到，正在指派承办人。",
    Stage.DISPATCHED: "已交承办单位，等待签收。",
    Stage.RETURNED: "正在重新指派。",
    Stage.ACCEPTED: "承办人已签收。",
    Stage.CONTACTED: "承办人已与反映人联系。",
    Stage.HANDLING: "正在办理。",
    Stage.PAUSED: "暂停办理，等待外部条件。",
    Stage.EXTENDED: "已批准延期，正在办理。",
    Stage.HANDLED: "承办单位报告已办理，正在请反映人评判。",
    Stage.REPLIED: "已答复反映人，正在请其评判。",
    Stage.CALL_BACK: "正在回访反映人。",
    Stage.JUDGED: "反映人确认已解决。",
    Stage.RECTIFYING: "未完全解决，正在整改。",
    Stage.APPEALED: "正在复查。",
    Stage.MERGED: "与相同事项一并办理。",
    Stage.DIFFICULT: "疑难事项，由负责人协调。",
    Stage.ARCHIVED: "已办结归档。",
}


def status_of(stage: Stage) -> str:
    """`open` or `closed`."""
    return "closed" if stage in CLOSED else "open"
