"""A text that a spreadsheet would run as a formula is written so that it stays a text.

In CSV nothing says « text », so the cell takes an apostrophe before it. The rule can be undone:
what is already marked takes one more apostrophe, and reading removes exactly one.
"""

import re

# Full-width signs count: some spreadsheets take them for the plain ones. So do blanks before.
_START = r"(?:\s*[=+\-@＝＋－＠]|[\t\r\n])"
_DANGEROUS = re.compile(f"'*{_START}")
_MARKED = re.compile(f"'+{_START}")


def neutralise_formule(text: str) -> str:
    """« =2+2 » → « '=2+2 »."""
    return "'" + text if _DANGEROUS.match(text) else text


def restore_texte(text: str) -> str:
    """The contrary: what a neutralised cell meant."""
    return text[1:] if _MARKED.match(text) else text
