CREATE UNIQUE INDEX saved_list_once ON saved_list (event_id, owner_id, lower(name));
CREATE FUNCTION search_words(text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('simple'::regconfig,
        regexp_replace(regexp_replace(normalize(lower($1), NFKD), '[\u0300-\u036f]', '', 'g'), '[^[:alnum:]]+', ' ', 'g'))
$$;
CREATE INDEX orders_search ON orders USING gin (search_words(name || ' ' || email));
CREATE INDEX registration_search ON registration USING gin (search_words(name || ' ' || email));
CREATE INDEX person_affiliation_search ON person USING gin (search_words(affiliation)) WHERE affiliation <> '';
