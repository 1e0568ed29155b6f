"""Open311: what systems outside report by GeoReport v2, and what it shows the public; the gateway speaks its forms."""
