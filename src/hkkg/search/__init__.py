"""Finding entities by their names in any script: whole, in part, abbreviated, by sound or misspelt.

```python
index = LabelIndex(open_graph())
for hit in index.search("港科大", of_class="University"):
    print(hit.iri, hit.name("en"), hit.score)
```
"""

from hkkg.search.folding import fold, prepare
from hkkg.search.index import LONGEST, MOST_HITS, LabelIndex
from hkkg.search.labels import is_small
from hkkg.search.matching import Way
from hkkg.search.results import Hit, Results
from hkkg.search.whole_names import NAMING, WholeNames

__all__ = [
    "LONGEST",
    "MOST_HITS",
    "NAMING",
    "Hit",
    "LabelIndex",
    "Results",
    "Way",
    "WholeNames",
    "fold",
    "is_small",
    "prepare",
]
