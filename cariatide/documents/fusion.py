"""Files of this engine made one, their structure with them: what a screen reader announces stays.

Pages, the tree of structure (its parents, its identifiers of table heads), bookmarks: each file is
part of the new one. The engine writes its objects in clear, so that no PDF library joins the
dependencies; what somebody uploaded never comes in here as it is.
"""

import hashlib
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cariatide.documents.moteur import DocumentImpossible

# Numbers that `merge` keeps after those of its parts, bookmarks of the files without any included.
PLACES = 10_000
_ENTETE = b"%PDF-1.7\n%\x80\x80\x80\x80\n\n"
_DEBUT = re.compile(rb"(\d+) 0 obj\n")
_LONGUEUR = re.compile(rb"/Length (\d+)")
# Strings come first: what somebody typed is never taken for a reference.
_JETON = re.compile(
    rb"/ID\((?P<id>U[^()\\]*)\)|/Headers\[(?P<tetes>[^\]]*)\]|\((?:\\.|[^\\()])*\)"
    rb"|<[0-9A-Fa-f\s]*>(?!>)|/(?P<cle>StructParents?) (?P<rang>\d+)|(?P<ref>\d+) 0 R\b",
    re.DOTALL,
)
_TETE = re.compile(rb"\((U[^()\\]*)\)")
_TITRE = re.compile(r"<dc:title>.*?</dc:title>", re.DOTALL)
_PAGES = re.compile(r"<xmpTPg:NPages>\d+</xmpTPg:NPages>")
_NORMES = re.compile(
    r"<pdf(?:ua|a)id:(?:part|conformance)>[^<]*</pdf(?:ua|a)id:(?:part|conformance)>"
)


@dataclass
class _Objet:
    """One object: its dictionary or array, and its stream when it has one."""

    tete: bytes
    flux: bytes | None = None


class _Fichier:
    """One file, its objects numbered after those of the files before it."""

    def __init__(self, octets: bytes, base: int, cles: int, prefixe: bytes) -> None:
        self.objets: dict[int, _Objet] = {}
        lus = _read(octets)
        racine = int(_find(rb"/Root (\d+) 0 R", octets[octets.rfind(b"trailer") :]))

        def change(m: re.Match[bytes]) -> bytes:
            if m["ref"]:
                return b"%d 0 R" % (int(m["ref"]) + base)
            if m["rang"]:
                return b"/%s %d" % (m["cle"], int(m["rang"]) + cles)
            if m["id"]:
                return b"/ID(%s%s)" % (prefixe, m["id"])
            if m["tetes"]:
                return b"/Headers[%s]" % _TETE.sub(rb"(" + prefixe + rb"\1)", m["tetes"])
            return m[0]

        for numero, objet in lus.items():
            self.objets[numero + base] = _Objet(_JETON.sub(change, objet.tete), objet.flux)
        self.catalogue = self.objets[racine + base].tete
        self.pages = self._root(b"Pages")
        self.structure = self._root(b"StructTreeRoot")
        self.plan = self._root(b"Outlines") if b"/Outlines" in self.catalogue else 0
        arbre = self.objets[self.structure].tete
        if b"/Kids" in arbre:
            raise DocumentImpossible("Structure trop grande pour être réunie à d’autres.")
        self.elements = _find(rb"/K\[([^\]]*)\]", arbre)
        self.cles = cles + int(_find(rb"/ParentTreeNextKey (\d+)", arbre))
        self.parents = [
            (int(cle) + cles, ref)
            for cle, ref in re.findall(rb"(\d+) (\d+ 0 R)", _find(rb"/Nums\[([^\]]*)\]", arbre))
        ]
        self.noms = [
            (prefixe + nom, ref)
            for nom, ref in re.findall(rb"\((U[^()\\]*)\)(\d+ 0 R)", arbre.partition(b"/IDTree")[2])
        ]
        self.roles = _find(rb"/RoleMap(<<.*?>>)", arbre)
        self.fin = max(self.objets)

    def _root(self, nom: bytes) -> int:
        return int(_find(rb"/" + nom + rb" (\d+) 0 R", self.catalogue))

    def metadonnees(self) -> str:
        return (self.objets[self._root(b"Metadata")].flux or b"").decode()

    def count_pages(self) -> int:
        return int(_find(rb"/Count (\d+)", self.objets[self.pages].tete))

    def first_page(self) -> bytes:
        """The first leaf of the tree of pages."""
        tete = self.objets[self.pages].tete
        while b"/Kids" in tete:
            ref = _find(rb"/Kids\[(\d+) 0 R", tete)
            tete = self.objets[int(ref)].tete
        return ref + b" 0 R"


