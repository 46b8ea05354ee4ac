"""The timetable editor: the whole draft as one picture in a browser, moved by commands that can be taken back.

picture    what the browser needs to draw the draft
"""
