"""The lists that checks go by, held against what others publish."""

import subprocess
from pathlib import Path

import opencc
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from hkkg.checks.scripts import shared_characters
from hkkg.checks.terms import standard_terms

# RDF 1.2 adds these; rdflib's namespaces are those of RDF 1.1.
LATER = {str(RDF) + name for name in ("Proposition", "dirLangString", "reifies")}


def test_the_standard_terms_are_those_of_rdflibs_namespaces():
    theirs = {
        f"{namespace}{name}" for namespace in (OWL, RDF, RDFS, SKOS) for name in namespace.__annotations__
    }
    assert standard_terms() - LATER == theirs


def test_the_shared_characters_are_traditional_forms_of_themselves_in_opencc(tmp_path):
    folder = Path(opencc.__file__).parent / "clib"
    text = tmp_path / "characters.txt"
    tables = folder / "share" / "opencc" / "STCharacters.ocd2"
    command = [folder / "bin" / "opencc_dict", "-i", tables, "-o", text, "-f", "ocd2", "-t", "text"]
    subprocess.run(command, check=True, capture_output=True)
    forms = dict(line.split("\t") for line in text.read_text("utf-8").splitlines())
    kept = {
        simplified for simplified, found in forms.items() if len(found.split()) > 1 and simplified in found
    }
    assert shared_characters() <= kept
