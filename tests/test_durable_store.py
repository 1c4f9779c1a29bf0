"""Durable stores: what was acknowledged is there after any end, and no more; damaged ones are refused."""

import errno
import hashlib
import json
import os
import random
import resource
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest

from hkkg.errors import StoreUnusableError
from hkkg.generations import Directory
from hkkg.generations.layout import Layout
from hkkg.generations.sealing import head_of_snapshot, seal
from hkkg.store import EmbeddedStore
from service_support import (
    TOKEN,
    TURTLE,
    UPDATE,
    WRITING,
    children,
    is_alive,
    kill,
    launching,
    problem,
    refused_start,
    serving,
    until,
)

PLAIN = ("--empty", "--writable", "--no-gate")
UPDATES = 200
KILLS = 8


def update(client, text):
    return client.post("/update", content=text, headers={"Content-Type": UPDATE, **WRITING})


def contents(folder):
    """Return the digest of each file of a folder but the lock; of what is no file, that it is there."""
    return {
        path.name: path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.name != "lock"
    }


def insert_pair(number):
    """Write an update of which a half would show."""
    subject = f"<x:n{number}>"
    return f"INSERT DATA {{ {subject} <x:first> {number} GRAPH <x:g> {{ {subject} <x:second> {number} }} }}"


@pytest.fixture
def store(tmp_path):
    return tmp_path / "store"


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """The folder of a store with a few changes, as a service has left it; nobody changes it."""
    folder = tmp_path_factory.mktemp("kept") / "store"
    with serving(*PLAIN, "--store", folder) as service:
        for number in range(5):
            assert service.update(insert_pair(number)).status_code == 204
    return folder


def test_a_store_is_the_same_when_it_is_opened_again(store):
    graph = "<x:a> <x:b> [ <x:c> ( 1 '二'@zh-Hant 3.50 ) ] . _:same <x:d> _:same ."
    headers = {"Content-Type": TURTLE, **WRITING}
    names = "SELECT (COUNT(*) AS ?n) { GRAPH <x:g> { ?s <x:d> ?s } }"
    with serving(*PLAIN, "--store", store) as service:
        for name in ("x:g", "x:empty"):
            text = graph if name == "x:g" else ""
            put = service.client.put(f"/graph-store?graph={name}", content=text, headers=headers)
            assert put.status_code == 201
        service.update("DELETE DATA { GRAPH <x:g> { <x:none> <x:b> 1 } } ; INSERT DATA { _:new <x:e> _:new }")
        service.update("WITH <x:g> DELETE { ?s <x:d> ?s } INSERT { ?s <x:f> 1 } WHERE { ?s <x:d> ?s }")
        before = service.client.get(
            "/graph-store?graph=x:g", headers={"Accept": "application/n-triples"}
        ).text
        generation = service.client.get("/health").json()["generation"]
    with serving(*PLAIN, "--store", store) as service:
        after = service.client.get("/graph-store?graph=x:g", headers={"Accept": "application/n-triples"}).text
        assert sorted(before.splitlines()) == sorted(after.splitlines())  # blank nodes keep their names
        assert service.client.get("/graph-store?graph=x:empty").status_code == 200
        assert service.query(names).text.split() == ["n", "0"]
        assert service.ask("?s <x:e> ?s")
        assert service.client.get("/health").json()["generation"] == generation


