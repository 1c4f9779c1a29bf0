from ipaddress import ip_address

import pytest

from hkkg import hosts


@pytest.mark.parametrize(
    "address",
    [
        *(
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::7f00:1",
            "2002:7f00:1::",
            "fec0::1",
            "224.0.0.1",
            "ff0e::1",
        ),
        *(
            "::ffff:10.0.0.1",
            "127.0.0.1",
            "::1",
            "::",
            "0.0.0.0",  # noqa: S104 - looked at, not bound
            "169.254.169.254",
            "100.64.0.1",
            "fe80::1%1",
        ),
        *("2001:db8::1", "2001::1", "fd00::1"),
    ],
)
def test_what_is_not_of_the_public_internet(address):
    assert not hosts.is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "93.184.215.14",
        "2606:2800:21f::1",
        "::ffff:93.184.215.14",
        "64:ff9b::93.184.215.14",
        "2002:5db8:d70e::",
    ],
)
def test_what_is_of_the_public_internet(address):
    assert hosts.is_public(ip_address(address))


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("Example.ORG.", "example.org"),
        ("xn--fiqs8s", "xn--fiqs8s"),
        ("[::1]", "::1"),
        ("0:0:0:0:0:0:0:1", "::1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("my_host-2", "my_host-2"),
    ],
)
def test_hosts_have_one_form(written, canonical):
    assert hosts.canonical(written) == canonical


@pytest.mark.parametrize(
    "host", ["", ".", "-a", "a-", "a..b", "127.1", "1.0x7f", "[a]", "[::1", "a b", "a:80", "\u212aa"]
)
def test_what_is_no_host(host):
    with pytest.raises(ValueError, match="is no host"):
        hosts.canonical(host)
