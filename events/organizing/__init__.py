"""Organizers' pages that put several slices together: what needs them today, and the impact before publishing.

drafts     publish exactly what somebody looked at, or nothing
pulse      what needs somebody today, and an event in figures: SQL
pages      /organize, an event's home, the page before publishing
"""
