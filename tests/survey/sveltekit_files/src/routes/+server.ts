export { POST } from "$lib/graphql";
