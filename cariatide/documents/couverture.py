"""What the fonts shipped with the PDF engine can draw, and how any text is made printable.

PDF/UA refuses a document that holds one character without a glyph: an emoji pasted in a note would
stop a notification. Whatever cannot be drawn becomes a visible box, never a silent loss.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable

from cariatide.socle.normalisation import typographie

# Union of the character maps of the engine's fonts (Libertinus Serif, New Computer Modern, DejaVu
# Sans Mono), private use and control characters left out. tests/documents checks it on the engine.
_PLAGES = (
    "20-7e a0-ac ae-377 37a-37f 384-38a 38c 38e-3a1 3a3-4ff 510-513 51a-51d 531-556 559-58a "
    "58d-58f 591-5c7 5d0-5ea 5ef-5f4 606-60c 615 61b 61f 621-63a 640-655 65a 660-66d 674 "
    "679-67b 67e-680 683-684 686-687 691 698 6a4 6a9 6af 6be 6cc 6f0-6f9 900-97f e3f e81-e82 "
    "e84 e87-e88 e8a e8d e94-e97 e99-e9f ea1-ea3 ea5 ea7 eaa-eab ead-eb9 ebb-ebc ec8-ecd "
    "10d0-10ff 13a0-13f5 13f8-13fd 1ab0-1ace 1d00-1f15 1f18-1f1d 1f20-1f45 1f48-1f4d 1f50-1f57 "
    "1f59 1f5b 1f5d 1f5f-1f7d 1f80-1fb4 1fb6-1fc4 1fc6-1fd3 1fd6-1fdb 1fdd-1fef 1ff2-1ff4 "
    "1ff6-1ffe 2000-200a 2010-2027 202f-2040 2042 2044-2052 2054-205f 2070-2071 2074-208e "
    "2090-209c 20a0-20c0 20d0-20f0 2100-211e 2120 2122 2124 2126-2151 2153-2184 2189 2190-23ff "
    "2422-2423 2460-2606 2609-262f 2638-268b 2690-269c 26a0-26a7 26aa-26af 26b2 2701-2704 "
    "2706-2709 270c-2714 2717-2726 272a-274b 274d 274f-2752 2756 2758-275e 2761-277f 2794 "
    "2798-27af 27b1-2b73 2b76-2b95 2b97-2bff 2c60-2cf3 2cf9-2cff 2e02-2e05 2e08-2e0a 2e17-2e18 "
    "2e1f 2e22-2e25 2e2e 3012 3016-3017 301a-301b 3030 3036 306e a46a-a46b a640-a641 a648-a649 "
    "a656-a657 a708-a716 a71b-a727 a72d a730 a735 a765 a789-a78e a790-a791 a793 a7aa a7f8-a7f9 "
    "ab52 ab66 ab70-abbf fb00-fb06 fb13-fb17 fb1d-fb36 fb38-fb3c fb3e fb40-fb41 fb43-fb44 "
    "fb46-fb4f fb52-fb81 fb8a-fb95 fb9e-fb9f fbaa-fbad fbe8-fbe9 fbfc-fbff fe00-fe01 fe20-fe2f "
    "fe66 fe70-fe74 fe76-fefc fffc-fffd 10140-1018e 102e0-102fb 1d106-1d107 1d400-1d454 "
    "1d456-1d49c 1d49e-1d49f 1d4a2 1d4a5-1d4a6 1d4a9-1d4ac 1d4ae-1d4b9 1d4bb 1d4bd-1d4c3 "
    "1d4c5-1d505 1d507-1d50a 1d50d-1d514 1d516-1d51c 1d51e-1d539 1d53b-1d53e 1d540-1d544 1d546 "
    "1d54a-1d550 1d552-1d6a5 1d6a8-1d7cb 1d7ce-1d7ff 1ee00-1ee03 1ee05-1ee1f 1ee21-1ee22 1ee24 "
    "1ee27 1ee29-1ee32 1ee34-1ee37 1ee39 1ee3b 1ee42 1ee47 1ee49 1ee4b 1ee4d-1ee4f 1ee51-1ee52 "
    "1ee54 1ee57 1ee59 1ee5b 1ee5d 1ee5f 1ee61-1ee62 1ee64 1ee67-1ee6a 1ee6c-1ee72 1ee74-1ee77 "
    "1ee79-1ee7c 1ee7e 1ee80-1ee89 1ee8b-1ee9b 1eea1-1eea3 1eea5-1eea9 1eeab-1eebb 1eef0-1eef1 "
    "1f12f 1f6d1 1f780-1f7d8 1f7e0-1f7eb 1f800-1f80b 1f810-1f847 1f850-1f859 1f860-1f887 "
    "1f890-1f8ad 1f8b0-1f8b1"
)
INCONNU = "\u25a1"
# Without a break a longer run would leave the page (an IBAN is 34, a long URL is cut).
RUN_MAX = 40
_MORCEAU = 8

_BORNES = [tuple(int(b, 16) for b in (p.split("-") * 2)[:2]) for p in _PLAGES.split()]
_DEBUTS = [debut for debut, _ in _BORNES]
_PONCTUATION = frozenset(
    "\u2010\u2011\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u202f\u200b€" + INCONNU
)
_LONG = re.compile(rf"[^\s\u200b]{{{RUN_MAX + 1},}}")
_LIGNES = re.compile(r"\r\n?|[\u0085\u2028\u2029\x0b\x0c]")


def is_couvert(caractere: str) -> bool:
    """True when a font of the engine draws that character."""
    code = ord(caractere)
    rang = bisect_right(_DEBUTS, code) - 1
    return rang >= 0 and code <= _BORNES[rang][1]


def to_imprimable(texte: str) -> str:
    """Text that the engine can always draw: composed, without control or hidden direction marks.

    Formatting characters go because they can show an amount or a name otherwise than it is stored.
    Plain spaces before double punctuation become no-break ones, as French typography asks.
    """
    texte = _LIGNES.sub("\n", unicodedata.normalize("NFC", texte))
    if not texte.isascii() or not texte.isprintable():
        texte = "".join(_caractere(c) for c in texte)
    return _LONG.sub(_cut, typographie(texte))


def to_sans_marques(texte: str) -> str:
    """Printable text where each run of loose combining marks is one box."""
    return _boxed(to_imprimable(texte), lambda c: not unicodedata.category(c).startswith("M"))


def to_latin(texte: str) -> str:
    """Last resort: what the main font always draws; other scripts become boxes."""
    return _boxed(to_imprimable(texte), lambda c: c <= "\u017f" or c in _PONCTUATION)


def _boxed(texte: str, keep: Callable[[str], bool]) -> str:
    boites = "".join(c if keep(c) else "\0" for c in texte)
    return re.sub("\0+", INCONNU, boites)


def _caractere(c: str) -> str:
    if c == "\n" or " " <= c <= "~":
        return c
    if c == "\t":
        return " "
    if unicodedata.category(c) in ("Cc", "Cf", "Cs") or "\ufe00" <= c <= "\ufe0f":
        return ""
    return c if is_couvert(c) else INCONNU


def _cut(mot: re.Match[str]) -> str:
    run = mot[0]
    return "\u200b".join(run[i : i + _MORCEAU] for i in range(0, len(run), _MORCEAU))
