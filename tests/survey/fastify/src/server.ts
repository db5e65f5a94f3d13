import Fastify, { FastifyInstance } from "fastify";
import autoload from "@fastify/autoload";
import path from "node:path";
import users from "./users";

const app = Fastify({ logger: true });
app.get("/health", async () => "ok");
app.register(users, { prefix: "/users" });
app.register(import("./orders"), { prefix: "/orders" });
app.register(
  async (api: FastifyInstance) => {
    api.head("/inner", async () => "");
  },
  { prefix: "/v1" },
);
app.register(autoload, { dir: path.join(__dirname, "routes"), options: { prefix: "/auto" } });
app.decorate("authenticate", async (request) => request.jwtVerify());
