export default defineEventHandler(() => "<xml/>");
