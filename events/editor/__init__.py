"""The timetable editor: the whole draft as one picture in a browser, moved by commands that can be taken back.

picture    what the browser needs to draw the draft
commands   one gesture each: move, add, remove, pin, accept, block, undo
blocks     a block's or break's fields
answers    what edits touched, as it lies now
places     where a session had better not lie, while it is dragged
presence   who else is here
pages      the page and what it asks for
"""
