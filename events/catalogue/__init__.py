"""The catalogue: events of the five kinds, the celebrations of the year, venues, and the public calendars of them.

models             Venue, Building, Room, Event, EventSlug, EventMove, Celebration, CelebrationYear, Entry, Feed
states             which state of an event may follow which
celebrations       on which days a celebration falls, years ahead; celebrations.json has the facts of the real ones
observances        the celebrations' years in the tables
entries            the calendar entries of events and of celebrations' years
feeds              the public feeds, stored as bytes, and those of exactly some filters
filters            what somebody looks for, as it stands in the address, and the words of a search line
search             a page of the catalogue by SQL
queries            one event, one celebration
slugs              the words of an address; old ones lead on
fields, forms      what organizers typed, as values
drafts             what organizers' forms show and offer
editing            making, changing and moving an event in one fact
places             venues and buildings; rooms: how they can be set, what stands in them, who can come in
room_sets          the words for sets and equipment; zones: parts of a venue, and the walks between them
pages              the awareness calendar and the feeds
organizing         organizers' pages of events; organizing_places: of venues and rooms, organizing_zones
"""
