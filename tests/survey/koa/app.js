const Koa = require("koa");
const Router = require("@koa/router");
const compose = require("koa-compose");
const users = require("./users");

const app = new Koa();
const router = new Router({ prefix: "/api" });
router.get("home", "/", (ctx) => {});
router.del("/things/:id", remove);
router.use("/users", users.routes(), users.allowedMethods());
app.use(compose([router.routes(), router.allowedMethods()]));
