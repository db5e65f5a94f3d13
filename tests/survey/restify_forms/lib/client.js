const clients = require('restify-clients');

const client = clients.createJsonClient({ url: 'http://localhost:8080' });
client.get('/foo/bar', (err, req, res, obj) => obj);
