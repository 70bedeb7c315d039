"""Root and an ordinary user do not run the same embedded server: some tests need one of them."""

import os

from tests.socle.serveurs import ordinary_interpreter

collect_ignore = []
if os.geteuid() != 0:
    collect_ignore += ["test_postgres_root.py", "test_postgres_reprise.py"]
if ordinary_interpreter() is None:  # root's interpreter lies where nobody else may read
    collect_ignore += ["test_postgres_utilisateur.py", "test_postgres_reprise.py"]