@pytest.mark.parametrize("whole", [True, False], ids=["group", "process"])
def test_a_kill_at_any_moment_loses_nothing_and_leaves_no_half(store, whole):
    """Updates go on while the service is killed; each one that was acknowledged must be there."""
    moments = random.Random(whole)  # noqa: S311 - the same moments in each run
    acknowledged, tried = set(), 0
    share = UPDATES // KILLS // 2
    for _ in range(KILLS // 2):
        with (
            serving(*PLAIN, "--store", store, start_new_session=True) as service,
            ThreadPoolExecutor(2) as pool,
        ):
            last = tried + share
            killed = tried + moments.randrange(share)
            work = [
                (number, pool.submit(update, service.client, insert_pair(number)))
                for number in range(tried, last)
            ]
            until(lambda k=killed, w=work: next(f for n, f in w if n == k).done())
            end(service, whole=whole)
            for number, done in work:
                with suppress(httpx.TransportError):
                    if done.result().status_code == 204:
                        acknowledged.add(number)
            tried = last
    with serving(*PLAIN, "--store", store) as service:
        first, second = (
            {int(n) for n in service.query(query).text.split()[1:]}
            for query in (
                "SELECT ?n { ?s <x:first> ?n }",
                "SELECT ?n { GRAPH <x:g> { ?s <x:second> ?n } }",
            )
        )
    assert first == second
    assert acknowledged <= first
    assert len(acknowledged) >= KILLS // 2
    assert not list(store.glob("*.partial"))


def end(service, *, whole):
    """Kill the main process, and with it the whole group if that is asked."""
    below = service.workers()
    if whole:
        os.killpg(service.process.pid, 9)
    else:
        kill(service.process.pid)
    service.process.wait()
    until(lambda: not any(map(is_alive, below)))


def test_the_process_that_writes_may_be_killed(store):
    with serving(*PLAIN, "--store", store) as service, ThreadPoolExecutor(1) as pool:
        work = [pool.submit(update, service.client, insert_pair(n)) for n in range(10)]
        work[4].result()
        kill(service.nursery())
        assert service.process.wait(timeout=30) == 3
        done = {n for n, one in enumerate(work) if status_of(one) == 204}
    with serving(*PLAIN, "--store", store) as service:
        found = {int(n) for n in service.query("SELECT ?n { ?s <x:first> ?n }").text.split()[1:]}
    assert done <= found


def status_of(future):
    try:
        return future.result().status_code
    except httpx.TransportError:
        return None


def limit_files(most_bytes):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, resource.RLIM_INFINITY))

    return limit


def test_a_disk_that_is_full_refuses_the_update_and_nothing_else(store):
    """A limit on the size of files stands for the end of the disk; a small change still finds room."""
    with serving(*PLAIN, "--store", store, preexec_fn=limit_files(20_000)) as service:
        assert service.update(insert_pair(1)).status_code == 204
        before = contents(store)
        triples = " . ".join(f"<x:big{n}> <x:p> {n}" for n in range(2_000))
        found = problem(service.update(f"INSERT DATA {{ {triples} }}"), 507)
        assert "Nothing was changed" in found["detail"]
        assert contents(store) == before
        assert not service.ask("<x:big1> ?p ?o")
        assert service.ask("<x:n1> <x:first> 1")
        assert service.update(insert_pair(2)).status_code == 204
    with serving(*PLAIN, "--store", store) as service:
        assert service.ask("<x:n1> <x:first> 1 . <x:n2> <x:first> 2")
        assert not service.ask("<x:big1> ?p ?o")


def test_a_folder_that_goes_away_refuses_the_update_and_nothing_else(store, tmp_path):
    with serving(*PLAIN, "--store", store) as service:
        for number in range(1, 9):  # it may go away while the nursery still looks at it
            assert service.update(insert_pair(number)).status_code == 204
            store.rename(tmp_path / "elsewhere")
            problem(service.update(insert_pair(number + 1)), 507)
            assert service.ask(f"<x:n{number}> <x:first> {number}")
            (tmp_path / "elsewhere").rename(store)
        assert service.update(insert_pair(9)).status_code == 204


