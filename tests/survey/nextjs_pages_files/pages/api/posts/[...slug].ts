export { default } from "../../../lib/posts";
