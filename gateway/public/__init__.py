"""Pages for anybody with a browser: what the services say in public, as sentences and tables."""
