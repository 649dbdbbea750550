import os
import tempfile

# Before the package is imported, which opens it. A file of its own for each run.
os.environ["DATABASE_URL"] = f"sqlite:///{tempfile.mkdtemp()}/test.db"

import pytest
from fastapi.testclient import TestClient

from ${{ variables.package }}.main import app

path = "/${{ variables.resource }}s"


@pytest.fixture
def client():
    with TestClient(app) as client:
        for one in client.get(path).json():
            client.delete(f"{path}/{one['id']}")
        yield client


def make(client, name):
    return client.post(path, json={"name": name}).json()


def test_what_is_made_is_listed_and_read(client):
    made = make(client, " first ")
    assert made["name"] == "first"
    assert client.get(path).json() == [made]
    assert client.get(f"{path}/{made['id']}").json() == made


def test_what_is_changed_or_deleted_shows(client):
    made = make(client, "first")
    assert client.put(f"{path}/{made['id']}", json={"name": "second"}).json()["name"] == "second"
    assert client.delete(f"{path}/{made['id']}").status_code == 204
    assert client.get(f"{path}/{made['id']}").status_code == 404


def test_pages_follow_one_another(client):
    ids = [make(client, name)["id"] for name in "abc"]
    first = client.get(path, params={"limit": 2}).json()
    second = client.get(path, params={"limit": 2, "after": first[-1]["id"]}).json()
    assert [one["id"] for one in first + second] == ids


def test_a_name_is_taken_once(client):
    make(client, "first")
    other = make(client, "other")
    assert client.post(path, json={"name": "first"}).status_code == 409
    assert client.put(f"{path}/{other['id']}", json={"name": "first"}).status_code == 409


@pytest.mark.parametrize("body", [{}, {"name": " "}, {"name": "x" * 201}, {"name": "a", "id": 7}])
def test_bad_input_is_refused(client, body):
    assert client.post(path, json=body).status_code == 422


def test_it_is_healthy(client):
    assert client.get("/health").json() == {"status": "healthy"}
