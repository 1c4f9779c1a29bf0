"""`python -m hkkg`, which is the command `hkkg`."""

from __future__ import annotations

from hkkg.cli import main

if __name__ == "__main__":
    main()
