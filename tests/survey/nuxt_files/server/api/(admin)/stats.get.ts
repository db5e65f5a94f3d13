export default defineEventHandler(() => null);
