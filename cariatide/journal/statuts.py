"""Who reads the journal. Stored codes of roles that a floor above declares (a test compares)."""

ROLES_DU_JOURNAL = frozenset({"protection_des_donnees"})
ROLES_DES_LIVRAISONS = frozenset({"administrateur_technique"})
