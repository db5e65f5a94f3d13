const http = require('http');
const router = require('find-my-way')({ defaultRoute: (req, res) => res.end() });

router.on('GET', '/way', (req, res, params) => res.end(''));
router.on(['POST', 'PUT'], '/way/:id', (req, res) => res.end(''));
router.get('/short', (req, res) => res.end(''));
router.off('GET', '/gone');
http.createServer((req, res) => router.lookup(req, res)).listen(3000);
