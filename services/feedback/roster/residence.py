"""Whether somebody lives in a village, `members` alone knows: who lives where is told on no log."""

UNCONFIRMED_ZH = "提出人是否为本村（社区）村民未经核实，请按内容核查后答复，不要以身份为由不答复。"
"""What whoever answers reads beside the words of somebody who is signed in."""
