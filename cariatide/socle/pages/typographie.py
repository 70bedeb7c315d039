"""French no-break spaces, put once on the finished page: authors write plain spaces everywhere.

Only the text that is read changes. What lies inside a tag (values of fields above all) or in a
block kept as it was typed stays untouched, so that nothing of it comes back altered.
"""

from collections.abc import Iterator

# (sign, where its space stands): a page holds thousands of spaces and few of these. Looking for
# the sign, then at its neighbour, costs a twentieth of looking for the pair.
_SIGNES = ((":", -1), (";", -1), ("?", -1), ("!", -1), ("»", -1), ("«", 1))
_INTACTS = ("textarea", "pre", "code", "script", "style")


def affine_page(html: str) -> str:
    """The page with its plain spaces before : ; ? ! » and after « made no-break."""
    places = sorted({at for at in _list_espaces(html) if not _is_in_tag(html, at)})
    if not places:
        return html
    intact = list(_list_intacts(html))
    parts, cut = [], 0
    for at in places:
        if not any(begin < at < end for begin, end in intact):
            parts += [html[cut:at], "\u00a0"]
            cut = at + 1
    return "".join([*parts, html[cut:]])


def _list_espaces(html: str) -> Iterator[int]:
    for signe, offset in _SIGNES:
        at = html.find(signe)
        while at >= 0:
            if html[at + offset : at + offset + 1] == " ":
                yield at + offset
            at = html.find(signe, at + 1)


def _list_intacts(html: str) -> Iterator[tuple[int, int]]:
    for balise in _INTACTS:
        begin = html.find(f"<{balise}")
        while begin >= 0:
            end = html.find(f"</{balise}>", begin)
            yield begin, end if end >= 0 else len(html)
            begin = html.find(f"<{balise}", begin + 1)


def _is_in_tag(html: str, at: int) -> bool:
    return html.rfind("<", 0, at) > html.rfind(">", 0, at)
