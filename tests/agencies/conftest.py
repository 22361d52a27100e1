"""Two officers of one agency, whom many tests of giving claims have in common."""

import pytest

from agencies.staff import Role
from tests.make import make_officer


@pytest.fixture
def aya(session):
    return make_officer(session, Role.OFFICER, name="Ая Серікқызы")


@pytest.fixture
def bek(session):
    return make_officer(session, Role.OFFICER, name="Бек Асқарұлы")
