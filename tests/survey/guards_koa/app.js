const Koa = require("koa");
const Router = require("@koa/router");
const jwt = require("koa-jwt");
const bodyParser = require("koa-bodyparser");
const app = new Koa();
const open = new Router();
const closed = new Router({ prefix: "/closed" });
const token = new Router({ prefix: "/token" });

async function known(ctx, next) {
  if (!ctx.state.user) ctx.throw(401);
  await next();
}

async function timed(ctx, next) {
  const start = Date.now();
  await next();
  ctx.set("X-Time", String(Date.now() - start));
}

open.get("/health", (ctx) => {
  ctx.body = "ok";
});
open.post("/login", (ctx) => {
  ctx.body = {};
});
open.del("/things/:id", known, (ctx) => {
  ctx.body = {};
});
closed.get("/before", (ctx) => {
  ctx.body = {};
});
closed.use(known);
closed.get("/after", (ctx) => {
  ctx.body = {};
});
token.get("/me", (ctx) => {
  ctx.body = {};
});
token.get("/public", (ctx) => {
  ctx.body = {};
});
const createError = require("http-errors");
const sometimes = new Router({ prefix: "/sometimes" });

async function check(ctx) {
  const token = ctx.get("Authorization");
  if (!token) throw createError(401, "no");
  return token;
}

const checked = (options = {}) => async (ctx, next) => {
  try {
    ctx.state.auth = await check(ctx);
  } catch (error) {
    if (options.optional) {
      ctx.state.auth = {};
    } else {
      throw error;
    }
  }
  return next();
};

sometimes.get("/must", checked(), (ctx) => {
  ctx.body = {};
});
sometimes.get("/may", checked({ optional: true }), (ctx) => {
  ctx.body = {};
});

app.use(bodyParser());
app.use(timed);
app.use(open.routes());
app.use(closed.routes());
app.use(sometimes.routes());
app.use(jwt({ secret: "s" }).unless({ path: ["/token/public"] }));
app.use(token.routes());
