export function onRequest(context) {}