def test_many_changes_become_a_snapshot_and_old_files_go(store):
    large = " . ".join(f"<x:s{n}> <x:p> '{'x' * 500}{n}'" for n in range(1_500))
    with serving(*PLAIN, "--store", store) as service:
        (store / "snapshot-0000000001.nq.partial").write_bytes(b"what a process that was killed has left")
        for number in range(4):
            text = f"INSERT DATA {{ GRAPH <x:g{number}> {{ {large} }} }}"
            assert service.update(text).status_code == 204
        until(lambda: not (store / "snapshot-0000000000.nq").exists())
        until(lambda: len(list(store.glob("snapshot-*"))) == 1)
        (snapshot,) = store.glob("snapshot-*.nq")
        assert all(change.name[7:17] > snapshot.name[9:19] for change in store.glob("change-*.rdfp"))
        assert service.update(insert_pair(1)).status_code == 204
    with serving(*PLAIN, "--store", store) as service:
        count = service.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <x:p> ?o } }")
        assert count.text.split() == ["n", "6000"]
        assert service.ask("<x:n1> <x:first> 1")


NO_ROOM = """\
from pathlib import Path
from hkkg.errors import StoreFullError
from hkkg.generations import Directory
write_snapshot = Directory.write_snapshot
def without_room(directory, store, number):
    if not number:
        return write_snapshot(directory, store, number)
    with Path({seen!r}).open("a") as file:
        file.write(".")
    raise StoreFullError("there is no room")
Directory.write_snapshot = without_room
"""


def test_a_snapshot_that_finds_no_room_is_not_tried_again_with_each_change(store, tmp_path):
    """It would fill the disk over and over."""
    seen = tmp_path / "seen"
    with launching_on(store, NO_ROOM.format(seen=str(seen))) as service:
        assert service.update(f"INSERT DATA {{ <x:s> <x:p> '{'x' * 1_100_000}' }}").status_code == 204
        until(seen.exists)
        for number in range(10):
            assert service.update(insert_pair(number)).status_code == 204
    assert seen.read_text() == "."
    with serving(*PLAIN, "--store", store) as service:
        assert service.ask("<x:n9> <x:first> 9")


def test_what_no_document_may_hold_refuses_the_update_and_nothing_else(store):
    """The engine computes a literal of rdf:langString without a language, and reads none."""
    literal = "STRDT('x', <http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>)"
    with serving(*PLAIN, "--store", store) as service:
        problem(service.update(f"INSERT {{ <x:s> <x:p> ?x }} WHERE {{ BIND({literal} AS ?x) }}"), 400)
        assert not service.ask("<x:s> ?p ?o")
        assert service.update(insert_pair(1)).status_code == 204


def test_what_was_being_written_is_swept_away(kept, store):
    shutil.copytree(kept, store)
    (store / "change-0000000006.rdfp.partial").write_bytes(b"half of a cha")
    with serving(*PLAIN, "--store", store) as service:
        assert service.ask("<x:n4> <x:first> 4")
        assert service.update(insert_pair(5)).status_code == 204
    assert not list(store.glob("*.partial"))


def damage(name, change):
    def act(folder):
        path = folder / name
        path.write_bytes(change(path.read_bytes()))

    return act


def remove(name):
    return lambda folder: (folder / name).unlink()


def copy(name, place):
    return lambda folder: shutil.copyfile(folder / name, folder / place)


def snapshot_of_another(number):
    whole = seal(head_of_snapshot(number) + b"0" * 64 + b"\n")
    return lambda folder: (folder / f"snapshot-{number:010}.nq").write_bytes(whole)


def point_nowhere(folder):
    remove("hkkg-store.json")(folder)
    (folder / "hkkg-store.json").symlink_to(folder / "nowhere")


def put_folder(folder):
    remove("hkkg-store.json")(folder)
    (folder / "hkkg-store.json").mkdir()


def leave_snapshot(folder):
    """Leave no more of a store than there is of one that is being made, but whole."""
    for path in [*folder.glob("change-*"), folder / "hkkg-store.json"]:
        path.unlink()


def write_later(folder):
    damage("hkkg-store.json", another_version)(folder)
    (folder / "change-0000000006.rdfp.partial").write_bytes(b"half of a cha")


