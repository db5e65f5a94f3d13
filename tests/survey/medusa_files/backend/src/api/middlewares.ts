import { defineMiddlewares } from "@medusajs/framework/http";

export default defineMiddlewares({ routes: [{ matcher: "/store/custom*", method: "POST" }] });
