"""The pages about things over HTTP: what they show, in which language, and what they never let through."""

import html
import re
from urllib.parse import quote

import httpx
import pytest

from conftest import DEADLINE, serving
from hkkg import vocab
from hkkg.web.texts import TEXTS

HTML = {"Accept": "text/html"}
ATTACK = "<script>alert(1)</script>"
HOSTILE = """\
@prefix hk: <https://w3id.org/hkkg/id/> .
@prefix hkkg: <https://w3id.org/hkkg/ontology#> .
@prefix concept: <https://w3id.org/hkkg/concept/> .
@prefix passage: <https://w3id.org/hkkg/passage/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix qudt: <http://qudt.org/schema/qudt/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.org/> .

hkkg:Claim rdfs:subClassOf hkkg:Record ; rdfs:label "ATTACK kind"@en .
hkkg:Observation rdfs:subClassOf hkkg:Record .
hkkg:Derived rdfs:subClassOf hkkg:Observation .
hkkg:about rdfs:subPropertyOf hkkg:party ; rdfs:label "ATTACK about"@en .
hk:thing a hkkg:University , ex:Odd ;
    skos:prefLabel "ATTACK name"@en , "ATTACK 名"@zh-Hant , "ATTACK 名"@zh-Hans ;
    skos:altLabel "ATTACK other" ; skos:hiddenLabel "ATTACK hidden" ;
    skos:definition "ATTACK definition"@en ; skos:note "ATTACK note" ;
    dcterms:source "ATTACK source" ; schema:url "javascript:alert(1)"^^xsd:anyURI ;
    schema:sameAs <javascript:alert(1)> , <http://example.org/%3Cscript%3E> ;
    hkkg:wikidata "Q1ATTACK" ; ex:plain "ATTACK plain" ; ex:typed "ATTACK"^^ex:type ;
    ex:markup "ATTACK"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML> ;
    ex:nested [ ex:inner "ATTACK inner" ] ; hkkg:statedIn passage:p .
hk:claim a hkkg:Claim ; hkkg:about hk:thing ; hkkg:assertion "ATTACK assertion"@en ;
    hkkg:contradiction "ATTACK contradiction" ; hkkg:implies [ hkkg:reason "ATTACK reason" ] ;
    hkkg:statedIn passage:p ; hkkg:date "ATTACK date" ; ex:detail "ATTACK detail" .
hk:figure a hkkg:Derived ; hkkg:about hk:thing ; hkkg:indicator hk:indicator ;
    hkkg:value "ATTACK value" ; qudt:hasUnit ex:unit ; hkkg:formula "ATTACK * hk:thing" .
hk:note a hkkg:Discrepancy ; hkkg:concerns hk:thing ; skos:note "ATTACK remark" ;
    hkkg:printedForm "ATTACK printed" ; hkkg:reading "ATTACK reading" .
hk:indicator skos:prefLabel "ATTACK indicator"@en ; hkkg:unitWord "ATTACK word" .
ex:unit rdfs:label "ATTACK unit" .
passage:p a hkkg:Passage ; oa:hasSource hk:thing ;
    hkkg:keyWord "ATTACK key" ; hkkg:digest "ATTACK digest" ;
    oa:hasSelector [ oa:start "ATTACK start" ; oa:end 2 ] ; dcterms:isPartOf hk:thing .
concept:c a skos:Concept ; skos:prefLabel "ATTACK concept"@en ; skos:broader concept:d .
concept:d a skos:Concept ; skos:prefLabel "ATTACK concept"@en .
"""
FOREIGN = """\
@prefix ex: <http://example.org/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
ex:alice a foaf:Person ; foaf:name "Alice" ; foaf:knows ex:bob , <urn:uuid:1> ;
    foaf:homepage <http://a.example/> .
ex:bob a foaf:Person ; ex:age 7 ; ex:odd <http://example.org/a?b=c&d=e#f> .
<http://example.org/路> foaf:knows ex:alice .
"""


