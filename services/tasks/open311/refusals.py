"""Refusals of what systems outside ask."""

from chassis.problems import Invalid, NotFound


class JurisdictionMissing(Invalid):
    """Several districts are served here: say which by jurisdiction_id."""

    title_zh = "此处服务多个县（区），请填写 jurisdiction_id（12 位或 6 位区划代码）。"


class NoSuchJurisdiction(NotFound):
    """The jurisdiction_id is no district that is served here."""

    title_zh = "jurisdiction_id 不是这里服务的县（区），请核对区划代码。"


class NoSuchService(NotFound):
    """The service_code is not among the services that are offered today."""

    title_zh = "没有这个 service_code，请从 services 列表中选择。"


class ServiceCodeMissing(Invalid):
    """A report names its service_code."""

    title_zh = "缺少 service_code，请从 services 列表中选择。"


class PlaceMissing(Invalid):
    """A report says where: lat and long together, address_string, or address_id."""

    title_zh = "缺少位置：请同时填写 lat 和 long，或填写 address_string，或填写 address_id。"


class NoSuchAddress(Invalid):
    """The address_id is the 12-digit code of a village or community of this jurisdiction."""

    title_zh = "address_id 应为本县（区）村（社区）的 12 位区划代码，请核对。"


class DescriptionMissing(Invalid):
    """A matter in free words needs a description."""

    title_zh = "此项服务须填写 description，请说明情况。"


class ArgumentMalformed(Invalid):
    """An argument is not of the form that it has to be; `argument` says which."""

    title_zh = "参数格式有误，请按接口说明修改。"


class AttributeMissing(Invalid):
    """A required attribute has no answer; `attribute` says which."""

    title_zh = "缺少必填的 attribute，请按服务定义补充。"


class AttributeMalformed(Invalid):
    """An attribute is not known, or its answer is not of its datatype; `attribute` says which."""

    title_zh = "attribute 的代码或取值不符合服务定义，请核对。"


class RangeTooLong(Invalid):
    """A range of dates may span 90 days at most, and ends after it begins."""

    title_zh = "start_date 到 end_date 最多 90 天，且结束不能早于开始，请分段查询。"


class NoSuchReport(NotFound):
    """There is no public request with this service_request_id."""

    title_zh = "没有这个 service_request_id，或该事项不对外公开。"


class NoSuchToken(NotFound):
    """The token is not known, or nobody has taken its request in yet; ask again later."""

    title_zh = "没有这个 token，或事项还没有交给承办人，请稍后再查。"
