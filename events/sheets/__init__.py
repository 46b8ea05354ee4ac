"""Programmes in and out as files: sheets (CSV, XLSX) both ways without loss, and other programs' files in.

kinds, columns     what a column holds; the columns of sessions, people and rooms (pure)
cells, tables      text of a cell, guarded from being a formula; rows under headings (pure)
csv_tables, workbooks, workbook_writing, pretalx, formats   the files themselves (pure)
draft              a draft as values by column
wanted             what a file asks for and what is wrong with it; wanted_sessions, -_slots, -_people, -_rooms (pure)
session_rows, slot_rows, request_rows, people_rows, room_rows   writing that, table by table
brought            our sheets on their way into a draft
bringing           a file into an event, or only looked at; comparing: before and after, field by field (pure)
exports            a draft as files
states, runs       an import from an organizer's page: kept, previewed, run by a worker
organizing         the pages
"""
