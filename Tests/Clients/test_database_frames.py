"""The protocol's example frames of what the database sends: replayed broadcasts, changes."""

import pytest
from test_frames import of, policies  # noqa: F401
from test_realtime_client import run


def test_what_was_sent_before_a_join_is_replayed_behind_its_reply(gateway):
    async def test():
        gateway.sql("""select realtime.send('{"total":9}', 'late', 'room:7', true)""")
        config = '{"config":{"private":true,"broadcast":{"replay":{"since":0,"limit":1}}}}'
        async with of(gateway) as ana, of(gateway, version="1.0.0") as old:
            await ana.joined(config)
            await ana.hears(
                '["1",null,"realtime:room:7","broadcast",{"type":"broadcast","event":"late",'
                '"payload":{"id": "<UUID>", "total": 9},"meta":{"replayed":true,"id":"<UUID>"}}]'
            )
            await ana.nothing_more()
            await old.says(
                f'{{"topic":"realtime:room:7","event":"phx_join","payload":{config},"ref":"1"}}'
            )
            await old.socket.recv()
            await old.hears(
                '{"topic":"realtime:room:7","event":"broadcast","payload":{"type":"broadcast",'
                '"event":"late","payload":{"id": "<UUID>", "total": 9},'
                '"meta":{"replayed":true,"id":"<UUID>"}},"ref":null}'
            )

    run(test())


@pytest.fixture
def todos(gateway):
    """A published table, whose triggers the gateway may make itself."""
    gateway.sql(
        "create table public.todos (id int8 primary key, title text, tags text[], owner int4); "
        "grant select on public.todos to authenticated; "
        "grant trigger on public.todos to waypost; "
        "alter publication supabase_realtime add table public.todos"
    )
    yield
    gateway.sql("drop table public.todos")


def test_changes_of_a_table_from_the_subscription_to_a_deletion(gateway, todos):
    binding = '{"event":"*","schema":"public","table":"todos","filter":"owner=eq.4","select":["id","title","tags","owner"]'

    async def test():
        async with of(gateway) as ana:
            await ana.says(
                '["1","1","realtime:room:7","phx_join",{"config":{"private":true,"postgres_changes":['
                f'{binding}}},{{"event":"DELETE","schema":"public","table":"todos"}}]}}}}]'
            )
            ids = await ana.hears(
                '["1","1","realtime:room:7","phx_reply",{"status":"ok","response":{"postgres_changes":['
                + binding
                + ',"id":<ID1>},{"event":"DELETE","schema":"public","table":"todos","id":<ID2>}]}}]'
            )
            await ana.hears(
                '["1",null,"realtime:room:7","system",{"extension":"postgres_changes","status":"ok",'
                '"message":"Subscribed to PostgreSQL","channel":"room:7"}]'
            )
            gateway.sql("insert into public.todos values (4, 'a', '{x}', 4), (5, 'b', '{y}', 5)")
            gateway.sql("update public.todos set title = 'b' where id = 4")
            gateway.sql("delete from public.todos where id = 4")
            head = '[null,null,"realtime:room:7","postgres_changes",{"ids":['
            data = '],"data":{"schema":"public","table":"todos","type":"'
            columns = (
                '","commit_timestamp":"<TIME>","columns":[{"name":"id","type":"int8"},'
                '{"name":"title","type":"text"},{"name":"tags","type":"_text"},'
                '{"name":"owner","type":"int4"}]'
            )
            every, deleted = ids["ID1"], ids["ID2"]
            await ana.hears(
                f"{head}{every}{data}INSERT{columns}"
                ',"record":{"id":4,"title":"a","tags":["x"],"owner":4},"errors":null}}]'
            )
            await ana.hears(
                f"{head}{every}{data}UPDATE{columns}"
                ',"record":{"id":4,"title":"b","tags":["x"],"owner":4},"old_record":{"id":4},'
                '"errors":null}}]'
            )
            # The filter cannot be told from the key alone; the other binding has none.
            await ana.hears(
                f"{head}{deleted}{data}DELETE{columns}"
                ',"old_record":{"id":4},"errors":null}}]'
            )
            await ana.nothing_more()

    run(test())