def another_version(data):
    return json.dumps({**json.loads(data), "format": 99, "version": "9.9"}).encode()


def a_bit(data):
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


DAMAGE = {
    "bit of a snapshot": (damage("snapshot-0000000000.nq", a_bit), "snapshot-0000000000.nq"),
    "half a snapshot": (damage("snapshot-0000000000.nq", lambda data: data[:50]), "snapshot-0000000000.nq"),
    "empty snapshot": (damage("snapshot-0000000000.nq", lambda _: b""), "snapshot-0000000000.nq"),
    "no snapshot": (remove("snapshot-0000000000.nq"), "no snapshot"),
    "bit of a change": (damage("change-0000000003.rdfp", a_bit), "change-0000000003.rdfp"),
    "half a change": (damage("change-0000000005.rdfp", lambda data: data[:50]), "change-0000000005.rdfp"),
    "empty change": (damage("change-0000000005.rdfp", lambda _: b""), "change-0000000005.rdfp"),
    "no change": (remove("change-0000000003.rdfp"), "change-0000000003.rdfp"),
    "another change": (copy("change-0000000005.rdfp", "change-0000000003.rdfp"), "change-0000000003.rdfp"),
    "another snapshot": (copy("snapshot-0000000000.nq", "snapshot-0000000005.nq"), "snapshot-0000000005.nq"),
    "snapshot of another store": (snapshot_of_another(5), "snapshot-0000000005.nq"),
    "later snapshot of another store": (snapshot_of_another(9), "snapshot-0000000009.nq"),
    "another version": (write_later, "9.9"),
    "bit of a description": (damage("hkkg-store.json", a_bit), "hkkg-store.json"),
    "nested description": (damage("hkkg-store.json", lambda _: b"[" * 100_000), "hkkg-store.json"),
    "link to no description": (point_nowhere, "hkkg-store.json"),
    "folder for a description": (put_folder, "hkkg-store.json"),
    "snapshot alone": (leave_snapshot, "hkkg-store.json"),
    "half a description": (damage("hkkg-store.json", lambda data: data[:20]), "hkkg-store.json"),
    "a description of something": (damage("hkkg-store.json", lambda _: b"[]"), "hkkg-store.json"),
    "no description": (remove("hkkg-store.json"), "hkkg-store.json"),
}


@pytest.mark.parametrize(("act", "said"), DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_store_is_refused_and_left_as_it_is(kept, store, act, said):
    shutil.copytree(kept, store)
    act(store)
    before = contents(store)
    code, message = refused_start(*PLAIN, "--store", store)
    assert code == 2
    assert said in message
    assert contents(store) == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--writable", "--no-gate"), "made without inference.\nAdd --no-inference, or --empty"),
        (("--no-inference",), "made without the union as its default graph.\nAdd --default-graph standard."),
        (("--default-graph", "union", "--empty"), "without the union"),
        (("FILE",), "FILEs"),
    ],
)
def test_a_store_is_not_opened_as_another_one(kept, store, small_file, options, said):
    shutil.copytree(kept, store)
    before = contents(store)
    named = [str(small_file) if option == "FILE" else option for option in options]
    code, message = refused_start(*named, "--store", store)
    assert code == 2
    assert said in message
    assert contents(store) == before


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear all", encoding="utf-8")
    code, message = refused_start(*PLAIN, "--store", tmp_path)
    assert code == 2
    assert "something else" in message
    assert contents(tmp_path).keys() == {"letter.txt"}


def test_files_of_somebody_else_are_left_alone(kept, store, tmp_path):
    film = "film.partial"
    (tmp_path / film).write_bytes(b"half of a film")
    code, message = refused_start(*PLAIN, "--store", tmp_path)
    assert code == 2
    assert "something else" in message
    assert (tmp_path / film).read_bytes() == b"half of a film"
    shutil.copytree(kept, store)
    (tmp_path / film).rename(store / film)
    with serving(*PLAIN, "--store", store) as service:
        assert service.ask("<x:n4> <x:first> 4")
    assert (store / film).read_bytes() == b"half of a film"


