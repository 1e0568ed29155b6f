"""Mass surveys: what people think of an organisation, a post or a service, asked by area and counted without names."""
