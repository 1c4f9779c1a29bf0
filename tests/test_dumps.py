"""Bulk files: the same bytes from the command and the service, checked, compressed, sent in ranges."""

import asyncio
import gc
import gzip
import hashlib
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from conftest import DEADLINE
from hkkg import exporting, formats, vocab
from hkkg.datasets import dumps
from hkkg.errors import BusyError, UnknownResourceError
from hkkg.graph import open_graph
from hkkg.store import EmbeddedStore, canonical, parse
from hkkg.web.dump_files import Dumps
from service_support import TOKEN, kill, launching, numbered, until


@pytest.fixture(scope="module")
def folder(hkkg, tmp_path_factory):
    """Every bulk file, as the command writes them."""
    made = tmp_path_factory.mktemp("dumps") / "below"
    result = hkkg("export", "--all", made)
    assert result.returncode == 0, result.stderr
    return made


def reread(data, target):
    store = EmbeddedStore()
    store.add(parse(data, target, source="dump"), in_union=False)
    return set(canonical(store.quads()))


def test_every_format_is_there_with_and_without_inference_plain_and_compressed(folder):
    endings = {"ttl", "trig", "nt", "nq", "rdf", "jsonld"}
    wanted = {f"{stem}.{e}{z}" for stem in ("hkkg", "hkkg-stated") for e in endings for z in ("", ".gz")}
    assert {path.name for path in folder.iterdir()} == {*wanted, "SHA256SUMS"}


def test_the_checksums_are_right(folder):
    result = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.count(": OK") == len(dumps.ALL)


def test_a_changed_file_fails_its_checksum(folder, tmp_path):
    (tmp_path / "hkkg.nt").write_bytes((folder / "hkkg.nt").read_bytes()[:-1])
    command = ["sha256sum", "--check", "--ignore-missing", str(folder / "SHA256SUMS")]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 1


def test_a_compressed_file_holds_the_plain_one_and_neither_name_nor_time(folder):
    for path in folder.glob("*.gz"):
        data = path.read_bytes()
        assert gzip.decompress(data) == path.with_suffix("").read_bytes()
        assert (data[3], data[4:8]) == (0, bytes(4))  # flags and time (RFC 1952, section 2.3)


@pytest.mark.parametrize("name", ["hkkg.jsonld.gz", "hkkg-stated.nq", "hkkg.ttl"])
def test_the_same_graph_gives_the_same_bytes(folder, name):
    dump = dumps.find(name)
    again = dict(dumps.write_all(open_graph()))
    assert again[dump] == (folder / name).read_bytes()


@pytest.mark.parametrize("target", formats.RDF_FORMATS, ids=lambda f: f.name)
def test_what_is_stated_is_what_an_export_without_inference_has(folder, target):
    plain = exporting.export(open_graph(inference=False), target)
    assert (folder / f"hkkg-stated.{target.extensions[0]}").read_bytes() == plain


def test_inference_is_in_the_one_and_not_in_the_other(folder):
    inferred = f"<{vocab.INFERRED_GRAPH}> .\n".encode()
    assert inferred in (folder / "hkkg.nq").read_bytes()
    assert inferred not in (folder / "hkkg-stated.nq").read_bytes()
    whole = reread((folder / "hkkg.nt").read_bytes(), formats.NTRIPLES)
    stated = reread((folder / "hkkg-stated.nt").read_bytes(), formats.NTRIPLES)
    assert len(whole) > len(stated) > 10_000


def test_the_service_has_the_same_files(client, folder):
    listed = client.get("/dump/").json()["files"]
    assert [row["name"] for row in listed] == [dump.name for dump in dumps.ALL]
    assert client.get("/dump/SHA256SUMS").text == (folder / "SHA256SUMS").read_text()
    for name in ("hkkg.ttl", "hkkg.trig.gz", "hkkg-stated.rdf"):
        answer = client.get(f"/dump/{name}")
        assert answer.content == (folder / name).read_bytes()
        assert "content-encoding" not in answer.headers


