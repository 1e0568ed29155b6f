"""The one door for phones, browsers and township systems: a route table, a façade, few screens; no tables, no rule."""