@pytest.fixture(scope="module")
def site(server):
    with httpx.Client(base_url=server, headers=HTML, timeout=DEADLINE) as client:
        yield client


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile") / "hostile.ttl"
    path.write_text(HOSTILE.replace("ATTACK", ATTACK), encoding="utf-8")
    with serving(path) as (_, address), httpx.Client(base_url=address, headers=HTML) as client:
        yield client


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    path = tmp_path_factory.mktemp("foreign") / "foreign.ttl"
    path.write_text(FOREIGN, encoding="utf-8")
    with serving(path) as (_, address), httpx.Client(base_url=address, headers=HTML) as client:
        yield client


def page(client, address, status=200, **parameters):
    response = client.get(address, params=parameters or None)
    assert response.status_code == status, response.text
    assert response.headers["content-type"].startswith("text/html")
    return response.text


def text(markup):
    """What a reader sees of a page, in one line."""
    main = markup.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    main = re.sub(r"</(dt|dd|p|li|h[1-6]|td|th|span)>", " ", main)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", main)).split())


def test_a_page_names_its_thing_in_three_scripts(site):
    shown = page(site, "/doc/university-of-hong-kong", lang="en")
    assert "<h1>The University of Hong Kong</h1>" in shown
    assert '<span lang="zh-Hant">香港大學</span>' in shown
    assert '<span lang="zh-Hans">香港大学</span>' in shown
    assert "<h1>香港大學</h1>" in page(site, "/doc/university-of-hong-kong", lang="zh-Hant")


def test_a_page_says_what_its_thing_is_and_leads_to_the_others(site):
    shown = page(site, "/doc/university-of-hong-kong", lang="en")
    assert '<a href="/browse/University?lang=en">university</a>' in shown


def test_links_keep_a_language_that_the_reader_chose_and_no_other(site):
    chosen = page(site, "/doc/yang-jun", lang="zh-Hans")
    assert 'href="/doc/university-of-hong-kong?lang=zh-Hans"' in chosen
    assert 'href="/doc/university-of-hong-kong"' in page(site, "/doc/yang-jun")


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "The University of Hong Kong hosts State Key Laboratory of Liver Research."),
        ("zh-Hant", "肝病研究全國重點實驗室設於香港大學。"),
        ("zh-Hans", "肝病研究全国重点实验室设于香港大学。"),
    ],
)
def test_facts_are_sentences_in_the_language_of_the_page(site, lang, sentence):
    assert sentence in text(page(site, "/doc/university-of-hong-kong", lang=lang))


def test_each_statement_leads_to_its_passages_and_says_who_speaks(site):
    shown = page(site, "/doc/skl-liver-research-at-hku", lang="en")
    assert 'href="/passage/tkp-2026.3484-3495?lang=en"' in shown
    assert "肝病研究 3484–3495" in text(shown)
    assert "Source: Ta Kung Pao" in text(shown)


@pytest.mark.parametrize(
    ("slug", "mark"),
    [
        ("sandy-ridge-data-facility-cluster-target-computing-power", "planned"),
        ("hkstp-sensetime-computing-centre-first-phase-completion", "expected"),
        ("heterostructured-materials-in-transport", "claimed"),
        ("zhu-yuntian-first-claim", "claim"),
        ("hong-kong-current-computing-power-derived", "derived"),
        ("discrepancy-i-01", "discrepancy"),
        ("four-hong-kong-scholars-from-city-university-of-hong-kong", "open"),
    ],
)
@pytest.mark.parametrize("lang", vocab.LANGUAGES)
def test_what_is_no_plain_fact_is_marked(site, slug, mark, lang):
    badge = TEXTS[lang][f"entity_mark_{mark}"]
    assert re.search(rf'<span class="badge[^>]*>{badge}</span>', page(site, f"/doc/{slug}", lang=lang))


def test_a_plain_fact_has_no_badge(site):
    facts = page(site, "/doc/hong-kong-youth-science-satellite-launch", lang="en").partition("<aside>")[0]
    assert 'class="badge' not in facts


def test_a_figure_spells_out_what_bounds_it(site):
    shown = text(page(site, "/doc/number-of-hong-kong-start-ups-2025", lang="en"))
    for part in (
        "more than 5,200",
        "as of 2025",
        "comparator more than",
        "modality measured",
        "unit a count",
    ):
        assert part in shown


