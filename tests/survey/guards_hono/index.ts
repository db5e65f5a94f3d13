import { Hono } from "hono";
import { basicAuth } from "hono/basic-auth";
import { createMiddleware } from "hono/factory";
import { HTTPException } from "hono/http-exception";
import { jwt } from "hono/jwt";
import { logger } from "hono/logger";
import { cors } from "hono/cors";
import { UnknownUserError } from "./errors";

const app = new Hono();
const books = new Hono();

const session = createMiddleware(async (c, next) => {
  if (!c.req.header("Cookie")) {
    throw new HTTPException(401, { message: "no" });
  }
  await next();
});

app.use(logger());
app.get("/before", (c) => c.text("ok"));
app.use("/api/*", jwt({ secret: "s" }));
app.use("/exact", session);
app.get("/api/things", (c) => c.json([]));
app.get("/apis", (c) => c.json([]));
app.get("/exact", (c) => c.json([]));
app.get("/exact/below", (c) => c.json([]));
app.post("/admin", basicAuth({ username: "a", password: "b" }), (c) => c.json([]));
app.post("/auth/login", (c) => c.json({}));
books.get("/", (c) => c.json([]));
books.use(session);
books.get("/:id", (c) => c.json([]));
app.route("/books", books);
app.use("/keyed/*", async (c, next) => {
  const known = await c.env.keys.get(c.req.header("X-Key"));
  if (!known) throw new UnknownUserError();
  return next();
});
app.use("*", async (c, next) => {
  const middleware = cors({ origin: c.env.ORIGIN });
  return middleware(c, next);
});
app.get("/keyed/things", (c) => c.json([]));
app.get("/open/things", (c) => c.json([]));
export default app;
