"""How a place is said and shown."""

from typing import Annotated

from pydantic import Field

from chassis.words import PLAIN, Input, Output
from services.tasks.places.datums import Datum, Point, convert
from services.tasks.places.model import Where, WhereMalformed

Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Address = Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]


class Placed(Input):
    """Where it is: a point, an address in words, both, or neither."""

    latitude: Latitude | None = Field(None, description="纬度；须与经度和坐标系一起填")
    longitude: Longitude | None = None
    datum: Datum | None = Field(
        None, description="坐标系：小程序 wx.getLocation 取 gcj02，卫星定位取 wgs84，百度取 bd09"
    )
    address: Address | None = Field(None, description="地址或位置描述，例如村口小卖部东侧")

    def where(self) -> Where | None:
        """The place as it is kept, in WGS-84. Raises `WhereMalformed` for half a point, or one of no datum."""
        said = (self.latitude, self.longitude, self.datum)
        if all(one is None for one in said):
            return Where(None, self.address) if self.address else None
        if self.latitude is None or self.longitude is None or self.datum is None:
            raise WhereMalformed()
        point = convert(Point(self.latitude, self.longitude), out_of=self.datum, into=Datum.WGS84)
        return Where(point, self.address)


class PlaceView(Output):
    """Where a case is, for those who may see it: the point as maps inside China show it."""

    latitude: float | None
    longitude: float | None
    datum: Datum
    address: str | None