def test_a_derived_figure_has_its_formula_and_its_inputs(site):
    shown = page(site, "/doc/hong-kong-current-computing-power-derived", lang="en")
    assert "180,000 PFLOPS ÷ 36 times" in text(shown)
    assert 'href="/doc/sandy-ridge-data-facility-cluster-target-computing-power?lang=en"' in shown
    assert "The source gives no figure for the current level of Hong Kong." in text(shown)


def test_a_claim_has_its_claimant_its_scope_and_what_contradicts_it(site):
    shown = text(page(site, "/doc/zhu-yuntian-first-claim", lang="en"))
    assert "claimant Strong support from the State" in shown
    assert "claim kind claim to be the first" in shown
    assert "scope" in shown


def test_a_discrepancy_is_explained(site):
    shown = page(site, "/doc/discrepancy-i-01", lang="en")
    for part in ("homophone misprint", "printed form 蔭和俊", "reading 陰和俊", "confidence high"):
        assert part in text(shown)
    assert "homophone misprint" in text(page(site, "/doc/yin-hejun", lang="en"))


def test_what_was_inferred_is_marked_and_leads_to_why(site):
    shown = page(site, "/doc/skl-liver-research", lang="en")
    hosted = vocab.HKKG + "hostedBy"
    parts = (vocab.HK + "skl-liver-research", hosted, vocab.HK + "university-of-hong-kong")
    why = "/why?" + "&amp;".join(f"{n}={quote(iri, safe='')}" for n, iri in zip("spo", parts, strict=True))
    assert f'href="{why}&amp;lang=en"' in shown
    assert "badge-inferred" in shown


def test_identifiers_lead_to_their_registers(site):
    shown = page(site, "/doc/university-of-hong-kong", lang="en")
    for address in (
        "https://www.wikidata.org/wiki/Q15568",
        "https://ror.org/02zhqgq86",
        "https://isni.org/isni/0000000121742757",
    ):
        assert f'<a href="{address}" rel="external noopener"' in shown


def test_dated_things_have_a_timeline_in_order(site):
    shown = page(site, "/doc/hong-kong", lang="en")
    line = text("<main>" + shown.partition('<ol class="timeline">')[2].partition("</ol>")[0] + "</main>")
    assert line.index("in August 2025") < line.index("by 2032")


def test_the_neighbourhood_is_a_picture_of_links(site):
    shown = page(site, "/doc/university-of-hong-kong", lang="en")
    picture = shown.partition("<svg viewBox")[2].partition("</svg>")[0]
    assert 'href="/doc/skl-liver-research?lang=en"' in picture
    assert "style=" not in picture
    assert shown == page(site, "/doc/university-of-hong-kong", lang="en"), "its layout is steady"
    assert "<svg viewBox" not in page(site, "/concept/more-than")


def test_a_passage_has_its_place_and_all_that_it_states(site):
    shown = page(site, "/passage/tkp-2026.971-983", lang="en")
    for part in (
        "Passage 971–983",
        "36倍",
        "characters 971 to 983",
        "Must be read with 18萬千萬億次浮點運算",
        "Computing power as a multiple of another of Sandy Ridge data facility cluster, as planned: 36 times",
        "The multiple has no stated baseline.",
    ):
        assert part in text(shown)
    assert re.search(r"<code>[0-9a-f]{64}</code>", shown)


def test_a_concept_says_where_it_is_used(site):
    shown = text(page(site, "/concept/more-than", lang="en"))
    assert "The true value is greater than the one printed." in shown
    assert "Where it is used As “comparator” of" in shown
    assert "Number of start-ups" in shown


def test_a_concept_scheme_lists_its_concepts(site):
    assert "Concepts of this scheme" in text(page(site, "/concept/comparators", lang="en"))


def test_references_come_in_pages_that_together_have_all(site):
    found = set()
    for number in (1, 2, 3, 4):
        shown = page(site, "/doc/tkp-2026", incoming=number)
        found |= set(re.findall(r'href="(/passage/[^"?]+)"', shown.partition('id="incoming"')[2]))
    assert len(found) == 296


@pytest.mark.parametrize("name", ["records", "incoming"])
@pytest.mark.parametrize(
    ("value", "status"), [("0", 400), ("-1", 400), ("x", 400), ("9" * 30, 400), ("99", 404)]
)
def test_a_page_that_there_is_not_is_refused(site, name, value, status):
    assert "Traceback" not in page(site, "/doc/hong-kong", status, **{name: value})


