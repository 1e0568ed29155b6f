"""What is asked for, as it comes in; an agent's note keeps the same."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.words import DivisionCode, Words
from services.tasks.places.forms import Placed
from services.tasks.requests.channels import Channel
from services.tasks.requests.reasons import AboutReason
from services.tasks.rules.pack import MatterKind, Urgency


class Submission(Placed):
    """What is asked for: an errand of the catalogue, or a matter in free words with its kind."""

    division_code: DivisionCode = Field(description="所在村（社区）的 12 位区划代码")
    item_code: Annotated[str, Field(max_length=32)] | None = None
    kind: MatterKind | None = None
    urgency: Urgency = Field(Urgency.ORDINARY, description="紧急程度；只有值班受理人员和乡镇、县级工作人员可以另选")
    wording: Words | None = None
    channel: Channel = Channel.MINI_PROGRAM
    requester_id: UUID | None = Field(None, description="替他人登记时填本人编号；自己提交不填")
    about_post_id: UUID | None = Field(None, description="投诉、举报某位工作人员时填其岗位编号，将绕过本人交上级督查")
    about_reason: AboutReason | None = Field(
        None, description="反映的问题类别；索要钱物、截留挪用、打击报复直接交纪检监察，不经普通办理"
    )
    anonymous: bool = Field(default=False, description="不向任何工作人员显示是谁提出的；凭查询码查看进度")
    voice_id: UUID | None = Field(None, description="不方便打字时，先上传录音，填其附件编号，代替文字")
