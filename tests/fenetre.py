"""The one way to open a browser: for one module, and without a connection asleep behind it.

Playwright keeps an event loop running in the thread while it is open. A second one is refused
meanwhile; and Django, which keeps its connections by loop, then has two for the same thread. The
one not in use would still point to the clone that a test which commits replaces, and the next test
to wake it would fail (AdminShutdown). So each is closed where it gives way to the other.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from playwright.sync_api import Browser, sync_playwright


@contextmanager
def open_navigateur(chromium_path: str) -> Iterator[Browser]:
    """A headless Chromium; the connections of either side of it are closed."""
    connections.close_all()
    # Django must not refuse its queries where Playwright's loop runs.
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as p:
            browser = p.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
            yield browser
            browser.close()
            connections.close_all()


@pytest.fixture(scope="module")
def navigateur(chromium_path: str) -> Iterator[Browser]:
    """The browser of one module: it ends with it, or another module's would be refused."""
    with open_navigateur(chromium_path) as browser:
        yield browser
