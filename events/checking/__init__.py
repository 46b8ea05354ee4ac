"""What is wrong with a calendar, ours or anybody's: `colloquy calendar-check`. Pure, but for `fetching`.

findings    what was found, how bad it is, and where it is written that it is so
lines       bytes into content lines: folding, line ends, letters
components  content lines into a tree
rules       RFC 5545 over the tree: what has to be there, what it may look like
methods     RFC 5546: what an invitation, a reply, a cancellation has to say
fetching    what a calendar's address answers to clients that ask again and again
checking    all of it, for a file or an address
"""
