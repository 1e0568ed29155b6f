"""Writing the persons of a roster: the roll, and the citizens with their households."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from chassis.secrecy import Vault
from chassis.session import Session
from chassis.tables import new_id
from services.members.divisions.codes import township_of
from services.members.households.model import Citizen, Household
from services.members.imports.intake import Intake, Progress, Tally
from services.members.imports.places import Seat
from services.members.imports.rows import CitizenRow, MemberRow
from services.members.persons import NUMBER_INDEX, PHONE_INDEX, Person, in_clear, place_of
from services.members.roll.model import Member
