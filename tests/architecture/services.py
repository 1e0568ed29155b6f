"""The three services and their tables, as the tests of the house find them."""

from importlib import import_module
from pathlib import Path

from sqlmodel import SQLModel

ROOT = Path(__file__).parents[2]
SERVICES = ("feedback", "members", "tasks")


def base_of(service: str) -> type[SQLModel]:
    """The class that a service's models share, with all of the service loaded."""
    import_module(f"services.{service}.app")
    base: type[SQLModel] = import_module(f"services.{service}.tables").Table
    return base


def models_of(service: str) -> list[type[SQLModel]]:
    """Every model class of a service."""
    return [mapper.class_ for mapper in base_of(service)._sa_registry.mappers]
