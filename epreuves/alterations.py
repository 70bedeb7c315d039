"""The journal is tampered with by the owner of its tables: each edit is seen."""

from tests.journal.alterations import tamper, write_and_seal

LIGNES = 30


def run(owner: str, *, editions: int) -> int:
    """Returns the number of edits that the verification did not see."""
    write_and_seal(LIGNES)
    bilan = tamper(owner, editions, LIGNES)
    genres = ", ".join(f"{nombre} {genre}" for genre, nombre in sorted(bilan.tentees.items()))
    print(
        f"Altérations du journal : {sum(bilan.tentees.values())} ({genres}), "
        f"{len(bilan.invisibles)} invisibles."
    )
    for ordre in bilan.invisibles[:3]:
        print(f"  {ordre}")
    return len(bilan.invisibles)