def _find(motif: bytes, dans: bytes) -> bytes:
    found = re.search(motif, dans, re.DOTALL)
    if found is None:
        raise DocumentImpossible(f"Ce fichier n’est pas de ce moteur ({motif.decode()}).")
    return found[1]


def _read(octets: bytes) -> dict[int, _Objet]:
    """Number → object, by the table at the end of the file."""
    table = octets[int(_find(rb"startxref\n(\d+)\n", octets[-200:])) :]
    objets = {}
    for place in re.findall(rb"\n(\d{10}) \d{5} n", table):
        debut = _DEBUT.match(octets, int(place))
        if debut is None:
            raise DocumentImpossible("Ce fichier n’est pas de ce moteur (table).")
        fin = octets.find(b"\nendobj", debut.end())
        if fin < 0:
            raise DocumentImpossible("Ce fichier n’est pas de ce moteur (objet).")
        flux = octets.find(b">>\nstream\n", debut.end(), fin)
        if flux < 0:
            objets[int(debut[1])] = _Objet(octets[debut.end() : fin])
            continue
        tete = octets[debut.end() : flux + 2]
        debut_flux = flux + len(b">>\nstream\n")
        longueur = int(_find(_LONGUEUR.pattern, tete))
        objets[int(debut[1])] = _Objet(tete, octets[debut_flux : debut_flux + longueur])
    return objets


def merge(parties: Sequence[tuple[str, bytes]], *, titre: str, recto_verso: bool = False) -> bytes:
    """One file of (label, file of this engine), each a part of the structure and a bookmark.

    It says that it conforms to PDF/UA and PDF/A when each of its parts does. recto_verso: each
    part begins on the front of a sheet, after an empty page where it must.
    """
    fichiers, base, cles = [], 0, 0
    for rang, (_, octets) in enumerate(parties):
        fichier = _Fichier(octets, base, cles, b"F%d" % rang)
        fichiers.append(fichier)
        base, cles = fichier.fin, fichier.cles
    objets = {n: o for f in fichiers for n, o in f.objets.items()}
    pages, structure, document, plan, meta, racine = range(base + 1, base + 7)
    total = _join_pages(objets, fichiers, pages, recto_verso)
    _join_structure(objets, fichiers, structure, document)
    _join_plan(objets, fichiers, [libelle for libelle, _ in parties], plan)
    xmp = _metadonnees(fichiers, titre, total).encode()
    objets[meta] = _Objet(b"<</Length %d/Type/Metadata/Subtype/XML>>" % len(xmp), xmp)
    intents = re.search(rb"/OutputIntents \d+ 0 R", fichiers[0].catalogue)
    objets[racine] = _Objet(
        b"<</Type/Catalog/Pages %d 0 R/Metadata %d 0 R%s/Lang(fr-FR)/StructTreeRoot %d 0 R"
        b"/MarkInfo<</Marked true/Suspects false>>/ViewerPreferences<</DisplayDocTitle true>>"
        b"/Outlines %d 0 R>>" % (pages, meta, intents[0] if intents else b"", structure, plan)
    )
    return _write(objets, racine)


def _join_pages(
    objets: dict[int, _Objet], fichiers: list[_Fichier], pages: int, recto_verso: bool
) -> int:
    """Each file's tree of pages hangs from the new one; returns how many pages it holds."""
    kids, total = [], 0
    for f in fichiers:
        if recto_verso and total % 2:
            kids.append(_add_blank(objets, pages))
            total += 1
        tete = objets[f.pages].tete
        objets[f.pages].tete = tete[:-2] + b"/Parent %d 0 R>>" % pages
        kids.append(f.pages)
        total += f.count_pages()
    objets[pages] = _Objet(
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (total, b" ".join(b"%d 0 R" % k for k in kids))
    )
    return total


def _add_blank(objets: dict[int, _Objet], pages: int) -> int:
    """The back of a sheet, where nothing is written."""
    numero = max(*objets, pages + PLACES) + 1
    objets[numero] = _Objet(
        b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595.276 841.89]/Resources<<>>>>" % pages
    )
    return numero


