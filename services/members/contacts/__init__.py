"""Contacts: people who are not in a register and are known by a telephone number or an e-mail address alone."""
