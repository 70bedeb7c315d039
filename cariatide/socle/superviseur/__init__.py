"""Supervisor of the demonstration: PostgreSQL, the web server and the worker as one command.

``python -m cariatide.socle.superviseur demo|stop|reset``. It never runs in production.
"""
