import { Hono } from "hono";
import { OpenAPIHono, createRoute } from "@hono/zod-openapi";
import books from "./books";

const app = new Hono().basePath("/api");
app.use("*", logger());
app.route("/books", books);
const route = createRoute({ method: "get", path: "/open/{id}", responses: {} });
const open = new OpenAPIHono();
open.openapi(route, (c) => c.json({}));
app.route("/v3", open);
app.on(["PUT", "DELETE"], "/both", (c) => c.text(""));
export default app;
