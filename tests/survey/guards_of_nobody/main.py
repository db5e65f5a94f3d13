from fastapi import FastAPI, Depends, HTTPException, Header, Request
app = FastAPI()

def tenant(request: Request):
    t = request.headers.get("x-tenant")
    if t is None: raise HTTPException(403)
def flag(q: bool = False):
    if not q: raise HTTPException(403)
def captcha(token: str):
    if not verify_captcha(token): raise HTTPException(403)
def local(request: Request):
    if request.client.host != "127.0.0.1": raise HTTPException(403)
def owner(item_id: int, db=Depends(lambda: 1)):
    item = db.get(item_id)
    if item.locked: raise HTTPException(403)
def country(request: Request):
    if geo(request.client.host) in BLOCKED: raise HTTPException(403)
@app.get("/py/a", dependencies=[Depends(tenant)])
def a(): return 1
@app.get("/py/b", dependencies=[Depends(flag)])
def b(): return 1
@app.get("/py/c", dependencies=[Depends(captcha)])
def c(): return 1
@app.get("/py/d", dependencies=[Depends(local)])
def d(): return 1
@app.get("/py/e/{item_id}", dependencies=[Depends(owner)])
def e(): return 1
@app.get("/py/f", dependencies=[Depends(country)])
def f(): return 1
