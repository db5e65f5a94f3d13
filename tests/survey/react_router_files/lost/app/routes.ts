import { routesOf } from "./our-own";

export default routesOf(import.meta);