def test_a_file_has_a_type_a_length_a_tag_and_a_digest(client):
    answer = client.head("/dump/hkkg.ttl")
    assert answer.content == b""
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    data = client.get("/dump/hkkg.ttl").content
    assert answer.headers["content-length"] == str(len(data))
    digest = client.get("/dump/hkkg.ttl").headers["repr-digest"]
    assert digest.startswith("sha-256=:")
    assert hashlib.sha256(data).hexdigest()[:32] in answer.headers["etag"]
    assert client.head("/dump/hkkg.ttl.gz").headers["content-type"] == "application/gzip"


def test_a_file_that_the_client_has_is_not_sent_again(client):
    etag = client.head("/dump/hkkg.nt").headers["etag"]
    assert client.get("/dump/hkkg.nt", headers={"If-None-Match": f'"other", {etag}'}).status_code == 304
    assert client.get("/dump/hkkg.nt", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_download_that_broke_off_goes_on(client):
    whole = client.get("/dump/hkkg.nt.gz")
    rest = client.get("/dump/hkkg.nt.gz", headers={"Range": "bytes=1000-", "If-Range": whole.headers["etag"]})
    assert (rest.status_code, whole.content[1000:]) == (206, rest.content)
    other = client.get("/dump/hkkg.nt.gz", headers={"Range": "bytes=1000-", "If-Range": '"other"'})
    assert (other.status_code, other.content) == (200, whole.content)
    beyond = client.get("/dump/hkkg.nt.gz", headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416


def test_the_list_is_a_page_for_browsers(client):
    page = client.get("/dump/", headers={"Accept": "text/html", "Accept-Language": "zh-CN"})
    assert '<html lang="zh-Hans">' in page.text
    assert page.text.count('href="/dump/hkkg') == len(dumps.ALL)
    assert client.get("/dump").headers["location"] == "/dump/"


def test_an_unknown_file_gets_the_nearest(client):
    answer = client.get("/dump/hkkg.n3")
    assert answer.status_code == 404
    assert "hkkg.nt" in answer.json()["hint"]
    with pytest.raises(UnknownResourceError):
        dumps.find("../etc/passwd")
    assert client.get("/dump/%2e%2e%2fSHA256SUMS").status_code == 404


def test_an_export_is_compressed_as_told_or_as_the_name_says(hkkg, tmp_path, small_file):
    del small_file
    path = tmp_path / "graph.nt.gz"
    assert hkkg("export", "--output", path).returncode == 0
    told = tmp_path / "told.nt"
    assert hkkg("export", "--gzip", "--output", told).returncode == 0
    assert gzip.decompress(path.read_bytes()).startswith(b"<")
    assert told.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--all", "x", "--format", "nt"), "no other option"),
        (("--all", "x", "--no-inference"), "no other option"),
        (("--output", "graph.docx.gz"), "names no RDF format"),
    ],
)
def test_contradictory_options_are_refused(hkkg, tmp_path, arguments, complaint):
    result = hkkg("export", *arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert complaint in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_refused(hkkg, tmp_path):
    (tmp_path / "file").write_text("")
    result = hkkg("export", "--all", tmp_path / "file")
    assert result.returncode != 0
    assert "the folder cannot be made" in result.stderr
    assert "Traceback" not in result.stderr


HELD = """\
import tempfile, time
from pathlib import Path
from hkkg.web import dump_files
tempfile.tempdir = {place!r}
compress = dump_files._compress
def held(*arguments):
    Path({place!r}, "begun").touch()
    while not Path({place!r}, "go").exists():
        time.sleep(0.01)
    return compress(*arguments)
dump_files._compress = held
"""


def held_files(service, folder):
    """Return the numbers of the files in a folder that a service has open and nobody can find."""
    folders = Path(f"/proc/{service.process.pid}/fd").iterdir()
    names = {int(held.name): str(held.readlink()) for held in folders}
    return [n for n, name in names.items() if name.startswith(f"{folder}/") and name.endswith(" (deleted)")]


def test_a_file_stays_as_long_as_it_is_used_and_no_longer(tmp_path):
    numbers = count(1)
    settings = f"Settings(empty=True, writable=True, gated=False, token={TOKEN!r})"

    def write(number):
        done = service.update(f"DELETE WHERE {{ ?s ?p ?o }} ; INSERT DATA {{ <x:a> <x:b> <x:c{number}> }}")
        assert done.status_code == 204

    def see_next():
        number = next(numbers)
        write(number)
        assert service.client.get("/dump/hkkg.nt").text == f"<x:a> <x:b> <x:c{number}> .\n"

    def only_the_newest():
        see_next()
        return len(held_files(service, tmp_path)) == 2 * len(dumps.find("hkkg.nt").group)

    with (
        launching(settings, before=HELD.format(place=str(tmp_path))) as service,
        ThreadPoolExecutor(1) as pool,
    ):
        write(0)
        answer = pool.submit(service.client.get, "/dump/hkkg.nt.gz")
        until((tmp_path / "begun").exists)
        for _ in range(4):
            see_next()
        (tmp_path / "go").touch()
        assert answer.result().status_code == 200
        assert gzip.decompress(answer.result().content) == b"<x:a> <x:b> <x:c0> .\n"
        until(only_the_newest)


def test_nothing_is_left_of_a_service_that_is_killed(tmp_path):
    tools = f"import tempfile\ntempfile.tempdir = {str(tmp_path)!r}\n"
    with launching("Settings(empty=True)", before=tools) as service:
        assert service.client.get("/dump/hkkg.nt.gz").status_code == 200
        assert held_files(service, tmp_path)
        kill(service.process.pid)
        service.process.wait(timeout=DEADLINE)
    assert not list(tmp_path.iterdir())


SLOW = """\
import gzip, time
from pathlib import Path
write = gzip.GzipFile.write
def slow(file, data):
    Path({begun!r}).touch()
    time.sleep(5)
    return write(file, data)
gzip.GzipFile.write = slow
"""


def test_a_signal_ends_what_is_compressed(tmp_path):
    (tmp_path / "graph.ttl").write_text(numbered(40_000), encoding="utf-8")
    files = f"files=({str(tmp_path / 'graph.ttl')!r},), inference=False"
    settings = f"Settings({files}, limits=Limits(closing_seconds=1.0))"
    begun = tmp_path / "begun"
    with launching(settings, before=SLOW.format(begun=str(begun))) as service, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(service.client.get, "/dump/hkkg.nt.gz")
        until(begun.exists)
        service.process.terminate()
        assert service.process.wait(timeout=DEADLINE) == 0
        with suppress(httpx.TransportError):
            assert answer.result().status_code in {500, 503}


ENDLESS = """\
import time
from pathlib import Path
from hkkg.datasets import dumps
write = dumps.write
def held(*arguments):
    while not Path({go!r}).exists():
        time.sleep(0.01)
    return write(*arguments)
dumps.write = held
"""


def test_dumps_take_one_place_for_long_queries(tmp_path):
    go = tmp_path / "go"
    settings = "Settings(empty=True, limits=Limits(quick_seconds=0.001))"
    with launching(settings, before=ENDLESS.format(go=str(go))) as service, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(service.client.get, "/dump/", headers={"Accept": "application/json"})
        until(lambda: service.metric("slow_queries"))
        for _ in range(50):
            assert service.metric("slow_queries") == 1
            assert service.ask("") is True
        go.touch()
        assert len(answer.result().json()["files"]) == len(dumps.ALL)


def test_dumps_that_were_overtaken_are_forgotten():
    async def ask_for_many():
        answering = SimpleNamespace(generation=0)
        made = Dumps(SimpleNamespace(answering=answering, settings=SimpleNamespace(endpoint=None)))
        for _ in range(20):
            asked = [asyncio.ensure_future(made.made(dump)) for dump in dumps.ALL]
            await asyncio.sleep(0)
            answering.generation += 1
            assert all(isinstance(f, BusyError) for f in await asyncio.gather(*asked, return_exceptions=True))
        gc.collect()
        return sum(isinstance(held, asyncio.Task) for held in gc.get_objects())

    assert asyncio.run(ask_for_many()) < 4 * len(dumps.ALL)
