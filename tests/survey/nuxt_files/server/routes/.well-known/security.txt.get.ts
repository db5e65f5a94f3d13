export default defineEventHandler(() => "x");
