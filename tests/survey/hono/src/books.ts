import { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";

const books = new Hono()
  .get("/", (c) => c.json([]))
  .post("/:id{[0-9]+}", bearerAuth({ token }), async (c) => {
    return c.json({}, 201);
  });

export default books;
