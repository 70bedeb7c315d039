"""WSGI entry point, served by granian."""

import os

import django
from django.core.wsgi import get_wsgi_application

from config.demarrage import refuse_weak_configuration

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")
# Twice is harmless: the refusal must come before anything else reads the configuration.
django.setup(set_prefix=False)
refuse_weak_configuration()
application = get_wsgi_application()
