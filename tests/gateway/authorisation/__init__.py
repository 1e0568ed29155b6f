"""Who may call what: the matrix as data, and a county in which every cell of it is tried."""
