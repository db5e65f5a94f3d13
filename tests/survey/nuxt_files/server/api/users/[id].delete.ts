import { remove } from "~/server/utils/users";

export default defineEventHandler(remove);
