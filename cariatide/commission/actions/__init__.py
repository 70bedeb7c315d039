"""The only writes of the commission engine: instances, sessions, agenda, decisions, documents."""