def test_an_unknown_thing_is_refused_with_the_nearest(site):
    shown = page(site, "/resource", 404, iri="https://w3id.org/hkkg/id/univercity-of-hong-kong")
    assert "hk:university-of-hong-kong" in shown


@pytest.mark.parametrize(("iri", "status"), [("", 400), ("no iri", 404), ("http://nowhere.example/", 404)])
def test_what_is_no_iri_of_the_graph_is_refused(site, iri, status):
    page(site, "/resource", status, iri=iri)


def test_a_thing_has_its_formats_and_is_cited_by_its_iri(site):
    shown = page(site, "/doc/yang-jun", lang="en")
    for extension in ("ttl", "jsonld", "nt", "rdf", "trig"):
        assert f'href="/doc/yang-jun.{extension}"' in shown
    assert "https://w3id.org/hkkg/id/yang-jun" in text(shown)


@pytest.mark.parametrize("lang", vocab.LANGUAGES)
def test_no_literal_becomes_markup(hostile, lang):
    addresses = [
        "/doc/thing",
        "/doc/claim",
        "/doc/figure",
        "/doc/note",
        "/passage/p",
        "/concept/c",
        "/concept/d",
    ]
    addresses += ["/browse", "/browse/University", "/browse/Claim", "/browse/skos:Concept"]
    escaped = 0
    for address in addresses:
        shown = page(hostile, address, lang=lang)
        assert "<script>" not in shown, address
        assert not re.search(r'href="\s*javascript:', shown, re.IGNORECASE), address
        escaped += shown.count("&lt;script&gt;")
    assert escaped > 40


@pytest.mark.parametrize(
    "address",
    [
        "/doc/{}",
        "/passage/{}",
        "/concept/{}",
        "/resource?iri={}",
        "/resource?iri=http://example.org/{}",
        "/doc/thing?records={}",
        "/doc/thing?incoming={}",
        "/doc/thing?lang={}",
        "/browse?class={}",
        "/browse/{}",
        "/browse/Claim?q={}",
        "/browse/Claim?sort={}",
        "/browse/Claim?page={}",
        "/browse/Claim?year={}",
        "/browse/Claim?{}=1",
        "/browse/Claim?about={}",
        "/doc/thing?{}",
    ],
)
def test_no_parameter_becomes_markup(hostile, address):
    attack = "'\"><script>alert(1)</script>"
    response = hostile.get(address.format(quote(attack, safe="")))
    assert response.status_code in {200, 400, 404}
    assert "<script>" not in response.text
    assert attack not in response.text
    assert response.headers["content-security-policy"]


def test_every_iri_of_a_foreign_graph_has_a_page(foreign):
    for iri in (
        "http://example.org/alice",
        "http://example.org/bob",
        "http://example.org/路",
        "http://example.org/a?b=c&d=e#f",
        "urn:uuid:1",
        "http://a.example/",
        "http://xmlns.com/foaf/0.1/Person",
        "http://xmlns.com/foaf/0.1/knows",
    ):
        assert iri in html.unescape(page(foreign, "/resource", iri=iri))


def test_a_foreign_thing_is_shown_by_what_is_said_of_it(foreign):
    shown = page(foreign, "/resource", iri="http://example.org/alice")
    assert "<h1>Alice</h1>" in shown
    assert '<a href="/resource?iri=http%3A%2F%2Fexample.org%2Fbob">' in shown
    assert '<a href="http://a.example/" rel="external noopener">' in shown
    assert "http://example.org/路" in text(shown)


@pytest.mark.parametrize(("accepted", "encoding"), [("gzip", "gzip"), ("gzip, br", "br"), ("identity", None)])
def test_pages_are_compressed_as_the_browser_wants(site, accepted, encoding):
    packed = site.get("/doc/hong-kong", headers={"Accept-Encoding": accepted})
    assert packed.headers.get("content-encoding") == encoding
    assert "Accept-Encoding" in packed.headers["vary"]
    assert packed.text == site.get("/doc/hong-kong").text
    assert encoding is None or int(packed.headers["content-length"]) < 60_000


def test_a_head_request_has_the_head_of_the_page(site):
    response = site.head("/doc/hong-kong")
    assert response.status_code == 200
    assert response.content == b""
