"""What is put right."""
