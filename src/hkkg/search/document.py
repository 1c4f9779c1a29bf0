"""What a search finds as a JSON document: one shape for the command, the service and other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hkkg import vocab

if TYPE_CHECKING:
    from hkkg.search.classes import Classes
    from hkkg.search.results import Hit, Results


def write(results: Results, classes: Classes, language: str) -> dict[str, Any]:
    """Write a page of results.

    Args:
        results: of a search.
        classes: of the same index, for their labels.
        language: that names are shown in, where there are any in it.
    """
    return {
        "total": results.total,
        "offset": results.offset,
        "suggestion": results.suggestion,
        "types": [{**_class(iri, classes, language), "count": count} for iri, count in results.counts],
        "results": [_hit(hit, classes, language) for hit in results],
    }


def _hit(hit: Hit, classes: Classes, language: str) -> dict[str, Any]:
    name, name_language = hit.name(language)
    return {
        "iri": hit.iri,
        "curie": vocab.curie(hit.iri),
        "name": name,
        "language": name_language,
        "names": dict(hit.names),
        "types": [_class(iri, classes, language) for iri in hit.classes],
        "score": hit.score,
        "match": {
            "way": hit.way.value,
            "label": hit.label,
            "language": hit.language,
            "pieces": [{"text": text, "matched": is_matched} for text, is_matched in hit.pieces()],
        },
    }


def _class(iri: str, classes: Classes, language: str) -> dict[str, str]:
    labels = classes.labels(iri)
    chosen = next(
        (tag for tag in (language, "zh-Hant" if language[:2] == "zh" else "en") if tag in labels), ""
    )
    return {
        "iri": iri,
        "curie": vocab.curie(iri),
        "label": labels.get(chosen) or vocab.curie(iri),
        "language": chosen,
    }
