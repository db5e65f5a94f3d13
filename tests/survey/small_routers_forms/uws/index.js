const uWS = require('uWebSockets.js');

uWS.App({ passphrase: '1234' })
  .get('/hello/:name', (res, req) => res.end(req.getParameter(0)))
  .del('/hello/:name', (res, req) => res.end())
  .any('/*', (res, req) => res.end('Nothing here'))
  .ws('/socket', { message: (ws, message) => ws.send(message) })
  .listen(9001, (token) => token);
