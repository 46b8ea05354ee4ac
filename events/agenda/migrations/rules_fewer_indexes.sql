-- A feed's row is updated by every save, seat and release, and never in what is indexed: with room left on its page the
-- indexes are not written again. Pages that are full stay so until they are written anew.
ALTER TABLE personal_feed SET (fillfactor = 60);