@pytest.mark.parametrize(
    "names",
    [("snapshot-0000000000.nq.partial",), ("snapshot-0000000000.nq", "hkkg-store.json.partial", "lock")],
)
def test_a_store_that_was_being_made_is_made(store, names):
    store.mkdir()
    for name in names:
        (store / name).write_bytes(b"half of it")
    with serving(*PLAIN, "--store", store) as service:
        assert service.update(insert_pair(1)).status_code == 204
    assert not list(store.glob("*.partial"))


def test_a_file_is_no_folder(small_file):
    before = small_file.read_bytes()
    code, message = refused_start(*PLAIN, "--store", small_file)
    assert code == 2
    assert f"{small_file}: the folder cannot be used: Not a directory" in message
    assert small_file.read_bytes() == before


def test_a_second_service_on_a_store_is_refused(kept, store):
    shutil.copytree(kept, store)
    with serving(*PLAIN, "--store", store) as service:
        before = contents(store)
        code, message = refused_start(*PLAIN, "--store", store)
        assert code == 2
        assert "another process" in message
        assert contents(store) == before
        assert service.update(insert_pair(9)).status_code == 204


def test_a_store_opens_as_soon_as_its_service_was_killed(kept, store):
    shutil.copytree(kept, store)
    for number in range(3):
        with serving(*PLAIN, "--store", store) as service:
            assert service.update(insert_pair(10 + number)).status_code == 204
            (nursery,) = children(service.process.pid)
            kill(service.process.pid)
            service.process.wait()
            assert nursery


def test_a_store_of_a_graph_keeps_what_was_inferred(store, small_file):
    options = ("--writable", "--no-gate", "--store", store)
    with serving(small_file, *options) as service:
        before = service.client.get("/health").json()
    with serving(*options) as service:
        assert service.client.get("/health").json() == before
    code, message = refused_start(*options, "--default-graph", "standard")
    assert code == 2
    assert "made with the union as its default graph.\nAdd --default-graph union." in message
    assert (
        "made with inference.\nLeave out --no-inference and" in refused_start(*options, "--no-inference")[1]
    )


def test_a_store_of_a_graph_that_a_blank_node_names_opens_again(store, tmp_path):
    (tmp_path / "a.trig").write_text("<x:a> <x:b> <x:c> . _:g { <x:a> <x:b> <x:d> }", encoding="utf-8")
    options = ("--writable", "--no-gate", "--store", store)
    with serving(tmp_path / "a.trig", *options) as service:
        assert service.update(insert_pair(1)).status_code == 204
    with serving(*options) as service:
        assert service.ask("<x:n1> <x:first> 1 GRAPH ?g { <x:a> <x:b> <x:d> } FILTER(ISIRI(?g))")
        deleted = service.update("DELETE DATA { <x:a> <x:b> <x:d> }")
        assert deleted.headers["hkkg-change"] == "0 added, 1 removed"


WATCHED = """\
import errno, json, os, stat
from pathlib import Path
seen, failures, fsync = Path({seen!r}), Path({failures!r}), os.fsync
def watched(handle):
    fsync(handle)
    if not stat.S_ISDIR(os.fstat(handle).st_mode):
        return
    folder = os.readlink(f"/proc/self/fd/{{handle}}")
    with seen.open("a") as file:
        file.write(json.dumps([folder, sorted(os.listdir(folder))]) + "\\n")
    left = int(failures.read_text())
    if left:
        failures.write_text(str(left - 1))
        raise OSError(errno.EIO, os.strerror(errno.EIO))
os.fsync = watched
"""


