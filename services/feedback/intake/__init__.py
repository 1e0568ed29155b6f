"""What came in during a month, by channel and kind: the first page of every hotline's bulletin."""
