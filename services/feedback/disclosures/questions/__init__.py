"""Questions about disclosures: asked by whoever signed in, answered by the village within days, read by everybody."""
