export { POST, PUT } from "../lib/form";
export const prerender = false;
