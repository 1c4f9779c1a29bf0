"""Counting what the graph holds."""

import json

from hkkg import loading, stats
from hkkg.stats import count


def test_small_counts(small_file):
    counted = count(loading.load_documents(loading.read_all([str(small_file)])), packaged=False)
    assert (counted.stated, counted.inferred) == (13, 0)
    assert list(counted.graphs.values()) == [13]
    assert counted.labels == {"zh-Hant": 5, "en": 4, "zh-Hans": 1}
    assert counted.totals["questions"] == 0


def test_packaged_counts_agree(packaged):
    counted = stats.count(packaged)
    assert counted.inferred == counted.graphs["graph:inferred"]
    assert counted.totals["records"] >= max(counted.records.values())
    assert counted.records["hkkg:Hosting"] == 16
    assert counted.speakers["hk:ta-kung-pao"] > 0
    assert counted.labels["zh-Hant"] > 0


def test_json_holds_every_count(hkkg):
    counted = json.loads(hkkg("stats", "--format", "json").stdout)
    assert counted["entities"]["hkkg:StateKeyLaboratory"] == 15
    assert set(counted) == {
        "stated",
        "inferred",
        "graphs",
        "speakers",
        "entities",
        "records",
        "totals",
        "labels",
    }


def test_text_is_for_people(hkkg):
    lines = hkkg("stats").stdout.splitlines()
    assert "triples stated" in lines[0]
    assert ["15", "hkkg:StateKeyLaboratory"] in [line.split() for line in lines]
