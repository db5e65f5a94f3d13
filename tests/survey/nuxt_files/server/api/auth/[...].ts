import { NuxtAuthHandler } from "#auth";

export default NuxtAuthHandler({});
