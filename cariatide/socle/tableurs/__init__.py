"""Spreadsheets as real offices send and expect them: read in a child process, written as streams.

Kept without imports: the child process loads this package and must stay small.
"""
