"""The project's own cases of query and update evaluation and syntax, over HTTP."""

import pytest

from conformance import compare, targets
from conformance.cases import own_cases


def _parameters():
    for case in own_cases():
        marks = pytest.mark.xfail(reason=case.known) if case.known else ()
        yield pytest.param(case, id=case.identifier, marks=marks)


@pytest.mark.parametrize("case", list(_parameters()))
def test_case(service, case):
    assert compare.difference(case.expected, targets.run(case, service)) == ""
