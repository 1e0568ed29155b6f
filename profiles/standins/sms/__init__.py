"""A carrier of text messages, by the protocol of docs/subsystems/messages.md; nothing here leaves the machine.

What was sent is kept in memory and read at `/standin/messages`, an address that no carrier has.
"""

from profiles.standins.sms.app import create_app
from profiles.standins.sms.carrier import Account, Carrier

__all__ = ["Account", "Carrier", "create_app"]
