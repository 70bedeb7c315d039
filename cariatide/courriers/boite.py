"""Mail of the demonstration: one file per message, and a page to read them."""

import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class BoiteDeDemonstration(BaseEmailBackend):
    """Writes each message to settings.BOITE_COURRIELS; nothing leaves the machine."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.BOITE_COURRIELS)
        folder.mkdir(parents=True, exist_ok=True)
        for rang, message in enumerate(email_messages):
            name = f"{time.time_ns()}-{rang}.eml"
            (folder / name).write_bytes(message.message().as_bytes())
        return len(email_messages)
