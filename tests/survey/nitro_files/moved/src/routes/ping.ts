export default defineEventHandler(() => "pong");
