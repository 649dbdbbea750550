import os

os.environ["DATABASE_URL"] = "sqlite:///test.db"

from fastapi.testclient import TestClient

from ${{ variables.package }}.main import app


def test_what_is_made_is_listed():
    with TestClient(app) as client:
        made = client.post("/${{ variables.resource }}s", json={"name": "first"}).json()
        assert made in client.get("/${{ variables.resource }}s").json()


def test_it_is_healthy():
    with TestClient(app) as client:
        assert client.get("/health").json() == {"status": "healthy"}
