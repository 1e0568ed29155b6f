"""What an organisation puts right after a survey."""
