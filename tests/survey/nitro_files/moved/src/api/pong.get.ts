export default defineEventHandler(() => "ping");
