"""The tests' settings with the pool of connections of a real service: what the server runs with."""

import os

from config.bases import parse_database_url
from config.settings.test import *  # noqa: F403
from config.settings.test import DATABASES, THREADS

DATABASES["default"] = parse_database_url(os.environ["CARIATIDE_TEST_URL"], pool_size=THREADS + 1)
