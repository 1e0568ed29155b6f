"""What notices are about: each kind with its sentence."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice is about."""

    DISPATCHED = "dispatched"
    RETURNED = "returned"
    UNASSIGNED = "unassigned"
    DIFFICULT = "difficult"
    HELP = "help"
    HELPED = "helped"
    ANSWERED = "answered"
    WARNING = "warning"
    MISSED = "missed"
    RECTIFY = "rectify"
    VERIFY = "verify"
    RECTIFY_LIFTED = "rectify_lifted"
    RECHECKS_DRAWN = "rechecks_drawn"
    RECHECK_LATE = "recheck_late"
    CONTEST_DECIDED = "contest_decided"
    RECTIFY_LEAVE_ASKED = "rectify_leave_asked"
    RECTIFY_LONGER = "rectify_longer"
    RECTIFY_NO_LONGER = "rectify_no_longer"
    ARCHIVED = "archived"
    HAND_OVER = "hand_over"
    MERGED = "merged"
    UNMERGED = "unmerged"
    REPEAT_MARKED = "repeat_marked"
    REPEAT_MARK_APPEALED = "repeat_mark_appealed"
    LEFT_OUT = "left_out"
    REPEAT_MARK_REMOVED = "repeat_mark_removed"
    REPEAT_MARK_UPHELD = "repeat_mark_upheld"
    NO_INSPECTOR = "no_inspector"
    PAUSED = "paused"
    RESUMED = "resumed"
    RESUMED_BY_ITSELF = "resumed_by_itself"
    EXTENSION_ASKED = "extension_asked"
    EXTENSION_REFUSED = "extension_refused"
    EXTENSION_GRANTED = "extension_granted"
    EXTENDED = "extended"
    LIMIT_MOVED = "limit_moved"
    SUPPLEMENTED = "supplemented"
    APPEALED = "appealed"
    APPEAL_DECIDED = "appeal_decided"
    REDONE = "redone"
    PETITION_HANDED_OVER = "petition_handed_over"
    PETITION_RECEIVED = "petition_received"
    PETITION_EXTENDED = "petition_extended"
    SIGN_IN_MISUSED = "sign_in_misused"
    IDENTITY_UNMASKED = "identity_unmasked"
    IDENTITY_UNMASKED_WITHOUT_CASE = "identity_unmasked_without_case"
    DIGEST = "digest"
    INTERIM_DUE = "interim_due"
    INTERIM_REPLY = "interim_reply"
    ORDER_ISSUED = "order_issued"
    ORDER_RAISED = "order_raised"
    ORDER_ANSWERED = "order_answered"
    MANDATE_ASKED = "mandate_asked"
    MANDATE_GIVEN = "mandate_given"
    MANDATE_ENDED = "mandate_ended"
    MANDATE_ENDS_SOON = "mandate_ends_soon"
    NOTE_TAKEN = "note_taken"
    NOTE_TURNED = "note_turned"
    VISIT_RECORDED = "visit_recorded"
    VISIT_CONTESTED = "visit_contested"
    VISIT_ANSWERED = "visit_answered"
    DRAW_NAMED = "draw_named"
    DRAW_PUBLISHED = "draw_published"
    DRAW_LAPSED = "draw_lapsed"
    COVERAGE_WARNING = "coverage_warning"
    COVERAGE_SHORT = "coverage_short"
    FINDING_RAISED = "finding_raised"
    FINDING_ANSWERED = "finding_answered"
    FINDING_LATE = "finding_late"
    FINDING_REPORTED = "finding_reported"
    FINDING_RETURNED = "finding_returned"
    INTERVIEW_CALLED = "interview_called"
    INTERVIEW_HELD = "interview_held"
    INTERVIEW_LATE = "interview_late"
    LETTER_TO_SIGN = "letter_to_sign"
    LETTER_TO_COUNTERSIGN = "letter_to_countersign"
    LETTER_COUNTERSIGNED = "letter_countersigned"
    LETTER_REFUSED = "letter_refused"
    LETTER_REFUSAL_ANSWERED = "letter_refusal_answered"
    ITEMS_ASSIGNED = "items_assigned"
    RESOURCES_LACKING = "resources_lacking"
    RESOURCES_LACKING_SENT = "resources_lacking_sent"
    RESOURCES_LACKING_COUNTY = "resources_lacking_county"
    ITEM_REPORTED = "item_reported"
    ITEM_ACCEPTED = "item_accepted"
    ITEM_RETURNED = "item_returned"
    ITEM_CLOSED_OUT = "item_closed_out"
    ITEM_WITHDRAWN = "item_withdrawn"
    ITEM_CHANGED = "item_changed"
    ITEM_MISSED = "item_missed"
    ITEM_MISSED_BELOW = "item_missed_below"
    ITEM_LIFTED = "item_lifted"
    ITEM_HELP = "item_help"
    TURN_HANDED_OVER = "turn_handed_over"
    RECURRING_DUE = "recurring_due"
    RECURRING_MISSED = "recurring_missed"
    RECURRING_MISSED_BELOW = "recurring_missed_below"
    RECURRING_RETURNED = "recurring_returned"
    INTERVIEW_JUDGED = "interview_judged"
    GRADE_REMINDER = "grade_reminder"
    MEASURE_BROUGHT = "measure_brought"
    MEASURE_DECIDED = "measure_decided"
    MEASURE_DROPPED = "measure_dropped"
    MEASURE_APPEAL_DECIDED = "measure_appeal_decided"
    REVIEW_GRADED = "review_graded"
    RESULT_APPEAL_DECIDED = "result_appeal_decided"
    DISCLOSURE_MISSING = "disclosure_missing"
    DISCLOSURE_MISSING_BELOW = "disclosure_missing_below"

    @property
    def title_zh(self) -> str:
        """What the person reads first, and is to do."""
        return _TITLES[self]


