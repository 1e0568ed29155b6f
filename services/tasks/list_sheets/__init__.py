"""List sheets: a list taken away as a spreadsheet, edited there, and taken in again once it is seen what changes."""
