"""Write the table of rules in docs/validation.md: `make docs`."""

from __future__ import annotations

from pathlib import Path

from hkkg.checks import rules

PAGE = Path(__file__).with_name("validation.md")
BEGIN, END = "<!-- rules: begin -->\n", "<!-- rules: end -->"


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """Compose the page: what stands there, with the table of the rules that there are now."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{rules.table()}\n{END}{after}"


if __name__ == "__main__":
    main()
