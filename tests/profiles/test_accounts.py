"""`lianxin accounts`: the first operator's account is made at the server, and every account can be mended there."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import Result
from sqlmodel import col, select
from typer.testing import CliRunner

from chassis.migrations import upgrade
from chassis.tables import AUDIT
from profiles import embedded
from profiles.attached import attached
from profiles.cli import app
from profiles.options import run
from services.members.divisions.actions import list_divisions
from services.members.imports.actions import import_roster
from services.members.passwords.model import PasswordAccount
from services.members.roll.model import Member
from services.members.words import PostKind
from tests.members.imports.books import number
from tests.members.village import DIVISIONS, member, organization, post, roster


@pytest.fixture(params=["embedded", "cluster"])
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Both profiles, each with a future operator on the roll and one member without a post."""
    for name in ("LIANXIN_DATABASE", "LIANXIN_CLOCK", "LIANXIN_HOME"):
        monkeypatch.delenv(name, raising=False)
    if request.param == "embedded":
        embedded.migrate(tmp_path)
    else:
        database = request.getfixturevalue("postgres_database")
        upgrade("members", database)
        monkeypatch.setenv("LIANXIN_DATABASE", database)
        monkeypatch.setenv("LIANXIN_KAFKA", "127.0.0.1:1")  # nothing is said to the broker
        monkeypatch.setenv("LIANXIN_VAULT_KEY", "00" * 32)
    run(fill(tmp_path))
    return tmp_path


async def fill(home: Path) -> None:
    """Bring the two in."""
    people = roster(
        organizations=[organization("A1")],
        members=[member(1, name="赵样三"), member(2, name="孙样五")],
        posts=[post(1, kind=PostKind.COUNTY_OPERATOR)],
    )
    async with attached("members", home) as members:
        async with members.sessions() as session:
            await list_divisions(session, DIVISIONS)
        async with members.sessions() as session:
            await import_roster(session, people, leave_out_faulty=False)


def lianxin(home: Path, *words: str, typed: str | None = None) -> Result:
    """Run a command of accounts."""
    return CliRunner().invoke(app, ["accounts", *words, "--home", str(home)], input=typed)


def read(home: Path, name: str) -> tuple[UUID, PasswordAccount | None, list[tuple[str, str | None]]]:
    """Somebody, their account, and what the audit says was done at the server."""

    async def once() -> tuple[UUID, PasswordAccount | None, list[tuple[str, str | None]]]:
        async with attached("members", home) as members, members.sessions() as session:
            found = await session.first(select(Member.id).where(col(Member.name) == name))
            assert found is not None
            of_person = AUDIT.select().with_only_columns(AUDIT.c.action, AUDIT.c.reason)
            done = await session.all(
                of_person.where(AUDIT.c.about == str(found), AUDIT.c.reason.is_not(None)).order_by(AUDIT.c.id)
            )
            return found, await session.get(PasswordAccount, found), done

    return run(once())


def test_the_first_operator_gets_an_account_by_the_citizen_number_which_is_not_echoed(home: Path) -> None:
    done = lianxin(home, "create", "Zhao.YS", typed=f"{number(1)}\n")
    assert done.exit_code == 0, done.output
    assert number(1) not in done.output
    password = re.search(r"初始密码：(\S+)", done.output)
    assert password is not None
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", password[1])
    _, account, audited = read(home, "赵样三")
    assert account is not None
    assert (account.sign_in_name, account.given_until is not None) == ("zhao.ys", True)
    assert password[1] not in account.password
    assert audited == [("give_account", "at_the_server")]
    listed = lianxin(home, "list")
    assert "zhao.ys" in listed.output
    assert password[1] not in listed.output


def test_a_reset_gives_another_password_and_a_suspension_takes_all_away(home: Path) -> None:
    person_id, _, _ = read(home, "赵样三")
    assert lianxin(home, "create", "zhao", "--person", str(person_id)).exit_code == 0
    before = read(home, "赵样三")[1]
    done = lianxin(home, "reset", "zhao", "--second-factor")
    assert done.exit_code == 0, done.output
    after = read(home, "赵样三")[1]
    assert before is not None
    assert after is not None
    assert before.password != after.password

    assert lianxin(home, "suspend", "zhao").exit_code == 0
    suspended = read(home, "赵样三")[1]
    assert suspended is not None
    assert suspended.suspended_at is not None
    assert "停用" in lianxin(home, "list").output
    assert lianxin(home, "resume", "zhao").exit_code == 0
    _, resumed, audited = read(home, "赵样三")
    assert resumed is not None
    assert resumed.suspended_at is None
    assert [action for action, _ in audited] == ["give_account", "give_password", "suspend", "resume"]


@pytest.mark.parametrize(
    ("words", "typed", "code"),
    [
        (("create", "sun"), number(2), "holds-no-post"),
        (("create", "sun"), "999999199001010000", "not-found"),
        (("reset", "nobody"), None, "not-found"),
        (("suspend", "nobody"), None, "not-found"),
    ],
)
def test_a_refusal_is_a_sentence_and_the_exit_code(
    home: Path, words: tuple[str, ...], typed: str | None, code: str
) -> None:
    done = lianxin(home, *words, typed=f"{typed}\n" if typed else None)
    assert done.exit_code == 2
    assert code in done.output


def test_an_account_at_the_identity_provider_is_bound_and_unbound(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    person_id, _, _ = read(home, "赵样三")
    assert lianxin(home, "bind", "1003", "--person", str(person_id)).exit_code == 2
    for name, value in {
        "ISSUER": "https://sign-in.invalid",
        "CLIENT_ID": "desk",
        "REDIRECT": "https://a.invalid",
    }.items():
        monkeypatch.setenv(f"LIANXIN_SINGLE_SIGN_ON_{name}", value)
    assert lianxin(home, "bind", "1003", "--person", str(person_id)).exit_code == 0
    again = lianxin(home, "bind", "1004", "--person", str(person_id))
    assert (again.exit_code, "identity-bound-already" in again.output) == (2, True)
    assert lianxin(home, "unbind", "--person", str(person_id)).exit_code == 0
    assert [action for action, _ in read(home, "赵样三")[2]] == ["bind", "unbind"]
    assert lianxin(home, "unbind", "--person", str(person_id)).exit_code == 2


def test_a_name_that_cannot_be_typed_at_every_keyboard_is_refused(home: Path) -> None:
    assert lianxin(home, "create", "赵样三").exit_code == 2
