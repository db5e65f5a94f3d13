import { type RouteConfig, index, layout, prefix, route } from "@react-router/dev/routes";

export default [
  index("./home.tsx"),
  route("about", "./about.tsx"),
  layout("./auth/layout.tsx", [
    route("login", "./auth/login.tsx"),
    route("register/:plan?", "./auth/register.tsx"),
  ]),
  ...prefix("concerts", [
    index("./concerts/home.tsx"),
    route(":city", "./concerts/city.tsx", [route("edit", "./concerts/edit.tsx")]),
  ]),
  route("files/*", "./files.ts"),
  route("api/search", "routes/api/search.ts"),
] satisfies RouteConfig;