_TITLES = {
    NoticeKind.DISPATCHED: "有一件群众事项派给您，请在受理时限内签收并承诺办结日期。",
    NoticeKind.RETURNED: "有一件事项被退回，请重新派给合适的人。",
    NoticeKind.UNASSIGNED: "有一件事项所在的村（社区）没有在岗代办员，请指派。",
    NoticeKind.DIFFICULT: "有一件事项职责不清或多次退回，请您裁定：指派承办人（不得再退回），或由您自行承办。",
    NoticeKind.HELP: "有一件群众事项请您协办：请查看事项，把您掌握的情况写给主办人。",
    NoticeKind.HELPED: "协办人对您承办的事项补充了情况，请查看。",
    NoticeKind.ANSWERED: "您反映的事项已经办理，请告诉我们是否解决，并作出评价。",
    NoticeKind.WARNING: "有一件事项的时限快到了，请抓紧办理。",
    NoticeKind.MISSED: "有一件事项已超过时限，已报上一级组织。",
    NoticeKind.RECTIFY: "群众对一件事项不满意，由您负责整改，请制定方案并按期完成。",
    NoticeKind.VERIFY: "有一项整改已报完成，请复核。",
    NoticeKind.RECHECKS_DRAWN: "上月办结事项的随机回访已抽出，请打开“上级回访”，安排没有经办的人在期限内逐件回访。",
    NoticeKind.RECHECK_LATE: "下级组织有一件应回访的事项逾期没有回访，请督促。",
    NoticeKind.CONTEST_DECIDED: "您提出的评价异议已由上级两人认定，请打开“评价异议”查看结果；整改照常进行。",
    NoticeKind.RECTIFY_LIFTED: "下级的一项整改逾期，提级由您负责，请打开查看此前各轮，重新制定方案并尽快整改。",
    NoticeKind.RECTIFY_LEAVE_ASKED: "一项整改按所认定的原因需要更长时间，请在到期前决定是否同意。",
    NoticeKind.RECTIFY_LONGER: "您负责的整改已同意加长时限，请打开查看新的期限并按期完成。",
    NoticeKind.RECTIFY_NO_LONGER: "您负责的整改没有同意加长时限，请按原期限完成。",
    NoticeKind.APPEALED: "群众对一件事项的处理结果提出申诉，由您复查，请在期限内作出决定并写明理由。",
    NoticeKind.APPEAL_DECIDED: "您的申诉已由没有经办此事的上级复查，请打开事项查看结果和理由。",
    NoticeKind.REDONE: "一件事项已多次整改仍未解决，列为疑难工单，请打开事项，提级督办并协调解决。",
    NoticeKind.PETITION_HANDED_OVER: (
        "您的事项已移送信访渠道，请打开事项查看移送到哪里、对方应何时告知；本系统的时限不停，您仍可在此查看和评判。"
    ),
    NoticeKind.PETITION_RECEIVED: "接收单位已出具您事项的收件回执，请打开事项查看回执编号。",
    NoticeKind.PETITION_EXTENDED: "接收单位对您事项的办理期限经批准延长，请打开事项查看新的期限、批准人和理由。",
    NoticeKind.NO_INSPECTOR: "有须由纪检监察受理的反映，但没有在岗的纪检监察人员，请尽快任命；任命后会自动转交。",
    NoticeKind.ARCHIVED: (
        "您反映的事项长期没有新的意见，已经归档。没有回答不算已解决；如未解决，随时可以打开事项选择“未解决”。"
    ),
    NoticeKind.HAND_OVER: "上一班值班人员已交班，请打开值班台接收交接。",
    NoticeKind.MERGED: "您的事项与其他相同事项一并办理，您的时限和评价不变。",
    NoticeKind.UNMERGED: "您的事项改为单独办理，时限和评价不变，请打开事项查看。",
    NoticeKind.REPEAT_MARKED: (
        "您的一件事项被标记为重复诉求；标记不影响办理先后，到期自动消失。您不同意的，可以在事项中提出申诉。"
    ),
    NoticeKind.REPEAT_MARK_APPEALED: "群众对一件事项的重复诉求标记提出申诉，请复查；标记人不能复查。",
    NoticeKind.LEFT_OUT: "您的一件事项经两人确认不计入考核；照常办理，您仍可评判。件数向社会公开。",
    NoticeKind.REPEAT_MARK_REMOVED: "您事项上的重复诉求标记已经撤销。",
    NoticeKind.REPEAT_MARK_UPHELD: "您对重复诉求标记的申诉已由另一位工作人员复查，标记保留，到期自动消失。",
    NoticeKind.PAUSED: "您反映的事项需要等待，暂停计时；打开事项可以看到原因和最迟恢复的日期。",
    NoticeKind.RESUMED: "您反映的事项已恢复办理，打开事项可以看到新的办结日期。",
    NoticeKind.RESUMED_BY_ITSELF: "有一件事项挂起已满最长时间，已自动恢复计时，请继续办理。",
    NoticeKind.EXTENSION_ASKED: "有一件事项申请延期，请在到期前决定是否同意。",
    NoticeKind.EXTENSION_REFUSED: "您申请的延期没有同意，请按原时限办结；理由见事项。",
    NoticeKind.EXTENSION_GRANTED: "您申请的延期已同意，请按新的时限办结。",
    NoticeKind.EXTENDED: "您反映的事项需要更多时间，经上级同意延期；打开事项可以看到新的办结日期，原来的承诺仍然保留。",
    NoticeKind.LIMIT_MOVED: "有一件事项的办结时限有变动，打开事项可以看到新的日期和原因。",
    NoticeKind.SUPPLEMENTED: "有一件事项，来件方补充了情况，请查看后继续办理。",
    NoticeKind.IDENTITY_UNMASKED: "承办人查看了您的身份信息，请在“谁看过我的信息”中查看是谁、何时、为何查看。",
    NoticeKind.IDENTITY_UNMASKED_WITHOUT_CASE: (
        "有工作人员查看了您的身份信息，但没有对应的事项；请在“谁看过我的信息”中核对，如有疑问请投诉。"
    ),
    NoticeKind.SIGN_IN_MISUSED: (
        "您的登录凭证被重复使用，可能有他人盗用；该设备已退出登录，请重新登录，并在“登录设备”中退出不认识的设备。"
    ),
    NoticeKind.DIGEST: "有事项等您处理，请逐条查看。",
    NoticeKind.INTERIM_DUE: "有一件事项已有一段时间没有给群众回音，请写一条阶段性答复。",
    NoticeKind.INTERIM_REPLY: "您反映的事项还在办理，承办人写来了进展，请查看。",
    NoticeKind.ORDER_ISSUED: "您单位的一件事项被督办，请在期限内答复并写明办结日期。",
    NoticeKind.ORDER_RAISED: "您单位的督办单未按时办结，已升级，请立即处理并答复。",
    NoticeKind.ORDER_ANSWERED: "您发出的督办单已有答复，请查看。",
    NoticeKind.MANDATE_ASKED: "代办员请您委托他代办事项，请在“委托”中查看范围和期限，再决定同意或不同意。",
    NoticeKind.MANDATE_GIVEN: "一项代办委托已经生效，请在“委托”中查看；不是本人意愿的，可随时撤销或拨打热线。",
    NoticeKind.MANDATE_ENDED: "一项代办委托已经结束，请在“委托”中查看；仍需代办的，可以再委托。",
    NoticeKind.MANDATE_ENDS_SOON: "一项代办委托快到期了，需要继续代办的，请再委托。",
    NoticeKind.NOTE_TAKEN: "代办员为您记下了一件事，还没有正式提交；请打开查看，确认后即受理，不需要的可以删除。",
    NoticeKind.VISIT_RECORDED: "有工作人员走访后记下了您家的需求，请打开查看；与您说的不一致的，可以提出异议。",
    NoticeKind.VISIT_CONTESTED: "农户对一次走访记录提出异议，请核实后答复；走访人不能自己答复。",
    NoticeKind.VISIT_ANSWERED: "对走访记录的异议已经答复，原记录、异议和答复都保留，请打开查看。",
    NoticeKind.RECURRING_DUE: "有一项定期职责快到期了，请在“定期职责”中查看到期日并按期完成。",
    NoticeKind.RECURRING_MISSED: "有一项定期职责已过到期日还没有完成，请马上办理；确不需办的，请提请本期不办。",
    NoticeKind.RECURRING_MISSED_BELOW: "下级组织有定期职责逾期未办，请在“定期职责”中查看并督促。",
    NoticeKind.RECURRING_RETURNED: "您完成的一项定期职责被退回，请查看缺什么，补齐后再点完成。",
    NoticeKind.NOTE_TURNED: "代办员记下的一件事已经正式提交，请在事项中查看进展。",
    NoticeKind.DRAW_NAMED: "请您参加督查抽样，请在期限内生成并提交承诺，原值自己保管，不要给任何人看。",
    NoticeKind.DRAW_PUBLISHED: "抽样的两份承诺都已提交并公布，请在期限内公开您的承诺值。",
    NoticeKind.DRAW_LAPSED: "有一次督查抽样到期没有完成，已作废并公示；请另定抽样人重抽，未按期完成的人不能再参加。",
    NoticeKind.COVERAGE_WARNING: "督查周期快结束了，还有抽中的单位没有督查，请查看覆盖情况并尽快安排。",
    NoticeKind.COVERAGE_SHORT: "督查周期已结束，抽中的单位没有全部督查，覆盖率没有达标，请查看并督促补查。",
    NoticeKind.FINDING_RAISED: "督查发现您单位的一个问题，请在期限内反馈：认领，或写明异议。",
    NoticeKind.FINDING_ANSWERED: "您督查发现的一个问题，单位已有反馈，请查看；有异议的请裁定。",
    NoticeKind.FINDING_LATE: "有单位没有按期反馈督查发现的问题，请督促。",
    NoticeKind.FINDING_REPORTED: "有一个督查问题已报整改完成，请复核证明材料，属实的销号。",
    NoticeKind.FINDING_RETURNED: "您单位报的一个督查问题整改没有通过，请按意见继续整改。",
    NoticeKind.INTERVIEW_CALLED: "请您参加约谈，请打开查看时间、由谁约谈和所涉问题。",
    NoticeKind.INTERVIEW_HELD: "约谈已记录，请核对您的承诺和日期，到期前完成。",
    NoticeKind.INTERVIEW_JUDGED: "上级已对您的约谈作出记录：承诺是否兑现或约谈取消，请查看。",
    NoticeKind.INTERVIEW_LATE: "有一项约谈承诺已到期，还没有核实是否兑现，请查看并督促。",
    NoticeKind.LETTER_TO_SIGN: "您的责任书有待签署的文本，请打开看过全文后签署。",
    NoticeKind.LETTER_TO_COUNTERSIGN: "下级责任人已签署责任书，请您看过全文后会签。",
    NoticeKind.LETTER_COUNTERSIGNED: "您的责任书已由上级会签，可以下载带二维码的文本。",
    NoticeKind.LETTER_REFUSED: "下级责任人拒签责任书并写明了理由，请打开查看，调整事项或答复。",
    NoticeKind.LETTER_REFUSAL_ANSWERED: "上级已答复您的拒签理由，请打开责任书看过答复，再决定是否签署。",
    NoticeKind.ITEMS_ASSIGNED: "清单上有事项交办给您，请签收并承诺办结日期。",
    NoticeKind.RESOURCES_LACKING: (
        "下派给您单位的事项没有履职清单依据或经费，已告知下派单位和县里；事项照常办理，请在事项中查看缺什么。"
    ),
    NoticeKind.RESOURCES_LACKING_SENT: (
        "您下派的事项没有履职清单依据或经费，已告知接收单位和县里；请补充依据和经费，或撤回事项。"
    ),
    NoticeKind.RESOURCES_LACKING_COUNTY: "有单位下派的事项没有履职清单依据或经费，请在“权随责走、费随事转”中查看。",
    NoticeKind.ITEM_REPORTED: "清单上有一件事项已报办结，请验收；没有办好的，请写明理由退回。",
    NoticeKind.ITEM_ACCEPTED: "您报办结的清单事项已通过验收。",
    NoticeKind.ITEM_RETURNED: "您报办结的清单事项没有通过验收，请打开事项查看理由，改好后再报。",
    NoticeKind.ITEM_CLOSED_OUT: "您负责的清单事项已经销号。",
    NoticeKind.ITEM_WITHDRAWN: "一件交办给您的清单事项已撤回，不用再办；理由见事项。",
    NoticeKind.ITEM_CHANGED: "您负责的一件清单事项内容或时限有变动，请打开查看。",
    NoticeKind.ITEM_MISSED: "您负责的一件清单事项已过时限还没有报办结，请抓紧办理；确有困难的，请申请延期。",
    NoticeKind.ITEM_LIFTED: "下级的一项限期整改逾期，提级由您负责，请打开查看此前办理情况，重新签收并承诺办结日期。",
    NoticeKind.ITEM_MISSED_BELOW: "下级有清单事项已过时限还没有报办结，请打开清单查看并督促。",
    NoticeKind.ITEM_HELP: "有一件清单事项请您协办，请查看并写下您掌握的情况或办理结果。",
    NoticeKind.GRADE_REMINDER: (
        "您有一件办过的事项还没有评价，方便时请打开“评价”；评不评由您自己决定，不评不算满意。没有办好的，请打开事项选择“未解决”。"
    ),
    NoticeKind.MEASURE_BROUGHT: (
        "上级就您或您负责的单位提出一项问责或表彰，请打开“问责与表彰”查看理由和依据；是问责的，请在期限内说明情况。"
    ),
    NoticeKind.MEASURE_DECIDED: (
        "上级就您或您负责的单位作出一项问责或表彰决定，请打开“问责与表彰”查看；对问责决定不服的，可在期限内申诉。"
    ),
    NoticeKind.MEASURE_DROPPED: "上级就您或您负责的单位提出的一项问责或表彰不再进行，请打开“问责与表彰”查看理由。",
    NoticeKind.MEASURE_APPEAL_DECIDED: (
        "对一项问责决定的申诉已由没有参与原决定的人作出决定，请打开“问责与表彰”查看结果和理由。"
    ),
    NoticeKind.REVIEW_GRADED: (
        "您或您负责的单位的年度评议等次已经确定，请打开“等次”查看等次和依据；不服的，可在期限内申诉。"
    ),
    NoticeKind.RESULT_APPEAL_DECIDED: (
        "您对报告、等次或一票否决的申诉已由两人复核决定，请打开“结果申诉”查看结果和理由。"
    ),
    NoticeKind.DISCLOSURE_MISSING: (
        "村务公开清单上有一项已过期限还没有公开，请打开“村务公开”马上填写，并请监督人员确认。"
    ),
    NoticeKind.DISCLOSURE_MISSING_BELOW: (
        "下级一个村（社区）有一项村务公开已过期限还没有公开，请打开“村务公开”查看并督促。"
    ),
    NoticeKind.TURN_HANDED_OVER: "上一轮轮驻人员已交出工作，请打开工作组查看并接收。",
}