class Disk:
    """What a disk holds for certain of each folder, or for the worst, and how often it is to fail.

    A folder whose entries could not be made durable may have them all the same after a crash.
    """

    def __init__(self, place):
        self.seen, self.failures = place / "seen", place / "failures"
        self.seen.touch()
        self.fail(0)

    def fail(self, times):
        self.failures.write_text(str(times))

    def after_a_crash(self):
        return dict(map(json.loads, self.seen.read_text().splitlines()))

    def serving(self, store):
        return launching_on(store, WATCHED.format(seen=str(self.seen), failures=str(self.failures)))


def launching_on(store, before):
    settings = (
        "Settings(empty=True, standard_default=True, writable=True, gated=False, "
        f"token={TOKEN!r}, store=Path({str(store)!r}))"
    )
    return launching(settings, before=before)


@pytest.fixture
def disk(tmp_path):
    return Disk(tmp_path)


def test_a_new_folder_is_there_after_a_crash(disk, tmp_path):
    store = tmp_path / "made" / "store"
    with disk.serving(store):
        folders = disk.after_a_crash()
    assert "made" in folders[str(tmp_path)]
    assert "store" in folders[str(tmp_path / "made")]
    assert "hkkg-store.json" in folders[str(store)]


def test_a_folder_that_may_have_a_snapshot_alone_after_a_crash_has_a_description(store, monkeypatch):
    """A disk may keep the entries of a folder in any order until they are made durable."""
    listings, fsync = [], os.fsync

    def watch(handle):
        fsync(handle)
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            listings.append({path.name for path in store.iterdir()})

    monkeypatch.setattr(os, "fsync", watch)
    directory = Directory(store)
    directory.begin(EmbeddedStore(union=False), Layout(standard_default=True, inference=False))
    before = listings[next(at for at, names in enumerate(listings) if "snapshot-0000000000.nq" in names) - 1]
    assert "hkkg-store.json.partial" in before


def test_a_change_that_was_refused_does_not_come_back_after_a_crash(disk, store):
    with disk.serving(store) as service:
        assert service.update(insert_pair(1)).status_code == 204
        disk.fail(1)
        found = problem(service.update(insert_pair(2)), 507)
        assert "Nothing was changed" in found["detail"]
        assert disk.after_a_crash()[str(store)] == sorted(path.name for path in store.iterdir())
        assert not (store / "change-0000000002.rdfp").exists()
        assert service.update(insert_pair(3)).status_code == 204
    with serving(*PLAIN, "--store", store) as service:
        assert not service.ask("<x:n2> ?p ?o")
        assert service.ask("<x:n1> <x:first> 1 . <x:n3> <x:first> 3")


def test_one_that_may_come_back_is_not_said_to_have_changed_nothing(disk, store):
    """The next change takes its place."""
    with disk.serving(store) as service:
        assert service.update(insert_pair(1)).status_code == 204
        disk.fail(2)
        found = problem(service.update(insert_pair(2)), 507)
        assert "Nothing was changed" not in found["detail"]
        assert "when the store is opened again" in found["detail"]
        assert not service.ask("<x:n2> ?p ?o")
        assert service.update(insert_pair(3)).status_code == 204
        assert "change-0000000002.rdfp" in disk.after_a_crash()[str(store)]
    with serving(*PLAIN, "--store", store) as service:
        assert not service.ask("<x:n2> ?p ?o")
        assert service.ask("<x:n1> <x:first> 1 . <x:n3> <x:first> 3")


def test_nothing_is_shown_that_could_vanish_after_a_crash(disk, kept, store):
    """A service may have been killed before a change was durable that is there when it is opened again."""
    shutil.copytree(kept, store)
    with disk.serving(store):
        assert disk.after_a_crash()[str(store)] == sorted(path.name for path in store.iterdir())


def test_a_store_that_cannot_be_made_durable_is_not_opened(kept, store, monkeypatch):
    def fail(_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    shutil.copytree(kept, store)
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StoreUnusableError, match="made durable"):
        Directory(store)
