-- The people of the demonstration. Supabase has this table with many more columns: there it is left
-- alone, and only its `id` matters here.

create schema if not exists auth;

create table if not exists auth.users (
    id uuid primary key default gen_random_uuid(),
    email text unique,
    raw_user_meta_data jsonb not null default '{}',
    created_at timestamptz not null default now()
);
