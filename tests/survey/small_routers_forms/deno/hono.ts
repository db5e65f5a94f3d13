import { Hono } from "jsr:@hono/hono@4";
import { Hono as Npm } from "npm:hono@4.1.0";

const app = new Hono().basePath("/deno");
app.get("/x/:id", (c) => c.text("x"));
const npm = new Npm();
npm.post("/npm", (c) => c.text("x"));
app.route("/mounted", npm);
Deno.serve(app.fetch);
