"""The files beside the pages: kept for ever at their own address, asked for again at any other."""

import re

import pytest


def test_a_page_names_its_style_sheet_by_what_it_holds(client):
    address, *_ = re.findall(r'<link rel="stylesheet" href="([^"]+)">', client.get("/").text)
    found = client.get(address)
    assert found.status_code == 200
    assert found.headers["content-type"].startswith("text/css")
    assert "immutable" in found.headers["cache-control"]


def test_an_old_address_is_not_kept(client):
    found = client.get("/static/site.css?v=0123456789ab")
    assert found.headers["cache-control"] == "public, no-cache"
    again = client.get("/static/site.css", headers={"If-None-Match": found.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["nothing.css", "../pages.py", "%2e%2e/pages.py"])
def test_nothing_else_is_served(client, name):
    assert client.get(f"/static/{name}").status_code == 404
