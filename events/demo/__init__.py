"""The demo association: everything a first look needs, with dates relative to today, the same for the same day and size.

size         how much of everything: SMALL for a first look, ANNUAL as Annual 2013 was
words        names of people, titles of sessions, places: the raw material
loading      rows into tables by COPY, ids taken ahead
association  units, people, roles, the roster
places       venues, buildings, rooms
programme    sessions, people in them, slots, rooms
catalogue    the events of the five kinds
tickets      ticket types, prices, quotas, orders
institutions a library that has places at a webinar
interest     saved sessions and personal feeds
build        all of it in order, then published
"""
