"""A whole installation to break: real processes, real servers, and faults done to them on purpose. `make soak`.

house         one installation as parts that are stopped, killed and started again
postbox       the mail server it sends to: counts what it gets, and can be slow, refuse, hang up or die
shop          one conference in its database, that sells and is edited
visitor       a browser as small as one can be, whose owner tries again
people        buyers, editors, calendar apps, people who sign in; what they were told
between       what stands before Stripe, and loses, doubles, delays and breaks
faults        what is done, by seeded dice
night         time passes, and everything that waited for it is done
books         what people were told, our rows, Stripe's books and the mails, held against each other
steps         a coroutine that can be stopped for good at any await
scenes        what a worker is killed in the middle of
crash_points  kills it there, point by point
"""
