"""People: how they sign in, what they may do, the units of the association, its roster.

models         Unit, Person, Address, EmailCode, SignIn, Role, Membership; merges and pairs of people
actors         the signed-in person of a request, by one statement
blanks         pages rendered once for many, with each reader's own words written in
permissions    who may do what, and where; the one place that pages ask
sign_in        a mail with a link and a code, and what happens when either comes back
codes          single-use proofs sent by e-mail, none of them in clear in the database
browsers       signed-in browsers
persons        persons as rows
addresses      e-mail addresses as people type them
account        what somebody keeps about themselves: name, language, zone, addresses
erasing        an account deleted by who asks for it
memberships    claimed memberships
audiences      which prices somebody may have
roster         the roster in the database; roster_file: the CSV file of it, row by row
units          the units as a tree
roles          giving and taking roles
directory      finding people
names          names as people type them, taken apart
duplicates     which rows may be one person, and why; candidates: what was found, kept and listed
references     every place that points to a person, with what a merge does there; reference_moves does it, and undoes
merging        making one person of two, and two again; merges: the log; merge_facts: what is looked at before
forms          what was typed, as values
mails          the mails of this room; their words are in emails/
pages          signing in and out; account_pages: /my/settings
organizing     organizers' pages: people and their roles, units, the roster; organizing_merges: duplicates
looking_as     /dev/people
"""
