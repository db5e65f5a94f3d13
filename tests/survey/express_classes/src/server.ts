import { App } from "./app";
import { UserRoute } from "@/routes/users";
import { OrderRoute } from "@/routes/orders";

const app = new App([new UserRoute(), new OrderRoute()]);
app.listen();
