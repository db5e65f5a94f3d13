import { Application, Router } from "https://deno.land/x/oak@v12.6.1/mod.ts";
import { users } from "./routes/users.ts";

const router = new Router();
router
  .get("/", (context) => {
    context.response.body = "Hello";
  })
  .get("/book/:id", (context) => context.params.id)
  .post("book", "/book", (context) => null)
  .all("/any", (context) => null)
  .add(["PUT", "PATCH"], "/book/:id", (context) => null);
router.use("/users", users.routes(), users.allowedMethods());

const api = new Router({ prefix: "/api" });
api.delete("/book/:id", (context) => null);

const app = new Application();
app.use(async (context, next) => await next());
app.use(router.routes());
app.use(router.allowedMethods());
app.use(api.routes());
await app.listen({ port: 8000 });
