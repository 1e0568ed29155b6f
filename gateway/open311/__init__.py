"""Open311 GeoReport v2: the façade. It holds no rule and no table; `tasks` answers, and this puts it into its forms."""