def _join_structure(
    objets: dict[int, _Objet], fichiers: list[_Fichier], structure: int, document: int
) -> None:
    parents = b" ".join(b"%d %s" % p for f in fichiers for p in f.parents)
    noms = b"".join(b"(%s)%s" % n for n in sorted(n for f in fichiers for n in f.noms))
    ids = b"/IDTree<</Names[%s]>>" % noms if noms else b""
    objets[structure] = _Objet(
        b"<</Type/StructTreeRoot/RoleMap%s/K[%d 0 R]/ParentTree<</Nums[%s]>>%s"
        b"/ParentTreeNextKey %d>>" % (fichiers[0].roles, document, parents, ids, fichiers[-1].cles)
    )
    objets[document] = _Objet(
        b"<</Type/StructElem/S/Document/P %d 0 R/K[%s]>>"
        % (structure, b" ".join(f.elements for f in fichiers))
    )
    for f in fichiers:
        for ref in re.findall(rb"(\d+) 0 R", f.elements):
            objet = objets[int(ref)]
            objet.tete = objet.tete.replace(b"/P %d 0 R" % f.structure, b"/P %d 0 R" % document, 1)


def _join_plan(
    objets: dict[int, _Objet], fichiers: list[_Fichier], libelles: list[str], plan: int
) -> None:
    """One bookmark a file, its own ones below."""
    items = [f.plan or plan + 10 + rang for rang, f in enumerate(fichiers)]
    for rang, (f, libelle) in enumerate(zip(fichiers, libelles, strict=True)):
        below = b""
        if f.plan:
            found = re.search(rb"/First \d+ 0 R/Last \d+ 0 R/Count \d+", objets[f.plan].tete)
            below = found[0].replace(b"/Count ", b"/Count -") if found else b""
        before = b"/Prev %d 0 R" % items[rang - 1] if rang else b""
        after = b"/Next %d 0 R" % items[rang + 1] if rang + 1 < len(items) else b""
        objets[items[rang]] = _Objet(
            b"<</Parent %d 0 R%s%s%s/Title%s/Dest[%s/Fit]>>"
            % (plan, before, after, below, _texte(libelle), f.first_page())
        )
    objets[plan] = _Objet(
        b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>" % (items[0], items[-1], len(items))
    )


def _texte(valeur: str) -> bytes:
    return b"<FEFF%s>" % valeur.encode("utf-16-be", "replace").hex().upper().encode()


def _metadonnees(fichiers: list[_Fichier], titre: str, total: int) -> str:
    """Those of the first file, with the title; without the norms when a part does not say them."""
    xmp = fichiers[0].metadonnees()
    tous = all("<pdfuaid:part>" in f.metadonnees() for f in fichiers)
    dit = html.escape(titre, quote=False)
    xmp = _TITRE.sub(
        lambda _: (
            f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{dit}</rdf:li></rdf:Alt></dc:title>'
        ),
        xmp,
        count=1,
    )
    xmp = _PAGES.sub(f"<xmpTPg:NPages>{total}</xmpTPg:NPages>", xmp, count=1)
    return xmp if tous else _NORMES.sub("", xmp)


def _write(objets: dict[int, _Objet], racine: int) -> bytes:
    """What the catalogue reaches, numbered again; streams that are the same are written once."""
    numeros: dict[int, int] = {}
    sames: dict[tuple[bytes, bytes], int] = {}
    attente, ordre = [racine], []
    while attente:
        n = attente.pop()
        if n in numeros:
            continue
        objet = objets[n]
        if objet.flux is not None:
            twin = sames.setdefault((objet.tete, objet.flux), n)
            if twin != n:
                numeros[n] = numeros[twin]
                continue
        ordre.append(n)
        numeros[n] = len(ordre)
        refs = [int(m["ref"]) for m in _JETON.finditer(objet.tete) if m["ref"]]
        attente += reversed(refs)  # the first one next: pages are written in their order

    def change(m: re.Match[bytes]) -> bytes:
        return b"%d 0 R" % numeros[int(m["ref"])] if m["ref"] else m[0]

    corps, places = bytearray(_ENTETE), []
    for n in ordre:
        objet = objets[n]
        places.append(len(corps))
        corps += b"%d 0 obj\n%s" % (numeros[n], _JETON.sub(change, objet.tete))
        if objet.flux is not None:
            corps += b"\nstream\n%s\nendstream" % objet.flux
        corps += b"\nendobj\n"
    return bytes(corps + _table(places, numeros[racine], bytes(corps)))


def _table(places: list[int], racine: int, corps: bytes) -> bytes:
    marque = hashlib.sha256(corps).hexdigest()[:32].encode()
    lignes = b"".join(b"%010d 00000 n\r\n" % place for place in places)
    return (
        b"xref\n0 %d\n0000000000 65535 f\r\n%strailer\n<</Size %d/Root %d 0 R/ID[<%s><%s>]>>\n"
        b"startxref\n%d\n%%%%EOF"
        % (len(places) + 1, lignes, len(places) + 1, racine, marque, marque, len(corps))
    )
