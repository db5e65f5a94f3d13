"""The status of success that a route's handler shows, where nothing else may set one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from workers.claims.statuses import _of_express, _of_fastapi
from workers.repository.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

FASTAPI = {
    "@router.post('/')\ndef create(a: int) -> A:\n    return a\n": 200,
    "@router.get(\n  '/x',\n  response_model=A,\n)\nasync def read() -> A:\n  return 1\n": 200,
    "@r.get('/')\ndef a():\n    raise E(status_code=404, detail=f('x'))\n    return 1\n": 200,
    "@r.get('/')\ndef a():\n  return 1\n\n@r.post('/', status_code=201)\ndef b(): ...\n": 200,
    "@router.post('/', status_code=code)\ndef create():\n    return 1\n": None,
    "@router.post('/')\ndef create(response: Response):\n    response.status_code = 201\n": None,
    "@router.post('/')\ndef create():\n    return JSONResponse({}, status_code=201)\n": None,
    "@router.get('/', response_class=RedirectResponse)\ndef go():\n    return 'x'\n": None,
    "@router.post('/', **options)\ndef create():\n    return 1\n": None,
    "router.add_api_route('/', create)\n": None,
}
EXPRESS = {
    "r.post('/u', async (req: Request, res: Response) => {\n res.status(201).json(u);\n});": 201,
    "r.get('/u', (req, res, next) => {\n  try { res.json(u) } catch (e) { next(e) }\n});": 200,
    "r.get('/u', a, function (q,res) {\n if (a) return res.status(404).end();\n res.send(x)})": 200,
    "r.delete('/u', (req, res) => { res.sendStatus(204); });": 204,
    "r.get('/u', (req, res) => { /* res.status(5) */ res.send('res.status(201)'); });": 200,
    "r.get('/u', (req, res) => { res.status(code).json(1); });": None,
    "r.get('/u', (req, res) => { answer(res, 1); });": None,
    "r.get('/u', (req, res) => { res.redirect('/x'); });": None,
    "r.get('/u', (req, res) => { a ? res.status(201).json(1) : res.json(2); });": None,
    "r.get('/u', controller.list);": None,
    "r.get('/u', (req, res) => {": None,
}


@pytest.mark.parametrize(
    ("read", "text", "status"),
    [
        *((_of_fastapi, text, status) for text, status in FASTAPI.items()),
        *((_of_express, text, status) for text, status in EXPRESS.items()),
    ],
)
def test_a_handler_shows_its_status_or_nothing(
    read: Callable[[Source, int], int | None], text: str, status: int | None
) -> None:
    assert read(Source("a.x", text), 1) == status
