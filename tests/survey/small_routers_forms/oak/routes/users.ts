import { Router } from "jsr:@oak/oak@16";

export const users = new Router();
users.get("/:id", (context) => null);
