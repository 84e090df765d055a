"""The peer of the list of events: aiohttp over sqlite3, as one would write it: `events_peer.py PORT DATABASE`.

The database has the same events; each request reads 50 of them, newest first, and answers JSON.
"""

import json
import sqlite3
import sys

from aiohttp import web

COLUMNS = ("id", "type", "application", "environment", "target", "before", "after", "actor", "time", "cause", "detail")
#: Kept as text.
NESTED = ("cause", "detail")
SELECT = "SELECT " + ", ".join(f'"{name}"' for name in COLUMNS) + " FROM events ORDER BY id DESC LIMIT ?"


def event(row):
    value = dict(zip(COLUMNS, row))
    for name in NESTED:
        value[name] = json.loads(value[name]) if value[name] else None
    return value


def main():
    database = sqlite3.connect(sys.argv[2])

    async def events(request):
        limit = min(int(request.query.get("limit", 50)), 500)
        rows = database.execute(SELECT, (limit,)).fetchall()
        return web.Response(text=json.dumps({"items": [event(row) for row in rows]}), content_type="application/json")

    application = web.Application()
    application.router.add_get("/api/v1/events", events)
    web.run_app(application, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)


main()
