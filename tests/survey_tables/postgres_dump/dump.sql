--
-- PostgreSQL database dump; not a statement
--
SET search_path = public;

CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  CREATE TABLE inside_a_function (id int); -- it's quoted
  RETURN NEW;
END;
$$;

CREATE TABLE public.users (
    id bigint NOT NULL,
    email character varying(255) DEFAULT 'a;b''c'::character varying NOT NULL,
    born timestamp(6) with time zone,
    tags text[],
    PRIMARY KEY (id)
);

CREATE TABLE public.orders (
    id integer NOT NULL,
    user_id bigint,
    amount numeric(10,2) DEFAULT 0.00,
    "Mixed" double precision
);

CREATE TABLE public.scratch (id integer);

COPY public.users (id, email) FROM stdin;
1	it's; CREATE TABLE fake (id int);
\.

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
CREATE UNIQUE INDEX ix_orders ON public.orders USING btree (user_id, lower("Mixed"));
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT fk_user FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE public.orders ALTER COLUMN amount SET NOT NULL;
DROP TABLE IF EXISTS public.scratch CASCADE;
